"""The command line: parses, calls, prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Forecast time series with LSTM networks, beside the naive forecast.",
)


@app.callback()
def skforecast_lstm() -> None:
    """Forecast time series with LSTM networks, beside the naive forecast."""


@app.command()
def forecast(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV with a header. None: the airline passengers."),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(help="Column of times. Default: the first that holds dates."),
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(help="Column to forecast; may be repeated."),
    ] = None,
    horizon: Annotated[int, typer.Option(help="Steps to forecast.")] = 12,
    steps: Annotated[
        int | None, typer.Option(help="Steps of history read. Default: by the data.")
    ] = None,
    season: Annotated[
        int | None,
        typer.Option(help="Steps in a season. Default: by the frequency of the times."),
    ] = None,
    architecture: Annotated[
        str,
        typer.Option(
            help="vanilla, stacked, bidirectional, cnn, convlstm, encoder_decoder."
        ),
    ] = "vanilla",
    epochs: Annotated[
        int | None, typer.Option(help="Passes over the data. Default: by its size.")
    ] = None,
    fill: Annotated[
        str | None,
        typer.Option(help="Fill missing values: interpolate, ffill or seasonal."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the network.")] = 0,
    output: Annotated[
        Path | None, typer.Option(help="CSV to write the forecast to.")
    ] = None,
) -> None:
    """Forecast the next steps; test the model on the last known ones."""
    data = _read(file, time, target or [])
    with _without_tensorflow_greetings():
        import tensorflow

        from skforecast_lstm.forecaster import LSTMForecaster

        tensorflow.config.list_logical_devices()

    forecaster = LSTMForecaster(
        horizon=horizon,
        n_steps=steps,
        season_length=season,
        architecture=architecture,
        epochs=epochs,
        fill=fill,
        random_state=seed,
        verbose=1,
    )
    typer.echo(f"Testing on the last {horizon} steps ...", err=True)
    result = forecaster.backtest(data, n_origins=1)
    typer.echo(f"Fitting on all {len(data)} rows ...", err=True)
    table = forecaster.fit(data).predict()
    typer.echo(f"Forecast of the next {horizon} steps:")
    typer.echo(pd.DataFrame(table).to_string(float_format="{:.4g}".format))
    typer.echo(f"\nErrors on the last {horizon} known steps, which were held out:")
    typer.echo(result.scores.to_string(float_format="{:.3f}".format))
    typer.echo(f"\n{result.summary()}")
    if output is not None:
        table.to_csv(output)
        typer.echo(f"Forecast written to {output}")


def _read(file: Path | None, time: str | None, target: list[str]) -> Any:
    """Return the named columns of a CSV, indexed by their times."""
    if file is None:
        from skforecast_lstm.datasets import load_airline

        return load_airline()
    frame = pd.read_csv(file)
    unknown = [c for c in [*target, *([time] if time else [])] if c not in frame]
    if unknown:
        raise ValueError(
            f"{file.name} has no column {unknown[0]!r}; its columns are "
            f"{', '.join(map(repr, frame.columns))}"
        )
    time = time or _first_of_dates(frame)
    columns = target or [c for c in frame.select_dtypes("number").columns if c != time]
    if not target and len(columns) != 1:
        raise ValueError(
            f"{file.name} has {len(columns)} columns of numbers; name one with "
            f"--target: {', '.join(map(str, columns))}"
        )
    data = frame[columns]
    if time is not None:
        data = data.set_axis(pd.Index(frame[time], name=time), axis=0)
        if not pd.api.types.is_numeric_dtype(data.index.dtype):
            data.index = pd.to_datetime(data.index, format="ISO8601")
    return data


@contextmanager
def _without_tensorflow_greetings() -> Iterator[None]:
    """Drop what TensorFlow writes to stderr at its start; no setting of its own does."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _first_of_dates(frame: pd.DataFrame) -> str | None:
    for column in frame.select_dtypes(exclude="number").columns:
        dates = pd.to_datetime(frame[column], format="ISO8601", errors="coerce")
        if dates.notna().all():
            return column
    return None


def main() -> None:
    """Run the command line; errors of the data take one line and exit code 2."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        app()
    except (ValueError, TypeError, OSError) as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(2)
