"""What the forecaster chooses where the user does not."""

from __future__ import annotations

from typing import Any

from skforecast_lstm.forecaster._frequency import usual_season
from skforecast_lstm.forecaster._panel import Panel

UPDATES = 3_000


def choose_season(panel: Panel) -> int:
    """Return the usual season of the data's frequency."""
    return usual_season(panel.freq)


def choose_steps(panel: Panel, season_length: int, horizon: int) -> int:
    """Return how many steps of history a forecast reads.

    Two seasons, or twice the horizon where there is no season; whole seasons where one
    fits. No more than leaves half of the longest series as origins, the last horizon
    held out for a test.
    """
    wanted = 2 * season_length if season_length > 1 else max(8, 2 * horizon)
    most = max(1, int(panel.lengths.max() - 2 * horizon) // 2)
    if season_length <= most < wanted:
        return most - most % season_length
    return min(wanted, most)


def choose_normalization(panel: Panel) -> str:
    """Return how windows are made comparable.

    Series of one panel may differ in scale by orders of magnitude, so each window is
    divided by its own; a single series keeps its scale.
    """
    return "standard" if len(panel.lengths) > 1 else "mean"


def choose_regressor(
    architecture: str,
    season_length: int,
    n_steps: int,
    normalization: str,
    n_windows: int,
    epochs: int | None,
    verbose: int,
) -> Any:
    """Return the network that reads one season a step.

    The more windows, the larger the batches and the fewer the epochs: about as many
    updates of the weights whatever the size of the data.
    """
    from skforecast_lstm import regressors

    classes = {
        "vanilla": regressors.VanillaLSTMRegressor,
        "stacked": regressors.StackedLSTMRegressor,
        "bidirectional": regressors.BidirectionalLSTMRegressor,
        "cnn": regressors.CNNLSTMRegressor,
        "convlstm": regressors.ConvLSTMRegressor,
        "encoder_decoder": regressors.EncoderDecoderLSTMRegressor,
    }
    if architecture not in classes:
        raise ValueError(
            f"LSTMForecaster: architecture must be one of {list(classes)}, got "
            f"{architecture!r}"
        )
    batch_size = 32 if n_windows < 4_000 else 256
    whole = season_length > 1 and n_steps % season_length == 0
    return classes[architecture](
        units=64,
        segment=season_length if whole else 1,
        normalization=normalization,
        loss="mae",
        learning_rate=0.005,
        epochs=epochs or max(5, min(100, UPDATES * batch_size // n_windows)),
        batch_size=batch_size,
        verbose=verbose,
    )
