"""Series in, forecast out."""

from skforecast_lstm.forecaster._backtest import BacktestResult
from skforecast_lstm.forecaster._forecaster import LSTMForecaster
from skforecast_lstm.forecaster._search import SearchResult, search_networks

__all__ = ["BacktestResult", "LSTMForecaster", "SearchResult", "search_networks"]
