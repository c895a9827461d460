"""From any accepted data to one validated numeric table; no windows yet."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._frames import as_array, to_pandas

Columns = Hashable | Sequence[Hashable] | None


@dataclass
class Table:
    """Series one below the other: series ``g`` is ``bounds[g]:bounds[g + 1]``."""

    values: np.ndarray  # (n_rows, n_columns), floating
    names: list[Hashable]  # one a column
    named: bool  # whether the names were given, and not made up from positions
    times: pd.Index  # (n_rows,)
    bounds: np.ndarray  # (n_groups + 1,)
    keys: pd.Index | None  # (n_groups,), None without a group column

    def columns(self, who: str, role: str, names: Columns) -> list[int]:
        """Return the positions of the columns called ``names``."""
        text = isinstance(names, (str, bytes))
        several = not text and isinstance(names, (Sequence, np.ndarray, pd.Index))
        if names is None or (several and not len(names)):  # type: ignore[arg-type]
            return []
        scalar = isinstance(names, tuple) or not several
        wanted = [names] if scalar else list(names)  # type: ignore[call-overload]
        places = []
        for name in wanted:
            if name in self.names:
                places.append(self.names.index(name))
            else:
                raise ValueError(
                    f"{who}: {role}={name!r} is not a column of the data"
                    f"{nearest(name, self.names)}"
                )
        if len(set(places)) < len(places):
            raise ValueError(f"{who}: {role}={wanted!r} names a column twice")
        return places

    def where(self, row: int) -> str:
        """Return the place of ``row`` in the words of the user's own data."""
        group = int(np.searchsorted(self.bounds, row, side="right")) - 1
        text = f"row {row - self.bounds[group]}"
        if self.times[row] != row - self.bounds[group]:
            text += f", {self.times[row]}"
        return text if self.keys is None else f"{text}, {self.called(group)}"

    def called(self, group: int) -> str:
        """Return a group in the words of the user's own data."""
        assert self.keys is not None
        return f"group {self.keys.tolist()[group]!r}"

    def check_finite(self, who: str, columns: Sequence[int], rows: np.ndarray) -> None:
        """Refuse missing and infinite values in ``columns`` where ``rows`` are read.

        Raises
        ------
        ValueError
            With the count for each column, and the first place.
        """
        faults = []
        first = len(self.values)
        for column in columns:
            bad = ~np.isfinite(self.values[:, column])
            bad &= rows
            if not bad.any():
                continue
            missing = int(np.isnan(self.values[bad, column]).sum())
            counted = (missing, "missing"), (int(bad.sum()) - missing, "infinite")
            counts = " and ".join(f"{n} {kind}" for n, kind in counted if n)
            faults.append(f"{counts} in column {self.names[column]!r}")
            first = min(first, int(np.flatnonzero(bad)[0]))
        if faults:
            raise ValueError(
                f"{who}: the data has NaN or infinity: {'; '.join(faults)} "
                f"(the first at {self.where(first)}). Fill or drop them first, "
                "for example with data.interpolate()"
            )


def nearest(name: Any, valid: Sequence[Any]) -> str:
    """Return the end of an error message: the valid names, the nearest one first."""
    close = get_close_matches(str(name), [str(v) for v in valid], n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    shown = ", ".join(repr(v) for v in list(valid)[:12])
    return f"{hint} (columns: {shown}{', ...' if len(valid) > 12 else ''})"


def as_table(who: str, data: Any, group: Hashable, time: Hashable) -> Table:
    """Return ``data`` as a :class:`Table`, groups in order of first appearance."""
    data = to_pandas(data)
    if isinstance(data, pd.Series):
        frame = data.to_frame(data.name if data.name is not None else 0)
        named = data.name is not None
    elif isinstance(data, pd.DataFrame):
        frame, named = data, not isinstance(data.columns, pd.RangeIndex)
    else:
        values = as_array(who, "data", data)
        frame, named = pd.DataFrame(values, copy=False), False
    if frame.columns.has_duplicates:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(f"{who}: the data has two columns called {twice!r}")
    for role, name in (("group", group), ("time", time)):
        if name is not None and name not in frame.columns:
            raise ValueError(
                f"{who}: {role}={name!r} is not a column of the data"
                f"{nearest(name, list(frame.columns))}"
            )
    if time is None and isinstance(frame.index, pd.MultiIndex):
        raise ValueError(
            f"{who}: the index has the levels {list(frame.index.names)}; name them as "
            "columns: data.reset_index(), then group=... and time=..."
        )
    order, bounds, keys = _groups(who, frame, group)
    if order is not None:
        numbered = counts_rows(frame.index)
        frame = frame.iloc[order]
        frame = frame.reset_index(drop=True) if numbered else frame
    frame = _with_plain_times(frame, time)
    times = _times(who, frame, group, time, bounds)
    body = frame.drop(columns=[c for c in (group, time) if c is not None])
    table = Table(_numeric(who, body), list(body.columns), named, times, bounds, keys)
    _check_increasing(who, table)
    return table


def _groups(
    who: str, frame: pd.DataFrame, group: Hashable
) -> tuple[np.ndarray | None, np.ndarray, pd.Index | None]:
    if group is None:
        return None, np.array([0, len(frame)]), None
    codes, keys = pd.factorize(frame[group])
    if (codes < 0).any():
        raise ValueError(
            f"{who}: {int((codes < 0).sum())} rows have no group (column {group!r})"
        )
    bounds = np.concatenate([[0], np.cumsum(np.bincount(codes))])
    if (np.diff(codes) >= 0).all():
        return None, bounds, pd.Index(keys)
    return np.argsort(codes, kind="stable"), bounds, pd.Index(keys)


def counts_rows(index: pd.Index) -> bool:
    """Return whether the index of a long frame numbers its rows, and holds no times.

    Times would come again in each series; numbers of rows, selected or not, do not.
    """
    whole = pd.api.types.is_integer_dtype(index.dtype)
    return isinstance(index, pd.RangeIndex) or (whole and index.is_unique)


def _with_plain_times(frame: pd.DataFrame, time: Hashable) -> pd.DataFrame:
    if time is None:
        index = plain(frame.index)
        return frame if index is frame.index else frame.set_axis(index, axis=0)
    column = frame[time]
    times = plain(column)
    if times is column:
        return frame
    frame = frame.copy(deep=False)
    frame[time] = times
    return frame


def plain(values: Any) -> Any:
    """Return a Series or Index of pandas' own types, as which it may come disguised."""
    disguised = isinstance(values.dtype, (pd.ArrowDtype, pd.CategoricalDtype))
    if disguised or values.dtype == object:
        return values.astype(object).infer_objects()
    return values


def _times(
    who: str,
    frame: pd.DataFrame,
    group: Hashable,
    time: Hashable,
    bounds: np.ndarray,
) -> pd.Index:
    if time is None:
        if group is None or not counts_rows(frame.index):
            return _dates_of(who, frame.index)
        # Row numbers of a long frame say nothing about time: count within the group.
        return pd.Index(np.arange(len(frame)) - np.repeat(bounds[:-1], np.diff(bounds)))
    times = frame[time]
    if times.isna().any():
        raise ValueError(
            f"{who}: {int(times.isna().sum())} rows have no time (column {time!r})"
        )
    if times.dtype == object or isinstance(times.dtype, pd.StringDtype):
        try:
            times = pd.to_datetime(times, format="ISO8601")
        except (ValueError, TypeError):
            _check_offsets(who, times)
            raise ValueError(
                f"{who}: time column {time!r} holds text that is no ISO 8601 date, "
                f"such as {times.iloc[0]!r}; convert it with pandas.to_datetime first"
            ) from None
    return _wide(pd.Index(times))


def _dates_of(who: str, index: pd.Index) -> pd.Index:
    """Return an index of dates where it holds them as objects or ISO 8601 text."""
    if index.dtype != object and not isinstance(index.dtype, pd.StringDtype):
        return _wide(index)
    try:
        return pd.to_datetime(index, format="ISO8601")
    except (ValueError, TypeError):
        _check_offsets(who, index)
        return index


def _check_offsets(who: str, times: pd.Series | pd.Index) -> None:
    """Refuse ISO 8601 text that is no column of dates as its UTC offset changes."""
    try:
        pd.to_datetime(times, format="ISO8601", utc=True)
    except (ValueError, TypeError):
        return
    raise ValueError(
        f"{who}: the UTC offset of the times changes, as where summer time begins, or "
        "some have none; convert them with pandas.to_datetime(times, utc=True), and to "
        "a time zone with tz_convert"
    )


def _wide(times: pd.Index) -> pd.Index:
    """Return whole numbers as int64, in which times can be computed."""
    whole = pd.api.types.is_integer_dtype(times.dtype) and not times.hasnans
    return times.astype(np.int64) if whole and times.dtype != np.int64 else times


def _numeric(who: str, frame: pd.DataFrame) -> np.ndarray:
    for name, dtype in frame.dtypes.items():
        if pd.api.types.is_object_dtype(dtype):
            numbers = pd.to_numeric(frame[name], errors="coerce").astype(float)
            if numbers.notna().equals(frame[name].notna()):
                frame = frame.copy(deep=False)
                frame[name] = numbers
                continue
        of_bool = pd.api.types.is_bool_dtype(dtype)  # pyarrow's is no number to pandas
        if not (of_bool or pd.api.types.is_numeric_dtype(dtype)):
            raise ValueError(
                f"{who}: column {name!r} holds {dtype}, not numbers; encode or drop it"
            )
        if pd.api.types.is_complex_dtype(dtype):
            raise ValueError(f"{who}: column {name!r} is complex")
    if frame.shape[1] == 0:
        raise ValueError(f"{who}: the data has no column of values")
    dtypes = set(frame.dtypes)
    dtype = np.float32 if dtypes == {np.dtype("float32")} else np.float64
    if all(isinstance(d, np.dtype) for d in dtypes):
        return frame.to_numpy(dtype=dtype)  # a view where it can be
    return frame.to_numpy(dtype=dtype, na_value=np.nan)


def _check_increasing(who: str, table: Table) -> None:
    times = table.times
    if isinstance(times, pd.RangeIndex) and times.step > 0:
        return
    if isinstance(times, (pd.DatetimeIndex, pd.PeriodIndex, pd.TimedeltaIndex)):
        stamps = times.asi8
    elif pd.api.types.is_numeric_dtype(times.dtype):
        stamps = times.to_numpy()
    else:
        return  # text can't be put in order here
    if times.hasnans:
        raise ValueError(f"{who}: {np.sum(times.isna())} rows have no time")
    step_back = stamps[1:] <= stamps[:-1]
    step_back[table.bounds[1:-1] - 1] = False  # from one group to the next
    if step_back.any():
        row = int(np.flatnonzero(step_back)[0]) + 1
        same = int((step_back & (stamps[1:] == stamps[:-1])).sum())
        kind = "duplicate" if stamps[row] == stamps[row - 1] else "unsorted"
        raise ValueError(
            f"{who}: times must increase, but {int(step_back.sum())} rows do not come "
            f"after the row before them, {same} of them with the same time; "
            f"the first is {kind}: {table.where(row)}"
        )
