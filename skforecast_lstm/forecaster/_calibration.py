"""Conformal intervals: as wide, step by step, as errors the model had not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._interrupts import interrupts_end_all
from skforecast_lstm._origins import Origins
from skforecast_lstm.forecaster._panel import SERIES, TIME, WHO, Panel
from skforecast_lstm.windows import SeriesWindows

FEWEST_ROWS = 20  # in which to see how much a series moves
PART_CALIBRATED = 1 / 3


@dataclass(frozen=True)
class Calibration:
    """Errors of forecasts for origins after those that a model was fitted on.

    Parameters
    ----------
    errors : ndarray of shape (n, horizon, n_targets)
        Absolute, in units of the scale at their origin, sorted along the first axis.
    """

    errors: np.ndarray

    def half_width(self, coverage: float) -> np.ndarray:
        """Return the quantile of the errors that covers, (horizon, n_targets).

        Of n errors the ``ceil((n + 1) * coverage)``-th smallest: so many are needed
        that the next error, if it is like them, lies below with that probability [1]_.

        References
        ----------
        .. [1] Lei, J. et al. (2018). Distribution-free predictive inference for
           regression. https://doi.org/10.1080/01621459.2017.1307116
        """
        return self.errors[_rank(len(self.errors), coverage) - 1]


def calibrate(
    new_estimator: Callable[[int], Any],
    X: SeriesWindows,
    y: np.ndarray,
    scale: np.ndarray,
    horizon: int,
    counted: bool,
    coverage: float = 0.0,
) -> Calibration:
    """Return the errors on the newest third of the windows of a model that saw none.

    Between them and the windows it was fitted on, ``horizon`` origins are left out, so
    that no target is shared. Errors of all series are pooled step by step [1]_.

    Parameters
    ----------
    new_estimator : callable
        From a number of windows to an estimator to fit on so many.
    X : SeriesWindows of shape (n, n_steps, n_features)
    y : ndarray of shape (n,) or (n, horizon * n_targets)
    scale : ndarray of shape (n, n_targets)
        How much the targets move, from what is known at each origin.
    horizon : int
    counted : bool
        Whether the times of series only count rows, each from its own start.
    coverage : float, default=0.0
        That will be asked for: too few windows for it are refused before the fit.

    References
    ----------
    .. [1] Stankeviciute, K., Alaa, A. M. and van der Schaar, M. (2021). Conformal
       time-series forecasting. NeurIPS.
       https://proceedings.neurips.cc/paper/2021/hash/312f1ba2a72318edaaa995a67835fad5-Abstract.html
    """
    train, test = parts_for(X, horizon, counted, coverage)
    with interrupts_end_all():  # errors of a fit cut short would calibrate nothing
        model = new_estimator(len(train)).fit(X[train], y[train])
    error = y[test] - np.reshape(model.predict(X[test]), y[test].shape)
    error = np.abs(error).reshape(len(test), horizon, -1)
    return Calibration(np.sort(error / scale[test, np.newaxis], axis=0))


def parts_for(
    X: SeriesWindows, horizon: int, counted: bool, coverage: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the windows to fit on and to calibrate on; refuse too few of them."""
    origins = Origins(X, horizon, from_end=counted)
    used = np.sort(origins.rank[X.complete])
    newest = used[-1 - int(len(used) * PART_CALIBRATED)]  # not calibrated on any more
    test = np.flatnonzero(X.complete & (origins.rank > newest))
    train = np.flatnonzero(X.complete & origins.known_at(newest))
    if not len(test) or not len(train):
        raise ValueError(
            f"{WHO}: intervals need windows to fit on, {horizon} left out and windows "
            f"to calibrate on, but the history has {len(np.unique(used))} origins; use "
            "fewer n_steps or more data"
        )
    _rank(len(test), coverage)
    return train, test


def _rank(n: int, coverage: float) -> int:
    """Return which of ``n`` sorted errors covers, from 1; refuse where none does."""
    # In decimals as written: 0.95 * 20 in floats is a little more than 19.
    share = Fraction(repr(float(coverage)))
    rank = max(1, ceil((n + 1) * share))
    if rank > n:
        raise ValueError(
            f"{WHO}: coverage={coverage} needs at least {ceil(share / (1 - share))} "
            f"windows to calibrate on, but the history leaves {n}; use a lower "
            "coverage, fewer n_steps or more data"
        )
    return rank


def scales(panel: Panel, n_rows: int, usual: Any = 1.0) -> np.ndarray:
    """Return how much each target moves at each row of ``panel``, (n_rows, n_targets).

    Half the mean absolute difference from row to row in the last ``n_rows``, half that
    of the series so far: of calm and rough times alike, but never 0 for a while of
    standstill. Where a series has not moved yet, as large a part of its level as is the
    median of the other series at that time; where none has, ``usual``.
    """
    keys, targets = panel.frame[SERIES], panel.roles.targets
    by_series = panel.frame.groupby(keys, sort=False)
    moves = by_series[targets].diff().abs().groupby(keys, sort=False)
    recent = moves.rolling(n_rows, min_periods=1).mean()
    whole = moves.expanding(min_periods=1).mean()
    # Both come back series by series, which is the order of the panel's rows.
    scale = (recent.to_numpy() + whole.to_numpy()) / 2
    scale = np.where(scale > 0, scale, np.nan)
    level = levels(panel)
    time = pd.factorize(panel.frame[TIME], sort=True)[0]

    def at_once(values: np.ndarray) -> np.ndarray:
        return pd.DataFrame(values).groupby(time).median().ffill().to_numpy()[time]

    # A level of 0 so far says nothing of how much a series will move.
    for like in (at_once(scale / level) * level, at_once(scale), usual):
        scale = np.where(np.isnan(scale), like, scale)
    return scale


def levels(panel: Panel) -> np.ndarray:
    """Return the mean size of each target so far, (n_rows, n_targets); NaN for 0."""
    keys = panel.frame[SERIES]
    sizes = panel.frame[panel.roles.targets].abs().groupby(keys, sort=False)
    mean = sizes.expanding(min_periods=1).mean().to_numpy()
    return np.where(mean > 0, mean, np.nan)


def check_coverage(coverage: Any) -> float:
    """Return ``coverage``, or raise if it is no number between 0 and 1."""
    if not isinstance(coverage, (int, float, np.number)) or coverage is True:
        raise TypeError(f"{WHO}: coverage must be a number, got {coverage!r}")
    if not 0 < coverage < 1:
        raise ValueError(
            f"{WHO}: coverage must lie between 0 and 1, got {coverage}"
            f"{' (a share, not percent)' if 1 < coverage < 100 else ''}"
        )
    return float(coverage)
