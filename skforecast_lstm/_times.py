"""Columns of times in a table: found, parsed, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

CALENDAR = ("year", "month", "day", "hour", "minute", "second")
ASSEMBLED = "time", "time_"  # names for the column of times that CALENDAR columns make
MOST_DATES = 0.5  # of a column that was meant to be dates
UTC_OFFSET = r"\d:\d{2}\S*?(Z|[+-]\d{2}(?::?\d{2})?)$"


def dates_in(column: pd.Series) -> pd.Series:
    """Return the ISO 8601 dates in a column, NaT elsewhere; UTC if offsets change.

    Periods, which Parquet has, stay periods.
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        return column
    try:
        return pd.to_datetime(column, format="ISO8601", errors="coerce")
    except ValueError:  # offsets of several kinds, or of some values only
        known = column.where(_offsets(column).notna())
        return pd.to_datetime(known, format="ISO8601", errors="coerce", utc=True)


def offsets_change(column: pd.Series, dates: pd.Series) -> bool:
    """Return whether ``dates`` are UTC because the offsets of ``column`` change."""
    zoned = pd.DatetimeTZDtype
    if isinstance(column.dtype, zoned) or not isinstance(dates.dtype, zoned):
        return False
    return _offsets(column).replace("Z", "+00:00").nunique() > 1


def _offsets(column: pd.Series) -> pd.Series:
    return column.astype(str).str.extract(UTC_OFFSET)[0]


def parsed(times: pd.Series, file: str) -> pd.Series:
    """Return a time column as dates; numbers stay what they are.

    Raises
    ------
    ValueError
        Counting the values that are no dates.
    """
    if pd.api.types.is_numeric_dtype(times.dtype):
        return times
    dates = dates_in(times)
    wrong = dates.isna()
    if wrong.any():
        raise ValueError(
            f"{file}: the time column {times.name!r} has {int(wrong.sum())} values "
            f"that are no ISO 8601 dates, such as {times[wrong].iloc[0]!r}"
        )
    return dates


def with_times(
    frame: pd.DataFrame, keep: Sequence[str] = (), *, file: str
) -> tuple[pd.DataFrame, str | None, list[str]]:
    """Return the frame with parsed times, their column, and the columns they are from.

    Columns in ``keep`` have another role.

    Raises
    ------
    ValueError
        Where a column has dates in most rows, but not in all.
    """
    nearly: list[str] = []
    for column in text_columns(frame, keep):
        dates = dates_in(frame[column])
        if dates.notna().all() and not _are_codes(frame[column]):
            return frame.assign(**{column: dates}), column, [column]
        # A code such as 1001 can be read as a year; whoever means dates has dashes.
        known = frame[column][dates.notna()].astype(str)
        if known.str.contains(r"^\d{4}[-/]\d").sum() >= MOST_DATES * len(frame):
            nearly.append(column)
    found = _of_calendar(frame, keep)
    if found[1] is None and nearly:
        parsed(frame[nearly[0]], file)  # raises, counting what is wrong
    return found


def _are_codes(texts: pd.Series) -> bool:
    """Return whether texts are numbers of four digits, not all of them years."""
    codes = texts.astype(str)
    years = codes.str.fullmatch(r"(18|19|20)\d\d")
    return bool(codes.str.fullmatch(r"\d{4}").all() and not years.all())


def text_columns(frame: pd.DataFrame, keep: Sequence[str] = ()) -> list[Any]:
    """Return the columns that could be dates: no numbers, and without another role."""
    others = frame.select_dtypes(exclude=["number", "bool"])
    return [c for c in others if c not in keep]


def _of_calendar(
    frame: pd.DataFrame, keep: Sequence[str]
) -> tuple[pd.DataFrame, str | None, list[str]]:
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
    name = ASSEMBLED[ASSEMBLED[0] in frame.columns]
    return frame.assign(**{name: times}), name, used
