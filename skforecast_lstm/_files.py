"""Tables in files: CSV and Parquet in, CSV, JSON and Parquet out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from skforecast_lstm._table import nearest

READ = (".csv", ".parquet")
WRITTEN = (".csv", ".json", ".parquet")
CALENDAR = ("year", "month", "day", "hour", "minute", "second")
ASSEMBLED = "time"  # what the column of times is called that CALENDAR columns make


@dataclass(frozen=True)
class History:
    """A table, and what its columns are for, in the words of ``LSTMForecaster``."""

    frame: pd.DataFrame
    name: str
    roles: dict[str, Any] = field(default_factory=dict)

    @property
    def dated(self) -> bool:
        """Whether the rows have times, and are not only counted."""
        time = self.roles.get("time")
        times = self.frame.index if time is None else self.frame[time]
        return not isinstance(times, pd.RangeIndex)


def read_table(path: Path) -> pd.DataFrame:
    """Return the table in a CSV or Parquet file.

    Raises
    ------
    ValueError
        For another suffix, or a file without rows.
    OSError
        Where the file can't be read.
    """
    check_there(path)
    if path.suffix.lower() not in READ:
        raise ValueError(
            f"{path.name}: files are read by their suffix, one of {', '.join(READ)}"
        )
    if path.suffix.lower() == ".parquet":
        _need_pyarrow(path)
        frame = pd.read_parquet(path).reset_index()
        frame = frame.drop(columns="index", errors="ignore")
    else:
        try:
            frame = pd.read_csv(path)
        except (ValueError, UnicodeError) as error:
            reason = str(error).strip().splitlines()[-1]
            raise ValueError(f"{path.name} can't be read as CSV: {reason}") from None
    if frame.empty:
        raise ValueError(f"{path.name} has no rows")
    return frame


def as_history(
    frame: pd.DataFrame,
    name: str,
    *,
    time: str | None = None,
    target: Sequence[str] = (),
    group: str | None = None,
    past: Sequence[str] = (),
    future: Sequence[str] = (),
    static: Sequence[str] = (),
) -> History:
    """Return the named columns of a table, with their times found and parsed.

    Parameters
    ----------
    frame : DataFrame
    name : str
        What errors call it: the file's name.
    time : column name, default=None
        None: the first column of dates, else year, month, day ... where there are
        such columns, else none: the rows are counted.
    target : sequence of column names, default=()
        Empty: the one column of numbers that has no other role.
    group, past, future, static
        As in :class:`~skforecast_lstm.LSTMForecaster`.

    Raises
    ------
    ValueError
        For a column that is not there, and where the target must be named.
    """
    if time == ASSEMBLED and time not in frame.columns:
        time = None  # of a model that was saved: made from the calendar again
    covariates = {"past": past, "future": future, "static": static}
    named = {"time": [time], "group": [group], "target": target} | covariates
    for role, names in named.items():
        for column in names:
            if column is not None and column not in frame.columns:
                raise ValueError(
                    f"{name} has no column {column!r} to be the {role}"
                    f"{nearest(column, list(frame.columns))}"
                )
    others = [c for c in (time, group, *past, *future, *static) if c is not None]
    if time is None:
        frame, time, used = with_times(frame, keep=(*target, *others))
        others += used
    else:
        frame = frame.assign(**{time: _parsed(frame[time], name)})
    targets = list(target) or _only_numbers(frame, others, name)
    keys = [c for c in (group, time) if c is not None]
    columns = dict.fromkeys([*keys, *targets, *past, *future, *static])
    roles: dict[str, Any] = {"time": time, "group": group, "target": targets}
    roles |= {role: list(names) for role, names in covariates.items()}
    return History(frame[list(columns)], name, roles)


def with_times(
    frame: pd.DataFrame, keep: Sequence[str] = ()
) -> tuple[pd.DataFrame, str | None, list[str]]:
    """Return the frame with parsed times, their column, and the columns they are from.

    Columns in ``keep`` have another role.
    """
    others = frame.select_dtypes(exclude=["number", "bool"])
    for column in (str(c) for c in others if c not in keep):
        dates = pd.to_datetime(frame[column], format="ISO8601", errors="coerce")
        if dates.notna().all():
            return frame.assign(**{column: dates}), column, [column]
    by_unit = {str(c).lower(): c for c in frame.columns}
    units = [u for u in CALENDAR if u in by_unit]
    if not units or units != list(CALENDAR[: len(units)]):
        return frame, None, []
    parts = frame[[by_unit[u] for u in units]].set_axis(units, axis=1)
    first = {u: 1 for u in ("month", "day") if u not in units}
    times = pd.to_datetime(parts.assign(**first), errors="coerce")
    used = [by_unit[u] for u in units]
    if times.isna().any() or set(used) & set(keep):
        return frame, None, []
    return frame.assign(**{ASSEMBLED: times}), ASSEMBLED, used


def check_there(path: Path) -> None:
    """Refuse a path that is no file.

    Raises
    ------
    OSError
    """
    if path.is_dir() or not path.exists():
        what = "a folder, not a file" if path.is_dir() else "not there"
        raise OSError(f"{path} is {what}")


def check_output(path: Path, suffixes: Sequence[str]) -> None:
    """Refuse a file that could not be written, before the work is done.

    No ``suffixes``: any will do.

    Raises
    ------
    ValueError
        For another suffix, or a folder that is not there.
    OSError
        For a folder, and where writing is not allowed.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise ValueError(
            f"{path.name}: files are written by their suffix, one of "
            f"{', '.join(suffixes)}"
        )
    if not path.absolute().parent.is_dir():
        raise ValueError(f"{path}: the folder {path.parent} is not there")
    if path.is_dir():
        raise OSError(f"{path} is a folder, not a file")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise OSError(f"{path} may not be written; name another place")
    if path.suffix.lower() == ".parquet":
        _need_pyarrow(path)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table without its index, as the suffix says.

    JSON is a list of records, with times in ISO 8601.
    """
    check_output(path, WRITTEN)
    if path.suffix.lower() == ".csv":
        table.to_csv(path, index=False)
    elif path.suffix.lower() == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_json(path, orient="records", date_format="iso", indent=1)


def _parsed(times: pd.Series, file: str) -> pd.Series:
    if pd.api.types.is_numeric_dtype(times.dtype):
        return times
    parsed = pd.to_datetime(times, format="ISO8601", errors="coerce")
    wrong = parsed.isna()
    if wrong.any():
        raise ValueError(
            f"{file}: the time column {times.name!r} has {int(wrong.sum())} values "
            f"that are no ISO 8601 dates, such as {times[wrong].iloc[0]!r}"
        )
    return parsed


def _only_numbers(frame: pd.DataFrame, others: Sequence[str], file: str) -> list[str]:
    numbers = [c for c in frame.select_dtypes("number").columns if c not in others]
    if len(numbers) == 1:
        return numbers
    if not numbers:
        raise ValueError(f"{file} has no column of numbers to forecast")
    raise ValueError(
        f"{file} has {len(numbers)} columns of numbers; name one or more with "
        f"--target: {', '.join(map(str, numbers[:12]))}"
        f"{', ...' if len(numbers) > 12 else ''}"
    )


def _need_pyarrow(path: Path) -> None:
    if find_spec("pyarrow") is None:
        raise ValueError(
            f"{path.name}: Parquet files need pyarrow; pip install pyarrow"
        )
