"""A fit that fails leaves its estimator as it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any


def unchanged_on_error(fit: Callable) -> Callable:
    """Give the estimator its attributes back where ``fit`` raises."""

    @wraps(fit)
    def safely(estimator: Any, *args: Any, **options: Any) -> Any:
        before = dict(vars(estimator))
        try:
            return fit(estimator, *args, **options)
        except BaseException:
            vars(estimator).clear()
            vars(estimator).update(before)
            raise

    return safely
