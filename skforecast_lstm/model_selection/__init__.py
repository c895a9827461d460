"""Splits and forecasts that are honest about time."""

from skforecast_lstm.model_selection._backtest import backtest
from skforecast_lstm.model_selection._split import RollingOriginSplit

__all__ = ["RollingOriginSplit", "backtest"]
