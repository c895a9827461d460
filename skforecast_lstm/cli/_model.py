"""From options to a history and a forecaster, and from a forecast to a flat table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import typer

from skforecast_lstm._files import (
    WRITTEN,
    History,
    as_history,
    check_output,
    read_table,
    write_table,
)
from skforecast_lstm._table import as_table
from skforecast_lstm.cli._show import say, without_tensorflow_greetings


def read(
    file: Path | None,
    time: str | None = None,
    target: list[str] | None = None,
    group: str | None = None,
    past: list[str] | None = None,
    future: list[str] | None = None,
    static: list[str] | None = None,
) -> History:
    """Return the named columns of a file, or the airline passengers."""
    if static and group is None:
        raise ValueError("--static needs --group: it has one value a series")
    roles: dict[str, Any] = {"time": time, "target": target, "group": group}
    roles |= {"past": past, "future": future, "static": static}
    given = {name: value for name, value in roles.items() if value}
    if file is None:
        from skforecast_lstm.datasets import load_airline

        airline = load_airline().reset_index()
        return as_history(airline, "the airline passengers", **given)
    history = as_history(read_table(file, group), file.name, **given)
    if history.note:
        say(history.note)
    return history


def read_future(file: Path | None, history: History) -> pd.DataFrame | None:
    """Return the covariates known ahead, with their times under the history's name."""
    columns, time = history.roles["future"], history.roles["time"]
    if bool(columns) != (file is not None):
        raise ValueError("--future and --future-file go together; give both")
    if file is None:
        return None
    if time is None:
        raise ValueError("--future-file needs a column of times in both files")
    group = history.roles["group"]
    table = _named_alike(file, group, history.frame)
    known = as_history(
        table,
        file.name,
        target=columns,
        time=time if time in table.columns else None,
        group=group if group in table.columns else None,
    )
    frame = known.frame.rename(columns={known.roles["time"]: time})
    kind = history.frame[time].dtype if len(history.frame) else None
    if isinstance(kind, pd.PeriodDtype) and frame[time].dtype.kind == "M":
        frame[time] = frame[time].dt.to_period(kind.freq)
    zone = (
        getattr(history.frame[time].dtype, "tz", None) if len(history.frame) else None
    )
    if zone is not None and getattr(frame[time].dtype, "tz", None) is not None:
        frame[time] = frame[time].dt.tz_convert(zone)  # where offsets are others
    return frame


def _named_alike(file: Path, group: str | None, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table in ``file``, its series named by text or numbers as ``frame``'s.

    Whole numbers are numbers in Parquet and text in CSV.
    """
    numbers = group is not None and pd.api.types.is_numeric_dtype(frame[group].dtype)
    table = read_table(file, None if numbers else group)
    if group in table and not numbers:
        whole = pd.api.types.is_integer_dtype(table[group].dtype)
        return table.astype({group: str}) if whole else table
    return table


def forecaster_class() -> Any:
    """Return LSTMForecaster, without what TensorFlow says while it starts."""
    with without_tensorflow_greetings():
        import tensorflow

        from skforecast_lstm.forecaster import LSTMForecaster

        tensorflow.config.list_logical_devices()
    return LSTMForecaster


def forecaster(history: History, **options: Any) -> Any:
    """Return an LSTMForecaster for the history's columns."""
    made = forecaster_class()(**history.roles, **options, verbose=1)
    _check_rhythm(history)
    return made


def _check_rhythm(history: History) -> None:
    from skforecast_lstm._describe import rhythm

    group, time = history.roles["group"], history.roles["time"]
    try:
        table = as_table(history.name, history.frame, group, time)
    except ValueError:
        return  # the forecaster says it, with the rest
    rhythm(history.name, table)


def check_free(history: History, taken: Sequence[str]) -> None:
    """Refuse a group or time that is called like a column of the result."""
    for role in ("group", "time"):
        if history.roles[role] in taken:
            raise ValueError(
                f"{history.name}: column {history.roles[role]!r} can't be the {role}, "
                "as the result has a column of this name; rename it"
            )


def flat(table: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """Return a forecast with its times as a column, and one level of names."""
    table = pd.DataFrame(table)
    if table.columns.nlevels > 1:
        names = [" ".join(map(str, filter(None, name))) for name in table.columns]
        table = table.set_axis(names, axis=1)
    if isinstance(table.index, pd.RangeIndex) and table.index.start == 0:
        return table  # of a panel: the times are a column already
    if table.index.name is None:
        table = table.rename_axis("row" if "row" not in table else "row number")
    return table.reset_index()


def write(table: pd.DataFrame, paths: list[Path] | None, draw: Any, what: str) -> None:
    """Write a table to every path; ``draw`` makes pictures, and says what they lack."""
    for path in paths or []:
        remark = ""
        if path.suffix.lower() == ".png":
            remark = draw(path)
        else:
            write_table(table, path)
        typer.echo(f"{what} written to {path}{remark}")


def check_files(
    output: list[Path] | None,
    save: Path | None = None,
    *,
    inputs: Sequence[Path | None],
    suffixes: Sequence[str] = (*WRITTEN, ".png"),
) -> None:
    """Refuse what could not be written or would overwrite, before any work."""
    written = [("--output", path) for path in output or []]
    for _, path in written:
        check_output(path, suffixes)
    if save is not None:
        check_output(save, ())
        written.append(("--save", save))
    used = [("a file that is read", path) for path in inputs if path is not None]
    for option, path in written:
        for other, taken in used:
            if _same_file(path, taken):
                raise ValueError(
                    f"{option} {path} would overwrite {other}; name another file"
                )
        used.append((f"what {option} writes", path))


def _same_file(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


def keep(model: Any, path: Path | None) -> None:
    """Save a fitted model where a path is given, and say how to use it."""
    if path is None:
        return
    model.save(path)
    typer.echo(f"Model written to {path}; forecast --load {path} uses it")
