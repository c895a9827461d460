"""Missing values: refused with count and place, or filled series by series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

Filler = Callable[[pd.Series], pd.Series]
FILLS = ("interpolate", "ffill", "seasonal")


def fill_missing(
    who: str,
    rows: pd.DataFrame,
    series: Any,
    columns: Sequence[Any],
    fill: str | Filler | None,
    season_length: int,
    named: bool,
) -> pd.DataFrame:
    """Return ``rows`` with ``columns`` filled within each ``series``.

    ``series`` is the column that tells them apart; ``named`` says whether the user's
    data has such names, too.

    Raises
    ------
    ValueError
        Without a ``fill``, or where one leaves values missing.
    """
    if fill is None:
        raise ValueError(f"{who}: {_places(rows, series, columns, named)}; {_ADVICE}")
    rows = fill_known(rows, series, columns, fill, season_length)
    if rows[list(columns)].isna().any(axis=None):
        left = _places(rows, series, columns, named)
        raise ValueError(f"{who}: fill={fill!r} left {left}")
    return rows


def fill_known(
    rows: pd.DataFrame,
    series: Any,
    columns: Sequence[Any],
    fill: str | Filler,
    season_length: int,
) -> pd.DataFrame:
    """Return ``rows`` with ``columns`` filled within each ``series`` where they can."""
    filler = _filler(fill, season_length, rows.iloc[:, 1])
    rows = rows.copy()
    for column in columns:
        if rows[column].isna().any():
            of_series = rows[column].groupby(rows[series], sort=False)
            # A function may change what is known, too: only gaps are taken from it.
            rows[column] = rows[column].fillna(of_series.transform(filler))
    return rows.copy()  # in one block again: pandas warns of more than a hundred


def check_fill(who: str, fill: Any) -> None:
    """Refuse a ``fill`` that is none, whether or not there is anything to fill."""
    if fill is not None and not callable(fill) and fill not in FILLS:
        raise ValueError(
            f"{who}: fill must be one of {FILLS} or a function, got {fill!r}"
        )


def check_finite(
    who: str, rows: pd.DataFrame, series: Any, columns: Sequence[Any], named: bool
) -> None:
    """Refuse infinite values, with count and place."""
    infinite = np.isinf(rows[list(columns)].to_numpy())
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        keys = rows[series]
        raise ValueError(
            f"{who}: {int(infinite.sum())} infinite values; the first is in column "
            f"{columns[column]!r} at {rows.iloc[row, 1]}"
            f"{_of_series(keys[infinite.any(axis=1)], keys, named)}"
        )


def _of_series(faulty: pd.Series, every: pd.Series, named: bool) -> str:
    if not named:
        return ""
    n, total = faulty.nunique(), every.nunique()
    return f" of series {faulty.tolist()[0]!r}; {n} of {total} series have some"


_ADVICE = (
    "fill them, for example with fill='interpolate' (on the command line "
    "--fill interpolate)"
)


def _filler(fill: str | Filler, season_length: int, times: pd.Series) -> Filler:
    if callable(fill):
        return lambda values: _at_times(values, fill, times)
    if fill == "interpolate":
        return lambda values: values.interpolate(limit_direction="both")
    if fill == "ffill":
        return lambda values: values.ffill().bfill()
    return lambda values: _seasonal(values, season_length)


def _at_times(values: pd.Series, fill: Filler, times: pd.Series) -> Any:
    """Return what the user's function makes of ``values``, which it gets by time."""
    filled = fill(values.set_axis(pd.Index(times[values.index].array), axis=0))
    return filled.set_axis(values.index) if isinstance(filled, pd.Series) else filled


def _seasonal(values: pd.Series, season_length: int) -> pd.Series:
    """Fill with the value a season ago, else a season ahead, else in between."""
    for shift in (season_length, -season_length):
        while values.isna().any():
            filled = values.fillna(values.shift(shift))
            if filled.isna().sum() == values.isna().sum():
                break
            values = filled
    return values.interpolate(limit_direction="both")


def _places(
    rows: pd.DataFrame, series: Any, columns: Sequence[Any], named: bool
) -> str:
    counts = rows[list(columns)].isna().sum()
    counts = counts[counts > 0]
    faulty = rows[rows[list(counts.index)].isna().any(axis=1)]
    columns_named = ", ".join(f"{n} in column {c!r}" for c, n in counts.items())
    where = _of_series(faulty[series], rows[series], named)
    return (
        f"{counts.sum()} missing values: {columns_named} (the first at "
        f"{faulty.iloc[:, 1].iloc[0]}{where})"
    )
