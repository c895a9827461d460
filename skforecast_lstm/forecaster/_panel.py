"""A history in any accepted form as one long regular frame, and forecasts back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._table import as_table, nearest
from skforecast_lstm.forecaster._absent import Absent, rows_of
from skforecast_lstm.forecaster._fill import check_fill, check_finite, fill_missing
from skforecast_lstm.forecaster._forms import SERIES, TIME, WHO, as_frame, check_rows
from skforecast_lstm.forecaster._frequency import frequency_of, usual_season
from skforecast_lstm.forecaster._kinds import of_kind

__all__ = ["SERIES", "TIME", "WHO", "Panel", "Roles", "in_order", "read_panel"]


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
    absent : tuple of (series, Index)
        Times just closed up, until they are refused or told; of series that lack some.
    filled : DataFrame, default=None
        SERIES, TIME and which of the other columns were missing, and were filled; a row
        each time at which one was.
    counted : bool, default=False
        Whether the times only count the rows of each series, from 0 or 1: then what two
        series have at one time need not have happened together.
    """

    frame: pd.DataFrame
    roles: Roles
    form: str
    freq: Any
    time_name: Any
    absent: Absent = ()
    filled: pd.DataFrame | None = None
    counted: bool = False

    @property
    def lengths(self) -> pd.Series:
        """Rows of each series."""
        return self.frame.groupby(SERIES, sort=False).size()

    @property
    def time_label(self) -> Any:
        """Name of the times as a column: "time" where they have none."""
        if self.time_name is not None:
            return self.time_name
        taken = [*self.roles.columns, self.roles.group]
        return "time" if "time" not in taken else "time_"

    def was_missing(self) -> np.ndarray:
        """Return which values were filled, (n_rows, n_columns) of ``roles.columns``."""
        missing = np.zeros((len(self.frame), len(self.roles.columns)), dtype=bool)
        if self.filled is not None:
            rows = pd.MultiIndex.from_frame(self.frame[[SERIES, TIME]])
            at = rows.get_indexer(pd.MultiIndex.from_frame(self.filled[[SERIES, TIME]]))
            values = self.filled[self.roles.columns].to_numpy()
            missing[at[at >= 0]] = values[at >= 0]
        return missing

    @property
    def unfilled(self) -> pd.DataFrame:
        """The rows, NaN again where a value was missing."""
        columns = self.roles.columns
        rows = self.frame.copy()
        rows[columns] = rows[columns].mask(self.was_missing())
        return rows

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
        # By position: a label True or False would be taken for a mask.
        rows = ends.iloc[np.arange(len(ends)).repeat(n)].reset_index()
        rows[TIME] = times[0].append(times[1:])
        rows[[c for c in self.roles.columns if c not in self.roles.static]] = np.nan
        return rows

    def in_form(self, table: pd.DataFrame) -> Any:
        """Return a table of SERIES, TIME and values in the form in which data came."""
        if self.form == "long":
            names = {SERIES: self.roles.group, TIME: self.time_label}
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
    known: Any = None,
    fill_later: bool = False,
) -> Panel:
    """Return ``data`` as a :class:`Panel`; missing values are filled or refused.

    ``form`` says how the data came, where that can't be seen any more. ``known`` is the
    dtype of the times of a history that it is an update of. ``fill_later`` leaves
    missing values that have a ``fill`` as they are.
    """
    check_fill(WHO, fill)
    frame, seen = as_frame(data)
    check_rows(frame)
    form = form or seen
    named = _roles(frame, **roles)
    if named.group is not None:
        form = "long"
    keys = [c for c in (named.group, named.time) if c is not None]
    table = as_table(WHO, frame[[*keys, *named.columns]], named.group, named.time)
    if known is not None:
        table.times = of_kind("update", table.times, known)
    asked = freq is not None
    freq = frequency_of(WHO, table, freq)
    rows, absent = rows_of(table, freq, insert=fill is not None, asked=asked)
    of_series = named.group is not None
    later = fill_later and fill is not None
    missing = rows[[SERIES, TIME]].join(rows[named.columns].isna())
    filled = missing[missing[named.columns].any(axis=1)]
    if not later and len(filled):
        season = season_length or usual_season(freq)
        rows = fill_missing(WHO, rows, SERIES, named.columns, fill, season, of_series)
    check_finite(WHO, rows, SERIES, named.columns, of_series)
    _check_static(rows, named)
    time_name = named.time if named.time is not None else frame.index.name
    counted = _only_count(rows)
    known = None if later or not len(filled) else filled
    return Panel(rows, named, form, freq, time_name, absent, known, counted)


def _only_count(rows: pd.DataFrame) -> bool:
    if not pd.api.types.is_integer_dtype(rows[TIME].dtype):
        return False
    starts = rows.groupby(SERIES, sort=False)[TIME].first()
    return bool(starts.isin((0, 1)).all())


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows series by series, in order of appearance."""
    codes = pd.factorize(table[SERIES])[0]
    return table.iloc[np.argsort(codes, kind="stable")].reset_index(drop=True)


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
    if named["static"] and not named["group"]:
        raise ValueError(f"{WHO}: static={named['static']!r} needs a group column")
    rest = [c for c in columns if c not in flat]
    targets = named["target"] or rest
    if not targets:
        raise ValueError(f"{WHO}: no column is left to forecast; name the target")
    others = rest if named["target"] else []
    past = [*named["past"], *others]
    group, time = (_at_most_one(role, named[role]) for role in ("group", "time"))
    return Roles(targets, past, named["future"], named["static"], group, time)


def _at_most_one(role: str, names: list) -> Any:
    if len(names) > 1:
        raise ValueError(f"{WHO}: {role} must be the name of one column, got {names}")
    return names[0] if names else None


def _named(role: str, given: Any, columns: list) -> list:
    names = [given]
    if given is None:
        return []
    if isinstance(given, (np.ndarray, pd.Index, pd.Series)):
        names = given.tolist()
    elif isinstance(given, list) or (isinstance(given, tuple) and given not in columns):
        names = list(given)
    for name in names:
        if name not in columns:
            raise ValueError(
                f"{WHO}: {role}={name!r} is not a column of the data"
                f"{nearest(name, columns)}"
            )
    return names


def _check_static(rows: pd.DataFrame, roles: Roles) -> None:
    for column in roles.static:
        kinds = rows.groupby(SERIES, sort=False)[column].nunique()
        changed = kinds.index[kinds > 1].tolist()
        if changed:
            raise ValueError(
                f"{WHO}: static={column!r} changes within series {changed[0]!r}; name "
                "it past or future instead"
            )
