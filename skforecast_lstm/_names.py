"""The refusal of names that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

FEW = 12  # words that are all shown


def check_names(
    who: str,
    names: Iterable[str],
    valid: Sequence[str],
    error: type[Exception] = ValueError,
) -> None:
    """Raise ``error`` naming all ``names`` that are not valid, and what comes near."""
    wrong = [name for name in names if name not in valid]
    if not wrong:
        return
    close = {name: get_close_matches(name, valid, n=1) for name in wrong}
    hints = [
        f"{n!r} (did you mean {c[0]!r}?)" if c else repr(n) for n, c in close.items()
    ]
    raise error(
        f"Invalid parameter {', '.join(hints)} for estimator {who}. "
        f"Valid parameters are: {list(valid)}"
    )


def check_word(
    who: str, name: str, value: str, valid: Sequence[str], close: bool = False
) -> None:
    """Refuse a value that is none of ``valid`` words, and say which comes near.

    ``close`` leaves a value alone that is near to none.
    """
    if value in valid:
        return
    near = get_close_matches(str(value).lower(), valid, n=1)
    if close and not near:
        return
    hint = f"; did you mean {near[0]!r}?" if near else ""
    words = f"one of {list(valid)}" if len(valid) <= FEW else "a name that Keras knows"
    raise ValueError(f"{who}: {name} must be {words}, got {value!r}{hint}")
