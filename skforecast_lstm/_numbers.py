"""Columns of numbers in a table from a file: read as such, found, or refused."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pandas.api.types import infer_dtype, is_object_dtype

from skforecast_lstm._times import text_columns

MOST_NUMBERS = 0.8  # of a column that was meant to be numbers, and is no code


def with_floats(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with decimal numbers, which Parquet has, as floats."""
    objects = [c for c, dtype in frame.dtypes.items() if is_object_dtype(dtype)]
    decimals = [c for c in objects if infer_dtype(frame[c], skipna=True) == "decimal"]
    return frame.astype(dict.fromkeys(decimals, float))


def only_numbers(frame: pd.DataFrame, others: Sequence[str], file: str) -> list[str]:
    """Return the one column of numbers that is not among ``others``, as a list.

    Raises
    ------
    ValueError
        Where there is none, or several, or one that is nearly of numbers.
    """
    numbers = [c for c in frame.select_dtypes("number").columns if c not in others]
    _check_no_number_is_text(frame, others, file)
    if len(numbers) == 1:
        return numbers
    if not numbers:
        raise ValueError(f"{file} has no column of numbers to forecast")
    raise ValueError(
        f"{file} has {len(numbers)} columns of numbers; name one or more with "
        f"--target: {', '.join(map(str, numbers[:12]))}"
        f"{', ...' if len(numbers) > 12 else ''}"
    )


def _check_no_number_is_text(
    frame: pd.DataFrame, others: Sequence[str], file: str
) -> None:
    """Refuse text of which most are numbers: it may be what was to be forecast."""
    for column in text_columns(frame, others):
        text = frame[column].dropna()
        plain = text.astype(str).str.replace(r"[ ,_]", "", regex=True)
        is_number = pd.to_numeric(plain, errors="coerce").notna()
        as_it_is = pd.to_numeric(text, errors="coerce").notna()
        if not as_it_is.all() and is_number.mean() > MOST_NUMBERS:
            raise ValueError(
                f"{file}: most values of the column {column!r} are numbers, but "
                f"{int((~as_it_is).sum())} are text, such as "
                f"{text[~as_it_is].iloc[0]!r}; write them as 1002.6, and missing ones "
                "as nothing, or name what to forecast with --target"
            )
