"""What Ctrl-C ends: a single fit, which keeps what it learned, or all that is done."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class TrainingInterrupted(UserWarning):
    """Ctrl-C ended a fit early, and the estimator keeps what it learned until then.

    Where fits are compared or combined, one that was cut short must not stand among
    the others: with ``warnings.simplefilter("error", TrainingInterrupted)`` Ctrl-C is a
    ``KeyboardInterrupt`` again, in worker processes of scikit-learn's searches too.
    """


@contextmanager
def interrupts_end_all() -> Iterator[None]:
    """Let Ctrl-C end what runs inside, instead of one fit with a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", TrainingInterrupted)
        yield
