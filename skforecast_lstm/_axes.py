"""What the pictures share: colours, axes and legends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

BLACK, GREY = "#000000", "#777777"
BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
COLOURS = (BLUE, VERMILLION, GREEN, "#CC79A7", "#E69F00", "#56B4E9")
# Name and look of each method; shapes differ as well as colours.
METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    "forecast": ("forecast", {"color": BLUE, "marker": "o"}),
    "seasonal_naive": ("seasonal naive", {"color": VERMILLION, "marker": "s"}),
    "naive": ("naive", {"color": GREY, "marker": "^"}),
}
SCORES = {"rmse": "RMSE", "smape": "sMAPE (%)", "mase": "MASE", "skill": "skill"}
HIDDEN = "_nolegend_"  # a label that matplotlib leaves out of the legend
FEW = 40  # points, up to which each gets a marker


def axes_or_new(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    return Figure(figsize=(8, 4.5), dpi=100, layout="constrained").add_subplot()


def x_of(frame: pd.DataFrame) -> np.ndarray:
    index = frame.index
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    return index.to_numpy()


def marks(n: int) -> dict[str, Any]:
    return {"lw": 1.6, "marker": "o", "ms": 3.5} if n <= FEW else {"lw": 1.4}


def finished(ax: Axes, index: pd.Index, y_name: str) -> Axes:
    """Name the axes; put the legend above them, where it covers nothing."""
    if isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex)):
        locator = AutoDateLocator()
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    ax.set_xlabel("" if index.name is None else str(index.name))
    ax.set_ylabel(y_name)
    ax.grid(axis="y", color="#DDDDDD", lw=0.7)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False,
            borderaxespad=0.2,
        )  # fmt: skip
    return ax


def check_numbers(who: str, **frames: pd.DataFrame) -> None:
    """Refuse columns of text or times, as those of a long frame.

    Raises
    ------
    ValueError
    """
    for name, frame in frames.items():
        others = [c for c, values in frame.items() if not _are_numbers(values)]
        if others:
            raise ValueError(
                f"{who}: {name} has columns that are no numbers, {others}; give one "
                "column a series and the times as index: of a long frame "
                "frame.pivot(index='time', columns='group', values='target')"
            )


def check_losses(history: Mapping[str, Sequence], names: Iterable[str]) -> None:
    """Refuse a history without a loss, or with that of no epoch."""
    if "loss" not in history:
        raise ValueError(f"plot_learning_curve: no loss among {list(history)}")
    empty = [name for name in names if name in history and not len(history[name])]
    if empty:
        raise ValueError(f"plot_learning_curve: {empty} of history have no epochs")


def _are_numbers(column: pd.Series) -> bool:
    if not pd.api.types.is_object_dtype(column.dtype):
        return pd.api.types.is_numeric_dtype(column.dtype)
    return pd.to_numeric(column, errors="coerce").notna().equals(column.notna())


def frame_of(data: Any, first: int) -> pd.DataFrame:
    """Return one column a series; an array's rows count from ``first``."""
    if isinstance(data, pd.Series):
        return data.to_frame("" if data.name is None else data.name)
    if isinstance(data, pd.DataFrame):
        return data
    values = np.asarray(data)
    values = values[:, np.newaxis] if values.ndim == 1 else values
    names = [""] if values.shape[1] == 1 else [str(k) for k in range(values.shape[1])]
    rows = pd.RangeIndex(first, first + len(values))
    return pd.DataFrame(values, index=rows, columns=names)


def same_series(past: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of ``past`` that belong to those of ``ahead``."""
    if set(ahead.columns) <= set(past.columns):
        past = past[ahead.columns]
    if not past.shape[1] == ahead.shape[1] <= len(COLOURS):
        raise ValueError(
            f"plot_forecast: history has {past.shape[1]} series and forecast "
            f"{ahead.shape[1]}; give the same ones in both, at most {len(COLOURS)}"
        )
    return past


def bounds_of(interval: Any, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and the upper bound of each of ``n`` steps."""
    band = frame_of(interval, 0)
    if {"lower", "upper"} <= set(band.columns):
        band = band[["lower", "upper"]]
    if band.shape != (n, 2):
        raise ValueError(
            "plot_forecast: interval must be a lower and an upper bound for each of "
            f"the {n} steps, of shape {(n, 2)}, got {band.shape}"
        )
    lower, upper = band.to_numpy().T
    return lower, upper


def time_of(table: pd.DataFrame) -> pd.Series:
    """Return the times that were forecast: a column, or the origins' plus the steps."""
    following = table.columns[list(table.columns).index("step") + 1]
    if following not in ("series", "target", "actual"):
        return table[following]
    if not pd.api.types.is_numeric_dtype(table["origin"]):
        raise ValueError(
            "plot_backtest: forecasts has no column of times after 'step'; those of "
            "LSTMForecaster.backtest have one"
        )
    return (table["origin"] + table["step"]).rename("row")
