"""How much smoothing counts beside a network: by forecasts of what it had not seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone

from skforecast_lstm._interrupts import interrupts_end_all
from skforecast_lstm._origins import Origins
from skforecast_lstm.forecaster._smoothing import smoothing_forecasts
from skforecast_lstm.windows import SeriesWindows

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
SHARE_UNSEEN = 0.2
LEAST_GAIN = 0.03


def measured_weight(
    regressor: BaseEstimator, X: SeriesWindows, y: np.ndarray, season_length: int
) -> float:
    """Return the weight of smoothing that forecasts the newest fifth of ``X`` best.

    A clone of ``regressor`` is fitted on the windows before it. Smoothing must lower
    the mean absolute error, taken series by series, by 3 % at least: less is chance.

    Parameters
    ----------
    regressor : regressor
    X : SeriesWindows of shape (n, n_steps, n_features)
    y : ndarray of shape (n,) or (n, horizon * n_targets)
    season_length : int
    """
    y = y.reshape(len(y), -1)
    horizon = y.shape[1] // X.n_targets
    origins = Origins(X, horizon, from_end=True)
    first = np.sort(origins.rank)[-max(1, int(SHARE_UNSEEN * len(X)))]
    old = origins.known_at(first)
    apart = (origins.n_times - 1 - origins.rank) % horizon == 0
    new = np.flatnonzero((origins.rank >= first) & apart)
    if not old.any():
        return 0.0
    unseen: Any = X[new]
    with interrupts_end_all():
        network = clone(regressor).fit(X[old], y[old]).predict(unseen)
    network = network.reshape(len(new), -1)
    smooth = smoothing_forecasts(unseen, horizon, season_length)
    errors = [
        np.abs(y[new] - weight * smooth - (1 - weight) * network).mean(axis=1)
        for weight in WEIGHTS
    ]
    return _best(np.array(errors), unseen._group_of_window())


def _best(errors: np.ndarray, series: np.ndarray) -> float:
    """Return the weight of least error; ``errors`` are (n_weights, n_windows)."""
    known = ~np.isnan(errors).any(axis=0)
    count = np.bincount(series[known])
    if not count.any():
        return 0.0
    sums = np.array([np.bincount(series[known], row[known]) for row in errors])
    sums = sums[:, sums.max(axis=0) > 0]
    shares = (sums / sums.max(axis=0)).sum(axis=1)  # so that each series counts alike
    best = int(shares.argmin())
    return WEIGHTS[best] if shares[best] < (1 - LEAST_GAIN) * shares[0] else 0.0
