"""The command ``info``."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from skforecast_lstm import __version__
from skforecast_lstm._files import check_columns, read_table
from skforecast_lstm.cli import _options as options
from skforecast_lstm.cli._show import neat

PACKAGES = (
    "scikit-learn", "scikeras", "keras", "tensorflow", "numpy",
    "pandas",
)  # fmt: skip

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help="CSV with a header, or Parquet. Without it: the versions of this package "
        "and of what it runs on.",
        show_default=False,
    ),
]


def info(
    file: File = None, time: options.Time = None, group: options.Group = None
) -> None:
    """Show versions; of a file its columns, times, frequency and missing values."""
    if file is None:
        typer.echo(f"python {platform.python_version()}, {platform.platform()}")
        typer.echo(f"skforecast-lstm {__version__}")
        for name in PACKAGES:
            typer.echo(f"{name} {version(name)}")
        return
    from skforecast_lstm._describe import describe_columns, describe_times

    frame = read_table(file, group)
    check_columns(frame, file.name, time=[time], group=[group])
    typer.echo(f"{file.name}: {len(frame)} rows, {frame.shape[1]} columns")
    typer.echo(neat(describe_columns(frame, group)))
    times = describe_times(frame, time, group)
    typer.echo("\nNo column of times: rows are counted" if not times else "")
    for name, value in times.items():
        typer.echo(f"{name}: {value}")
