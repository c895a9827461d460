"""The command ``forecast``."""

from __future__ import annotations

import typer

from skforecast_lstm._files import check_output, write_table
from skforecast_lstm.cli import _options as options
from skforecast_lstm.cli._model import flat, forecaster, read
from skforecast_lstm.cli._show import neat, say, score_table


def forecast(
    file: options.File = None,
    time: options.Time = None,
    target: options.Target = None,
    horizon: options.Horizon = 12,
    steps: options.Steps = None,
    season: options.Season = None,
    architecture: options.Architecture = "vanilla",
    epochs: options.Epochs = None,
    members: options.Members = 1,
    fill: options.Fill = None,
    seed: options.Seed = 0,
    output: options.Output = None,
) -> None:
    """Forecast the next steps; test the model on the last known ones."""
    for path in output or []:
        check_output(path)
    history = read(file, time=time, target=target)
    model = forecaster(
        history,
        horizon=horizon,
        n_steps=steps,
        season_length=season,
        architecture=architecture,
        epochs=epochs,
        n_members=members,
        fill=fill,
        random_state=seed,
    )
    say(f"Testing on the last {horizon} steps, which are held out:")
    result = model.backtest(history.frame, n_origins=1)
    say(f"Fitting on all {len(history.frame)} rows:")
    table = flat(model.fit(history.frame).predict())
    typer.echo(f"Forecast of the next {horizon} steps:\n{neat(table)}")
    typer.echo(f"\nErrors on the last {horizon} known steps, which were held out:")
    typer.echo(f"{score_table(result.scores)}\n\n{result.summary()}")
    for path in output or []:
        write_table(table, path)
        typer.echo(f"Forecast written to {path}")
