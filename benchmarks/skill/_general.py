"""Series of many kinds, generated or shipped by public packages, and the standards.

python _general.py FOLDER [SET ...] writes each set to FOLDER/SET.csv and prints the
MASE of the standards on it. Runs in the rivals' environment, which has the packages.
"""

from __future__ import annotations

import json
import sys
import warnings
import zlib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from _later_sets import LATER, several
from _sets import mean_scores, rolling
from _untouched_sets import UNTOUCHED
from pmdarima import datasets as pmdarima
from rivals import forecasts
from statsmodels import datasets as statsmodels
from vega_datasets import local_data as vega

Series = list[np.ndarray]


class Kind(NamedTuple):
    season: int
    horizon: int
    make: Callable[..., Series]  # gets a generator of random numbers


def columns(data: pd.DataFrame) -> Series:
    return [data[name].to_numpy(float) for name in data]


def sktime(name: str, *names: str) -> Series:
    """Read a file of sktime, which need not be importable."""
    spec = find_spec("sktime")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "datasets" / "data" / name / f"{name}.csv"
    return columns(pd.read_csv(path)[list(names)])


def macro(rng: np.random.Generator) -> Series:
    names = ["realgdp", "realcons", "realinv", "cpi", "m1", "unemp", "tbilrate"]
    return columns(statsmodels.macrodata.load_pandas().data[names])


def share(rng: np.random.Generator) -> Series:
    return columns(pmdarima.load_msft()[["Close"]].iloc[-2500:])


def co2(rng: np.random.Generator) -> Series:
    weeks = statsmodels.co2.load_pandas().data
    return columns(weeks.resample("MS").mean().interpolate())


def el_nino(rng: np.random.Generator) -> Series:
    return [statsmodels.elnino.load_pandas().data.iloc[:, 1:].to_numpy().ravel()]


def nile(rng: np.random.Generator) -> Series:
    return columns(statsmodels.nile.load_pandas().data[["volume"]])


def fertility(rng: np.random.Generator) -> Series:
    table = statsmodels.fertility.load_pandas().data
    years = table.loc[:, table.columns.str.fullmatch(r"\d{4}")].dropna(
        axis=1, how="all"
    )
    return columns(years.dropna(axis=1, how="all").dropna().T)


def stocks(rng: np.random.Generator) -> Series:
    return [rows["price"].to_numpy() for _, rows in vega.stocks().groupby("symbol")]


# ---- generated
def walk(rng: np.random.Generator, n: int, scale: float = 1.0) -> np.ndarray:
    return np.cumsum(rng.normal(0, scale, n))


def season(rng: np.random.Generator, n: int, m: int, size: float = 3.0) -> np.ndarray:
    return np.tile(rng.normal(0, size, m), n // m + 1)[:n]


def line(rng: np.random.Generator, n: int, slope: float) -> np.ndarray:
    return 100 + slope * np.arange(n) + rng.normal(0, 3, n)


def smoothing(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """Level, trend and season that all move, as exponential smoothing has them."""
    level, trend, profile, values = 100.0, 0.3, rng.normal(0, 8, m), []
    for t in range(n):
        error = rng.normal(0, 3)
        values.append(level + trend + profile[t % m] + error)
        level, trend = level + trend + 0.3 * error, trend + 0.02 * error
        profile[t % m] += 0.2 * error
    return np.array(values)


def cycle(rng: np.random.Generator, n: int) -> np.ndarray:
    """A swing of about 40 steps whose pace wanders."""
    pace = 2 * np.pi / 40 * np.exp(0.1 * walk(rng, n, 0.1))
    return 10 * np.sin(np.cumsum(pace)) + rng.normal(0, 1, n)


def shifts(rng: np.random.Generator, n: int) -> np.ndarray:
    jumps = rng.normal(0, 20, n) * (rng.random(n) < 0.01)
    return 50 + np.cumsum(jumps) + season(rng, n, 7) + rng.normal(0, 2, n)


def intermittent(rng: np.random.Generator, n: int) -> np.ndarray:
    busy = 0.2 + 0.2 * (np.arange(n) % 7 >= 5)
    return (rng.random(n) < busy) * (1.0 + rng.poisson(2, n))


def growth(rng: np.random.Generator, n: int) -> np.ndarray:
    rate = rng.uniform(0.01, 0.04)
    steps = rate * np.arange(n) + season(rng, n, 4, 0.1) + walk(rng, n, 0.01)
    return 20 * np.exp(steps)


def autoregression(rng: np.random.Generator, n: int) -> np.ndarray:
    values = np.zeros(n)
    for t in range(2, n):
        values[t] = 1.5 * values[t - 1] - 0.8 * values[t - 2] + rng.normal()
    return 20 + values


def hours(rng: np.random.Generator, n: int) -> np.ndarray:
    """A profile of the day that is lower at weekends, errors that last."""
    t = np.arange(n)
    weekend = np.where(t // 24 % 7 >= 5, 0.6, 1.0)
    errors = np.zeros(n)
    for k in range(1, n):
        errors[k] = 0.8 * errors[k - 1] + rng.normal(0, 1)
    return 60 + weekend * season(rng, n, 24, 10) + errors


CHANGES = "Consumption", "Income", "Production", "Savings", "Unemployment"
KINDS = {
    # public
    "beer": Kind(4, 8, lambda rng: [pmdarima.load_ausbeer()[:-1]]),
    "residents": Kind(4, 8, lambda rng: [pmdarima.load_austres()]),
    "heart_rate": Kind(1, 15, lambda rng: [pmdarima.load_heartrate()]),
    "lynx": Kind(1, 10, lambda rng: [pmdarima.load_lynx()]),
    "electricity": Kind(48, 96, lambda rng: [pmdarima.load_taylor()]),
    "wine": Kind(12, 12, lambda rng: [pmdarima.load_wineind()]),
    "wool": Kind(4, 8, lambda rng: [pmdarima.load_woolyrnq()]),
    "share": Kind(5, 10, share),
    "co2": Kind(12, 24, co2),
    "el_nino": Kind(12, 12, el_nino),
    "nile": Kind(1, 10, nile),
    "macro": Kind(4, 8, macro),
    "fertility": Kind(1, 5, fertility),
    "seattle_hours": Kind(24, 48, lambda rng: columns(vega.seattle_temps()[["temp"]])),
    "francisco_hours": Kind(24, 48, lambda rng: columns(vega.sf_temps()[["temp"]])),
    "seattle_days": Kind(
        7, 14, lambda rng: columns(vega.seattle_weather()[["temp_max"]])
    ),
    "rain": Kind(7, 14, lambda rng: columns(vega.seattle_weather()[["precipitation"]])),
    "wind": Kind(7, 14, lambda rng: columns(vega.seattle_weather()[["wind"]])),
    "stocks": Kind(12, 12, stocks),
    "employment": Kind(12, 12, lambda rng: columns(vega.us_employment().iloc[:, 1:])),
    "prescriptions": Kind(12, 12, lambda rng: sktime("PBS_dataset", "Scripts")),
    "solar": Kind(48, 48, lambda rng: sktime("solar", "solar_gen")),
    "injuries": Kind(12, 12, lambda rng: sktime("seatbelts", "KSI")),
    "changes": Kind(4, 8, lambda rng: sktime("Uschange", *CHANGES)),
    # generated
    "walk": Kind(7, 14, several(1, lambda rng: 100 + walk(rng, 800))),
    "walks": Kind(7, 14, several(8, lambda rng: 100 + walk(rng, 2500))),
    "level": Kind(7, 14, several(1, lambda rng: line(rng, 300, 0))),
    "levels": Kind(7, 14, several(8, lambda rng: line(rng, 300, 0))),
    "line": Kind(12, 12, several(1, lambda rng: line(rng, 200, 0.4))),
    "lines": Kind(
        12, 12, several(10, lambda rng: line(rng, 120, rng.uniform(-0.5, 0)))
    ),
    "long_line": Kind(7, 14, several(1, lambda rng: line(rng, 1200, 0.05))),
    "smooth_months": Kind(12, 12, several(20, lambda rng: smoothing(rng, 96, 12))),
    "smooth_month": Kind(12, 12, several(1, lambda rng: smoothing(rng, 180, 12))),
    "smooth_days": Kind(7, 14, several(1, lambda rng: smoothing(rng, 700, 7))),
    "cycle": Kind(1, 20, several(1, lambda rng: cycle(rng, 600))),
    "shift": Kind(7, 14, several(1, lambda rng: shifts(rng, 600))),
    "shifts": Kind(7, 14, several(12, lambda rng: shifts(rng, 400))),
    "intermittent": Kind(7, 14, several(30, lambda rng: intermittent(rng, 300))),
    "growth": Kind(4, 8, several(10, lambda rng: growth(rng, 80))),
    "autoregression": Kind(1, 12, several(1, lambda rng: autoregression(rng, 1000))),
    "hours": Kind(24, 48, several(1, lambda rng: hours(rng, 5000))),
    "many_hours": Kind(24, 48, several(1, lambda rng: hours(rng, 20000))),
    "short": Kind(
        12, 12, several(40, lambda rng: line(rng, 60, 0.2) + season(rng, 60, 12))
    ),
    "weeks": Kind(
        52, 13, several(5, lambda rng: line(rng, 260, 0.1) + season(rng, 260, 52, 9))
    ),
    "below_zero": Kind(
        12, 12, several(1, lambda rng: season(rng, 400, 12) + walk(rng, 400))
    ),
}

KINDS |= {name: Kind(*kind) for name, kind in (LATER | UNTOUCHED).items()}


def write(folder: Path, name: str) -> None:
    """Write rows id, time, y; the first line holds season and horizon."""
    kind = KINDS[name]
    made = kind.make(np.random.default_rng(zlib.crc32(name.encode())))
    rows = [
        pd.DataFrame({"id": k, "time": np.arange(len(y)), "y": y})
        for k, y in enumerate(made)
    ]
    text = pd.concat(rows).to_csv(index=False)
    (folder / f"{name}.csv").write_text(f"# {kind.season} {kind.horizon}\n{text}")


def main() -> None:
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    for name in sys.argv[2:] or KINDS:
        write(folder, name)
        parts = rolling(folder / f"{name}.csv")
        found = {
            model: mean_scores(parts, made)["MASE"]
            for model, made in forecasts(parts, freq=1).items()
        }
        print(json.dumps({"set": name, **found}), flush=True)


if __name__ == "__main__":
    main()
