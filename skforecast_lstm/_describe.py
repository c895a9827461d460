"""What a history is like: its columns, its times, and what is missing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._table import Table, as_table
from skforecast_lstm._times import dates_in, parsed, with_times
from skforecast_lstm.forecaster._frequency import (
    absent_times,
    frequency_of,
    usual_season,
)

FEWEST_TIMES = 3


def describe_columns(frame: pd.DataFrame, group: str | None = None) -> pd.DataFrame:
    """Return a row each column: kind, missing values, least, mean, largest.

    Names of series in ``group`` are never dates.
    """
    numbers = frame.select_dtypes("number")
    rows = {
        "column": [str(c) for c in frame.columns],
        "kind": [_kind(frame[c], c == group) for c in frame.columns],
        "missing": frame.isna().sum().to_numpy(),
    }
    for name in ("min", "mean", "max"):
        rows[name] = numbers.agg(name).reindex(frame.columns).to_numpy(dtype=float)
    return pd.DataFrame(rows)


def describe_times(
    frame: pd.DataFrame, time: str | None = None, group: str | None = None
) -> dict[str, Any]:
    """Return the time column, its first and last time, frequency, season and gaps.

    Empty where the frame has no times. What does not fit a frequency is told under
    "frequency" in the words of the error.
    """
    found: dict[str, Any] = {}
    try:
        frame, time = _with_time(frame, time, group)
        if time is None:
            return {}
        found["time"] = time
        keys = [c for c in (group, time) if c is not None]
        table = as_table("info", frame[keys].assign(_one=1.0), group, time)
        found |= {"first": table.times.min(), "last": table.times.max()}
        freq, absent = rhythm("info", table)
    except ValueError as error:
        what = "frequency" if found else "time"
        return found | {what: str(error).removeprefix("info: ")}
    found |= {"frequency": getattr(freq, "freqstr", freq), "absent times": absent}
    found["usual season"] = usual_season(freq)
    if group is not None:
        lengths = np.diff(table.bounds)
        found["series"] = f"{len(lengths)}, of {lengths.min()} to {lengths.max()} rows"
    return found


def rhythm(who: str, table: Table) -> tuple[Any, int]:
    """Return the frequency of a table's times, and how many are absent.

    Raises
    ------
    ValueError
        For times that keep to no frequency, and for too few to see one.
    """
    most = int(np.diff(table.bounds).max())
    if most < FEWEST_TIMES and isinstance(table.times, pd.DatetimeIndex):
        where = "" if table.keys is None else " of the longest series"
        raise ValueError(
            f"{who}: the times{where} are {most}, too few to see how often they come; "
            f"give {FEWEST_TIMES} or more"
        )
    grids: dict = {}
    try:
        freq = frequency_of(who, table, None)
        absent = sum(
            len(absent_times(who, table.times[a:b], freq, None, grids))
            for a, b in pairwise(table.bounds)
        )
    except ValueError as error:  # whose advice is for Python
        what = str(error).rpartition("; ")[0]
        raise ValueError(
            f"{what}; resample the data, or name another column with --time"
        ) from None
    return freq, absent


def _with_time(
    frame: pd.DataFrame, time: str | None, group: str | None
) -> tuple[pd.DataFrame, str | None]:
    if time is None:
        keep = [] if group is None else [group]
        frame, time, _ = with_times(frame, keep, file="info")
        return frame, time
    return frame.assign(**{time: parsed(frame[time], "info")}), time


def _kind(column: pd.Series, names: bool) -> str:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "yes/no"
    if pd.api.types.is_numeric_dtype(column.dtype):
        return "number"
    return "date" if not names and dates_in(column).notna().all() else "text"
