"""Checks of whole numbers: counts, and those that must divide or equal another."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np


def check_count(who: str, name: str, value: Any, least: int = 1) -> int:
    """Return ``value`` as an int of at least ``least``, or raise naming it."""
    if not isinstance(value, Integral) or isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{who}: {name} must be an int, got {value!r}")
    if value < least:
        raise ValueError(f"{who}: {name} must be at least {least}, got {value}")
    return int(value)


def check_divides(who: str, n_steps: int, name: str, parts: int) -> int:
    """Return ``n_steps // parts``, or raise saying which values would divide.

    ``parts`` is the value of the parameter ``name``; that of ``segment`` is the length
    of a part, of any other their number.

    Raises
    ------
    ValueError
        Where ``parts`` doesn't divide ``n_steps``.
    """
    if n_steps % parts == 0:
        return n_steps // parts
    divisors = [str(k) for k in range(1, n_steps + 1) if n_steps % k == 0]
    cut = f"{name}={parts} equal parts"
    if name == "segment":
        cut = f"equal parts of {name}={parts} steps"
    raise ValueError(
        f"{who}: n_steps={n_steps} can't be cut into {cut}; use a divisor of "
        f"{n_steps} ({', '.join(divisors)}), or "
        f"SlidingWindow(n_steps={(n_steps // parts + 1) * parts})"
    )


def check_columns(
    who: str, columns: int, horizon: int, n_targets: int, advice: str
) -> None:
    """Refuse columns of y that are not all steps of all targets of the windows."""
    wanted = horizon * n_targets
    if columns != wanted:
        raise ValueError(
            f"{who}: y has {columns} columns, but the windows are made for "
            f"horizon={horizon} and n_targets={n_targets}, {wanted} columns; {advice}"
        )
