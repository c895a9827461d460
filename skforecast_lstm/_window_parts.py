"""Checks of the parts that SeriesWindows are made of."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._counts import check_count

WHO = "SeriesWindows"


def as_rows(name: str, values: Any) -> np.ndarray:
    """Return numbers of shape (n_rows, n_columns), floating ones as they are."""
    rows = np.asarray(values)
    if rows.ndim != 2 or rows.dtype.kind not in "fiub":
        columns = "n_features" if name == "series" else "n_targets"
        raise ValueError(
            f"{WHO}: {name} must be (n_rows, {columns}), got {rows.dtype} of shape "
            f"{rows.shape}"
        )
    return rows if rows.dtype.kind == "f" else rows.astype(np.float32)


def as_origins(origins: Any, n_rows: int) -> np.ndarray:
    """Return the row numbers of the windows' last steps."""
    rows = _row_numbers("origins", origins)
    if len(rows) and not 0 <= rows.min() <= rows.max() < n_rows:
        raise ValueError(
            f"{WHO}: origins must be rows of the series, which has {n_rows}; got "
            f"{rows.min()} to {rows.max()}"
        )
    return rows


def as_bounds(bounds: Any, n_rows: int) -> np.ndarray:
    """Return where each series begins, and where the last one ends."""
    if bounds is None:
        return np.array([0, n_rows])
    rows = _row_numbers("bounds", bounds)
    whole = len(rows) > 1 and rows[0] == 0 and rows[-1] == n_rows
    if not whole or (np.diff(rows) < 0).any():
        shown = rows.tolist() if len(rows) < 9 else [*rows[:3].tolist(), ...]
        raise ValueError(
            f"{WHO}: bounds must rise from 0 to the {n_rows} rows of the series, got "
            f"{shown}; for two series of a and b rows give [0, a, a + b]"
        )
    return rows


def as_names(names: Sequence | None, n_features: int) -> list | None:
    """Return a name for each feature, if they have any."""
    if names is None:
        return None
    if isinstance(names, str) or len(names) != n_features:
        raise ValueError(
            f"{WHO}: feature_names must name the {n_features} features, got {names!r}"
        )
    return list(names)


def as_target_features(places: Any, n_features: int) -> tuple[int, ...]:
    """Return the positions of the targets among the features."""
    found = (places,) if isinstance(places, Integral) else tuple(places)
    whole = all(isinstance(k, Integral) and not isinstance(k, bool) for k in found)
    if not whole or not set(found) <= set(range(n_features)):
        raise ValueError(
            f"{WHO}: target_features must be numbers of the {n_features} features, "
            f"from 0 to {n_features - 1}, got {places!r}"
        )
    if len(set(found)) < len(found):
        raise ValueError(f"{WHO}: target_features={places!r} names a feature twice")
    return tuple(int(k) for k in found)


def as_n_targets(n_targets: Any, target_features: tuple[int, ...]) -> int:
    """Return the number of targets, all of which are features or none."""
    if n_targets is None:
        return len(target_features)
    if target_features and n_targets != len(target_features):
        raise ValueError(
            f"{WHO}: n_targets={n_targets!r}, but target_features names "
            f"{len(target_features)} of them; name all or none"
        )
    return check_count(WHO, "n_targets", n_targets, least=0)


def as_index(name: str, index: Any, n: int, of: str) -> Any:
    """Return an index that has a value for each of ``n``."""
    if index is None:
        return None
    if not isinstance(index, pd.Index):
        raise TypeError(
            f"{WHO}: {name} must be a pandas Index, got {type(index).__name__}; give "
            f"pandas.Index({name})"
        )
    if len(index) != n:
        raise ValueError(f"{WHO}: {name} has {len(index)} values for {n} {of}")
    return index


def as_levels(levels: Any, n_rows: int, n_targets: int) -> np.ndarray | None:
    """Return the targets in their own units, shape (n_rows, n_targets)."""
    if levels is None:
        return None
    rows = as_rows("levels", levels)
    if rows.shape != (n_rows, n_targets):
        raise ValueError(
            f"{WHO}: levels has shape {rows.shape}, but there are {n_rows} rows and "
            f"{n_targets} targets"
        )
    return rows


def _row_numbers(name: str, values: Any) -> np.ndarray:
    rows = np.asarray(values)
    if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
        advice = "; of a mask give numpy.flatnonzero(mask)"
        error = ValueError if rows.dtype.kind in "iu" else TypeError
        raise error(
            f"{WHO}: {name} must be row numbers, 1-D and whole, got {rows.dtype} of "
            f"shape {rows.shape}{advice if rows.dtype.kind == 'b' else ''}"
        )
    # Of unsigned numbers, less the steps before them, NumPy would make floats.
    return rows.astype(np.int64, copy=False)
