"""From options to a history and a forecaster, and from a forecast to a flat table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from skforecast_lstm._files import History, as_history, read_table
from skforecast_lstm.cli._show import say, without_tensorflow_greetings


def read(file: Path | None, **roles: Any) -> History:
    """Return the named columns of a file, or the airline passengers."""
    given = {name: value for name, value in roles.items() if value}
    if file is None:
        from skforecast_lstm.datasets import load_airline

        airline = load_airline().reset_index()
        return as_history(airline, "the airline passengers", **given)
    history = as_history(read_table(file), file.name, **given)
    if not history.dated:
        say(
            f"{file.name} has no column of dates: its rows are counted from 0. "
            "--time names a column, --season the steps in a season."
        )
    return history


def forecaster(history: History, **options: Any) -> Any:
    """Return an LSTMForecaster for the history's columns."""
    with without_tensorflow_greetings():
        import tensorflow

        from skforecast_lstm.forecaster import LSTMForecaster

        tensorflow.config.list_logical_devices()
    return LSTMForecaster(**history.roles, **options, verbose=1)


def flat(table: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """Return a forecast with its times as a column."""
    table = pd.DataFrame(table)
    if isinstance(table.index, pd.RangeIndex) and table.index.start == 0:
        return table  # of a panel: the times are a column already
    if table.index.name is None:
        table = table.rename_axis("row")
    return table.reset_index()
