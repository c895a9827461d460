"""One LSTM reads the window, another writes the forecast step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from keras import layers
from sklearn.utils._param_validation import StrOptions

from skforecast_lstm.regressors._network import of_any_length
from skforecast_lstm.regressors._parameters import COUNT
from skforecast_lstm.regressors._parts import PartsRegressor
from skforecast_lstm.regressors.bidirectional import BidirectionalLSTMRegressor
from skforecast_lstm.regressors.cnn import CNNLSTMRegressor
from skforecast_lstm.regressors.convlstm import ConvLSTMRegressor
from skforecast_lstm.regressors.stacked import StackedLSTMRegressor
from skforecast_lstm.regressors.vanilla import VanillaLSTMRegressor

ENCODERS: dict[str, Any] = {
    "vanilla": VanillaLSTMRegressor,
    "stacked": StackedLSTMRegressor,
    "bidirectional": BidirectionalLSTMRegressor,
    "cnn": CNNLSTMRegressor,
    "convlstm": ConvLSTMRegressor,
}


@dataclass(kw_only=True, eq=False, repr=False)
class EncoderDecoderLSTMRegressor(PartsRegressor):
    """Forecast with an encoder of the window and an LSTM that writes step by step.

    Encoder, RepeatVector(horizon), LSTM, TimeDistributed(Dense(n_targets)).

    Parameters
    ----------
    units : int or tuple of int, default=50
        Size of the encoder's state; a tuple with ``encoder="stacked"``.
    encoder : {"vanilla", "stacked", "bidirectional", "cnn", "convlstm"}, \
default="vanilla"
        The part of the other architectures that reads the window.
    decoder_units : int, default=None
        Size of the decoder's state. None: that of the encoder's last layer.
    n_subsequences, n_rows, filters, kernel_size, pool_size
        As in :class:`CNNLSTMRegressor` and :class:`ConvLSTMRegressor`, for these two
        encoders. ``filters`` None: 64 for "cnn", ``units`` for "convlstm".
    {shared parameters}

    Attributes
    ----------
    {shared attributes}

    See Also
    --------
    VanillaLSTMRegressor : All steps at once from a dense output.

    References
    ----------
    {shared references}
    .. [4] Cho, K. et al. (2014). Learning phrase representations using RNN
       encoder-decoder. https://doi.org/10.48550/arXiv.1406.1078

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import EncoderDecoderLSTMRegressor, make_supervised
    >>> X, y = make_supervised(np.sin(np.arange(60) / 3), n_steps=8, horizon=3)
    >>> net = EncoderDecoderLSTMRegressor(units=4, encoder="bidirectional", epochs=2)
    >>> net.fit(X, y).predict(X).shape
    (50, 3)
    """

    encoder: str = "vanilla"
    decoder_units: int | None = None
    n_rows: int = 1
    pool_size: int = 2

    _parameter_constraints: ClassVar[dict] = {
        **ConvLSTMRegressor._parameter_constraints,
        **StackedLSTMRegressor._parameter_constraints,
        "encoder": [StrOptions(set(ENCODERS))],
        "decoder_units": [COUNT, None],
        "pool_size": [COUNT],
    }

    def _encoder(self) -> Any:
        return ENCODERS[self.encoder]

    @of_any_length
    def _encode(self, x: Any) -> Any:
        if isinstance(self.units, (tuple, list)) and self.encoder != "stacked":
            raise ValueError(
                f"{type(self).__name__}: units={self.units!r} are those of several "
                f"layers, as encoder='stacked' has; encoder={self.encoder!r} takes one"
            )
        return self._encoder()._encode(self, x)

    def _decode(self, vector: Any) -> Any:
        last = self.units[-1] if isinstance(self.units, (tuple, list)) else self.units
        horizon = self.n_outputs_ // self.n_targets_
        n_outputs = self.n_targets_ * self.n_quantiles_
        units = self.decoder_units or last
        return write_steps(vector, horizon, n_outputs, units, self.activation)


def write_steps(
    vector: Any, horizon: int, n_outputs: int, units: int, activation: Any
) -> Any:
    """Return (n, horizon * n_outputs) of ``vector``, written by an LSTM, step-major."""
    dtype = vector.dtype
    x = layers.RepeatVector(horizon, dtype=dtype, name="repeat")(vector)
    x = layers.LSTM(
        units, activation=activation, return_sequences=True, dtype=dtype, name="decoder"
    )(x)
    step = layers.Dense(n_outputs, dtype=dtype)
    x = layers.TimeDistributed(step, dtype=dtype, name="output")(x)
    return layers.Flatten(dtype=dtype, name="step_major")(x)
