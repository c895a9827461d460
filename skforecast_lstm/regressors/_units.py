"""Whether ``y`` is in the units of the windows, as a window's own level needs it."""

from __future__ import annotations

from typing import Any

import numpy as np

from skforecast_lstm._series_windows import SeriesWindows

CLOSE = 1e-4  # parts of its size: windows may be float32 where y is not
APART = 0.2  # standard deviations between the sorted values, on average


def check_units(estimator: Any, X: Any, y: np.ndarray, name: str = "y") -> None:
    """Refuse a ``y`` that was transformed where its level is read from the windows.

    Lazy windows know what follows them. Values may differ from that, or stand in
    another order; but not nearly all, and with another distribution.
    """
    if not estimator.target_features_ or not isinstance(X, SeriesWindows):
        return
    known, following = X.following()
    given = y.reshape(len(y), -1)[known, : following.shape[1]]
    for column, (own, wanted) in enumerate(zip(given.T, following.T, strict=True)):
        if not len(own) or _agree(own, wanted):
            continue
        differ = int((~_close(own, wanted)).sum())
        raise ValueError(
            f"{type(estimator).__name__}: normalization={estimator.normalization!r} "
            f"and log={estimator.log!r} take each target's level from the windows, but "
            f"column {column} of {name} is not in their units: {differ} of {len(own)} "
            f"values are not what follows in the series (the first is {own[0]:.6g} and "
            f"not {wanted[0]:.6g}); leave {name} as it is, or use "
            "normalization='global' and log=False"
        )


def _agree(own: np.ndarray, wanted: np.ndarray) -> bool:
    if _close(own, wanted).mean() >= 0.5:
        return True
    apart = np.abs(np.sort(own) - np.sort(wanted)).mean()
    return bool(apart <= APART * wanted.std())


def _close(own: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return np.isclose(own, wanted, rtol=CLOSE, atol=CLOSE * np.abs(wanted).mean())
