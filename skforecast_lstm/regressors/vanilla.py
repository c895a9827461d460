"""One LSTM layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keras import layers

from skforecast_lstm.regressors._base import BaseLSTMRegressor
from skforecast_lstm.regressors._network import of_any_length


@dataclass(kw_only=True, eq=False, repr=False)
class VanillaLSTMRegressor(BaseLSTMRegressor):
    """Forecast with one LSTM layer, whose last state goes to a dense output.

    Parameters
    ----------
    units : int, default=50
        Size of the LSTM's state.
    {shared parameters}

    Attributes
    ----------
    {shared attributes}

    See Also
    --------
    StackedLSTMRegressor, BidirectionalLSTMRegressor, CNNLSTMRegressor,
    ConvLSTMRegressor, EncoderDecoderLSTMRegressor

    References
    ----------
    {shared references}
    .. [4] Hochreiter, S. and Schmidhuber, J. (1997). Long short-term memory. Neural
       Computation 9(8). https://doi.org/10.1162/neco.1997.9.8.1735

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import VanillaLSTMRegressor, make_supervised
    >>> X, y = make_supervised(np.sin(np.arange(60) / 3), n_steps=8, horizon=2)
    >>> net = VanillaLSTMRegressor(units=4, epochs=2, random_state=0).fit(X, y)
    >>> net.predict(X[-1:]).shape
    (1, 2)
    """

    @of_any_length
    def _encode(self, x: Any) -> Any:
        return layers.LSTM(
            self.units,
            activation=self.activation,
            dropout=self.dropout,
            dtype=x.dtype,
            name="lstm",
        )(x)
