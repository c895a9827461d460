"""Errors and scores of forecasts, with the signatures of scikit-learn's metrics.

Samples are averaged with `sample_weight`, then outputs as `multioutput` says, so
``make_scorer(smape, greater_is_better=False)`` gives a scorer for any search.
"""

from skforecast_lstm.metrics._interval import coverage, interval_score, pinball_loss
from skforecast_lstm.metrics._naive import naive_scale
from skforecast_lstm.metrics._point import mase, rmsse, skill_score, smape

__all__ = [
    "coverage",
    "interval_score",
    "mase",
    "naive_scale",
    "pinball_loss",
    "rmsse",
    "skill_score",
    "smape",
]
