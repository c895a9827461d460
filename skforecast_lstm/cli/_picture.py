"""Pictures of a forecast and of a backtest, written as PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from skforecast_lstm._files import History
from skforecast_lstm.cli._show import say

MOST_SERIES = 6


def check_drawable(history: History, output: list[Path] | None) -> None:
    """Refuse a picture of a forecast that can't be drawn, before the work is done."""
    if history.roles["group"] is None or len(history.roles["target"] or ()) < 2:
        return
    if any(path.suffix.lower() == ".png" for path in output or []):
        raise ValueError("a .png of --group needs a single --target")


def draw_forecast(history: History, table: pd.DataFrame, path: Path) -> str:
    """Draw the end of the history and what follows; of many series the first six.

    Return what to say of bounds that the table has and the picture has not.
    """
    from skforecast_lstm.plotting import plot_forecast

    target, time = history.roles["target"], history.roles["time"]
    if history.roles["group"] is not None:
        past, ahead = _series_as_columns(history, table)
    elif time is None:
        past, ahead = history.frame[target], table.set_index(table.columns[0])
    else:
        past, ahead = history.frame.set_index(time)[target], table.set_index(time)
    if len(target) > 1 and f"{target[0]} forecast" in ahead.columns:
        ahead = ahead[[f"{name} forecast" for name in target]]
    if past.shape[1] > MOST_SERIES:
        say(f"{path.name} shows the first {MOST_SERIES} of {past.shape[1]} series")
        past, ahead = past.iloc[:, :MOST_SERIES], ahead.iloc[:, :MOST_SERIES]
    ax = plot_forecast(past.dropna(how="all"), ahead.dropna(how="all"))
    ax.set_ylabel(", ".join(target) if past.shape[1] > 1 else target[0])
    _save(ax, path)
    of_target = f"{target[0]} " if len(target) > 1 else ""
    bounds = {f"{of_target}lower", f"{of_target}upper"} <= {*table.columns}
    one = history.roles["group"] is None and len(target) == 1
    return ", without the bounds: it shows several series" * (bounds and not one)


def _series_as_columns(
    history: History, table: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    group, targets = history.roles["group"], history.roles["target"]
    time = history.roles["time"] or table.columns[1]
    frame = history.frame
    if time not in frame.columns:  # rows are counted within each series
        frame = frame.assign(**{time: frame.groupby(group, sort=False).cumcount()})
    value = "forecast" if "forecast" in table.columns else targets[0]
    names = list(dict.fromkeys(table[group]))
    past = frame.pivot(index=time, columns=group, values=targets[0])[names]
    return past, table.pivot(index=time, columns=group, values=value)[names]


def draw_backtest(result: Any, history: History, path: Path) -> str:
    """Draw what came true and the forecasts; of many series the errors by step.

    Return what to say of these.
    """
    from skforecast_lstm.plotting import plot_backtest, plot_error_by_step

    many = history.roles["group"] is not None or len(history.roles["target"]) > 1
    ax = plot_error_by_step(result.by_step) if many else plot_backtest(result)
    if not many:
        ax.set_ylabel(history.roles["target"][0])
    _save(ax, path)
    return ", as errors by step: there are several series" * many


def _save(ax: Any, path: Path) -> None:
    ax.figure.savefig(path, dpi=100)
