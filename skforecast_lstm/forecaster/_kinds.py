"""Times beside a history, which must be of the same kind as its own."""

from __future__ import annotations

from typing import Any

import pandas as pd

from skforecast_lstm.forecaster._forms import WHO

LOCAL, DATES = "dates with a time zone", "dates without a time zone"
PERIODS, NUMBERS, OTHERS = "periods", "whole numbers", "neither dates nor numbers"
_ADVICE = {
    (LOCAL, DATES): "tz_localize(None) takes the zone away",
    (DATES, LOCAL): "tz_localize gives them one",
    (DATES, PERIODS): "to_period makes periods of dates",
    (OTHERS, PERIODS): "use pandas.PeriodIndex",
    (PERIODS, DATES): "to_timestamp makes dates of periods",
}


def of_kind(what: str, times: pd.Index, known: Any) -> pd.Index:
    """Return ``times`` as those of a history, whose dtype is ``known``.

    ISO 8601 text becomes dates, and dates with a time zone those of the history's.

    Raises
    ------
    ValueError
        For times of another kind; ``what`` names where they stand.
    """
    came, has = _kind(times.dtype), _kind(known)
    if came == OTHERS and times.dtype.kind in "OU" and has in (LOCAL, DATES):
        times = _parsed(what, times)
        came = _kind(times.dtype)
    if came != has or (has == PERIODS and times.dtype != known):
        advice = _ADVICE.get((came, has), "give the times that come next")
        raise ValueError(
            f"{WHO}: the times of {what} are {came} ({times.dtype}), but those of the "
            f"history {has} ({known}); {advice}"
        )
    if isinstance(known, pd.DatetimeTZDtype):
        return pd.DatetimeIndex(times).tz_convert(known.tz)
    return times


def _kind(dtype: Any) -> str:
    if isinstance(dtype, pd.DatetimeTZDtype):
        return LOCAL
    if isinstance(dtype, pd.PeriodDtype):
        return PERIODS
    return {"M": DATES, "i": NUMBERS, "u": NUMBERS}.get(dtype.kind, OTHERS)


def _parsed(what: str, times: pd.Index) -> pd.Index:
    try:
        return pd.to_datetime(times, format="ISO8601")
    except (ValueError, TypeError):
        raise ValueError(
            f"{WHO}: the times of {what} are no ISO 8601 dates, such as {times[0]!r}; "
            "convert them with pandas.to_datetime first"
        ) from None
