"""Numbers as float32, and what it can't hold refused."""

from __future__ import annotations

from typing import Any

import numpy as np

FLOAT32 = np.finfo(np.float32)
MOST = 0.5


def write_narrow(who: str, name: Any, values: np.ndarray, out: np.ndarray) -> None:
    """Write a column into ``out``, which may be of float32.

    Raises
    ------
    ValueError
        For a value too large for it, and where most are too small. A few of these
        beside others become 0, which is no loss.
    """
    try:
        with np.errstate(over="raise", under="raise"):
            out[:] = values
    except FloatingPointError:
        _check(who, name, np.abs(values))
        with np.errstate(under="ignore"):
            out[:] = values


def _check(who: str, name: Any, sizes: np.ndarray) -> None:
    said = None
    sizes = sizes[sizes > 0]
    if sizes.max() > FLOAT32.max:
        said = f"up to {sizes.max():.3g}"
    elif (sizes < FLOAT32.tiny).mean() > MOST:
        said = f"as small as {sizes.min():.3g}"
    if said is not None:
        raise ValueError(
            f"{who}: column {name!r} holds values {said}, which float32 can't; rescale "
            "it first"
        )
