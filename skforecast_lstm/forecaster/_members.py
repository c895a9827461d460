"""Several seeds of one regressor, their median, and exponential smoothing beside it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.validation import check_is_fitted

from skforecast_lstm._interrupts import interrupts_end_all
from skforecast_lstm.forecaster._measured import measured_weight
from skforecast_lstm.forecaster._smoothing import smoothing_forecasts
from skforecast_lstm.windows import SeriesWindows


class MedianOfSeeds(MetaEstimatorMixin, RegressorMixin, BaseEstimator):
    """Fit ``n_members`` clones with different seeds; predict their median.

    Parameters
    ----------
    regressor : regressor
        Every parameter called ``random_state`` in it gets a seed.
    n_members : int, default=1
    random_state : int, RandomState instance or None, default=None
        None with one member leaves the regressor's own seeds alone.
    smoothing_weight : float or None, default=0.0
        Weight of the forecasts of exponential smoothing, from 0 to 1. Above 0, only
        ``SeriesWindows`` can be forecast: they hold the series that it reads. None:
        the one that forecasts best what a clone of the regressor had not seen.
    season_length : int, default=1
        Of the smoothing.

    Attributes
    ----------
    members_ : list of fitted regressors
    smoothing_weight_ : float
    """

    def __init__(
        self,
        regressor: Any,
        n_members: int = 1,
        random_state: Any = None,
        smoothing_weight: float | None = 0.0,
        season_length: int = 1,
    ) -> None:
        self.regressor = regressor
        self.n_members = n_members
        self.random_state = random_state
        self.smoothing_weight = smoothing_weight
        self.season_length = season_length

    def fit(self, X: Any, y: np.ndarray) -> MedianOfSeeds:
        """Fit every member on X and y."""
        self.y_ndim_ = y.ndim
        if not get_tags(final_step(self.regressor)).target_tags.single_output:
            y = y.reshape(len(y), -1)
        regressor = self.regressor
        if y.ndim > 1 and y.shape[1] > 1:
            regressor = for_each_output(regressor)
        members = [clone(regressor) for _ in range(self.n_members)]
        if self.random_state is not None or self.n_members > 1:
            # For None a generator of its own: the global one is left alone.
            fresh = np.random.RandomState() if self.random_state is None else None
            rng = fresh or check_random_state(self.random_state)
            for member in members:
                seed = int(rng.randint(2**31 - 1))
                names = member.get_params(deep=True)
                seeds = [n for n in names if n.split("__")[-1] == "random_state"]
                member.set_params(**dict.fromkeys(seeds, seed))
        self.smoothing_weight_ = self.smoothing_weight
        if self.smoothing_weight is None:
            self.smoothing_weight_ = measured_weight(
                members[0], X, y, self.season_length
            )
        # One that Ctrl-C cut short keeps what it learned, but is no peer of others.
        with interrupts_end_all() if self.n_members > 1 else nullcontext():
            self.members_ = [member.fit(X, y) for member in members]
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the median of the members' predictions, shaped as y."""
        check_is_fitted(self)
        y = np.median([member.predict(X) for member in self.members_], axis=0)
        y = y.ravel() if self.y_ndim_ == 1 else y
        return y + self._towards_smoothing(X, y) if self.smoothing_weight_ else y

    def predict_quantiles(self, X: Any) -> np.ndarray:
        """Return the median of the members' quantiles, (n, n_outputs, n_quantiles)."""
        check_is_fitted(self)
        y = np.median([_quantiles(m, X) for m in self.members_], axis=0)
        if not self.smoothing_weight_:
            return y
        point = np.median([member.predict(X) for member in self.members_], axis=0)
        return y + self._towards_smoothing(X, point.reshape(y.shape[:2]))[..., None]

    def _towards_smoothing(self, X: Any, y: np.ndarray) -> np.ndarray:
        """Return how far smoothing moves ``y``; 0 where too little is known."""
        if not isinstance(X, SeriesWindows):
            raise TypeError(
                "smoothing_weight needs SeriesWindows, which hold the series from its "
                f"start, got {type(X).__name__}"
            )
        horizon = y.size // (len(X) * X.n_targets)
        smooth = smoothing_forecasts(X, horizon, self.season_length).reshape(y.shape)
        return self.smoothing_weight_ * np.where(np.isnan(smooth), 0.0, smooth - y)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = get_tags(self.regressor)
        tags.input_tags.three_d_array = inner.input_tags.three_d_array
        tags.target_tags.multi_output = inner.target_tags.multi_output
        return tags


def own_quantiles(member: Any) -> list[float] | None:
    """Return the quantiles that a fitted network in ``member`` was trained for."""
    if isinstance(member, Pipeline):
        return own_quantiles(member[-1])
    if hasattr(member, "best_estimator_"):
        return own_quantiles(member.best_estimator_)
    own = getattr(member, "quantiles", None)
    return None if own is None else [float(q) for q in own]


def final_step(regressor: Any) -> Any:
    """Return what learns: the regressor itself, or the last step of its pipelines."""
    while isinstance(regressor, Pipeline):
        regressor = regressor[-1]
    return regressor


def for_each_output(regressor: Any) -> Any:
    """Return ``regressor``, or a copy of it for each output if it knows but one.

    What holds an estimator, as a search does, does not say, and is left alone; so is
    what has no predict yet, which MultiOutputRegressor refuses.
    """
    inner = final_step(regressor)
    several = get_tags(inner).target_tags.multi_output
    if several or getattr(inner, "estimator", None) is not None:
        return regressor
    return MultiOutputRegressor(regressor) if hasattr(inner, "predict") else regressor


def before_last(pipeline: Pipeline, X: Any) -> Any:
    """Return what the last step of a fitted pipeline gets."""
    return pipeline[:-1].transform(X) if len(pipeline) > 1 else X


def _quantiles(member: Any, X: Any) -> np.ndarray:
    # Neither pipelines nor searches have such a method.
    if isinstance(member, Pipeline):
        return _quantiles(member[-1], before_last(member, X))
    if hasattr(member, "best_estimator_"):
        return _quantiles(member.best_estimator_, X)
    return member.predict_quantiles(X)
