"""One regressor for each LSTM architecture, all with the same parameters."""

from skforecast_lstm.regressors._base import BaseLSTMRegressor
from skforecast_lstm.regressors.bidirectional import BidirectionalLSTMRegressor
from skforecast_lstm.regressors.cnn import CNNLSTMRegressor
from skforecast_lstm.regressors.convlstm import ConvLSTMRegressor
from skforecast_lstm.regressors.encoder_decoder import EncoderDecoderLSTMRegressor
from skforecast_lstm.regressors.stacked import StackedLSTMRegressor
from skforecast_lstm.regressors.vanilla import VanillaLSTMRegressor

__all__ = [
    "BaseLSTMRegressor",
    "BidirectionalLSTMRegressor",
    "CNNLSTMRegressor",
    "ConvLSTMRegressor",
    "EncoderDecoderLSTMRegressor",
    "StackedLSTMRegressor",
    "VanillaLSTMRegressor",
]
