"""The pictures of the docs: python docs/examples/plots.py [FOLDER]."""

import sys
from pathlib import Path

from PIL import Image

from skforecast_lstm import (
    LSTMForecaster,
    VanillaLSTMRegressor,
    make_supervised,
    step_importance,
)
from skforecast_lstm.datasets import load_airline
from skforecast_lstm.plotting import (
    plot_backtest,
    plot_error_by_step,
    plot_forecast,
    plot_learning_curve,
    plot_step_importance,
)

IMAGES = Path(__file__).parents[1] / "images"


def pictures():
    """Yield the name and the axes of every picture."""
    passengers = load_airline().rename("passengers (thousands)")
    forecaster = LSTMForecaster(horizon=12, random_state=0).fit(passengers)
    forecast = forecaster.predict_interval(coverage=0.9)
    yield "forecast", plot_forecast(passengers, forecast)

    result = forecaster.backtest(passengers, n_origins=4, step=12, refit=False)
    ax = plot_backtest(result, methods=["forecast", "seasonal_naive"])
    ax.set_ylabel(passengers.name)
    yield "backtest", ax
    ax = plot_error_by_step(result.by_step)
    ax.set_ylabel("RMSE, thousands of passengers")
    yield "error_by_step", ax

    X, y = make_supervised(passengers, horizon=12)
    X, y = X.with_steps(24)[23:], y[23:]
    network = VanillaLSTMRegressor(
        units=32, segment=12, normalization="mean", learning_rate=0.005,
        epochs=200, validation_split=0.2, random_state=0,
    ).fit(X, y)  # fmt: skip
    yield "learning_curve", plot_learning_curve(network.history_)
    importance = step_importance(
        network, X, y, scoring="neg_mean_absolute_error", random_state=0
    )
    ax = plot_step_importance(importance)
    ax.set_ylabel("rise of the error, thousands of passengers")
    yield "step_importance", ax


def main():
    """Write every picture, 800 pixels wide."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    for name, ax in pictures():
        file = folder / f"{name}.png"
        ax.figure.savefig(file, dpi=100)
        Image.open(file).quantize(64).save(file, optimize=True)
        print(file)


if __name__ == "__main__":
    main()
