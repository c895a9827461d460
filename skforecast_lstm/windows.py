"""Series to samples: one row of X is one forecast origin with its own history."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._table import Columns, Table, as_table

__all__ = ["SeriesWindows", "make_supervised", "make_windows"]


class SeriesWindows:
    """Windows into a series that is stored once: a lazy 3-D array.

    Behaves as an array of shape ``(n_windows, n_steps, n_features)``, oldest step
    first, wherever scikit-learn indexes its samples, but holds only the series and one
    integer per window. Made by :func:`make_windows` and :func:`make_supervised`.

    Parameters
    ----------
    series : ndarray of shape (n_rows, n_features)
        The features, one row a time step; several series stand one below the other.
    origins : ndarray of int, shape (n_windows,)
        The row of each window's last step.
    n_steps : int, default=1
        Rows in a window.
    bounds : ndarray of int, shape (n_groups + 1,), optional
        Series ``g`` is ``series[bounds[g]:bounds[g + 1]]``. No window crosses a bound.
    feature_names : sequence, optional
        Names of the features.
    target_features : tuple of int, default=()
        Which features are the ones that are forecast, in the order of the targets.
    n_targets : int, optional
        Number of target columns; by default ``len(target_features)``.
    horizon : int, optional
        Steps ahead that ``y`` covers; None where there is no ``y``.
    lead : int, default=1
        Steps from a window's last row to its first target.
    times : pandas.Index of shape (n_rows,), optional
        Time of each row; by default the row's number.
    keys : pandas.Index of shape (n_groups,), optional
        Name of each series of a panel.
    levels : ndarray of shape (n_rows, n_targets), optional
        The targets' history in their own units, where ``series`` was transformed.

    Attributes
    ----------
    shape, ndim, dtype
        As of the array that ``numpy.asarray`` makes of it.
    complete : ndarray of bool, shape (n_windows,)
        Whether all ``n_steps`` rows of the window exist. In the other windows the
        series' earliest row is repeated.
    times : pandas.Index of shape (n_windows,)
        Time of each window's last step.
    groups : pandas.Index of shape (n_windows,) or None
        Name of each window's series.

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import make_windows
    >>> X = make_windows(np.arange(10, 100, 10), n_steps=3)
    >>> X.shape
    (7, 3, 1)
    >>> np.asarray(X[-1]).ravel()
    array([70., 80., 90.], dtype=float32)
    >>> X.with_steps(4).complete
    array([False,  True,  True,  True,  True,  True,  True])
    """

    ndim = 3

    def __init__(
        self,
        series: np.ndarray,
        origins: np.ndarray,
        n_steps: int = 1,
        *,
        bounds: np.ndarray | None = None,
        feature_names: Sequence | None = None,
        target_features: tuple[int, ...] = (),
        n_targets: int | None = None,
        horizon: int | None = None,
        lead: int = 1,
        times: pd.Index | None = None,
        keys: pd.Index | None = None,
        levels: np.ndarray | None = None,
    ) -> None:
        self._series = np.asarray(series)
        self._origins = np.asarray(origins)
        self.n_steps = n_steps
        self._bounds = np.array([0, len(series)]) if bounds is None else bounds
        self.feature_names = None if feature_names is None else list(feature_names)
        self.target_features = tuple(target_features)
        self.n_targets = len(self.target_features) if n_targets is None else n_targets
        self.horizon = horizon
        self.lead = lead
        self._times = pd.RangeIndex(len(series)) if times is None else times
        self._keys = keys
        self._levels = levels

    # ---- the array that it stands for
    @property
    def n_features(self) -> int:
        return self._series.shape[1]

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self._origins), self.n_steps, self.n_features

    @property
    def dtype(self) -> np.dtype:
        return self._series.dtype

    def __len__(self) -> int:
        return len(self._origins)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("SeriesWindows can't become an array without a copy")
        windows = self._series[self._rows()]
        return windows if dtype is None else windows.astype(dtype, copy=False)

    def __getitem__(self, key: Any) -> SeriesWindows | np.ndarray:
        if isinstance(key, tuple):
            first, rest = (key[0], key[1:]) if key else (slice(None), ())
            if first is Ellipsis:
                return np.asarray(self)[key]
            chosen = self[first]
            if all(
                k is Ellipsis or (type(k) is slice and k == slice(None)) for k in rest
            ):
                return chosen
            inside = rest if isinstance(chosen, np.ndarray) else (slice(None), *rest)
            return np.asarray(chosen)[inside]
        if isinstance(key, Integral) and not isinstance(key, (bool, np.bool_)):
            return np.asarray(self._with(_origins=self._origins[[key]]))[0]
        return self._with(_origins=self._origins[key])

    def __repr__(self) -> str:
        panel = "" if self._keys is None else f", n_series={len(self._keys)}"
        return f"SeriesWindows(shape={self.shape}, horizon={self.horizon}{panel})"

    # ---- what it knows of its windows
    @property
    def times(self) -> pd.Index:
        return self._times.take(self._origins)

    @property
    def groups(self) -> pd.Index | None:
        return None if self._keys is None else self._keys.take(self._group_of_window())

    @property
    def complete(self) -> np.ndarray:
        return self._origins - self.n_steps + 1 >= self._starts()

    def with_steps(self, n_steps: int) -> SeriesWindows:
        """Return the same origins with ``n_steps`` steps of history; copies nothing."""
        return self._with(n_steps=check_count("SeriesWindows", "n_steps", n_steps))

    # ---- what the layers above need
    def levels(self) -> np.ndarray:
        """Return the targets' windows, shape (n_windows, n_steps, n_targets).

        In the targets' own units, also after the features were transformed.
        """
        if self._levels is not None:
            return self._levels[self._rows()]
        return self._series[:, list(self.target_features)][self._rows()]

    def covered_rows(self) -> np.ndarray:
        """Return the rows that stand in at least one window, shape (n_covered, f)."""
        change = np.zeros(len(self._series) + 1, dtype=np.int64)
        first = np.maximum(self._origins - self.n_steps + 1, self._starts())
        np.add.at(change, first, 1)
        np.add.at(change, self._origins + 1, -1)
        return self._series[np.cumsum(change[:-1]) > 0]

    def map_series(
        self, function: Any, feature_names: Sequence | None = None
    ) -> SeriesWindows:
        """Return windows over ``function(rows)``, row by row; ``y`` keeps its units.

        Rows after the newest origin stay out of it: no window can reach them.
        """
        reached = int(self._origins.max(initial=-1)) + 1
        rows = np.asarray(function(self._series[:reached]), dtype=self.dtype, order="C")
        series = np.zeros((len(self._series), rows.shape[1]), dtype=self.dtype)
        series[:reached] = rows
        same = rows.shape[1] == self.n_features
        levels = self._levels
        if levels is None and self.target_features:
            levels = self._series[:, list(self.target_features)]
        return self._with(
            _series=series,
            _levels=levels,
            feature_names=feature_names,
            target_features=self.target_features if same else (),
        )

    def _with(self, **changes: Any) -> SeriesWindows:
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        vars(other).update(changes)
        return other

    def _group_of_window(self) -> np.ndarray:
        return np.searchsorted(self._bounds, self._origins, side="right") - 1

    def _starts(self) -> np.ndarray:
        return self._bounds[self._group_of_window()]

    def _rows(self) -> np.ndarray:
        rows = self._origins[:, np.newaxis] + np.arange(1 - self.n_steps, 1)
        return np.maximum(rows, self._starts()[:, np.newaxis], out=rows)


def make_supervised(
    data: Any,
    n_steps: int = 1,
    horizon: int = 1,
    *,
    lead: int = 1,
    target: Columns = None,
    include_target: bool = True,
    future: Columns = None,
    group: Any = None,
    time: Any = None,
    stride: int = 1,
) -> tuple[SeriesWindows, np.ndarray]:
    """Return windows of a series and the values that follow each of them.

    Parameters
    ----------
    data : array, Series or DataFrame of shape (n_rows,) or (n_rows, n_columns)
        One series, oldest row first; or a long frame of several, with ``group``.
    n_steps : int, default=1
        Rows of history in each window. With 1, every row is an origin and
        :class:`~skforecast_lstm.SlidingWindow` lengthens the windows in a pipeline.
    horizon : int, default=1
        Steps to forecast.
    lead : int, default=1
        Steps from the window's last row to the first target. 1 is the next row, 0 the
        same row (then ``include_target`` must be False).
    target : column name or list of them, default=None
        What to forecast; a position in an array. None: every column that is not in
        ``future``.
    include_target : bool, default=True
        Whether the targets' own history stands in the windows.
    future : column name or list of them, default=None
        Columns known in advance. Their value at the end of the horizon stands in the
        window's row: the last ``horizon`` steps of a window are the future ones.
    group : column name, default=None
        Column that names the series of a row. Windows never cross two series.
    time : column name, default=None
        Column of times, which must increase within a series; by default the index.
    stride : int, default=1
        Rows from one origin to the next, from the first window on.

    Returns
    -------
    X : SeriesWindows of shape (n_windows, n_steps, n_features)
    y : ndarray of shape (n_windows,) or (n_windows, horizon * n_targets)
        Step-major: ``y.reshape(n_windows, horizon, n_targets)`` reads it back.

    Raises
    ------
    ValueError
        For missing or infinite values, times that do not increase, a column that does
        not exist, a series that is too short, or a target among its own features.

    See Also
    --------
    make_windows : The same without ``y``, for forecasting from the newest origins.

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import make_supervised
    >>> X, y = make_supervised(np.arange(10, 100, 10), n_steps=3, horizon=2)
    >>> X.shape, y.shape
    ((5, 3, 1), (5, 2))
    >>> np.asarray(X)[0].ravel(), y[0]
    (array([10., 20., 30.], dtype=float32), array([40., 50.]))
    """
    return _cut(
        "make_supervised", data, n_steps, horizon, lead, target, include_target,
        future, group, time, stride, supervised=True,
    )  # fmt: skip


def make_windows(
    data: Any,
    n_steps: int = 1,
    *,
    target: Columns = None,
    include_target: bool = True,
    future: Columns = None,
    group: Any = None,
    time: Any = None,
    stride: int = 1,
    horizon: int | None = None,
    lead: int = 1,
) -> SeriesWindows:
    """Return the windows of a series, the newest included.

    Parameters are those of :func:`make_supervised`. ``horizon`` and ``lead`` are needed
    only with ``future``: the data then reaches ``lead + horizon - 1`` rows beyond the
    newest origin, and only the ``future`` columns are read there.

    Returns
    -------
    X : SeriesWindows of shape (n_windows, n_steps, n_features)

    See Also
    --------
    make_supervised : Windows with the values that follow them.

    Examples
    --------
    >>> import pandas as pd
    >>> from skforecast_lstm import make_windows
    >>> months = pd.period_range("2024-01", periods=4, freq="M")
    >>> X = make_windows(pd.Series([1.0, 2.0, 3.0, 4.0], months), n_steps=2)
    >>> X.times
    PeriodIndex(['2024-02', '2024-03', '2024-04'], dtype='period[M]')
    """
    return _cut(
        "make_windows", data, n_steps, horizon, lead, target, include_target,
        future, group, time, stride, supervised=False,
    )[0]  # fmt: skip


def check_count(who: str, name: str, value: Any, least: int = 1) -> int:
    """Return ``value`` as an int of at least ``least``, or raise naming it."""
    if not isinstance(value, Integral) or isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{who}: {name} must be an int, got {value!r}")
    if value < least:
        raise ValueError(f"{who}: {name} must be at least {least}, got {value}")
    return int(value)


def _cut(
    who: str, data: Any, n_steps: int, horizon: int | None, lead: int, target: Columns,
    include_target: bool, future: Columns, group: Any, time: Any, stride: int,
    supervised: bool,
) -> tuple[SeriesWindows, Any]:  # fmt: skip
    n_steps = check_count(who, "n_steps", n_steps)
    stride = check_count(who, "stride", stride)
    lead = check_count(who, "lead", lead, least=0)
    if horizon is None and future is not None:
        raise ValueError(f"{who}: future columns need horizon, got horizon=None")
    ahead = 1 if horizon is None else check_count(who, "horizon", horizon)

    table = as_table(who, data, group, time)
    known = table.columns(who, "future", future)
    targets = table.columns(who, "target", target)
    targets = targets or [c for c in range(len(table.names)) if c not in known]
    features = _features(who, table, targets, known, include_target, lead, supervised)

    # `reach` rows at each series' end are no origin: y or the future ends there.
    reach = lead + ahead - 1 if supervised or known else 0
    rows, bounds = _usable_rows(who, table, n_steps, reach)
    read = np.ones(len(table.values), dtype=bool)
    table.check_finite(who, known, read)
    if not supervised:
        read[:] = False
        read[rows] = True
    past = sorted({*features, *(targets if supervised else ())} - {*known})
    table.check_finite(who, past, read)

    X = SeriesWindows(
        _series(table, features, known, rows, reach),
        _origins(bounds, n_steps, stride),
        n_steps,
        bounds=bounds,
        feature_names=[table.names[c] for c in features] if table.named else None,
        target_features=tuple(features.index(c) for c in targets if c in features),
        n_targets=len(targets),
        horizon=horizon if horizon is None else ahead,
        lead=lead,
        times=table.times[rows],
        keys=table.keys,
    )
    if not supervised:
        return X, None
    newest = X._origins if isinstance(rows, slice) else rows[X._origins]
    return X, _targets(table, targets, newest + lead, ahead)


def _features(
    who: str, table: Table, targets: list[int], known: list[int],
    include_target: bool, lead: int, supervised: bool,
) -> list[int]:  # fmt: skip
    both = [table.names[c] for c in targets if c in known]
    if both:
        raise ValueError(f"{who}: {both[0]!r} is named both as target and as future")
    if lead == 0 and include_target and supervised:
        raise ValueError(
            f"{who}: with lead=0 the target {table.names[targets[0]]!r} would stand in "
            "its own window; use include_target=False, or lead=1"
        )
    kept = [c for c in range(len(table.names)) if include_target or c not in targets]
    if not kept:
        raise ValueError(
            f"{who}: include_target=False leaves no feature: every column is a target"
        )
    return kept


def _usable_rows(
    who: str, table: Table, n_steps: int, reach: int
) -> tuple[slice | np.ndarray, np.ndarray]:
    lengths = np.diff(table.bounds)
    short = np.flatnonzero(lengths < n_steps + reach)
    if len(short):
        what = "the series" if table.keys is None else f"group {table.keys[short[0]]!r}"
        more = f" ({len(short)} groups are too short)" if len(short) > 1 else ""
        raise ValueError(
            f"{who}: {what} has {lengths[short[0]]} rows, but n_steps={n_steps} and "
            f"{reach} rows ahead need at least {n_steps + reach}{more}"
        )
    usable = lengths - reach
    bounds = np.concatenate([[0], np.cumsum(usable)])
    if len(lengths) == 1:
        return slice(0, int(usable[0])), bounds
    shift = np.repeat(table.bounds[:-1] - bounds[:-1], usable)
    return np.arange(bounds[-1]) + shift, bounds


def _origins(bounds: np.ndarray, n_steps: int, stride: int) -> np.ndarray:
    if len(bounds) == 2:
        return np.arange(n_steps - 1, bounds[1], stride)
    position = np.arange(bounds[-1]) - np.repeat(bounds[:-1], np.diff(bounds))
    position -= n_steps - 1
    return np.flatnonzero((position >= 0) & (position % stride == 0))


def _series(
    table: Table, features: list[int], known: list[int],
    rows: slice | np.ndarray, reach: int,
) -> np.ndarray:  # fmt: skip
    ahead = slice(reach, None) if isinstance(rows, slice) else rows + reach
    n_rows = rows.stop if isinstance(rows, slice) else len(rows)
    series = np.empty((n_rows, len(features)), dtype=np.float32)
    for k, column in enumerate(features):
        series[:, k] = table.values[ahead if column in known else rows, column]
    return series


def _targets(
    table: Table, targets: list[int], first: np.ndarray, horizon: int
) -> np.ndarray:
    y = np.empty((len(first), horizon, len(targets)), dtype=table.values.dtype)
    for step in range(horizon):
        for k, column in enumerate(targets):
            y[:, step, k] = table.values[first + step, column]
    return y.reshape(len(y)) if horizon * len(targets) == 1 else y.reshape(len(y), -1)
