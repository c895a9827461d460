"""Exponential smoothing of a few seasons: with the season, without it, seasonal naive.

python benchmarks/skill/short.py [SEASONS ...]

The sets of general.py, which makes them, cut to so many seasons; up to 8 pieces of a
set, or one of each of its first 20 series. Geometric mean over the sets of the error on
the season that comes (or the set's horizon, if shorter), in mean absolute steps.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from general import MADE

from skforecast_lstm import make_windows
from skforecast_lstm.forecaster._smoothing import FEWEST_ROWS, smoothing_forecasts

SEASONS = (1.05, 1.3, 1.7, 2.15, 2.4, 2.8, 3.1, 3.6, 5.5)
MOST_PIECES, MOST_SERIES = 8, 20


def pieces(path: Path, n_seasons: float) -> tuple[np.ndarray, np.ndarray, int] | None:
    """Return (known, coming, season), a row each piece, newest first."""
    with path.open() as file:
        season, horizon = map(int, file.readline().removeprefix("#").split())
        data = pd.read_csv(file)
    n, horizon = round(n_seasons * season), min(season, horizon)
    if season == 1 or n < FEWEST_ROWS:
        return None
    series = [y.to_numpy() for _, y in data.groupby("id")["y"]][:MOST_SERIES]
    each, found = max(1, MOST_PIECES // len(series)), []
    for y in series:
        starts = range(len(y) - n - horizon, -1, -(n + horizon) // 2)
        found += [y[k : k + n + horizon] for k in starts[:each]]
    if not found:
        return None
    cut = np.array(found)
    return cut[:, :n], cut[:, n:], season


def smoothed(known: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """Return the forecasts of series of one length, a row each."""
    n_series, n = known.shape
    frame = pd.DataFrame(
        {
            "id": np.repeat(np.arange(n_series), n),
            "time": np.tile(np.arange(n), n_series),
            "y": known.ravel(),
        }
    )
    X = make_windows(frame, target="y", group="id", time="time")
    return smoothing_forecasts(X[n - 1 :: n], horizon, season)


def errors(known: np.ndarray, coming: np.ndarray, season: int) -> list[float]:
    """Return the error with the season, without it, and of the seasonal naive one."""
    horizon = coming.shape[1]
    scale = np.abs(np.diff(known)).mean(axis=1)
    scale[scale == 0] = np.nan
    naive = known[:, known.shape[1] - season :][:, np.arange(horizon) % season]
    made = smoothed(known, horizon, season), smoothed(known, horizon, 1), naive
    return [
        np.nanmean(np.abs(forecast - coming).mean(axis=1) / scale) for forecast in made
    ]


def main() -> None:
    print("| seasons | sets | smoothing | without a season | seasonal naive |")
    print("|---" * 5 + "|")
    for n_seasons in map(float, sys.argv[1:] or SEASONS):
        cut = [pieces(path, n_seasons) for path in sorted(MADE.glob("*.csv"))]
        found = np.array([errors(*piece) for piece in cut if piece is not None])
        means = np.exp(np.log(np.maximum(found, 1e-3)).mean(axis=0))
        figures = " | ".join(f"{mean:.3f}" for mean in means)
        print(f"| {n_seasons} | {len(found)} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
