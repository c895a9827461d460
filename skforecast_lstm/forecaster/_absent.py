"""Times that are absent from a regular grid: inserted, refused, or closed up."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._table import Table
from skforecast_lstm._warn import warn_the_caller
from skforecast_lstm.forecaster._forms import SERIES, TIME, WHO
from skforecast_lstm.forecaster._frequency import absent_times

FEW_ABSENT, FEW_HOLIDAYS = 0.01, 0.1  # the share that may be closed up
LONGEST_HOLE, LONGEST_HOLIDAY = 1, 2
Absent = tuple[tuple[Any, pd.Index], ...]

_FILL = (
    "name a fill, such as fill='interpolate' (on the command line --fill interpolate)"
)
_REMEDIES = f"{_FILL}, or the frequency that the times keep to, such as freq='B'"
_OF_HOLIDAYS = f"{_FILL}, or the days off, freq=pandas.offsets.CDay(holidays=[...])"


def counts_business_days(freq: Any) -> bool:
    """Return whether absent times may be holidays, which shift no season."""
    return isinstance(freq, pd.offsets.BusinessDay)


def rows_of(
    table: Table, freq: Any, insert: bool, asked: bool
) -> tuple[pd.DataFrame, Absent]:
    """Return the rows under SERIES and TIME, and the times closed up in each series.

    With ``insert`` the absent times become rows of missing values instead; more of them
    than there are times only where the user ``asked`` for that frequency.
    """
    keys = pd.Index([0] if table.keys is None else list(table.keys))
    lengths = np.diff(table.bounds)
    places = pd.DataFrame({SERIES: keys.repeat(lengths), TIME: table.times})
    frame = pd.DataFrame(table.values, columns=table.names)
    frame = pd.concat([places, frame], axis=1)
    grids: dict = {}
    absent = []
    for key, (first, end) in zip(keys, pairwise(table.bounds), strict=True):
        named = None if table.keys is None else key
        absent.append(absent_times(WHO, table.times[first:end], freq, named, grids))
    found = [(k, a) for k, a in enumerate(absent) if len(a)]
    if not found:
        return frame, ()
    labels = keys.tolist()  # of Python's own types, as messages show them
    for k, missing in found:
        where = f" of series {labels[k]!r}, {len(found)} of {len(keys)} series,"
        where = "" if table.keys is None else where
        if not insert:
            _check_isolated(table, k, missing, grids, where, freq)
        elif not asked:
            _check_mostly_there(missing, int(lengths[k]), where, freq)
    if not insert:
        return frame, tuple((labels[k], missing) for k, missing in found)
    parts = [
        _inserted(frame[first:end], key, missing)
        for key, missing, (first, end) in zip(
            keys, absent, pairwise(table.bounds), strict=True
        )
    ]
    return pd.concat(parts, ignore_index=True), ()


def _inserted(rows: pd.DataFrame, key: Any, absent: pd.Index) -> pd.DataFrame:
    if not len(absent):
        return rows
    times = pd.Index(rows[TIME])
    rows = rows.set_index(TIME).reindex(times.union(absent)).rename_axis(TIME)
    return rows.reset_index().assign(**{SERIES: key})[[SERIES, TIME, *rows.columns[1:]]]


def _check_mostly_there(absent: pd.Index, n: int, where: str, freq: Any) -> None:
    """Refuse to fill more times than there are, by a frequency that was inferred."""
    if len(absent) > n:
        raise ValueError(
            f"{WHO}: the times{where} are irregular: by the inferred freq="
            f"{getattr(freq, 'freqstr', freq)!r} {len(absent)} are absent, {absent[0]} "
            f"the first, and only {n} there; correct or resample them, or name the freq"
        )


def _check_isolated(
    table: Table, k: int, absent: pd.Index, grids: dict, where: str, freq: Any
) -> None:
    """Refuse what would shift the season: long holes, or more than a few of them."""
    times = table.times[table.bounds[k] : table.bounds[k + 1]]
    holidays = counts_business_days(freq)
    share = FEW_HOLIDAYS if holidays else FEW_ABSENT
    longest = LONGEST_HOLIDAY if holidays else LONGEST_HOLE
    if len(absent) <= share * len(times):
        places = grids[times[0], times[-1]].get_indexer(absent)
        in_a_row = places[longest:] - places[:-longest] == longest
        if not in_a_row.any():
            return
        least = "three" if holidays else "two"
        why = f"{least} or more in a row from {absent[int(np.argmax(in_a_row))]} on"
    else:
        why = f"more than 1 in {round(1 / share)} of {len(times)}"
    raise ValueError(
        f"{WHO}: the times{where} are irregular: "
        f"{len(absent)} are absent between the first and the last, {absent[0]} the "
        f"first, {why}; {_OF_HOLIDAYS if holidays else _REMEDIES}"
    )


def check_closed_up(
    absent: Absent, frame: pd.DataFrame, n_read: int, named: bool
) -> None:
    """Refuse times closed up within the last ``n_read`` rows; warn of the others.

    ``n_read`` of 0 reads none of them. ``named``: whether the series have names.
    """
    if not absent:
        return
    if n_read:
        recent = frame.groupby(SERIES, sort=False).tail(n_read)
        starts = recent.groupby(SERIES, sort=False)[TIME].first()
        for key, times in absent:
            late = times[times > starts[key]]
            if len(late):
                raise ValueError(
                    f"{WHO}: {len(late)} of the last {n_read} times that a forecast "
                    f"reads {'is' if len(late) == 1 else 'are'} absent"
                    f"{f' in series {key!r}' if named else ''}, {late[0]} the first, "
                    f"which would shift the season; {_REMEDIES}"
                )
    warn_the_caller(f"{WHO}: {_what_was_closed(absent, named)}")


def _what_was_closed(absent: Absent, named: bool) -> str:
    n = sum(len(times) for _, times in absent)
    key, times = absent[0]
    where = f" in series {key!r}" if named else ""
    return (
        f"{n} absent time{'s' * (n > 1)}, {times[0]}{where} the first, "
        f"{'were' if n > 1 else 'was'} closed up as if the rows were consecutive; "
        "fill='interpolate' or 'ffill' keeps the season in step"
    )


def after(absent: Absent, ends: pd.Series) -> Absent:
    """Return those after the end of the history; ``ends`` holds it for each series."""
    late = [(k, t[t > ends[k]] if k in ends.index else t) for k, t in absent]
    return tuple((k, t) for k, t in late if len(t))


def check_same_frequency(n_rows: int, n_given: int, freq: Any) -> None:
    """Refuse data with more times inserted than given: it has another frequency."""
    inserted = n_rows - n_given
    if inserted > n_given:
        raise ValueError(
            f"{WHO}: the data has {n_given} rows, but {inserted} more times between "
            f"them at the frequency of the fit, {getattr(freq, 'freqstr', freq)}; give "
            "data of that frequency, or fit again"
        )
