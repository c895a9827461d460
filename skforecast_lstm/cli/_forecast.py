"""The command ``forecast``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import typer

from skforecast_lstm._files import History, check_there
from skforecast_lstm.cli import _options as options
from skforecast_lstm.cli._model import (
    check_files,
    check_free,
    flat,
    forecaster,
    forecaster_class,
    keep,
    read,
    read_future,
    write,
)
from skforecast_lstm.cli._picture import check_drawable, draw_forecast
from skforecast_lstm.cli._show import neat, say, score_table

# With --load they are those of the model.
OF_THE_MODEL = (
    "time", "target", "group", "past", "future", "static", "fill", "steps", "season",
    "architecture", "epochs", "linear_weight", "smoothing_weight",
    "members", "seed",
)  # fmt: skip


def forecast(
    context: typer.Context,
    file: options.File = None,
    time: options.Time = None,
    target: options.Target = None,
    group: options.Group = None,
    past: options.Past = None,
    future: options.Future = None,
    static: options.Static = None,
    future_file: options.FutureFile = None,
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
    load: options.Load = None,
    interval: options.Interval = None,
    save: options.Save = None,
    output: options.Output = None,
) -> None:
    """Forecast the next steps; test the model on the last known ones."""
    check_files(output, save, inputs=[file, future_file, load])
    if load is not None:
        own = _own_horizon(context, horizon)
        return _forecast_loaded(load, file, own, future_file, interval, output)
    history = read(file, time, target, group, past, future, static)
    known = _known_before_any_work(history, future_file, interval, output)
    model = forecaster(
        history, horizon=horizon, n_steps=steps, season_length=season,
        architecture=architecture, epochs=epochs, linear_weight=linear_weight,
        smoothing_weight=smoothing_weight, n_members=members, fill=fill,
        random_state=seed,
    )  # fmt: skip
    table = _forecast_fitted(model, history, known, interval)
    keep(model, save)
    write(table, output, lambda p: draw_forecast(history, table, p), "Forecast")


def _known_before_any_work(
    history: History,
    future_file: Path | None,
    interval: float | None,
    output: list[Path] | None,
) -> pd.DataFrame | None:
    """Return what is known of the times to come; refuse what can't be written."""
    check_free(history, ("forecast", "lower", "upper") if interval is not None else ())
    check_drawable(history, output)
    return read_future(future_file, history)


def _check_times_to_come(
    model: Any, history: History, known: pd.DataFrame | None
) -> None:
    from skforecast_lstm.forecaster._future import future_rows

    if known is not None:
        future_rows(model._read(history.frame), known, model.horizon)


def _forecast_fitted(
    model: Any, history: History, known: pd.DataFrame | None, interval: float | None
) -> pd.DataFrame:
    _check_times_to_come(model, history, known)
    if interval is not None:
        model._check_coverage(history.frame, interval)
    horizon = model.horizon
    say(f"Testing on the last {horizon} steps, which are held out:")
    result = model.backtest(history.frame, n_origins=1)
    say(f"Fitting on all {len(history.frame)} rows:")
    model.fit(history.frame)
    table = _predict(model, interval, future=known)
    one = len(model.history_.roles.targets) == 1
    typer.echo(f"Forecast of the next {horizon} steps:\n{neat(table, alike=one)}")
    typer.echo(f"\nErrors on the last {horizon} known steps, which were held out:")
    typer.echo(f"{score_table(result.scores)}\n\n{result.summary()}")
    return table


def _forecast_loaded(
    load: Path,
    file: Path | None,
    horizon: int | None,
    future_file: Path | None,
    interval: float | None,
    output: list[Path] | None,
) -> None:
    check_there(load)
    model = forecaster_class().load(load)
    from skforecast_lstm.forecaster._forms import SERIES, TIME

    named = model.history_.roles
    if named.future and future_file is None:
        raise ValueError(
            f"the model in {load.name} reads the future columns "
            f"{', '.join(map(str, named.future))}; give --future-file"
        )
    columns = ("time", "group", "past", "future", "static")
    roles: dict[str, Any] = {name: getattr(named, name) for name in columns}
    roles["target"] = None if model.target is None else named.targets
    data = None
    if file is None:
        rows = model.history_.frame
        keys = {named.group: rows[SERIES], named.time: rows[TIME]}
        history = History(pd.DataFrame(keys), load.name, roles)
        if any(path.suffix.lower() == ".png" for path in output or []):
            raise ValueError("a .png with --load needs FILE, for the history in it")
    else:
        history = read(file, **roles)
        data = history.frame
    known = _known_before_any_work(history, future_file, interval, output)
    table = _predict(model, interval, horizon=horizon, future=known, data=data)
    one = len(model.history_.roles.targets) == 1
    typer.echo(f"Forecast by the model in {load.name}:\n{neat(table, alike=one)}")
    write(table, output, lambda p: draw_forecast(history, table, p), "Forecast")


def _predict(model: Any, coverage: float | None, **options: Any) -> pd.DataFrame:
    if coverage is None:
        return flat(model.predict(**options))
    say("Fitting on the older part, to measure errors on the newer one:")
    return flat(model.predict_interval(coverage, **options))


def _own_horizon(context: typer.Context, horizon: int) -> int | None:
    """Return the horizon if it was given; refuse options that are the model's."""
    for name in (*OF_THE_MODEL, "save"):
        if _is_given(context, name):
            option = name.replace("_", "-")
            raise ValueError(f"--load brings its own model; leave out --{option}")
    return horizon if _is_given(context, "horizon") else None


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
