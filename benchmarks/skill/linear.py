"""A linear map of the window, in closed form, and the naive forecasts on the same data.

python benchmarks/skill/linear.py [cif] [nn5] [airline] [etth1-24] [etth1-96] [beijing]
"""

from __future__ import annotations

import sys

import numpy as np
from _sets import airline, beijing, cif, etth1, mean_scores, nn5, smape
from sklearn.linear_model import Ridge


def windows(values: np.ndarray, n_steps: int, horizon: int, first: int, last: int):
    """Return inputs and targets of the origins whose targets begin in [first, last)."""
    starts = range(max(first, n_steps), last)
    X = np.stack([values[k - n_steps : k].ravel() for k in starts])
    return X, np.stack([values[k : k + horizon, 0] for k in starts])


def fixed_origin(parts: list, n_steps: int) -> dict:
    """Lags of the logarithm less their mean; one map for all series of a horizon."""
    forecasts = []
    for known, coming, horizon, _ in parts:
        past = [np.log1p(y.to_numpy()) for _, y in known.groupby("id")["y"]]
        width = min(n_steps, min(map(len, past)) - horizon)
        pairs = [
            windows(y[:, np.newaxis], width, horizon, width, len(y) - horizon + 1)
            for y in past
        ]
        X, y = (np.concatenate(several) for several in zip(*pairs, strict=True))
        level = X.mean(axis=1, keepdims=True)
        model = Ridge(alpha=1.0).fit(X - level, y - level)
        newest = np.stack([y[-width:] for y in past])
        level = newest.mean(axis=1, keepdims=True)
        made = np.expm1(model.predict(newest - level) + level)
        rows = coming.sort_values(["id", "time"], kind="stable")
        forecasts.append(rows[["id", "time"]].assign(y=made.ravel()))
    return mean_scores(parts, forecasts)


def airline_rolling() -> dict:
    """24 lags of the logarithm less their mean; fitted once on the first 108 months."""
    values = airline().to_numpy()
    logs = np.log(values)[:, np.newaxis]
    X, y = windows(logs, 24, 12, 24, 108 - 11)
    level = X.mean(axis=1, keepdims=True)
    model = Ridge(alpha=1e-2).fit(X - level, y - level)
    X, _ = windows(logs, 24, 12, 108, 133)
    level = X.mean(axis=1, keepdims=True)
    forecasts = np.exp(model.predict(X - level) + level)
    origins = range(108, 133)
    actual = [values[k : k + 12] for k in origins]
    naive = [values[k - 12 : k] for k in origins]
    both = {"sMAPE": forecasts, "seasonal naive": naive}
    return {
        name: np.mean(list(map(smape, actual, made))) for name, made in both.items()
    }


def etth1_test(horizon: int) -> dict:
    """336 lags of each channel less the last one; one map for all channels."""
    data = etth1().to_numpy()[:, :, np.newaxis]
    known = [windows(c, 336, horizon, 336, 8641 - horizon) for c in data.swapaxes(0, 1)]
    X, y = (np.concatenate(parts) for parts in zip(*known, strict=True))
    model = Ridge(alpha=100.0).fit(X - X[:, -1:], y - X[:, -1:])
    tests = [
        windows(c, 336, horizon, 11520, 14401 - horizon) for c in data.swapaxes(0, 1)
    ]
    X, y = (np.concatenate(parts) for parts in zip(*tests, strict=True))
    error = model.predict(X - X[:, -1:]) + X[:, -1:] - y
    repeated = X[:, -24:][:, np.arange(horizon) % 24] - y
    last = X[:, -1:] - y
    return {
        "MSE": np.mean(error**2),
        "seasonal naive": np.mean(repeated**2),
        "naive": np.mean(last**2),
    }


def beijing_2014() -> dict:
    """72 hours, without the weather and with it; every hour of 2014 an origin."""
    data = beijing()
    end = data.index.searchsorted(np.datetime64("2014-01-01"))
    found = {}
    for name, columns in (("without", ["pm2.5"]), ("with", list(data.columns))):
        values = data[columns].to_numpy()
        X, y = windows(values, 72, 24, 72, end - 23)
        model = Ridge(alpha=1.0).fit(X, y)
        X, y = windows(values, 72, 24, end, len(values) - 23)
        error = model.predict(X) - y
        found[f"RMSE {name} weather"] = np.sqrt(np.mean(error**2))
    last = X[:, -len(columns)][:, np.newaxis] - y
    return {**found, "naive": np.sqrt(np.mean(last**2))}


RUNS = {
    "cif": lambda: fixed_origin(cif(), 24),
    "nn5": lambda: fixed_origin(nn5(), 98),
    "airline": airline_rolling,
    "etth1-24": lambda: etth1_test(24),
    "etth1-96": lambda: etth1_test(96),
    "beijing": beijing_2014,
}


def run(name: str) -> None:
    figures = ", ".join(f"{k} {v:.3f}" for k, v in RUNS[name]().items())
    print(f"{name}, linear map: {figures}", flush=True)


def main() -> None:
    for name in sys.argv[1:] or RUNS:
        run(name)


if __name__ == "__main__":
    main()
