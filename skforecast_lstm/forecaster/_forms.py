"""The forms in which data may come, and the names that it must not bring."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from skforecast_lstm._frames import as_array, to_pandas
from skforecast_lstm._table import nearest

SERIES, TIME = "__series__", "__time__"
WHO = "LSTMForecaster"
RESULT_COLUMNS = (
    "fold", "origin", "step", "target", "actual", "forecast", "seasonal_naive",
    "naive", "lower", "upper",
)  # fmt: skip


def as_frame(data: Any, what: str = "data") -> tuple[pd.DataFrame, str]:
    """Return a pandas frame, and the form in which the data came.

    Raises
    ------
    TypeError
        For what is no frame, Series or array; ``what`` names it.
    """
    data = to_pandas(data)
    if isinstance(data, pd.DataFrame):
        return data, "wide"
    if isinstance(data, pd.Series):
        return data.to_frame("y" if data.name is None else data.name), "series"
    values = as_array(WHO, what, data)
    if values.ndim == 1:
        return pd.DataFrame({"y": values}), "series"
    return pd.DataFrame(values), "wide"


def check_rows(frame: pd.DataFrame) -> None:
    """Refuse data without rows."""
    if not len(frame):
        raise ValueError(f"{WHO}: the data has no rows")


def check_present(names: Iterable[Any], frame: pd.DataFrame) -> None:
    """Refuse data without a column that the model was fitted on."""
    for name in names:
        if name is not None and name not in frame.columns:
            raise ValueError(
                f"{WHO}: {name!r}, which the model was fitted with, is not a column of "
                f"the data{nearest(name, list(frame.columns))}"
            )


def check_not_reserved(names: Iterable[Any], reserved: Iterable[str], of: str) -> None:
    """Refuse a column of the data whose name stands for something else ``of``."""
    words = set(reserved)
    for name in names:
        if isinstance(name, str) and name in words:
            raise ValueError(
                f"{WHO}: {name!r} is the name of a column {of}; rename that column or "
                "index of the data"
            )
