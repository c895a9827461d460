"""Folds that are cut by time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.model_selection import BaseCrossValidator

from skforecast_lstm._counts import check_count
from skforecast_lstm._origins import Origins, horizon_of


class RollingOriginSplit(BaseCrossValidator):
    """Splits that train on the past and test on what follows, fold after fold.

    The origins of :class:`~skforecast_lstm.SeriesWindows` are cut by their time, in all
    series of a panel at once. The last fold ends at the newest time and the folds do
    not overlap. On one regular series the indices are those of
    :class:`~sklearn.model_selection.TimeSeriesSplit` with the same gap.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds.
    test_size : int, default=None
        Distinct times in the test part of a fold; by default
        ``n_times // (n_splits + 1)``.
    gap : "auto" or int, default="auto"
        What is kept free between training and test. An int counts distinct times.
        ``"auto"`` keeps every origin free with a target that is still unknown at the
        test part's first origin: ``horizon - 1`` of them on a regular series (and
        ``lead - 1`` more for a larger ``lead``), counted in each series' own steps. On
        arrays the horizon is the number of columns of ``y``.
    max_train_size : int, default=None
        Distinct times in the training part at most, the newest ones; None: all.

    Raises
    ------
    ValueError
        Where a parameter is out of range or the data is too short for the folds.

    See Also
    --------
    backtest : The forecasts for the test parts, as a frame.

    Notes
    -----
    Arrays, frames and lists have neither times nor groups: each row is one time.

    References
    ----------
    .. [1] L. J. Tashman, "Out-of-sample tests of forecasting accuracy: an analysis and
       review", International Journal of Forecasting, 16(4), 2000.
       DOI 10.1016/S0169-2070(00)00065-0

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import RollingOriginSplit, make_supervised
    >>> X, y = make_supervised(np.arange(12.0), n_steps=2, horizon=3)
    >>> cv = RollingOriginSplit(n_splits=2, test_size=2)
    >>> cv
    RollingOriginSplit(gap='auto', max_train_size=None, n_splits=2, test_size=2)
    >>> for train, test in cv.split(X):
    ...     print(train, test)
    [0 1] [4 5]
    [0 1 2 3] [6 7]
    """

    def __init__(
        self,
        n_splits: int = 5,
        test_size: int | None = None,
        gap: int | str = "auto",
        max_train_size: int | None = None,
    ) -> None:
        who = type(self).__name__
        check_count(who, "n_splits", n_splits)
        for name, size in (
            ("test_size", test_size),
            ("max_train_size", max_train_size),
        ):
            if size is not None:
                check_count(who, name, size)
        if isinstance(gap, str):
            if gap != "auto":
                raise ValueError(f"{who}: gap must be 'auto' or an int, got {gap!r}")
        else:
            check_count(who, "gap", gap, least=0)
        self.n_splits = n_splits
        self.test_size = test_size
        self.gap = gap
        self.max_train_size = max_train_size

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of folds; the arguments are ignored."""
        return int(self.n_splits)

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the indices of the training and the test part of each fold.

        Parameters
        ----------
        X : SeriesWindows or array-like of shape (n_samples, ...)
            The samples; `SeriesWindows` bring their times and series along.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Read only for the horizon, where ``X`` has none.
        groups : object
            Ignored: the series of a panel are those of ``X``.

        Yields
        ------
        train, test : ndarray of int
        """
        place = Origins(X, horizon_of(X, y))
        size, n_times = self._test_size(place), place.n_times
        for first in range(n_times - self.n_splits * size, n_times, size):
            if self.gap == "auto":
                train = place.known_at(first)
            else:
                train = place.rank < first - int(self.gap)
            if not train.any():
                raise ValueError(
                    f"{type(self).__name__}: gap={self.gap!r} leaves no training "
                    f"origin before {place.times[first]}; use fewer n_splits than "
                    f"{self.n_splits}, or a smaller test_size than {size}"
                )
            if self.max_train_size is not None:
                train &= place.rank > place.rank[train].max() - self.max_train_size
            test = (place.rank >= first) & (place.rank < first + size)
            yield np.flatnonzero(train), np.flatnonzero(test)

    def _test_size(self, place: Origins) -> int:
        size = self.test_size or place.n_times // (self.n_splits + 1)
        gap = 0 if self.gap == "auto" else int(self.gap)
        needed = self.n_splits * max(size, 1) + gap + 1
        if size == 0 or place.n_times < needed:
            raise ValueError(
                f"{type(self).__name__}: {self.n_splits} folds of {max(size, 1)} times "
                f"with gap={self.gap!r} need at least {needed} times, but the samples "
                f"have {place.n_times}; use a smaller n_splits or test_size"
            )
        return int(size)
