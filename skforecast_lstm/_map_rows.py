"""A function of rows, applied to those of a series that windows reach."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def map_rows(function: Callable, series: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """Return ``function(series)`` where rows are ``reached``, and 0 elsewhere.

    Raises
    ------
    ValueError
        Where ``function`` makes NaN or infinity, the logarithm of 0 for instance.
    """
    rows = np.asarray(function(series[reached]), dtype=series.dtype)
    bad = ~np.isfinite(rows)
    if bad.any():
        raise ValueError(
            f"SeriesWindows: the transformed series has {int(bad.sum())} NaN or "
            f"infinite values, the first in feature {np.argwhere(bad)[0][1]}; is "
            "the transformer made for such values?"
        )
    mapped = np.zeros((len(series), rows.shape[1]), dtype=series.dtype)
    mapped[reached] = rows
    return mapped
