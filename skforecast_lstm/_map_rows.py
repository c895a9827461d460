"""A function of rows, applied to those of a series that windows reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from skforecast_lstm._series_windows import SeriesWindows


def map_rows(X: SeriesWindows, function: Callable) -> tuple[np.ndarray, bool]:
    """Return ``function`` of the series up to each newest origin, and 0 behind it.

    Rows before the windows are mapped too, for these may be lengthened. What is not
    finite there comes out so, and is shown to no function: the second value returned
    says whether there is such a row.

    Raises
    ------
    ValueError
        Where ``function`` makes NaN or infinity of a row that stands in a window.
    """
    series, inside, reached = X._series, covered(X), _reached(X)
    given = inside | (reached & np.isfinite(series).all(axis=1))
    rows = np.asarray(function(series[given]), dtype=series.dtype)
    check_mapped("the transformed series has", rows[inside[given]])
    mapped = np.zeros((len(series), rows.shape[1]), dtype=series.dtype)
    mapped[reached] = np.nan
    mapped[given] = rows
    return mapped, not np.isfinite(mapped).all()


def check_mapped(what: str, rows: np.ndarray) -> None:
    """Refuse rows that a transformer made NaN or infinity of."""
    bad = ~np.isfinite(rows)
    if bad.any():
        raise ValueError(
            f"SeriesWindows: {what} {int(bad.sum())} NaN or infinite values, the first "
            f"in feature {np.argwhere(bad)[0][1]}; is the transformer made for such "
            "values?"
        )


def covered(X: SeriesWindows) -> np.ndarray:
    """Return which rows stand in at least one window."""
    change = np.zeros(len(X._series) + 1, dtype=np.int64)
    first = np.maximum(X._origins - X.n_steps + 1, X._starts())
    np.add.at(change, first, 1)
    np.add.at(change, X._origins + 1, -1)
    return np.cumsum(change[:-1]) > 0


def _reached(X: SeriesWindows) -> np.ndarray:
    """Return which rows are no later than the newest origin of their series."""
    newest = np.full(len(X._bounds) - 1, -1)
    np.maximum.at(newest, X._group_of_window(), X._origins)
    return np.arange(len(X._series)) <= np.repeat(newest, np.diff(X._bounds))
