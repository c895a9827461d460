"""The step from one time to the next, inferred, and the times that are not there."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from skforecast_lstm._table import Table

STAMPS_AT_ONCE, MOST_STRETCHES = 10, 500

# Observations in the season that is usual for a frequency.
SEASONS = {
    "Y": 1,
    "Q": 4,
    "M": 12,
    "W": 52,
    "B": 5,
    "D": 7,
    "h": 24,
    "min": 60,
    "s": 60,
}
# Those of a pandas.DateOffset, in pandas' words for frequencies.
UNITS = {
    "years": "Y",
    "months": "M",
    "weeks": "W",
    "days": "D",
    "hours": "h",
    "minutes": "min",
    "seconds": "s",
}
DAY_FROM, MINUTES_A_DAY = 15, 1440  # shorter steps would make very long windows
LARGER = {"s": (60, "min"), "min": (60, "h"), "h": (24, "D"), "D": (7, "W")}

# Dates written as whole numbers, which do not count on from one month to the next.
CODES = {
    "YYYYMMDD": ("days", "times.astype(str), format='%Y%m%d'"),
    "YYYYMM": ("months", "times.astype(str), format='%Y%m'"),
    "YYYYWW": ("weeks", "times.astype(str) + '1', format='%G%V%u'"),
}


def frequency_of(who: str, table: Table, given: Any) -> Any:
    """Return the offset between times, or the int step between numbers.

    Raises
    ------
    ValueError
        Where no frequency is given and the times keep to none.
    """
    longest = int(np.argmax(np.diff(table.bounds)))
    times = table.times[table.bounds[longest] : table.bounds[longest + 1]]
    if isinstance(times, pd.PeriodIndex):
        _check_periods(who, times, given)
        return times.freq
    if isinstance(times, pd.DatetimeIndex):
        freq = given if given is not None else times.freq or _inferred(times)
        if freq is None:
            raise ValueError(
                f"{who}: the times from {times[0]} to {times[-1]} are irregular: no "
                "frequency fits them; give one, such as freq='D' or "
                "freq=pandas.DateOffset(months=1), or resample the data"
            )
        return _offset(who, freq)
    if pd.api.types.is_integer_dtype(times.dtype):
        if isinstance(given, Integral):
            if given < 1:
                raise ValueError(f"{who}: freq must be at least 1, got {given}")
            return int(given)
        if given is not None:
            raise ValueError(
                f"{who}: the times are whole numbers, which freq={_name(given)!r} does "
                "not fit; give the dates as the index or with time, or leave out freq"
            )
        return _step(who, times)
    raise ValueError(
        f"{who}: times must be dates, periods or whole numbers, got {times.dtype}; "
        "convert them, or leave out time"
    )


def _step(who: str, times: pd.Index) -> int:
    """Return the usual step between whole numbers that count."""
    first, last, n = int(times[0]), int(times[-1]), len(times)
    meant = "if they only count, give the freq, such as freq=1"
    for code, (kind, to_dates) in CODES.items():
        if _are_dates(times, code):
            raise ValueError(
                f"{who}: the times from {first} to {last} look like {kind} written as "
                f"numbers ({code}), not as dates such as 2024-05-31; convert them with "
                f"pandas.to_datetime({to_dates}), or {meant}"
            )
    if n == 1:
        return 1
    step = int(pd.Series(np.diff(times.to_numpy())).mode()[0])
    absent = (last - first) // step + 1 - n
    if absent > n:
        raise ValueError(
            f"{who}: the times from {first} to {last} are irregular: in steps of "
            f"{step}, {absent} are absent and only {n} there; if they are dates, "
            f"convert them with pandas.to_datetime, or {meant}"
        )
    return step


def _are_dates(times: pd.Index, code: str) -> bool:
    """Return whether every number is a date of this century or the last."""
    years = times // 10 ** (len(code) - 4)
    if not years.isin(range(1900, 2100)).all():
        return False
    if code == "YYYYMMDD":
        dates = pd.to_datetime(times.astype(str), format="%Y%m%d", errors="coerce")
        return not dates.hasnans
    largest = 12 if code == "YYYYMM" else 53
    return bool((times % 100).isin(range(1, largest + 1)).all())


def _offset(who: str, freq: Any) -> Any:
    try:
        return to_offset(freq)
    except (TypeError, ValueError):
        raise ValueError(
            f"{who}: freq={freq!r} is no frequency of dates; use a word of pandas such "
            "as 'D', 'h', 'MS' (start of the month) or 'ME' (its end)"
        ) from None


def _check_periods(who: str, times: pd.PeriodIndex, given: Any) -> None:
    """Refuse a frequency that is not that of the periods themselves."""
    same = given is None
    for is_period in (True, False):  # 'M' and 'ME' are the same to periods
        with suppress(TypeError, ValueError):
            same |= to_offset(given, is_period=is_period) == times.freq
    if not same:
        raise ValueError(
            f"{who}: the times are periods of {times.freqstr!r}, which "
            f"freq={_name(given)!r} does not fit; resample the data, or give another "
            "freq"
        )


def _name(freq: Any) -> Any:
    return getattr(freq, "freqstr", freq)


def absent_times(
    who: str, times: pd.Index, freq: Any, key: Any, grids: dict
) -> pd.Index:
    """Return the times between first and last that are not in ``times``.

    ``grids`` keeps the regular times between two ends: many series share them.

    Raises
    ------
    ValueError
        For a time that is not on the grid.
    """
    ends = times[0], times[-1]
    grid = grids.get(ends)
    if grid is None:
        grid = grids[ends] = _grid(times, freq)
    if grid.equals(times):
        return times[:0]
    where = "" if key is None else f" of series {key!r}"
    off = ~times.isin(grid)
    if off.any():
        name = _name(freq)
        # The first time itself may be none of the frequency, as a month's start of ME.
        grid_from = "" if off[0] else f"from {times[0]} "
        raise ValueError(
            f"{who}: the times{where} are irregular: {times[off][0]} does not lie on "
            f"the grid {grid_from}by freq={name!r}, and {int(off.sum())} of "
            f"{len(times)} times don't; resample the data, or give another freq"
        )
    return grid.difference(times)


def turns(times: pd.Index, freq: Any) -> np.ndarray:
    """Return a number for each of ``times``, in order; one for all within a step."""
    steps = _grid(times, freq).searchsorted(times, side="right")
    return np.unique(steps, return_inverse=True)[1]


def _grid(times: pd.Index, freq: Any) -> pd.Index:
    if isinstance(times, pd.PeriodIndex):
        return pd.period_range(times[0], times[-1], freq=freq)
    if isinstance(times, pd.DatetimeIndex):
        return pd.date_range(times[0], times[-1], freq=freq)
    return pd.Index(np.arange(times[0], times[-1] + 1, freq))


def usual_season(freq: Any) -> int:
    """Return the observations in a season, 1 where nothing is usual."""
    if not hasattr(freq, "freqstr"):
        return 1
    unit, n = _base(*_unit_of(freq))
    whole = SEASONS.get(unit, 1)
    if isinstance(freq, pd.offsets.CustomBusinessDay):
        whole = int(np.sum(freq.calendar.weekmask))
    if unit == "min" and n >= DAY_FROM:
        whole = MINUTES_A_DAY
    return whole // n if whole % n == 0 else 1


def _unit_of(freq: Any) -> tuple[str, int]:
    """Return the unit of an offset, and how many of it go from one time to the next."""
    if type(freq) is not pd.DateOffset:
        return freq.freqstr.lstrip("0123456789").split("-")[0], freq.n
    units = freq.kwds or {"days": 1}
    unit, n = next(iter(units.items()))
    whole = len(units) == 1 and unit in UNITS and n == int(n)
    return (UNITS[unit], int(n) * freq.n) if whole else ("", 1)


def _base(unit: str, n: int) -> tuple[str, int]:
    """Return the largest unit of ``n`` units, and how many of it they are.

    A month's start, its end and its business days are all the same to a season.
    """
    unit = unit.removesuffix("S").removesuffix("E")
    while unit in LARGER and n % LARGER[unit][0] == 0:
        n //= LARGER[unit][0]
        unit = LARGER[unit][1]
    business = "B" if unit == "C" else unit.lstrip("CB")
    return (business if business in ("B", "M", "Q", "Y") else unit), n


def _inferred(times: pd.DatetimeIndex) -> Any:
    whole = _kept_to(times)
    if whole is not None:
        return whole
    # A few absent times hide the frequency: what do most stretches keep to?
    starts = range(0, len(times) - STAMPS_AT_ONCE, STAMPS_AT_ONCE)
    every = -(-len(starts) // MOST_STRETCHES) or 1
    stretches = [_kept_to(times[i : i + STAMPS_AT_ONCE]) for i in starts[::every]]
    found = Counter(s for s in stretches if s is not None)
    return found.most_common(1)[0][0] if found else _same_day(times)


def _same_day(times: pd.DatetimeIndex) -> Any:
    """Return the months from one time to the next, all on one day of the month."""
    months = np.diff(times.year * 12 + times.month)
    if not len(months) or times.day.nunique() > 1 or (times - times[0]).seconds.any():
        return None
    step = int(pd.Series(months).mode()[0])
    return pd.DateOffset(months=step) if step > 0 else None


def _kept_to(times: pd.DatetimeIndex) -> Any:
    # Not pd.infer_freq: it warns unless an option of the whole process is set, which
    # can't be done for one call where several threads read data.
    return pd.DatetimeIndex(times, freq="infer").freq
