"""Missing values: refused with count and place, or filled series by series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
) -> pd.DataFrame:
    """Return ``rows`` with ``columns`` filled within each ``series``.

    Raises
    ------
    ValueError
        Without a ``fill``, or where one leaves values missing.
    """
    if fill is None:
        raise ValueError(f"{who}: {_places(rows, columns)}; {_ADVICE}")
    filler = _filler(who, fill, season_length)
    rows = rows.copy()
    for column in columns:
        if rows[column].isna().any():
            rows[column] = rows.groupby(series, sort=False)[column].transform(filler)
    if rows[list(columns)].isna().any(axis=None):
        raise ValueError(f"{who}: fill={fill!r} left {_places(rows, columns)}")
    return rows


_ADVICE = (
    "fill them, for example with fill='interpolate' (on the command line "
    "--fill interpolate)"
)


def _filler(who: str, fill: str | Filler, season_length: int) -> Filler:
    if callable(fill):
        return fill
    if fill == "interpolate":
        return lambda values: values.interpolate(limit_direction="both")
    if fill == "ffill":
        return lambda values: values.ffill().bfill()
    if fill == "seasonal":
        return lambda values: _seasonal(values, season_length)
    raise ValueError(f"{who}: fill must be one of {FILLS} or a function, got {fill!r}")


def _seasonal(values: pd.Series, season_length: int) -> pd.Series:
    """Fill with the value a season ago, else a season ahead, else in between."""
    for shift in (season_length, -season_length):
        while values.isna().any():
            filled = values.fillna(values.shift(shift))
            if filled.isna().sum() == values.isna().sum():
                break
            values = filled
    return values.interpolate(limit_direction="both")


def _places(rows: pd.DataFrame, columns: Sequence[Any]) -> str:
    counts = rows[list(columns)].isna().sum()
    counts = counts[counts > 0]
    first = rows.iloc[:, 1][rows[list(counts.index)].isna().any(axis=1)].iloc[0]
    named = ", ".join(f"{n} in column {c!r}" for c, n in counts.items())
    return f"{counts.sum()} missing values: {named} (the first at {first})"
