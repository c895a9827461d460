"""Tables in files: CSV and Parquet in, CSV, JSON and Parquet out."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from skforecast_lstm._numbers import only_numbers, with_floats
from skforecast_lstm._table import nearest
from skforecast_lstm._times import (
    ASSEMBLED,
    offsets_change,
    parsed,
    text_columns,
    with_times,
)

READ = (".csv", ".parquet")
SEPARATORS = {";": "semicolons", "\t": "tabs"}  # of files that are no CSV here
WRITTEN = (".csv", ".json", ".parquet")


@dataclass(frozen=True)
class History:
    """A table, and what its columns are for, in the words of ``LSTMForecaster``."""

    frame: pd.DataFrame
    name: str
    roles: dict[str, Any] = field(default_factory=dict)
    note: str = ""  # what to know about its times


def read_table(path: Path, group: str | None = None) -> pd.DataFrame:
    """Return the table in a CSV or Parquet file.

    The column ``group`` of a CSV stays text as it is there: 007, and NA.

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
        frame = with_floats(_index_as_columns(pd.read_parquet(path)))
    else:
        frame = _read_csv(path, group)
    if frame.empty:
        raise ValueError(f"{path.name} has no rows")
    return frame


def _index_as_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the index as columns in front; numbers of rows are none."""
    index = frame.index
    if index.name is None and index.nlevels == 1:
        if pd.api.types.is_integer_dtype(index.dtype):
            return frame.reset_index(drop=True)
        free = (name for name in ("time", "index") if name not in frame.columns)
        index = index.rename(next(free, "time_"))
    taken = [name for name in index.names if name in frame.columns]
    if taken:
        raise ValueError(
            f"{taken[0]!r} is the name of a column and of the index; rename one"
        )
    return frame.set_axis(index, axis=0).reset_index()


def _read_csv(path: Path, group: str | None) -> pd.DataFrame:
    # By default pandas takes the first column for an index where rows are longer than
    # the header. This way it leaves one empty field at their end out.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(path, index_col=False)
            if frame.shape[1] == 1 and any(c in frame.columns[0] for c in SEPARATORS):
                raise ValueError("it would be a single column")
            if group is None or group not in frame:
                return frame
            return _with_names(frame, path, group)
    except pd.errors.ParserWarning:
        reason = "rows have more fields than the header has names"
    except (ValueError, UnicodeError) as error:
        reason = str(error).strip().splitlines()[-1]
    with path.open(encoding="utf-8", errors="replace") as file:
        header = file.readline()
    others = [name for sign, name in SEPARATORS.items() if sign in header]
    hint = f"; its header has {' and '.join(others)}, but the separator must be a comma"
    raise ValueError(
        f"{path.name} can't be read as CSV: {reason}{hint if others else ''}"
    )


def _with_names(frame: pd.DataFrame, path: Path, group: str) -> pd.DataFrame:
    """Return the frame with its column ``group`` as it is in the file; empty is NaN."""
    # Read twice: pandas looks for NaN, such as NA, in all columns or in none.
    texts = pd.read_csv(
        path, index_col=False, usecols=[group], dtype=str, keep_default_na=False
    )
    return frame.assign(**{group: texts[group].replace("", None)})


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
    if time in ASSEMBLED and time not in frame.columns:
        time = None  # of a model that was saved: made from the calendar again
    covariates = {"past": past, "future": future, "static": static}
    check_columns(frame, name, time=[time], group=[group], target=target, **covariates)
    others = [c for c in (time, group, *past, *future, *static) if c is not None]
    given, keep = frame, (*target, *others)
    if time is None:
        frame, time, used = with_times(frame, keep, file=name)
        others += used
    else:
        frame = frame.assign(**{time: parsed(frame[time], name)})
    note = _note(name, given, frame, time, keep)
    targets = list(target) or only_numbers(frame, others, name)
    keys = [c for c in (group, time) if c is not None]
    columns = dict.fromkeys([*keys, *targets, *past, *future, *static])
    roles: dict[str, Any] = {"time": time, "group": group, "target": targets}
    roles |= {role: list(names) for role, names in covariates.items()}
    return History(frame[list(columns)], name, roles, note)


def check_columns(
    frame: pd.DataFrame, name: str, **named: Sequence[str | None]
) -> None:
    """Refuse names, by their role, of columns that the file has not.

    Raises
    ------
    ValueError
        With the nearest name.
    """
    for role, columns in named.items():
        for column in columns:
            if column is not None and column not in frame.columns:
                raise ValueError(
                    f"{name} has no column {column!r} to be the {role}"
                    f"{nearest(column, list(frame.columns))}"
                )


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

    JSON is a list of records, with times in ISO 8601; local times keep their offset.
    """
    check_output(path, WRITTEN)
    if path.suffix.lower() == ".csv":
        table.to_csv(path, index=False)
    elif path.suffix.lower() == ".parquet":
        table.to_parquet(path, index=False)
    else:
        # Not to_json: it rounds small numbers to 0, and writes local times as UTC.
        times = table.select_dtypes(["datetime", "datetimetz"])
        table = table.astype(object)
        for column in times:
            table[column] = times[column].map(
                pd.Timestamp.isoformat, na_action="ignore"
            )
        records = table.where(table.notna(), None).to_dict("records")
        path.write_text(json.dumps(records, indent=1, default=str) + "\n")


def _note(
    file: str, given: pd.DataFrame, frame: pd.DataFrame, time: Any, keep: Sequence[str]
) -> str:
    """Return what to know about how times were found, in one line; often nothing."""
    if time is not None:
        if time in given.columns and offsets_change(given[time], frame[time]):
            return f"{file}: the UTC offset of {time!r} changes; read as UTC."
        return ""
    texts = [f"{c!r}, as {frame[c].iloc[0]!r}" for c in text_columns(frame, keep)]
    ignored = f", only text: {'; '.join(texts[:3])}" if texts else ""
    return (
        f"{file} has no column of dates as 2024-05-31{ignored}. Its rows are counted "
        "from 0. --time names a column, --season the steps in a season."
    )


def _need_pyarrow(path: Path) -> None:
    if find_spec("pyarrow") is None:
        raise ValueError(
            f"{path.name}: Parquet files need pyarrow; pip install pyarrow"
        )
