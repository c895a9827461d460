"""What a fold of a backtest may know of values that were missing.

A value that was missing is filled with its neighbours, later ones too. At an origin
before these, it must be filled with what was known there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm.forecaster._fill import fill_known
from skforecast_lstm.forecaster._panel import SERIES, TIME, WHO, Panel
from skforecast_lstm.windows import SeriesWindows


def as_known(
    panel: Panel, X: SeriesWindows, folds: Sequence[tuple], fill: Any, season: int
) -> tuple[list[Panel], np.ndarray]:
    """Return ``panel`` as the folds may see it, and which of these each fold sees.

    The first is ``panel`` itself. ``X`` are the windows of all its origins.
    """
    panels, seen = [panel], np.zeros(len(folds), dtype=int)
    if panel.filled is None:
        return panels, seen
    for k, (_, test) in enumerate(folds):
        then = _filled_then(panel, X[test], fill, season)
        if not then.frame.equals(panel.frame):
            seen[k] = len(panels)
            panels.append(then)
    return panels, seen


def _filled_then(panel: Panel, origins: Any, fill: Any, season: int) -> Panel:
    """Return ``panel`` with the values up to ``origins`` filled by those up to there.

    A series without one of these origins has ended before, or counts by itself.
    """
    frame, columns = panel.unfilled, panel.roles.columns
    end = frame[SERIES].map(pd.Series(origins.times, index=origins.groups))
    if not panel.counted:
        end = end.fillna(origins.times.min())
    past = (end.isna() | (frame[TIME] <= end)).to_numpy()
    # All series train up to the first origin, and must know no later value till there.
    early = past if panel.counted else (frame[TIME] <= origins.times.min()).to_numpy()
    values = frame[columns].to_numpy(copy=True)
    for known in (early, past):
        frame[columns] = values
        then = fill_known(frame[known], SERIES, columns, fill, season)
        values[known] = then[columns]
    _check_known(then, columns, panel)
    values[~past] = panel.frame[columns].to_numpy()[~past]
    frame[columns] = values
    return replace(panel, frame=frame)


def _check_known(then: pd.DataFrame, columns: list, panel: Panel) -> None:
    """Refuse values that nothing known at the origin can fill."""
    unknown = then[columns].isna()
    if unknown.to_numpy().any():
        column = unknown.columns[unknown.any()].tolist()[0]
        rows = then[unknown[column]]
        named = panel.roles.group is not None
        where = f" of series {rows[SERIES].iloc[0]!r}" if named else ""
        raise ValueError(
            f"{WHO}: backtest can't fill column {column!r}{where} with what was known "
            f"at {rows[TIME].iloc[-1]}; leave out the rows before its first value, or "
            "use fewer n_origins"
        )


def in_turn(folds: Sequence[tuple], seen: np.ndarray, n_samples: int) -> list[tuple]:
    """Return the folds as rows of the samples of all panels, ``n_samples`` each."""
    return [
        (train + k * n_samples, test + k * n_samples)
        for (train, test), k in zip(folds, seen, strict=True)
    ]


def stacked(parts: Sequence[SeriesWindows]) -> SeriesWindows:
    """Return all windows of ``parts``, in turn; these differ in their values only."""
    first = parts[0]
    starts = len(first._series) * np.arange(len(parts))[:, np.newaxis]

    def repeated(index: pd.Index | None) -> Any:
        return None if index is None else index.append([index] * (len(parts) - 1))

    return first._with(
        _series=np.concatenate([part._series for part in parts]),
        _origins=(starts + first._origins).ravel(),
        _bounds=np.append(starts + first._bounds[:-1], len(parts) * first._bounds[-1]),
        _times=repeated(first._times),
        _ends=repeated(first._ends),
        _keys=repeated(first._keys),
    )
