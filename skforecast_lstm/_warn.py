"""Warnings that point at the user's own line."""

from __future__ import annotations

import inspect
import warnings


def warn_the_caller(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line outside this package that led here."""
    frame, level = inspect.currentframe(), 1
    while frame and frame.f_globals["__name__"].startswith("skforecast_lstm."):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
