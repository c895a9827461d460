"""The options that several commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

DATA, MODEL, RESULT = "Data", "Model", "Result"

Name = Literal[
    "vanilla", "stacked", "bidirectional", "cnn", "convlstm", "encoder_decoder"
]

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help="CSV with a header, or Parquet. Without it: the airline passengers that "
        "ship with the package.",
        show_default=False,
    ),
]
Time = Annotated[
    str | None,
    typer.Option(
        help="Column of times. Default: the first of dates, else year, month, ...",
        rich_help_panel=DATA,
    ),
]
Target = Annotated[
    list[str] | None,
    typer.Option(
        help="Column to forecast; may be repeated. Default: the only one of numbers.",
        rich_help_panel=DATA,
    ),
]
Group = Annotated[
    str | None,
    typer.Option(
        help="Column that names the series, where the file holds many, one below "
        "the other. One model learns from all.",
        rich_help_panel=DATA,
    ),
]
Past = Annotated[
    list[str] | None,
    typer.Option(help="Covariate known up to now; repeatable.", rich_help_panel=DATA),
]
AHEAD = "Covariate known ahead, as a price or a calendar; repeatable."
Ahead = Annotated[list[str] | None, typer.Option(help=AHEAD, rich_help_panel=DATA)]
Future = Annotated[
    list[str] | None,
    typer.Option(help=f"{AHEAD} Needs --future-file.", rich_help_panel=DATA),
]
Static = Annotated[
    list[str] | None,
    typer.Option(
        help="Number that says what kind of series one is, as a shop's size; "
        "repeatable. Needs --group.",
        rich_help_panel=DATA,
    ),
]
Fill = Annotated[
    Literal["interpolate", "ffill", "seasonal"] | None,
    typer.Option(
        help="Fill missing values. Default: refuse them.", rich_help_panel=DATA
    ),
]
Horizon = Annotated[
    int, typer.Option(min=1, help="Steps to forecast.", rich_help_panel=MODEL)
]
Steps = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Steps of history that a forecast reads. Default: by the data.",
        rich_help_panel=MODEL,
    ),
]
Season = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Steps in a season. Default: by the frequency of the times.",
        rich_help_panel=MODEL,
    ),
]
Architecture = Annotated[
    Name, typer.Option(help="Kind of network.", rich_help_panel=MODEL)
]
Epochs = Annotated[
    int | None,
    typer.Option(
        min=1, help="Passes over the data. Default: by its size.", rich_help_panel=MODEL
    ),
]
LinearWeight = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help="Weight of a linear map beside the network. Default: 0.75 for few "
        "values, else 0.5 for one series, 0 for many.",
        rich_help_panel=MODEL,
    ),
]
SmoothingWeight = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help="Weight of exponential smoothing beside the network. Default: 2/3 for "
        "series of up to 250 values, measured up to 5000 or in panels of 100,000 to "
        "500,000 values, 0 beyond and beside covariates.",
        rich_help_panel=MODEL,
    ),
]
Members = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Seeds trained; the forecast is their median. Default: 5 for many series "
        "and the vanilla network, else 1.",
        rich_help_panel=MODEL,
    ),
]
Seed = Annotated[
    int, typer.Option(min=0, help="Seed of the network.", rich_help_panel=MODEL)
]
FutureFile = Annotated[
    Path | None,
    typer.Option(
        help="CSV or Parquet with the --future columns of the coming times.",
        rich_help_panel=DATA,
    ),
]


def _share(value: float | None) -> float | None:
    if value is not None and not 0 < value < 1:
        hint = f"; for {value:g} percent give {value / 100:g}" * (1 < value < 100)
        raise typer.BadParameter(f"must lie between 0 and 1, got {value:g}{hint}")
    return value


Interval = Annotated[
    float | None,
    typer.Option(
        metavar="COVERAGE",
        callback=_share,
        help="Print bounds that hold the truth so often: 0.9 for nine times in ten.",
        rich_help_panel=RESULT,
    ),
]
Save = Annotated[
    Path | None,
    typer.Option(help="File to keep the fitted model in.", rich_help_panel=RESULT),
]
Load = Annotated[
    Path | None,
    typer.Option(
        help="Forecast with a model that --save kept, without training: from FILE, or "
        "without it from the history kept.",
        rich_help_panel=MODEL,
    ),
]
Origins = Annotated[
    int,
    typer.Option(
        min=1,
        help="Origins to forecast from; the newest is a horizon before the end.",
        rich_help_panel="Backtest",
    ),
]
Step = Annotated[
    int,
    typer.Option(
        min=1, help="Rows from one origin to the next.", rich_help_panel="Backtest"
    ),
]
Refit = Annotated[
    int,
    typer.Option(
        min=0,
        help="Train anew at every so many origins; 0: only at the first.",
        rich_help_panel="Backtest",
    ),
]
Output = Annotated[
    list[Path] | None,
    typer.Option(
        help="File to write to, by its suffix: .csv, .json, .parquet, or .png for a "
        "picture; repeatable.",
        rich_help_panel=RESULT,
    ),
]
