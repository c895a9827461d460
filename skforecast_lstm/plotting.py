"""Forecasts as pictures: arrays or frames in, matplotlib Axes out.

Without ``ax`` each function makes a figure of its own, 8 × 4.5 inches, that pyplot does
not know: ``ax.figure.savefig("forecast.png", dpi=100)`` writes it, and a notebook shows
``ax.figure``. Colours are those of Okabe and Ito, which colour-blind people can tell
apart.

References
----------
.. [1] M. Okabe, K. Ito, "Color Universal Design: How to make figures and presentations
   that are friendly to colorblind people", 2008. https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from skforecast_lstm._axes import (
    BLACK,
    BLUE,
    COLOURS,
    FEW,
    GREEN,
    HIDDEN,
    METHODS,
    SCORES,
    VERMILLION,
    axes_or_new,
    bounds_of,
    check_losses,
    check_numbers,
    finished,
    frame_of,
    marks,
    same_series,
    time_of,
    x_of,
)
from skforecast_lstm._counts import check_count

__all__ = [
    "plot_backtest",
    "plot_error_by_step",
    "plot_forecast",
    "plot_learning_curve",
    "plot_step_importance",
]


def plot_forecast(
    history: Any,
    forecast: Any,
    interval: Any = None,
    ax: Axes | None = None,
    *,
    n_history: int | None = None,
) -> Axes:
    """Return axes with the end of a history and the forecast of what follows.

    Parameters
    ----------
    history : Series, DataFrame or array of shape (n,)
        What is known. A frame's columns are series, up to six; pivot a long frame.
    forecast : Series, DataFrame or array of shape (horizon,)
        What follows, as :meth:`LSTMForecaster.predict` or ``predict_interval`` return
        it. Where ``history`` has all its columns, these are drawn, in equal colours.
    interval : DataFrame with the columns lower and upper, or (horizon, 2), default=None
        Band around a single forecast. None: the columns of ``forecast``, if it has
        them.
    ax : Axes, default=None
        Where to draw. None: a new figure.
    n_history : int, default=None
        Points of history to show. None: four horizons, and no less than 36.

    Returns
    -------
    ax : Axes

    Raises
    ------
    ValueError
        For over six series, an interval of several or another shape, or text.

    Examples
    --------
    >>> from skforecast_lstm.datasets import load_airline
    >>> from skforecast_lstm.plotting import plot_forecast
    >>> passengers = load_airline()
    >>> ax = plot_forecast(passengers[:-12], passengers[-12:])
    >>> [line.get_label() for line in ax.lines]
    ['history', 'forecast']
    """
    past, ahead = frame_of(history, 0), frame_of(forecast, len(history))
    check_numbers("plot_forecast", history=past, forecast=ahead)
    if interval is None and {"forecast", "lower", "upper"} <= set(ahead.columns):
        interval = ahead[["lower", "upper"]]
        ahead = ahead[["forecast"]]
    past, n_series = same_series(past, ahead), ahead.shape[1]
    if interval is not None and n_series > 1:
        raise ValueError(f"plot_forecast: interval is for 1 series, got {n_series}")
    band = None if interval is None else bounds_of(interval, len(ahead))
    if n_history is None:
        n_history = max(36, 4 * len(ahead))
    n_history = check_count("plot_forecast", "n_history", n_history, least=0)
    ax, shown = axes_or_new(ax), past.tail(n_history)
    for k, name in enumerate(past.columns):
        own = n_series > 1
        look = {"color": COLOURS[k] if own else BLUE, **marks(len(ahead))}
        label = f"{ahead.columns[k]}" if own else "forecast"
        ax.plot(
            x_of(shown), shown[name], color=COLOURS[k] if own else BLACK, lw=1.3,
            label=HIDDEN if own else "history",
        )  # fmt: skip
        ax.plot(
            x_of(ahead), ahead.iloc[:, k], "--" if own else "-", label=label, **look
        )
    if band is not None:
        ax.fill_between(
            x_of(ahead), *band, color=BLUE, alpha=0.22, lw=0, label="interval"
        )
    return finished(ax, past.index, "" if n_series > 1 else str(past.columns[0]))


def plot_backtest(
    forecasts: Any,
    ax: Axes | None = None,
    *,
    methods: str | Sequence[str] = ("forecast",),
) -> Axes:
    """Return axes with what came true and the forecasts from each origin.

    Parameters
    ----------
    forecasts : DataFrame
        ``BacktestResult.forecasts``, or what :func:`~skforecast_lstm.backtest` returns,
        of one series and one target. Without a column of times the rows are counted:
        ``origin + step``, as is right for ``lead=1`` and rows numbered one by one.
    ax : Axes, default=None
        Where to draw. None: a new figure.
    methods : column name or sequence of them, default=("forecast",)
        Any of "forecast", "seasonal_naive" and "naive".

    Returns
    -------
    ax : Axes

    Raises
    ------
    ValueError
        For forecasts of several series or targets, or a column that is not there.
    """
    table = pd.DataFrame(getattr(forecasts, "forecasts", forecasts))
    methods = [methods] if isinstance(methods, str) else list(methods)
    needed = ["fold", "origin", "step", "actual", *methods]
    absent = [c for c in needed if c not in table.columns]
    if absent:
        raise ValueError(f"plot_backtest: forecasts lacks the columns {absent}")
    if table.duplicated(["fold", "origin", "step"]).any():
        raise ValueError(
            "plot_backtest: forecasts holds several series or targets; choose one, "
            "for example forecasts[forecasts['target'] == 'sold']"
        )
    time = time_of(table)
    table = table.assign(_time=time)
    actual = table.drop_duplicates("_time").sort_values("_time").set_index("_time")
    ax = axes_or_new(ax)
    ax.plot(x_of(actual), actual["actual"], color=BLACK, lw=1.3, label="actual")
    for method in methods:
        label, look = METHODS.get(method, (method, {"color": GREEN}))
        folds = table.groupby(["fold", "origin"], sort=False)
        for fold, (_, rows) in enumerate(folds):
            rows = rows.set_index("_time")
            # Every second origin is paler, so that two that overlap can be told apart.
            look = {**look, "ms": 3, "lw": 1.3, "alpha": 0.5 if fold % 2 else 1.0}
            ax.plot(x_of(rows), rows[method], label=label, **look)
            label = HIDDEN  # one entry in the legend
    return finished(ax, pd.Index(actual.index, name=time.name), "")


def plot_error_by_step(
    by_step: pd.DataFrame, ax: Axes | None = None, *, metric: str = "rmse"
) -> Axes:
    """Return axes with the error of each method, step by step ahead.

    Parameters
    ----------
    by_step : DataFrame
        ``BacktestResult.by_step``: a row each step and method.
    ax : Axes, default=None
        Where to draw. None: a new figure.
    metric : {"rmse", "smape", "mase", "skill"}, default="rmse"
        Column to draw; methods without values in it are left out.

    Returns
    -------
    ax : Axes

    Raises
    ------
    ValueError
        For a metric that is no column.
    """
    if metric not in by_step.columns:
        raise ValueError(
            f"plot_error_by_step: metric must be one of {list(by_step.columns)}, got "
            f"{metric!r}"
        )
    ax = axes_or_new(ax)
    for method, errors in by_step[metric].groupby(level="method", sort=False):
        errors = errors.droplevel("method")
        if errors.isna().all():  # as the coverage of methods without an interval
            continue
        label, look = METHODS.get(str(method), (str(method), {"color": GREEN}))
        look = look if len(errors) <= FEW else look | {"marker": ""}
        ax.plot(errors.index, errors, label=label, ms=5, lw=1.6, **look)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if metric != "skill":
        ax.set_ylim(bottom=0)
    return finished(ax, pd.Index([], name="steps ahead"), SCORES.get(metric, metric))


def plot_learning_curve(
    history: Mapping[str, Sequence[float]], ax: Axes | None = None
) -> Axes:
    """Return axes with the loss of each epoch, in training and validation.

    Parameters
    ----------
    history : dict of lists
        The ``history_`` of a fitted regressor.
    ax : Axes, default=None
        Where to draw. None: a new figure.

    Returns
    -------
    ax : Axes

    Raises
    ------
    ValueError
        Where ``history`` has no loss, or that of no epoch.
    """
    curves = {"loss": ("training", BLUE), "val_loss": ("validation", VERMILLION)}
    check_losses(history, curves)
    ax = axes_or_new(ax)
    largest, least = 0.0, np.inf
    for name, (label, colour) in curves.items():
        if name in history:
            loss = np.asarray(history[name], dtype=float)
            epochs = np.arange(1, len(loss) + 1)
            ax.plot(epochs, loss, color=colour, lw=1.6, label=label)
            largest, least = max(largest, loss.max()), min(least, loss.min())
    if 0 < least < largest / 20:
        ax.set_yscale("log")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return finished(ax, pd.Index([], name="epoch"), "loss")


def plot_step_importance(importance: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with how much each step of the window matters.

    Parameters
    ----------
    importance : Bunch
        What :func:`~skforecast_lstm.step_importance` returns; the lines on the bars
        are one standard deviation over the repeats.
    ax : Axes, default=None
        Where to draw. None: a new figure.

    Returns
    -------
    ax : Axes

    Raises
    ------
    ValueError
        For the importance of features, or any other without names of steps.
    """
    if "step_names" not in importance:
        raise ValueError(
            "plot_step_importance: importance has no step_names, but the keys "
            f"{list(importance)}; give what step_importance returns"
        )
    mean = np.asarray(importance["importances_mean"])
    places = np.arange(1 - len(mean), 1)  # steps before the origin, which is 0
    ax = axes_or_new(ax)
    ax.bar(
        places, mean, yerr=importance["importances_std"], color=BLUE, ecolor=BLACK,
        error_kw={"lw": 1},
    )  # fmt: skip
    ax.axhline(0, color=BLACK, lw=0.8)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    name = "step of the window (0: the newest)"
    return finished(ax, pd.Index([], name=name), "fall of the score when shuffled")
