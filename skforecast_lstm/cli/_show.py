"""Tables as text, and what happens meanwhile on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import typer

MOST_ROWS = 60
METHODS = {
    "forecast": "LSTM",
    "seasonal_naive": "seasonal naive",
    "naive": "naive",
}
SCORES = {"rmse": "RMSE", "smape": "sMAPE %", "mase": "MASE", "skill": "skill"}


def say(text: str) -> None:
    """Write a line of progress to stderr; stdout is for results."""
    typer.echo(text, err=True)


def neat(table: pd.DataFrame, *, alike: bool = False) -> str:
    """Return a table as text: as many decimals a column as its size asks for.

    ``alike``: the columns are of one unit, and get the same decimals.
    """
    shown = table.head(MOST_ROWS)
    floats = table.select_dtypes("float").columns
    places = {c: _decimals(table[c]) for c in floats}
    if alike:
        places = dict.fromkeys(floats, min(places.values(), default=0))
    formats = {c: _in_decimals(places[c]) for c in floats}
    text = shown.to_string(index=False, formatters=formats, na_rep="")
    left = len(table) - len(shown)
    more = f"\n... and {left} more rows; --output writes them all" if left else ""
    return text + more


def score_table(scores: pd.DataFrame) -> str:
    """Return the scores of a backtest as text, methods and measures by their names.

    Where a season is one step, the seasonal naive forecast is the naive one: one row.
    """
    methods = scores.index.get_level_values("method")
    twins = scores[methods == "naive"].reset_index(drop=True)
    seasonal = scores[methods == "seasonal_naive"].reset_index(drop=True)
    if twins.equals(seasonal):
        scores = scores[methods != "seasonal_naive"]
    table = scores.rename(columns=SCORES).reset_index()
    table["method"] = table["method"].map(METHODS)
    table = table.rename(columns={"method": ""})
    width = table[""].str.len().max()
    table[""] = table[""].str.ljust(width)
    formats = {
        "RMSE": _in_decimals(_decimals(table["RMSE"])),
        "sMAPE %": _in_decimals(2),
        "MASE": _in_decimals(3),
        "skill": "{:+.3f}".format,
    }
    return table.to_string(index=False, formatters=formats)


def _in_decimals(places: int) -> Callable[[float], str]:
    """Return a format; what would be left with one digit or none gets three."""
    least = 10.0 ** (1 - places)

    def shown(value: float) -> str:
        if np.isnan(value):
            return ""
        small = 0 < abs(value) < least
        return f"{value:.3g}" if small else f"{value:.{places}f}"

    return shown


def _decimals(values: pd.Series) -> int:
    """Return the decimals that give the largest value four digits."""
    largest = values.abs().replace(np.inf, np.nan).max()
    if not largest > 0:
        return 1
    return int(np.clip(3 - np.floor(np.log10(largest)), 0, 8))


@contextmanager
def without_tensorflow_greetings() -> Iterator[None]:
    """Drop what TensorFlow writes to stderr at its start; no setting of it does."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
