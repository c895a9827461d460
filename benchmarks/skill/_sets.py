"""The data sets: what is known, what comes, and how a forecast is judged."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

PLACE = Path(__file__).parents[3] / "shared" / "data"
DATA = Path(os.environ.get("SKILL_DATA", PLACE))


def smape(y: np.ndarray, forecast: np.ndarray) -> float:
    size = np.abs(forecast) + np.abs(y)
    return float(200 * np.mean(np.abs(forecast - y) / np.where(size > 0, size, 1.0)))


def mase(y: np.ndarray, forecast: np.ndarray, train: np.ndarray, m: int) -> float:
    m = m if len(train) > m else 1
    return float(
        np.mean(np.abs(y - forecast)) / np.mean(np.abs(train[m:] - train[:-m]))
    )


def scores(train: pd.DataFrame, test: pd.DataFrame, forecast: pd.DataFrame, m: int):
    """Return sMAPE and MASE of each series, long frames in, as lists."""
    both = test.merge(forecast, on=["id", "time"], suffixes=("", "_hat"))
    assert len(both) == len(test)
    history = {name: rows["y"].to_numpy() for name, rows in train.groupby("id")}
    found = [
        (
            smape(rows["y"].to_numpy(), rows["y_hat"].to_numpy()),
            mase(rows["y"].to_numpy(), rows["y_hat"].to_numpy(), history[name], m),
        )
        for name, rows in both.groupby("id")
    ]
    return [s for s, _ in found], [m for _, m in found]


def held_out(data: pd.DataFrame, horizon: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows before the last ``horizon`` of each series, and these."""
    from_end = data.groupby("id").cumcount(ascending=False)
    return data[from_end >= horizon], data[from_end < horizon]


def rolling(path: Path) -> list[tuple[pd.DataFrame, pd.DataFrame, int, int]]:
    """Return (known, coming, horizon, season); the file begins with season, horizon.

    Up to four origins in the newer half of the series, for one would say little; two
    where there are more than 6,000 values in all, and one beyond 25,000.
    """
    with path.open() as file:
        season, horizon = map(int, file.readline().removeprefix("#").split())
        data = pd.read_csv(file)
    from_end = data.groupby("id").cumcount(ascending=False)
    most = 4 if len(data) <= 6_000 else 2 if len(data) <= 25_000 else 1
    shortest = data.groupby("id").size().min()
    n_origins = min(most, max(1, shortest // 2 // horizon))
    return [
        (*held_out(data[from_end >= k * horizon], horizon), horizon, season)
        for k in range(n_origins)
    ]


def mean_scores(parts: list, forecasts: list[pd.DataFrame]) -> dict[str, float]:
    """Return the means of sMAPE and MASE over the series of all parts."""
    smapes, mases = [], []
    for (known, coming, _, season), forecast in zip(parts, forecasts, strict=True):
        part = scores(known, coming, forecast, season)
        smapes += part[0]
        mases += part[1]
    return {"sMAPE": float(np.mean(smapes)), "MASE": float(np.mean(mases))}


def cif() -> list[tuple[pd.DataFrame, pd.DataFrame, int, int]]:
    """Return (known, coming, horizon, season) of the two groups of CIF 2016."""
    data = pd.read_csv(DATA / "cif2016_train.csv").set_axis(["id", "time", "y"], axis=1)
    horizons = pd.read_csv(DATA / "cif2016_horizons.csv").set_axis(["id", "h"], axis=1)
    parts = []
    for horizon, ids in horizons.groupby("h")["id"]:
        parts.append((*held_out(data[data["id"].isin(ids)], horizon), horizon, 12))
    return parts


def nn5() -> list[tuple[pd.DataFrame, pd.DataFrame, int, int]]:
    """Return NN5; a missing value is its weekday's median over all series known."""
    wide = pd.read_csv(DATA / "nn5_daily_train.csv", index_col=0, parse_dates=True)
    weekday = wide.index.dayofweek
    known = wide.iloc[:-56]
    medians = known.groupby(weekday[:-56]).apply(lambda rows: np.nanmedian(rows))
    usual = pd.Series(medians[weekday].to_numpy(), wide.index)
    filled = wide.apply(lambda column: column.fillna(usual))
    long = filled.rename_axis("time").reset_index().melt("time", None, "id", "y")
    return [(*held_out(long[["id", "time", "y"]], 56), 56, 7)]


def airline() -> pd.Series:
    values = pd.read_csv(DATA / "airline_passengers.csv").iloc[:, 1].astype(float)
    times = pd.date_range("1949-01-01", periods=144, freq="MS")
    return pd.Series(values.to_numpy(), times, name="passengers")


def single(name: str) -> pd.Series:
    """Return a file of one series, by position."""
    values = pd.read_csv(DATA / name).iloc[:, -1]
    return pd.Series(pd.to_numeric(values, errors="coerce").dropna().to_numpy())


def etth1() -> pd.DataFrame:
    """Return z-scores with mean and deviation of the 8640 training rows."""
    data = pd.read_csv(DATA / "ETTh1.csv", index_col=0, parse_dates=True)
    known = data.iloc[:8640]
    return (data - known.mean()) / known.std(ddof=0)


def beijing() -> pd.DataFrame:
    """Return PM2.5, interpolated, and the weather as numbers, hourly."""
    data = pd.read_csv(DATA / "beijing_pm25.csv").iloc[24:]
    times = pd.to_datetime(data[["year", "month", "day", "hour"]])
    data = data.set_index(pd.DatetimeIndex(times)).drop(
        columns=["No", "year", "month", "day", "hour"], errors="ignore"
    )
    data["pm2.5"] = data["pm2.5"].interpolate()
    return pd.get_dummies(data, dtype=float).astype(float).asfreq("h")
