"""Series in, forecast out."""

from skforecast_lstm.forecaster._backtest import BacktestResult
from skforecast_lstm.forecaster._forecaster import LSTMForecaster

__all__ = ["BacktestResult", "LSTMForecaster"]
