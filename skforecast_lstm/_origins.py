"""Where forecast origins stand in time, and which of them have known targets."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.utils.validation import _num_samples

from skforecast_lstm._cut_windows import uncut
from skforecast_lstm.windows import SeriesWindows


class Origins:
    """Where samples stand in time, and in their own series.

    Parameters
    ----------
    X : SeriesWindows or array-like of shape (n_samples, ...)
        Of an array each row is one time.
    horizon : int
        Steps that the targets of a sample cover.
    from_end : bool, default=False
        The times of the series only count rows, and say nothing about what happened
        at the same time in another one: all series are taken to end together.

    Attributes
    ----------
    rank : ndarray of int, shape (n_samples,)
        Place of each sample's time among the distinct ones; 0 is the oldest.
    times : Index of shape (n_times,)
        The distinct times.
    """

    def __init__(self, X: Any, horizon: int, from_end: bool = False) -> None:
        X = uncut(X)
        if not isinstance(X, SeriesWindows):
            n_samples = _num_samples(X)
            X = SeriesWindows(np.empty((n_samples, 0)), np.arange(n_samples))
        self._X = X
        self._ahead = X.lead + horizon - 1  # steps from an origin to its last target
        self._series = X._group_of_window()
        self._position = X._origins - X._starts()
        self._clock = _clock(X, from_end)
        timed = X._keys is not None and not from_end
        stored = timed and X._ends is not None and horizon == X.horizon
        self._ends = _numbers(X._ends) if stored else None
        self._stamps, where, self.rank = np.unique(
            self._clock[X._origins], return_index=True, return_inverse=True
        )
        self.times = X.times.take(where)
        self.n_times = len(self.times)

    def known_at(self, rank: int) -> np.ndarray:
        """Return which origins have all their targets at or before a time.

        With ``lead=0`` an origin's own targets are unknown to it: then, before it.
        """
        stamp = self._stamps[rank]
        if self._ends is not None:
            ends = self._ends[self._X._origins]
            return ends < stamp if self._X.lead == 0 else ends <= stamp
        steps = self._steps_passed(stamp, "left" if self._X.lead == 0 else "right")
        return self._position + self._ahead < steps[self._series]

    def _steps_passed(self, stamp: Any, side: Literal["left", "right"]) -> np.ndarray:
        """Return each series' number of steps up to ``stamp``, shape (n_series,).

        A series that ends sooner goes on in the longest of its own steps: where the
        times of targets are not stored, they must not be taken too early.
        """
        bounds, clock = self._X._bounds, self._clock
        passed = np.empty(len(bounds) - 1, dtype=np.int64)
        for series, (start, stop) in enumerate(pairwise(bounds)):
            own = clock[start:stop]
            passed[series] = np.searchsorted(own, stamp, side=side)
            if passed[series] == len(own) > 1:
                steps = (stamp - own[-1]) / np.diff(own).max()
                more = np.floor(steps) if side == "right" else np.ceil(steps) - 1
                passed[series] += max(int(more), 0)
        return passed


def horizon_of(X: Any, y: Any) -> int:
    """Return the steps that targets cover: of arrays the columns of ``y``."""
    X = uncut(X)
    if isinstance(X, SeriesWindows) and X.horizon:
        return X.horizon
    n_targets = X.n_targets if isinstance(X, SeriesWindows) else 1
    return 1 if y is None or np.ndim(y) < 2 else np.shape(y)[1] // max(n_targets, 1)


def _clock(X: SeriesWindows, from_end: bool) -> np.ndarray:
    """Return a number for the time of each row."""
    # The times of one series are in order whatever they are, text too.
    n_rows = len(X._series)
    if X._keys is None:
        return np.arange(n_rows)
    if from_end:
        return np.arange(n_rows) - np.repeat(X._bounds[1:], np.diff(X._bounds))
    return _numbers(X._times)


def _numbers(times: pd.Index) -> np.ndarray:
    if isinstance(times, (pd.DatetimeIndex, pd.PeriodIndex, pd.TimedeltaIndex)):
        return times.asi8
    if times.dtype.kind in "iuf":
        return times.to_numpy()
    raise ValueError(
        f"the times of a panel must be dates, periods or numbers, got {times.dtype} "
        f"such as {times[0]!r}; use pandas.to_datetime first"
    )
