"""A history in any accepted form as one long regular frame, and forecasts back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from skforecast_lstm._table import Table, as_table, nearest
from skforecast_lstm.forecaster._fill import fill_missing
from skforecast_lstm.forecaster._frequency import (
    absent_times,
    check_few_absent,
    frequency_of,
    usual_season,
)

SERIES, TIME = "__series__", "__time__"
WHO = "LSTMForecaster"


@dataclass(frozen=True)
class Roles:
    """What each column is for."""

    targets: list[Any]
    past: list[Any]
    future: list[Any]
    static: list[Any]
    group: Any = None
    time: Any = None

    @property
    def columns(self) -> list[Any]:
        return [*self.targets, *self.past, *self.future, *self.static]


@dataclass(frozen=True)
class Panel:
    """Series one below the other, in order of appearance, each regular in time.

    Parameters
    ----------
    frame : DataFrame
        The columns SERIES and TIME, and those of ``roles`` as float.
    roles : Roles
    form : {"series", "wide", "long"}
        How the data came, and a forecast is given back.
    freq : pandas offset, or int
        From one time to the next.
    time_name : Hashable
        Name of the time column or index.
    """

    frame: pd.DataFrame
    roles: Roles
    form: str
    freq: Any
    time_name: Any

    @property
    def lengths(self) -> pd.Series:
        """Rows of each series."""
        return self.frame.groupby(SERIES, sort=False).size()

    def last_rows(self, n: int) -> Panel:
        """Return the newest ``n`` rows of each series."""
        return replace(self, frame=self.frame.groupby(SERIES, sort=False).tail(n))

    def extended(self, rows: pd.DataFrame) -> Panel:
        """Return the panel with ``rows`` at the end of their series."""
        return replace(self, frame=in_order(pd.concat([self.frame, rows])))

    def next_rows(self, n: int) -> pd.DataFrame:
        """Return the ``n`` rows after the end of each series; only static is known."""
        ends = self.frame.groupby(SERIES, sort=False).last()
        times = [times_after(end, n, self.freq) for end in ends[TIME]]
        rows = ends.loc[ends.index.repeat(n)].reset_index()
        rows[TIME] = times[0].append(times[1:])
        rows[[c for c in self.roles.columns if c not in self.roles.static]] = np.nan
        return rows

    def in_form(self, table: pd.DataFrame) -> Any:
        """Return a table of SERIES, TIME and values in the form in which data came."""
        if self.form == "long":
            time = TIME if self.time_name is None else self.time_name
            names = {SERIES: self.roles.group, TIME: time}
            return table.rename(columns=names).reset_index(drop=True)
        values = self.times_as_index(table, table.drop(columns=[SERIES, TIME]))
        return values.iloc[:, 0] if self.form == "series" else values

    def times_as_index(self, table: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
        """Return ``values`` with the times of ``table`` as their index."""
        index = pd.Index(table[TIME].array, name=self.time_name)
        if isinstance(index, pd.DatetimeIndex):
            index = pd.DatetimeIndex(index, freq=self.freq)
        return values.set_axis(index, axis=0)


def read_panel(
    data: Any,
    roles: dict[str, Any],
    *,
    freq: Any,
    fill: Any,
    season_length: int | None,
    form: str | None = None,
) -> Panel:
    """Return ``data`` as a :class:`Panel`; missing values are filled or refused.

    ``form`` says how the data came, where that can't be seen any more.
    """
    frame, seen = as_frame(data)
    form = form or seen
    named = _roles(frame, **roles)
    if named.group is not None:
        form = "long"
    keys = [c for c in (named.group, named.time) if c is not None]
    table = as_table(WHO, frame[[*keys, *named.columns]], named.group, named.time)
    freq = frequency_of(WHO, table, freq)
    rows = _with_absent_times(table, freq, insert=fill is not None)
    missing = rows[named.columns].isna().to_numpy()
    if missing.any():
        season = season_length or usual_season(freq)
        rows = fill_missing(WHO, rows, SERIES, named.columns, fill, season)
    infinite = np.isinf(rows[named.columns].to_numpy())
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise ValueError(
            f"{WHO}: {int(infinite.sum())} infinite values; the first is in column "
            f"{named.columns[column]!r} at {rows[TIME].iloc[row]}"
        )
    _check_static(rows, named)
    time_name = named.time if named.time is not None else frame.index.name
    return Panel(rows, named, form, freq, time_name)


def as_frame(data: Any) -> tuple[pd.DataFrame, str]:
    """Return a pandas frame, and the form in which the data came."""
    if nw.dependencies.is_into_dataframe(data) and not isinstance(data, pd.DataFrame):
        data = nw.from_native(data, eager_only=True).to_pandas()
    elif nw.dependencies.is_into_series(data) and not isinstance(data, pd.Series):
        data = nw.from_native(data, series_only=True).to_pandas()
    if isinstance(data, pd.DataFrame):
        return data, "wide"
    if isinstance(data, pd.Series):
        return data.to_frame("y" if data.name is None else data.name), "series"
    values = np.asarray(data)
    if values.ndim == 1:
        return pd.DataFrame({"y": values}), "series"
    return pd.DataFrame(values), "wide"


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows series by series, in order of appearance."""
    codes = pd.factorize(table[SERIES])[0]
    return table.iloc[np.argsort(codes, kind="stable")].reset_index(drop=True)


def future_rows(panel: Panel, future: Any, n: int) -> pd.DataFrame:
    """Return the ``n`` rows after each series, with the covariates known ahead.

    Raises
    ------
    ValueError
        Naming the timestamps without a covariate.
    """
    rows, roles = panel.next_rows(n), panel.roles
    if not roles.future:
        if future is not None:
            raise ValueError(f"{WHO}: future was given, but no column is named future")
        return rows
    given = as_frame(future)[0] if future is not None else rows.iloc[:0]
    absent = [c for c in roles.future if c not in given.columns]
    if absent:
        raise ValueError(f"{WHO}: future lacks the columns {absent}")
    known = given[roles.future].copy()
    known[TIME] = given[roles.time] if roles.time in given.columns else given.index
    known[SERIES] = given[roles.group] if roles.group in given.columns else 0
    if isinstance(rows[TIME].dtype, pd.DatetimeTZDtype) or rows[TIME].dtype.kind == "M":
        known[TIME] = pd.to_datetime(known[TIME])
    places = pd.MultiIndex.from_frame(rows[[SERIES, TIME]])
    if roles.group is None or roles.group in given.columns:
        known = known.set_index([SERIES, TIME]).reindex(places)
    else:  # the same for all series
        known = known.set_index(TIME)[roles.future].reindex(rows[TIME])
    rows[roles.future] = known[roles.future].to_numpy(dtype=float)
    gaps = rows[rows[roles.future].isna().any(axis=1)]
    if len(gaps):
        lacking = [c for c in roles.future if gaps[c].isna().any()]
        times = ", ".join(str(t) for t in gaps[TIME].unique()[:5])
        raise ValueError(
            f"{WHO}: future lacks {lacking} at {gaps[TIME].nunique()} of the {n} times "
            f"to come: {times}{', ...' if gaps[TIME].nunique() > 5 else ''}"
        )
    return rows


def times_after(end: Any, n: int, freq: Any) -> pd.Index:
    """Return the ``n`` times after ``end``."""
    if isinstance(end, pd.Period):
        return pd.period_range(end + 1, periods=n, freq=end.freq)
    if isinstance(end, pd.Timestamp):
        return pd.date_range(end, periods=n + 1, freq=freq)[1:]
    return pd.Index(end + freq * np.arange(1, n + 1))


def _roles(
    frame: pd.DataFrame,
    target: Any,
    past: Any,
    future: Any,
    static: Any,
    group: Any,
    time: Any,
) -> Roles:
    columns = list(frame.columns)
    given = {"target": target, "past": past, "future": future, "static": static}
    given |= {"group": group, "time": time}
    named = {role: _named(role, names, columns) for role, names in given.items()}
    flat = [name for names in named.values() for name in names]
    twice = [name for name in flat if flat.count(name) > 1]
    if twice:
        raise ValueError(f"{WHO}: column {twice[0]!r} is named in two roles")
    if static and group is None:
        raise ValueError(f"{WHO}: static={static!r} needs a group column")
    rest = [c for c in columns if c not in flat]
    targets = named["target"] or rest
    if not targets:
        raise ValueError(f"{WHO}: no column is left to forecast; name the target")
    others = rest if named["target"] else []
    past = [*named["past"], *others]
    return Roles(targets, past, named["future"], named["static"], group, time)


def _named(role: str, given: Any, columns: list) -> list:
    listed = isinstance(given, (list, tuple, pd.Index, np.ndarray))
    names = list(given) if listed else [] if given is None else [given]
    for name in names:
        if name not in columns:
            raise ValueError(
                f"{WHO}: {role}={name!r} is not a column of the data"
                f"{nearest(name, columns)}"
            )
    return names


def _with_absent_times(table: Table, freq: Any, insert: bool) -> pd.DataFrame:
    keys = pd.Index([0] if table.keys is None else list(table.keys))
    lengths = np.diff(table.bounds)
    labels = pd.DataFrame({SERIES: keys.repeat(lengths), TIME: table.times})
    frame = pd.DataFrame(table.values, columns=table.names)
    frame = pd.concat([labels, frame], axis=1)
    grids: dict = {}
    parts, whole = [], True
    for key, first, end in zip(keys, table.bounds, table.bounds[1:], strict=False):
        times = table.times[first:end]
        named = None if table.keys is None else key
        absent = absent_times(WHO, times, freq, named, grids)
        part = slice(first, end), key, absent
        parts.append(part)
        if len(absent) and not insert:
            check_few_absent(WHO, absent, len(times))
        whole &= not (insert and len(absent))
    if whole:
        return frame
    return pd.concat(
        [_inserted(frame[r], k, a) for r, k, a in parts], ignore_index=True
    )


def _inserted(rows: pd.DataFrame, key: Any, absent: pd.Index) -> pd.DataFrame:
    if not len(absent):
        return rows
    times = pd.Index(rows[TIME])
    rows = rows.set_index(TIME).reindex(times.union(absent)).rename_axis(TIME)
    return rows.reset_index().assign(**{SERIES: key})[[SERIES, TIME, *rows.columns[1:]]]


def _check_static(rows: pd.DataFrame, roles: Roles) -> None:
    for column in roles.static:
        kinds = rows.groupby(SERIES, sort=False)[column].nunique()
        changed = kinds.index[kinds > 1].tolist()
        if changed:
            raise ValueError(
                f"{WHO}: static={column!r} changes within series {changed[0]!r}; name "
                "it past or future instead"
            )
