"""What Ctrl-C ends: a single fit, which keeps what it learned, or all that is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class TrainingInterrupted(UserWarning):
    """Ctrl-C ended a fit early, and the estimator keeps what it learned until then.

    Where fits are compared or combined, one that was cut short must not stand among
    the others: with ``warnings.simplefilter("error", TrainingInterrupted)`` Ctrl-C is a
    ``KeyboardInterrupt`` again, in worker processes of scikit-learn's searches too.
    """


_ends_all: ContextVar[bool] = ContextVar("_ends_all", default=False)


@contextmanager
def interrupts_end_all() -> Iterator[None]:
    """Let Ctrl-C end all that runs inside, instead of one fit with a warning."""
    token = _ends_all.set(True)
    try:
        yield
    finally:
        _ends_all.reset(token)


def ends_all() -> bool:
    """Return whether Ctrl-C ends more than the fit that is running."""
    return _ends_all.get()
