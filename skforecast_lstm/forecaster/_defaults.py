"""What the forecaster chooses where the user does not."""

from __future__ import annotations

from typing import Any

import numpy as np

from skforecast_lstm._names import check_word
from skforecast_lstm.forecaster._forms import WHO
from skforecast_lstm.forecaster._frequency import usual_season
from skforecast_lstm.forecaster._panel import Panel

UPDATES = 2_000
MOST_EPOCHS, MOST_EPOCHS_ALONE = 150, 96
MOST_SEASONS = 14
WINDOWS_PER_STEP = 4  # training windows for each step that a window has
FEW_UPDATES = 1_000
FEW_WINDOWS = 4
LINEAR_WEIGHT_ALONE, LINEAR_WEIGHT_FEW = 0.5, 0.75
SMOOTHING_WEIGHT = 2 / 3
SHORT, LONG = 250, 5_000  # values of a series
FEW, MANY, LARGEST = 2_500, 100_000, 500_000  # values of all series together
MEMBERS = 5


def choose_season(panel: Panel) -> int:
    """Return the usual season of the data's frequency."""
    return usual_season(panel.freq)


def choose_steps(panel: Panel, season_length: int, horizon: int) -> int:
    """Return how many steps of history a forecast reads.

    Whole seasons, two at least where they fit (without a season, twice the horizon),
    and up to fourteen, as long as all series together leave four windows for each
    step. No more than leaves half of the longest series as origins, the last horizon
    held out for a test. With future columns at least the horizon, if the series is
    long enough: a window holds their values of as many coming steps as it has rows.
    """
    unit = season_length if season_length > 1 else max(4, horizon)
    lengths = panel.lengths.to_numpy()
    most = max(1, int(lengths.max() - 2 * horizon) // 2)

    def n_windows(n_steps: int) -> int:
        return int(np.maximum(lengths - n_steps - horizon + 1, 0).sum())

    seasons = [
        k
        for k in range(2, MOST_SEASONS + 1)
        if n_windows(k * unit) >= WINDOWS_PER_STEP * k * unit
    ]
    wanted = max(seasons, default=2) * unit
    chosen = min(wanted, most)
    if season_length <= most < wanted:
        chosen = most - most % season_length
    if panel.roles.future:
        chosen = max(chosen, min(horizon, int(lengths.max()) - 2 * horizon))
    return chosen


def choose_linear_weight(panel: Panel) -> float:
    """Return the weight of a linear map beside the network.

    The windows of a series that is alone are few, and a linear map of them, which has
    no more to learn than a few penalised weights, errs elsewhere than the network: the
    forecast is the mean of both. A panel teaches a network more than such a map holds.
    Up to 250 values a series and 2,500 in all the map is the better of the two, and
    counts three quarters.
    """
    lengths = panel.lengths
    covariates = panel.roles.past or panel.roles.future
    if lengths.median() <= SHORT and lengths.sum() <= FEW and not covariates:
        return LINEAR_WEIGHT_FEW
    return LINEAR_WEIGHT_ALONE if len(lengths) == 1 else 0.0


def choose_smoothing_weight(panel: Panel) -> float | None:
    """Return the weight of exponential smoothing beside the network.

    Two thirds up to 250 values a series: a network learns little from so few, and
    smoothing, which has a handful of rates to choose, errs elsewhere. Up to 5,000, and
    for more than 100,000 values in all, it is left to be measured (None), on windows
    that a network has not seen. Nothing for longer series, where it pays seldom, for
    more than 500,000 values in all, where it takes long, and with covariates, which
    say more than the series' own past.
    """
    lengths = panel.lengths
    covariates = panel.roles.past or panel.roles.future
    if covariates or lengths.sum() > LARGEST or lengths.median() > LONG:
        return 0.0
    few = lengths.median() <= SHORT and lengths.sum() <= MANY
    return SMOOTHING_WEIGHT if few else None


def choose_members(panel: Panel, architecture: str) -> int:
    """Return how many networks are trained for their median.

    Five for a panel: its networks differ by their seed, in ways that cancel out. The
    networks of a series alone differ little, and for very large panels, or with other
    architectures, most of which are slower, five would take many minutes.
    """
    several = len(panel.lengths) > 1 and panel.lengths.sum() <= MANY
    return MEMBERS if several and architecture == "vanilla" else 1


def choose_regressor(
    architecture: str,
    season_length: int,
    n_steps: int,
    n_windows: int,
    n_series: int,
    epochs: int | None,
    linear_weight: float,
    verbose: int,
) -> Any:
    """Return the network that reads one season a step.

    Of less than four windows no logarithms: growth learned from a rise or two explodes.
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
    check_word(WHO, "architecture", architecture, list(classes))
    whole = season_length > 1 and n_steps % season_length == 0
    return classes[architecture](
        units=64,
        segment=season_length if whole else 1,
        normalization="auto",
        log="auto" if n_windows >= FEW_WINDOWS else False,
        loss="mae",
        decay="cosine",
        linear_weight=linear_weight,
        verbose=verbose,
        **_training(n_windows, n_series, epochs),
    )


def _training(n_windows: int, n_series: int, epochs: int | None) -> dict[str, Any]:
    """Return how long and how fast a network learns.

    The more windows, the larger the batches and the fewer the epochs: about as many
    updates of the weights whatever the size of the data. The windows of a series that
    is alone overlap and say much the same, and are soon known by heart: fewer epochs,
    and where there are many updates, half as large ones. In a panel, larger batches,
    whose gradients err less, are followed twice as far.
    """
    alone = n_series == 1
    batch_size = 32 if n_windows < 4_000 else 128 if n_windows < 200_000 else 1024
    most = MOST_EPOCHS_ALONE if alone else MOST_EPOCHS
    if epochs is None:
        epochs = max(1, min(most, UPDATES * batch_size // n_windows))
    many = epochs * n_windows > FEW_UPDATES * batch_size
    rate = 0.002
    if alone and many:
        rate = 0.001
    elif not alone and batch_size > 32:
        rate = 0.004
    return {"epochs": epochs, "batch_size": batch_size, "learning_rate": rate}
