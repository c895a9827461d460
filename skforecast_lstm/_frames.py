"""The forms in which data may come: pandas, what becomes it, and arrays."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd


def to_pandas(data: Any) -> Any:
    """Return a frame or series of polars, pyarrow, ... as pandas; else ``data``."""
    if isinstance(data, (pd.DataFrame, pd.Series)):
        return data
    if nw.dependencies.is_into_dataframe(data):
        return nw.from_native(data, eager_only=True).to_pandas()
    if nw.dependencies.is_into_series(data):
        series = nw.from_native(data, series_only=True).to_pandas()
        return series.rename(None) if series.name == "" else series  # polars' no name
    return data


def as_array(who: str, what: str, data: Any) -> np.ndarray:
    """Return ``data`` as an array of shape (rows,) or (rows, columns).

    Raises
    ------
    TypeError
        For what is no frame, Series or array.
    ValueError
        For arrays of other dimensions.
    """
    values = unmasked(data)
    if values.ndim == 0 and not hasattr(data, "__array__"):
        ways = [name for name in ("collect", "toarray") if hasattr(data, name)]
        raise TypeError(
            f"{who}: {what} must be a Series, a DataFrame (pandas or polars) or an "
            f"array, got {type(data).__name__}"
            f"{f'; call its .{ways[0]}() first' if ways else ''}"
        )
    if values.ndim not in (1, 2):
        raise ValueError(
            f"{who}: {what} must be 1-D (rows,) or 2-D (rows, columns), got an array "
            f"of shape {values.shape}"
        )
    return values


def unmasked(data: Any) -> np.ndarray:
    """Return ``data`` as an array, NaN where a masked array is masked."""
    if not np.ma.is_masked(data):
        return np.asarray(data)
    floats = data if data.dtype.kind == "f" else data.astype(float)
    return floats.filled(np.nan)
