"""The rows ahead, with the covariates that are known there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._table import plain
from skforecast_lstm.forecaster._forms import SERIES, TIME, WHO, as_frame
from skforecast_lstm.forecaster._kinds import of_kind
from skforecast_lstm.forecaster._panel import Panel, Roles


def future_rows(
    panel: Panel, future: Any, n: int, asked: int | None = None
) -> pd.DataFrame:
    """Return the ``n`` rows after each series, with the covariates known ahead.

    ``asked`` are the steps that the user wants, where ``n`` is rounded up to blocks.

    Raises
    ------
    ValueError
        Naming the timestamps without a covariate.
    """
    rows, roles = panel.next_rows(n), panel.roles
    if not roles.future:
        if future is not None:
            raise ValueError(f"{WHO}: future was given, but no column is named future")
        return rows
    known = _known(rows, roles, future)
    # Without the group's column it is the same for all series.
    by = [SERIES, TIME] if SERIES in known else [TIME]
    _check_known(known, by, roles)
    places = pd.MultiIndex.from_frame(rows[by]) if len(by) > 1 else rows[TIME]
    found = known.set_index(by)[roles.future].reindex(places)
    rows[roles.future] = found.to_numpy(dtype=float)
    _check_complete(rows, panel, n, asked)
    return rows


def _known(rows: pd.DataFrame, roles: Roles, future: Any) -> pd.DataFrame:
    """Return what the user knows under TIME, in a panel under SERIES if given so."""
    given = rows[:0].set_index(TIME)
    if future is not None:
        given = as_frame(future, "future")[0]
    if given.index.nlevels > 1:
        given = given.reset_index()
    lacking = [c for c in roles.future if c not in given.columns]
    if lacking:
        raise ValueError(f"{WHO}: future lacks the columns {lacking}")
    known = given[roles.future].copy()
    times = given[roles.time] if roles.time in given.columns else given.index
    known[TIME] = of_kind("future", pd.Index(plain(times)), rows[TIME].dtype).array
    if roles.group in given.columns:
        known[SERIES] = given[roles.group]
    return known


def _check_known(known: pd.DataFrame, by: list[str], roles: Roles) -> None:
    """Refuse a time that stands twice, words, and infinite values."""
    twice = known[known.duplicated(by)]
    if len(twice):
        raise ValueError(
            f"{WHO}: future has {len(twice)} rows whose time stands there before; the "
            f"first is {_place(twice.iloc[0])}"
        )
    for column in roles.future:
        values = pd.to_numeric(known[column], errors="coerce")
        values = values.to_numpy(float, na_value=np.nan)
        words = np.isnan(values) & known[column].notna().to_numpy()
        for wrong, kind in ((words, "no number"), (np.isinf(values), "infinite")):
            if wrong.any():
                row = known.iloc[int(np.argmax(wrong))]
                raise ValueError(
                    f"{WHO}: future column {column!r} is {kind} in {wrong.sum()} rows; "
                    f"the first is {row[column]!r} at {_place(row)}"
                )
        known[column] = values


def _place(row: pd.Series) -> str:
    return f"{row[TIME]}{f' of series {row[SERIES]!r}' if SERIES in row else ''}"


def _check_complete(
    rows: pd.DataFrame, panel: Panel, n: int, asked: int | None
) -> None:
    roles = panel.roles
    gaps = rows[rows[roles.future].isna().any(axis=1)]
    if not len(gaps):
        return
    lacking = [c for c in roles.future if gaps[c].isna().any()]
    first = gaps[SERIES].tolist()[0]
    own = gaps.loc[gaps[SERIES] == first, TIME]
    times = ", ".join(str(t) for t in own[:5])
    n_series, total = gaps[SERIES].nunique(), len(panel.lengths)
    where = f" for {n_series} of {total} series, {first!r} the first"
    raise ValueError(
        f"{WHO}: future lacks {lacking} at {len(own)} of the {n} times to come"
        f"{where if roles.group is not None else ''}: {times}"
        f"{', ...' if len(own) > 5 else ''}"
        f"{_whole_blocks(n, asked)}"
    )


def _whole_blocks(n: int, asked: int | None) -> str:
    if asked is None or asked == n:
        return ""
    return (
        f"; the model forecasts whole blocks of steps, so that {asked} steps need the "
        f"future of {n}"
    )
