"""The command ``search``."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
import typer

from skforecast_lstm._files import WRITTEN
from skforecast_lstm.cli import _options as options
from skforecast_lstm.cli._model import check_files, forecaster, keep, read, write
from skforecast_lstm.cli._show import neat, say

PANEL = "Search"
SHOWN = 10

Steps = Annotated[
    list[int] | None,
    typer.Option(
        min=1,
        help="Window length to try; repeatable. Default: two, by the data.",
        rich_help_panel=PANEL,
    ),
]
Units = Annotated[
    list[int] | None,
    typer.Option(
        min=1,
        help="Size of the network to try; repeatable. Default: 32 and 64.",
        rich_help_panel=PANEL,
    ),
]
Architectures = Annotated[
    list[str] | None,
    typer.Option(
        help="Kind of network to try; repeatable. Default: vanilla, stacked and "
        "encoder_decoder.",
        rich_help_panel=PANEL,
    ),
]
Budget = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        help="Seconds after which no candidate is begun. Default: the whole grid.",
        rich_help_panel=PANEL,
    ),
]
Splits = Annotated[
    int, typer.Option(min=1, help="Folds, cut by time.", rich_help_panel=PANEL)
]


def search(
    file: options.File = None,
    time: options.Time = None,
    target: options.Target = None,
    group: options.Group = None,
    past: options.Past = None,
    future: options.Ahead = None,
    static: options.Static = None,
    fill: options.Fill = None,
    horizon: options.Horizon = 12,
    season: options.Season = None,
    epochs: options.Epochs = None,
    seed: options.Seed = 0,
    steps: Steps = None,
    units: Units = None,
    architecture: Architectures = None,
    budget: Budget = None,
    splits: Splits = 3,
    save: options.Save = None,
    output: options.Output = None,
) -> None:
    """Try window lengths, sizes and kinds of network on folds cut by time."""
    check_files(output, save, inputs=[file], suffixes=WRITTEN)
    history = read(file, time, target, group, past, future, static)
    model = forecaster(
        history, horizon=horizon, season_length=season, epochs=epochs, fill=fill,
        random_state=seed,
    )  # fmt: skip
    from skforecast_lstm.forecaster import search_networks

    given = {"steps": steps, "units": units, "architectures": architecture}
    grid: dict[str, Any] = {name: values for name, values in given.items() if values}
    say("Trying every candidate on every fold:")
    result = search_networks(
        model, history.frame, **grid, n_splits=splits, budget=budget, progress=True
    )
    table = _show(result, splits)
    write(table, output, None, "Table")
    if save is not None:
        say(f"Fitting the best on all {len(history.frame)} rows:")
        keep(result.forecaster.fit(history.frame), save)


def _show(result: Any, splits: int) -> pd.DataFrame:
    table = result.table.round({"seconds": 3})
    tried = f"{len(table)} of {result.n_candidates} candidates"
    typer.echo(f"Mean absolute error over {splits} folds, {tried}, the best first:")
    typer.echo(neat(table.head(SHOWN)))
    verb = "beats" if table["error"][0] < result.naive_error else "does NOT beat"
    typer.echo(f"\nThe best {verb} the naive forecast, {result.naive_error:.4g}.")
    return table
