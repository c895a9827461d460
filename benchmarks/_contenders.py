"""The same work in this package and in its rivals.

Each function is called with the name of a piece of work, imports what it needs, and
returns a function that does the work once. Imports and data are not timed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[[], Any]
SEED = 0


# ---- data
def windows_of(series: np.ndarray, n_steps: int, horizon: int) -> tuple:
    """Return windows (n, n_steps, 1) and targets (n, horizon), float32."""
    n = len(series) - n_steps - horizon + 1
    rows = np.arange(n)[:, None]
    X = series[rows + np.arange(n_steps)]
    y = series[rows + n_steps + np.arange(horizon)]
    return X[..., None].astype("float32"), y.astype("float32")


def medium_series() -> np.ndarray:
    """Return 2000 values: 1965 windows of 24 steps with horizon 12."""
    rng = np.random.default_rng(SEED)
    t = np.arange(2000)
    return (np.sin(2 * np.pi * t / 24) + 0.1 * rng.normal(size=2000)).astype("float32")


def data_for(work: str) -> tuple[np.ndarray, np.ndarray, dict]:
    """Return X, y and the settings of a fit."""
    if work == "tutorial":
        X, y = windows_of(np.arange(10.0, 100.0, 10.0), 3, 1)
        return X, y, {"units": 50, "activation": "relu", "epochs": 200}
    X, y = windows_of(medium_series(), 24, 12)
    return X, y, {"units": 64, "activation": "tanh", "epochs": 10}


def architecture_of(work: str) -> str:
    kind, _, rest = work.partition(":")
    return rest if rest and kind == "medium" else "vanilla"


# ---- this package
OURS = {
    "vanilla": "VanillaLSTMRegressor",
    "stacked": "StackedLSTMRegressor",
    "bidirectional": "BidirectionalLSTMRegressor",
    "cnn": "CNNLSTMRegressor",
    "convlstm": "ConvLSTMRegressor",
    "encoder_decoder": "EncoderDecoderLSTMRegressor",
}
CUT = {"cnn": {"n_subsequences": 4}, "convlstm": {"n_subsequences": 4}}


def skforecast_lstm(work: str) -> Run:
    from sklearn.base import clone

    import skforecast_lstm as package

    kind, architecture = work.split(":")[0], architecture_of(work)
    X, y, settings = data_for(kind)
    network = getattr(package, OURS[architecture])(
        **settings, **CUT.get(architecture, {}), normalization=None,
        learning_rate=0.001, random_state=0,
    )  # fmt: skip
    if kind == "predict":
        fitted = network.set_params(epochs=1).fit(X, y)
        chosen = X[:1] if work.endswith("one") else X
        return lambda: {"seconds": best_of(lambda: fitted.predict(chosen))}
    return lambda: {"loss": clone(network).fit(X, y).history_["loss"][-1]}


# ---- plain scikeras
def scikeras(work: str) -> Run:
    from scikeras.wrappers import KerasRegressor

    kind, architecture = work.split(":")[0], architecture_of(work)
    X, y, settings = data_for(kind)

    def network() -> Any:
        return KerasRegressor(
            keras_model, model__architecture=architecture, model__shape=X.shape[1:],
            model__outputs=y.shape[1], model__units=settings["units"],
            model__activation=settings["activation"], loss="mse", optimizer="adam",
            epochs=settings["epochs"], batch_size=32, verbose=0,
        )  # fmt: skip

    if kind == "predict":
        fitted = network().set_params(epochs=1).fit(X, y)
        chosen = X[:1] if work.endswith("one") else X
        return lambda: {"seconds": best_of(lambda: fitted.predict(chosen))}
    return lambda: {"loss": network().fit(X, y).history_["loss"][-1]}


def keras_model(
    architecture: str, shape: tuple, outputs: int, units: int, activation: str
) -> Any:
    import keras
    from keras import layers

    parts = (4, shape[0] // 4) if shape[0] % 4 == 0 else (1, shape[0])
    body: dict[str, Callable[[], list]] = {
        "vanilla": lambda: [layers.LSTM(units, activation=activation)],
        "stacked": lambda: [
            layers.LSTM(units, activation=activation, return_sequences=True),
            layers.LSTM(units, activation=activation),
        ],
        "bidirectional": lambda: [
            layers.Bidirectional(layers.LSTM(units, activation=activation))
        ],
        "cnn": lambda: [
            layers.Reshape((*parts, shape[1])),
            layers.TimeDistributed(
                layers.Conv1D(64, 3, padding="same", activation="relu")
            ),
            layers.TimeDistributed(layers.MaxPooling1D(2, padding="same")),
            layers.TimeDistributed(layers.Flatten()),
            layers.LSTM(units, activation=activation),
        ],
        "convlstm": lambda: [
            layers.Reshape((parts[0], 1, parts[1], shape[1])),
            layers.ConvLSTM2D(units, (1, 3), padding="same", activation=activation),
            layers.Flatten(),
        ],
        "encoder_decoder": lambda: [
            layers.LSTM(units, activation=activation),
            layers.RepeatVector(outputs),
            layers.LSTM(units, activation=activation, return_sequences=True),
            layers.TimeDistributed(layers.Dense(1)),
            layers.Flatten(),
        ],
    }
    head = [] if architecture == "encoder_decoder" else [layers.Dense(outputs)]
    return keras.Sequential([keras.Input(shape), *body[architecture](), *head])


# ---- a plain loop in PyTorch
def torch(work: str) -> Run:
    import os

    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    X, y, settings = data_for(work.split(":")[0])
    inputs, targets = torch.from_numpy(X), torch.from_numpy(y)

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = torch.nn.LSTM(X.shape[2], settings["units"], batch_first=True)
            self.output = torch.nn.Linear(settings["units"], y.shape[1])

        def forward(self, x: Any) -> Any:
            return self.output(self.lstm(x)[0][:, -1])

    def run() -> dict:
        network = Network()
        optimizer = torch.optim.Adam(network.parameters())
        for _ in range(settings["epochs"]):
            order = torch.randperm(len(inputs))
            for first in range(0, len(order), 32):
                rows = order[first : first + 32]
                loss = ((network(inputs[rows]) - targets[rows]) ** 2).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        return {"loss": float(loss.detach())}

    return run


# ---- forecasting libraries
def skforecast(work: str) -> Run:
    import pandas as pd
    from skforecast.deep_learning import ForecasterRnn, create_and_compile_model

    series = pd.DataFrame({"y": medium_series()})

    def run() -> None:
        model = create_and_compile_model(
            series=series, lags=24, steps=12, levels=["y"], recurrent_layer="LSTM",
            recurrent_units=64, dense_units=None, compile_kwargs={"loss": "mse"},
        )  # fmt: skip
        forecaster = ForecasterRnn(
            estimator=model, levels=["y"], lags=24,
            fit_kwargs={"epochs": 10, "batch_size": 32, "verbose": 0},
        )  # fmt: skip
        forecaster.fit(series)

    return run


def neuralforecast(work: str) -> Run:
    import logging

    import pandas as pd
    from neuralforecast import NeuralForecast
    from neuralforecast.losses.pytorch import MSE
    from neuralforecast.models import LSTM

    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    series = medium_series()
    times = pd.date_range("2000", periods=len(series), freq="h")
    frame = pd.DataFrame({"unique_id": "a", "ds": times, "y": series})

    def run() -> None:
        model = LSTM(
            h=12, input_size=24, encoder_hidden_size=64, encoder_n_layers=1,
            decoder_layers=1, decoder_hidden_size=64, recurrent=False, loss=MSE(),
            max_steps=620, batch_size=1, windows_batch_size=32, accelerator="cpu",
            enable_progress_bar=False, logger=False, enable_checkpointing=False,
        )  # fmt: skip
        NeuralForecast([model], freq="h").fit(frame)

    return run


def darts(work: str) -> Run:
    import logging

    from darts import TimeSeries
    from darts.models import BlockRNNModel

    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    series = TimeSeries.from_values(medium_series())

    def run() -> None:
        model = BlockRNNModel(
            24, 12, model="LSTM", hidden_dim=64, n_rnn_layers=1, n_epochs=10,
            batch_size=32, pl_trainer_kwargs={
                "accelerator": "cpu", "enable_progress_bar": False, "logger": False,
                "enable_checkpointing": False,
            },
        )  # fmt: skip
        model.fit(series)

    return run


def best_of(call: Run, n: int = 20) -> float:
    """Return the median seconds of ``n`` calls."""
    import statistics
    import time

    seconds = []
    for _ in range(n):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


# ---- a grid: 4 numbers of steps, 3 of units, 2 learning rates; 5 folds
GRID = {"n_steps": [6, 12, 18, 24], "units": [8, 16, 32], "rate": [0.001, 0.01]}
GRID_EPOCHS = 50


def skforecast_lstm_grid(work: str) -> Run:
    from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
    from sklearn.pipeline import Pipeline

    import skforecast_lstm as package
    from skforecast_lstm.datasets import load_airline

    n_jobs = int(work.partition(":")[2])
    X, y = package.make_supervised(load_airline())
    network = package.VanillaLSTMRegressor(epochs=GRID_EPOCHS, random_state=0)
    pipeline = Pipeline([("window", package.SlidingWindow()), ("network", network)])
    grid = {
        "window__n_steps": GRID["n_steps"],
        "network__units": GRID["units"],
        "network__learning_rate": GRID["rate"],
    }

    def run() -> dict:
        search = GridSearchCV(
            pipeline, grid, cv=TimeSeriesSplit(5), n_jobs=n_jobs, refit=False,
            scoring="neg_mean_absolute_error",
        ).fit(X, y)  # fmt: skip
        return {"scores": search.cv_results_["mean_test_score"].tolist()}

    return run


def scikeras_grid(work: str) -> Run:
    from pathlib import Path

    from scikeras.wrappers import KerasRegressor
    from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

    csv = Path(__file__).parents[1] / "skforecast_lstm" / "datasets" / "airline.csv"
    numbers = [line.split(",")[-1] for line in csv.read_text().split()[1:]]
    series = np.array(numbers, dtype=float)
    series = (series - series.mean()) / series.std()

    def run() -> dict:
        scores = []
        for n_steps in GRID["n_steps"]:  # the window is outside its grid
            X, y = windows_of(series, n_steps, 1)
            network = KerasRegressor(
                keras_model, model__architecture="vanilla", model__shape=X.shape[1:],
                model__outputs=1, model__units=8, model__activation="tanh", loss="mse",
                optimizer="adam", epochs=GRID_EPOCHS, batch_size=32, verbose=0,
            )  # fmt: skip
            search = GridSearchCV(
                network,
                {
                    "model__units": GRID["units"],
                    "optimizer__learning_rate": GRID["rate"],
                },
                cv=TimeSeriesSplit(5), refit=False, scoring="neg_mean_absolute_error",
            ).fit(X, y[:, 0])  # fmt: skip
            scores += search.cv_results_["mean_test_score"].tolist()
        return {"scores": scores}

    return run


# ---- memory
def skforecast_lstm_million(work: str) -> Run:
    import skforecast_lstm as package

    def run() -> None:
        rng = np.random.default_rng(0)
        data = rng.normal(size=(1_000_168, 4)).astype("float32")
        X, y = package.make_supervised(data, n_steps=168, target=0)
        network = package.VanillaLSTMRegressor(units=4, epochs=1, batch_size=1024)
        network.fit(X, y)

    return run


def skforecast_lstm_hundred(work: str) -> Run:
    from pathlib import Path

    import skforecast_lstm as package

    def resident() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

    def run() -> dict:
        X, y = package.make_supervised(np.sin(np.arange(400) / 3), n_steps=6)
        network = package.VanillaLSTMRegressor(units=8, epochs=5)
        network.fit(X, y).predict(X)
        before = resident()
        for n in range(150, 350, 2):
            network.fit(X[:n], y[:n]).predict(X[:n])
        return {"grown_mb": resident() - before}

    return run


def skforecast_lstm_panel(work: str) -> Run:
    import time

    import skforecast_lstm as package
    from skforecast_lstm.datasets import make_panel

    n_series, n = map(int, work.split())
    panel = make_panel(n_series, n, random_state=0)
    forecaster = package.LSTMForecaster(
        horizon=12, season_length=12, target="value", group="series", time="time",
        random_state=0,
    )  # fmt: skip

    def run() -> dict:
        start = time.perf_counter()
        forecaster.fit(panel)
        fitted = time.perf_counter()
        forecast = forecaster.predict()
        assert len(forecast) == 12 * n_series
        return {"fit": fitted - start, "forecast": time.perf_counter() - fitted}

    return run
