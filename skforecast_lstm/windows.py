"""Series to samples: one row of X is one forecast origin with its own history."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from skforecast_lstm._counts import check_count
from skforecast_lstm._narrow import write_narrow
from skforecast_lstm._series_windows import SeriesWindows
from skforecast_lstm._table import Columns, Table, as_table

__all__ = ["SeriesWindows", "make_supervised", "make_windows"]


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
    dtype: Any = np.float32,
) -> tuple[SeriesWindows, np.ndarray]:
    """Return windows of a series and the values that follow each of them.

    Parameters
    ----------
    data : array, Series or DataFrame of shape (n_rows,) or (n_rows, n_columns)
        One series, oldest row first; or a long frame of several, with ``group``.
        Pandas or polars.
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
    dtype : float32 or float64, default=float32
        Of the windows. Networks read float32; a regressor that does not scale its input
        may need float64, where small changes on a high level matter.

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
    TypeError
        For data that is neither array, Series nor DataFrame.

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
        future, group, time, stride, dtype, supervised=True,
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
    dtype: Any = np.float32,
) -> SeriesWindows:
    """Return the windows of a series, the newest included.

    Parameters are those of :func:`make_supervised`; a ``stride`` is counted from the
    oldest window there and here, and may leave the newest out. ``horizon`` and ``lead``
    are needed only with ``future``: the data then reaches ``lead + horizon - 1`` rows
    beyond the newest origin, and only the ``future`` columns are read there.

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
        future, group, time, stride, dtype, supervised=False,
    )[0]  # fmt: skip


def _cut(
    who: str, data: Any, n_steps: int, horizon: int | None, lead: int, target: Columns,
    include_target: bool, future: Columns, group: Any, time: Any, stride: int,
    dtype: Any, supervised: bool,
) -> tuple[SeriesWindows, Any]:  # fmt: skip
    n_steps = check_count(who, "n_steps", n_steps)
    stride = check_count(who, "stride", stride)
    lead = check_count(who, "lead", lead, least=0)
    if horizon is not None or supervised:
        horizon = check_count(who, "horizon", horizon)
    table = as_table(who, data, group, time)
    features, targets, known = _roles(
        who, table, target, include_target, future, lead, supervised
    )
    if known and horizon is None:
        raise ValueError(f"{who}: future columns need horizon, got horizon=None")
    # `reach` rows at each series' end are no origin: y or the future ends there.
    reach = lead + (horizon or 1) - 1 if supervised or known else 0
    rows, bounds = _usable_rows(who, table, n_steps, reach)
    _check_values(who, table, features, targets, known, None if supervised else rows)
    X = SeriesWindows(
        _series(who, table, features, known, rows, reach, dtype),
        _origins(bounds, n_steps, stride),
        n_steps,
        bounds=bounds,
        feature_names=[table.names[c] for c in features] if table.named else None,
        target_features=tuple(features.index(c) for c in targets if c in features),
        n_targets=len(targets),
        horizon=horizon,
        lead=lead,
        times=table.times[rows],
        keys=table.keys,
        ends=table.times[_later(rows, reach)] if supervised else None,
    )
    if not supervised:
        return X, None
    first = _first_targets(rows, X, stride)
    return X, _targets(table, targets, first, horizon or 1)


def _roles(
    who: str, table: Table, target: Columns, include_target: bool,
    future: Columns, lead: int, supervised: bool,
) -> tuple[list[int], list[int], list[int]]:  # fmt: skip
    """Return the positions of the features, of the targets and of the known columns."""
    known = table.columns(who, "future", future)
    targets = table.columns(who, "target", target)
    if target is not None and not targets:
        raise ValueError(
            f"{who}: target={target!r} names no column; name one, or leave target out "
            "to forecast every column that is not in future"
        )
    both = [table.names[c] for c in targets if c in known]
    if both:
        raise ValueError(f"{who}: {both[0]!r} is named both as target and as future")
    every = range(len(table.names))
    targets = targets or [c for c in every if c not in known]
    if not targets:
        raise ValueError(
            f"{who}: every column is named as future, which leaves nothing to forecast"
        )
    if lead == 0 and include_target and supervised:
        raise ValueError(
            f"{who}: with lead=0 the target {table.names[targets[0]]!r} would stand in "
            "its own window; use include_target=False, or lead=1"
        )
    features = [c for c in every if include_target or c not in targets]
    if not features:
        raise ValueError(
            f"{who}: include_target=False leaves no feature: every column is a target"
        )
    return features, targets, known


def _check_values(
    who: str, table: Table, features: list[int], targets: list[int],
    known: list[int], rows: slice | np.ndarray | None,
) -> None:  # fmt: skip
    """Refuse NaN and infinity; without ``y``, in the rows of the windows only."""
    read = np.ones(len(table.values), dtype=bool)
    table.check_finite(who, known, read)
    past = {*features, *targets}
    if rows is not None:
        read[:] = False
        read[rows] = True
        past = {*features}
    table.check_finite(who, sorted(past - {*known}), read)


def _usable_rows(
    who: str, table: Table, n_steps: int, reach: int
) -> tuple[slice | np.ndarray, np.ndarray]:
    lengths = np.diff(table.bounds)
    if len(table.values) == 0:
        raise ValueError(f"{who}: the data has no rows")
    short = np.flatnonzero(lengths < n_steps + reach)
    if len(short):
        what = "the series" if table.keys is None else table.called(short[0])
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
    who: str, table: Table, features: list[int], known: list[int],
    rows: slice | np.ndarray, reach: int, dtype: Any,
) -> np.ndarray:  # fmt: skip
    if dtype not in (np.float32, np.float64, "float32", "float64"):
        raise ValueError(f"{who}: dtype must be float32 or float64, got {dtype!r}")
    ahead = _later(rows, reach)
    n_rows = rows.stop if isinstance(rows, slice) else len(rows)
    series = np.empty((n_rows, len(features)), dtype=dtype)
    for k, column in enumerate(features):
        values = table.values[ahead if column in known else rows, column]
        write_narrow(who, table.names[column], values, series[:, k])
    return series


def _later(rows: slice | np.ndarray, reach: int) -> slice | np.ndarray:
    """Return the rows ``reach`` after ``rows``; a slice covers all but as many."""
    return slice(reach, None) if isinstance(rows, slice) else rows + reach


def _first_targets(
    rows: slice | np.ndarray, X: SeriesWindows, stride: int
) -> slice | np.ndarray:
    """Return the row of each window's first target."""
    if isinstance(rows, slice):  # origins at equal distances: no index is needed
        return slice(X.n_steps - 1 + X.lead, rows.stop + X.lead, stride)
    return rows[X._origins] + X.lead


def _targets(
    table: Table, targets: list[int], first: slice | np.ndarray, horizon: int
) -> np.ndarray:
    values = table.values
    if targets != list(range(values.shape[1])):
        values = values[:, targets]
    # (n_rows - horizon + 1, n_targets, horizon), a view; then the origins' rows of it
    ahead = sliding_window_view(values, horizon, axis=0)[first]
    y = np.array(ahead.transpose(0, 2, 1), order="C")
    return y.reshape(len(y)) if horizon * len(targets) == 1 else y.reshape(len(y), -1)
