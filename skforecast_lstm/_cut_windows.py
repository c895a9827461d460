"""Windows cut into parts, as an array that still knows its series."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from skforecast_lstm._series_windows import SeriesWindows, is_full_slice


class CutWindows(np.ndarray):
    """Windows as an array of another shape that knows the lazy ones it was made of.

    With them go the targets' own units, and which windows are complete. They go along
    with its rows, a pickle and what the module copy makes; what is computed from it is
    an array like any other.
    """

    windows: SeriesWindows | None = None

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        first, *rest = key if isinstance(key, tuple) and key else (key,)
        first = list(first) if isinstance(first, tuple) else first
        rows = isinstance(first, slice) or np.ndim(first) == 1
        whole = all(k is Ellipsis or is_full_slice(k) for k in rest)
        if self.windows is not None and rows and whole:
            part.windows = self.windows[first]
            part.flags.writeable = False
        return part

    def __reduce__(self) -> Any:
        if self.windows is None:
            return super().__reduce__()
        return cut_windows, (self.windows, *self.shape[1:])

    # Those of ndarray come before __reduce__, and know of no windows.
    def __copy__(self) -> Any:
        if self.windows is None:
            return super().__copy__()
        return cut_windows(self.windows, *self.shape[1:])

    def __deepcopy__(self, memo: dict[int, Any] | None, /) -> Any:
        if self.windows is None:
            return super().__deepcopy__(memo)
        return cut_windows(deepcopy(self.windows, memo), *self.shape[1:])


def cut_windows(X: SeriesWindows | np.ndarray, *shape: int) -> np.ndarray:
    """Return windows (n, n_steps, n_features) as an array (n, *shape)."""
    array = np.asarray(X).reshape(len(X), *shape)
    if not isinstance(X, SeriesWindows):
        return array
    cut: CutWindows = array.view(CutWindows)
    cut.windows = X
    cut.flags.writeable = False  # or the two would differ
    return cut


def uncut(X: Any) -> Any:
    """Return the lazy windows that ``X`` was cut from; anything else as it is."""
    return X.windows if isinstance(X, CutWindows) and X.windows is not None else X
