"""Frequencies and time zones by what they are made of, for a file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def code_of(offset: Any) -> dict[str, Any]:
    """Return JSON from which ``offset_of`` makes an equal frequency.

    Raises
    ------
    ValueError
        Where it would not.
    """
    code: dict[str, Any] = {"name": offset.freqstr, "n": offset.n}
    if type(offset) is pd.DateOffset:
        code["units"] = {unit: str(n) for unit, n in offset.kwds.items()}
    elif isinstance(offset, pd.offsets.CustomBusinessDay):
        code["weekmask"] = str(offset.weekmask)
        code["holidays"] = [str(day) for day in offset.calendar.holidays]
    if offset_of(code) != offset:
        raise ValueError(f"the frequency {offset!r}")
    return code


def offset_of(code: dict[str, Any]) -> Any:
    """Return the frequency."""
    if code.get("units"):
        units = {unit: int(n) for unit, n in code["units"].items()}
        return code["n"] * pd.DateOffset(1, **units)  # type: ignore
    if "weekmask" in code:
        days = np.array(code["holidays"], dtype="datetime64[D]")
        return pd.offsets.CustomBusinessDay(
            code["n"], weekmask=code["weekmask"], holidays=list(days)
        )
    return pd.tseries.frequencies.to_offset(code["name"])


def check_zone(zone: Any) -> None:
    """Refuse a time zone that can't be found by its name.

    Raises
    ------
    ValueError
    """
    try:
        pd.DatetimeTZDtype(tz=str(zone))
    except (TypeError, ValueError, LookupError):
        raise ValueError(
            f"times in the zone {zone}, which has no name to find it by; convert them, "
            "as with tz_convert('Europe/Paris')"
        ) from None
