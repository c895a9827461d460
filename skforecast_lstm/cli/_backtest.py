"""The command ``backtest``."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

import typer

from skforecast_lstm._files import History
from skforecast_lstm.cli import _options as options
from skforecast_lstm.cli._model import (
    check_files,
    check_free,
    flat,
    forecaster,
    read,
    write,
)
from skforecast_lstm.cli._picture import draw_backtest
from skforecast_lstm.cli._show import METHODS, SCORES, neat, say, score_table

Metric = Annotated[
    Literal["rmse", "smape", "mase", "skill"],
    typer.Option(help="Score of the table by step.", rich_help_panel="Backtest"),
]

# Columns of the forecasts beside those of the file.
TAKEN = ("fold", "origin", "step", "actual", "forecast", "seasonal_naive", "naive")


def backtest(
    file: options.File = None,
    time: options.Time = None,
    target: options.Target = None,
    group: options.Group = None,
    past: options.Past = None,
    future: options.Ahead = None,
    static: options.Static = None,
    fill: options.Fill = None,
    horizon: options.Horizon = 12,
    steps: options.Steps = None,
    season: options.Season = None,
    architecture: options.Architecture = "vanilla",
    epochs: options.Epochs = None,
    linear_weight: options.LinearWeight = None,
    smoothing_weight: options.SmoothingWeight = None,
    members: options.Members = None,
    seed: options.Seed = 0,
    n_origins: options.Origins = 5,
    step: options.Step = 1,
    refit: options.Refit = 1,
    metric: Metric = "rmse",
    output: options.Output = None,
) -> None:
    """Forecast from earlier origins and score what came true, beside the naive."""
    check_files(output, inputs=[file])
    history = read(file, time, target, group, past, future, static)
    check_free(history, _taken(history))
    model = forecaster(
        history, horizon=horizon, n_steps=steps, season_length=season,
        architecture=architecture, epochs=epochs, linear_weight=linear_weight,
        smoothing_weight=smoothing_weight, n_members=members, fill=fill,
        random_state=seed,
    )  # fmt: skip
    say(f"Forecasting {horizon} steps from {n_origins} origins:")
    result = model.backtest(history.frame, n_origins, step=step, refit=refit or False)
    typer.echo(f"Errors over {n_origins} origins of {horizon} steps:")
    _show(result, metric)
    draw = partial(draw_backtest, result, history)
    write(result.forecasts, output, draw, "Forecasts")


def _taken(history: History) -> list[str]:
    several = len(history.roles["target"]) > 1
    return [*TAKEN, "target"] if several else list(TAKEN)


def _show(result: Any, metric: str) -> None:
    typer.echo(score_table(result.scores))
    by_step = result.by_step[metric].unstack("method")[list(METHODS)]
    if by_step["seasonal_naive"].equals(by_step["naive"]):
        by_step = by_step.drop(columns="seasonal_naive")
    by_step = flat(by_step.rename(columns=METHODS).rename_axis("step", axis=0))
    typer.echo(f"\n{SCORES[metric]} by step ahead:\n{neat(by_step, alike=True)}")
    typer.echo(f"\n{result.summary()}")
