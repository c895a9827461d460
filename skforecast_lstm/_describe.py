"""What a history is like: its columns, its times, and what is missing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._files import with_times
from skforecast_lstm._table import as_table
from skforecast_lstm.forecaster._frequency import (
    absent_times,
    frequency_of,
    usual_season,
)


def describe_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a row each column: kind, missing values, least, mean, largest."""
    numbers = frame.select_dtypes("number")
    rows = {
        "column": [str(c) for c in frame.columns],
        "kind": [_kind(frame[c]) for c in frame.columns],
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
    if time is None:
        keep = [] if group is None else [group]
        frame, time, _ = with_times(frame, keep)
        if time is None:
            return {}
    keys = [c for c in (group, time) if c is not None]
    found: dict[str, Any] = {"time": time}
    try:
        table = as_table("info", frame[keys].assign(_one=1.0), group, time)
        found |= {"first": table.times.min(), "last": table.times.max()}
        freq = frequency_of("info", table, None)
        grids: dict = {}
        absent = sum(
            len(absent_times("info", table.times[a:b], freq, None, grids))
            for a, b in pairwise(table.bounds)
        )
    except ValueError as error:
        return found | {"frequency": str(error).removeprefix("info: ")}
    found |= {"frequency": getattr(freq, "freqstr", freq), "absent times": absent}
    found["usual season"] = usual_season(freq)
    if group is not None:
        lengths = np.diff(table.bounds)
        found["series"] = f"{len(lengths)}, of {lengths.min()} to {lengths.max()} rows"
    return found


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "yes/no"
    if pd.api.types.is_numeric_dtype(column.dtype):
        return "number"
    dates = pd.to_datetime(column, format="ISO8601", errors="coerce")
    return "date" if dates.notna().all() else "text"
