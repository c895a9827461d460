"""How good are the forecasts? One line a seed, then the mean, then the rivals.

python benchmarks/skill/skill.py SET [--seeds 0 1 2] [--architecture vanilla]
    [--members N] [--without INGREDIENT] [--no-rivals]

SET is cif, nn5, airline, etth1-24, etth1-96, beijing or backtests. Only public names,
the forecaster's defaults, horizon and season length are used, but where a set says
otherwise. --without switches one ingredient of the defaults off, to see what it costs.
The rivals are a linear map in closed form and, where they take minutes and not days,
the statistical standards, in an environment that the first call makes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import warnings
from pathlib import Path

import linear
import numpy as np
import pandas as pd

sys.path.append(str(Path(__file__).parents[1]))
from _bench import rivals_python
from _sets import airline, beijing, cif, etth1, mean_scores, nn5, single, smape
from sklearn.base import clone

from skforecast_lstm import LSTMForecaster, VanillaLSTMRegressor, make_supervised

WITHOUT = {
    "log": {"log": False},
    "level": {"normalization": "global"},
    "scale": {"normalization": "last"},
    "decay": {"decay": None},
    "mae": {"loss": "mse"},
    "segment": {"segment": 1},
    "linear": {"linear_weight": 0.0},
    "smoothing": {},  # which stands beside the network, not in it
}

ETTH1_LINEAR_WEIGHT = {24: 0.25, 96: 0.5}  # chosen on the rows from 8640 to 11520


def forecaster(options: argparse.Namespace, seed: int, **roles) -> LSTMForecaster:
    return LSTMForecaster(
        architecture=options.architecture, n_members=options.members,
        random_state=seed, **roles,
    )  # fmt: skip


def fitted(model: LSTMForecaster, data, options: argparse.Namespace) -> LSTMForecaster:
    """Fit with the defaults, or with one ingredient of them switched off."""
    model.fit(data)
    if options.without is None:
        return model
    network = clone(model.estimator_.members_[0])
    network.set_params(**WITHOUT[options.without])
    weight = 0.0 if options.without == "smoothing" else model.smoothing_weight_
    model.set_params(
        regressor=network, n_steps=model.n_steps_, architecture="vanilla",
        linear_weight=None, smoothing_weight=weight, n_members=model.n_members_,
    )  # fmt: skip
    return model.fit(data)


def fixed_origin(parts, options: argparse.Namespace, seed: int) -> dict:
    """Fit on what is known of all series at once, forecast what comes."""
    forecasts = []
    for known, _, horizon, season in parts:
        model = forecaster(
            options, seed, horizon=horizon, season_length=season, target="y",
            group="id", time="time",
        )  # fmt: skip
        forecasts.append(fitted(model, known, options).predict())
    return mean_scores(parts, forecasts)


def airline_rolling(options: argparse.Namespace, seed: int) -> dict:
    """25 origins, one fit on the first 108 months."""
    data = airline()
    model = forecaster(options, seed, horizon=12, season_length=12)
    fitted(model, data[:108], options)
    found = [
        smape(data[k : k + 12].to_numpy(), model.predict(data=data[:k]).to_numpy())
        for k in range(108, 133)
    ]
    return {"sMAPE": np.mean(found)}


def etth1_test(horizon: int, options: argparse.Namespace, seed: int) -> dict:
    """All windows whose targets lie in the test rows; one network for all channels.

    Settings are the defaults, but for the weight of the linear map.
    """
    data = etth1()
    model = forecaster(
        options, seed, horizon=horizon, season_length=24, target="y", group="id",
        time="time", linear_weight=ETTH1_LINEAR_WEIGHT[horizon],
    )  # fmt: skip
    fitted(model, long(data.iloc[:8640]), options)
    n_steps = model.n_steps_
    rows = data.iloc[11520 - n_steps : 14400]
    X, y = make_supervised(
        long(rows), n_steps, horizon, target="y", group="id", time="time"
    )
    kept = X.complete
    error = model.estimator_.predict(X[kept]) - y[kept]
    return {"MSE": np.mean(error**2)}


def beijing_2014(options: argparse.Namespace, seed: int) -> dict:
    """Every hour of 2014 an origin, 24 hours ahead, with the weather and without.

    Both read the hour and the day of the year as well. Chosen on 2013: two days of
    history, half a day a step, five epochs, the weight of the linear map.
    """
    data, result = beijing(), {}
    calendar = clock(data.index)
    for name, columns in (("without", ["pm2.5"]), ("with", list(data.columns))):
        frame = data[columns].join(calendar)
        X, y = make_supervised(frame, 48, 24, target="pm2.5")
        times = X.times  # of the origins
        train = X.complete & (times < np.datetime64("2013-12-31T00"))
        test = (times >= np.datetime64("2013-12-31T00")) & X.complete
        forecasts = []
        for member in range(options.members or 1):
            network = VanillaLSTMRegressor(
                units=64, segment=12, loss="mse", decay="cosine", learning_rate=0.002,
                epochs=5, batch_size=256, dropout=0.2, linear_weight=0.5,
                random_state=seed + 100 * member,
            )  # fmt: skip
            forecasts.append(network.fit(X[train], y[train]).predict(X[test]))
        error = np.mean(forecasts, axis=0) - y[test]
        result[f"RMSE {name} weather"] = np.sqrt(np.mean(error**2))
    return result


def clock(times: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the hour of the day and the day of the year, each as a circle."""
    turns = {"hour": times.hour / 24, "day": times.dayofyear / 365.25}
    return pd.DataFrame(
        {
            f"{name}_{f.__name__}": f(2 * np.pi * turn)
            for name, turn in turns.items()
            for f in (np.sin, np.cos)
        },
        times,
    )


def panel(part: tuple) -> pd.DataFrame:
    """Return all rows of what is known and what comes."""
    return pd.concat(part[:2]).sort_values(["id", "time"])


def long(wide: pd.DataFrame) -> pd.DataFrame:
    return wide.rename_axis("time").reset_index().melt("time", None, "id", "y")


BACKTESTS = {  # (data, season length, horizon, origins, steps between them), ...
    "sunspots": [(lambda: single("monthly_sunspots.csv"), 12, 12, 10, 12)],
    "temperatures": [(lambda: single("daily_min_temperatures.csv"), 7, 14, 10, 14)],
    "shampoo": [(lambda: single("shampoo_sales.csv"), 12, 3, 3, 3)],
    "airline": [(airline, 12, 12, 25, 1)],
    "cif": [
        (lambda: panel(cif()[0]), 12, 6, 3, 2),
        (lambda: panel(cif()[1]), 12, 12, 3, 2),
    ],
    "nn5": [(lambda: panel(nn5()[0]), 7, 56, 3, 14)],
    "etth1": [(lambda: long(etth1()), 24, 24, 100, 24)],
    "beijing": [(lambda: beijing()["pm2.5"], 24, 24, 100, 24)],
}


def backtests(options: argparse.Namespace, seed: int) -> dict:
    """MASE by backtest: how far below the better of naive and seasonal naive."""
    result = {}
    for name, parts in BACKTESTS.items():
        of_parts, n_series = [], []
        for load, season, horizon, n_origins, step in parts:
            data, roles = load(), {}
            if isinstance(data, pd.DataFrame):
                roles = {"target": "y", "group": "id", "time": "time"}
            model = forecaster(
                options, seed, horizon=horizon, season_length=season, **roles
            )
            made = model.backtest(data, n_origins, step=step, refit=False)
            of_parts.append(made.scores["mase"])
            n_series.append(data["id"].nunique() if roles else 1)
        found = pd.concat(of_parts, axis=1) @ n_series / sum(n_series)
        result[name] = 1 - found["forecast"] / found.drop("forecast").min()
    return result


RUNS = {
    "cif": lambda options, seed: fixed_origin(cif(), options, seed),
    "nn5": lambda options, seed: fixed_origin(nn5(), options, seed),
    "airline": airline_rolling,
    "etth1-24": lambda options, seed: etth1_test(24, options, seed),
    "etth1-96": lambda options, seed: etth1_test(96, options, seed),
    "beijing": beijing_2014,
    "backtests": backtests,
}


STANDARDS = {"cif", "nn5", "airline"}


def run_rivals(name: str) -> None:
    if name in linear.RUNS:
        linear.run(name)
    if name in STANDARDS:
        script = Path(__file__).with_name("rivals.py")
        subprocess.run([rivals_python(), script, name], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", choices=RUNS)
    parser.add_argument("--seeds", nargs="*", type=int, default=[0, 1, 2])
    parser.add_argument("--architecture", default="vanilla")
    parser.add_argument("--members", type=int)
    parser.add_argument("--without", choices=WITHOUT)
    parser.add_argument("--no-rivals", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    table = []
    for seed in options.seeds:
        start = time.perf_counter()
        table.append(RUNS[options.set](options, seed))
        seconds = time.perf_counter() - start
        figures = ", ".join(f"{k} {v:.3f}" for k, v in table[-1].items())
        print(f"{options.set}, seed {seed}: {figures} ({seconds:.0f} s)", flush=True)
    mean = pd.DataFrame(table).mean()
    print("mean: " + ", ".join(f"{k} {v:.3f}" for k, v in mean.items()), flush=True)
    if not options.no_rivals:
        run_rivals(options.set)


if __name__ == "__main__":
    main()
