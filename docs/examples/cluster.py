"""Searches, backtests and one model a group on a dask cluster.

Needs ``pip install "dask[distributed]"``; run it: ``python docs/examples/cluster.py``.
The cluster is two processes of this machine. For more machines, give ``Client`` the
address of their scheduler.
"""

import joblib
from dask.distributed import Client, LocalCluster
from sklearn.model_selection import GridSearchCV

from skforecast_lstm import (
    LSTMForecaster,
    RollingOriginSplit,
    VanillaLSTMRegressor,
    make_supervised,
)
from skforecast_lstm.datasets import load_airline, make_panel


def search(n_jobs=None, epochs=50):
    """Return the scores of four networks on three folds."""
    X, y = make_supervised(load_airline(), n_steps=12, horizon=3)
    network = VanillaLSTMRegressor(units=8, epochs=epochs, random_state=0)
    grid = {"learning_rate": [0.001, 0.005], "normalization": ["global", "last"]}
    folds = RollingOriginSplit(3, test_size=12)
    found = GridSearchCV(network, grid, cv=folds, n_jobs=n_jobs).fit(X, y)
    return list(found.cv_results_["mean_test_score"])


def backtest(n_jobs=None, epochs=None):
    """Return what forecasts from four origins would have missed, each refitted."""
    forecaster = LSTMForecaster(horizon=6, n_steps=24, epochs=epochs, random_state=0)
    return forecaster.backtest(
        load_airline(), n_origins=4, step=6, n_jobs=n_jobs
    ).scores


def forecast_group(name, rows, epochs):
    """Return the forecast of a group by a model of its own."""
    forecaster = LSTMForecaster(
        horizon=6, n_steps=12, season_length=12, target="value", time="time",
        epochs=epochs, random_state=0,
    )  # fmt: skip
    return name, forecaster.fit(rows[["time", "value"]]).predict()


def by_group(n_jobs=None, epochs=None):
    """Return the forecasts of four series, for each the model that it alone trained."""
    panel = make_panel(n_series=4, n=60, random_state=0)
    parts = panel.groupby("series")
    jobs = (joblib.delayed(forecast_group)(k, rows, epochs) for k, rows in parts)
    return dict(joblib.Parallel(n_jobs=n_jobs)(jobs))


if __name__ == "__main__":
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")
    with cluster, Client(cluster), joblib.parallel_backend("dask"):
        print("search:", [f"{score:.3f}" for score in search(n_jobs=-1)])
        print(backtest(n_jobs=-1))
        print(f"{len(by_group(n_jobs=-1))} groups forecast by models of their own")
