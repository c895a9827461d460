"""An LSTM that reads forwards and one that reads backwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keras import layers

from skforecast_lstm.regressors._base import BaseLSTMRegressor
from skforecast_lstm.regressors._network import of_any_length


@dataclass(kw_only=True, eq=False, repr=False)
class BidirectionalLSTMRegressor(BaseLSTMRegressor):
    """Forecast with two LSTM layers, one of which reads the window backwards.

    Parameters
    ----------
    units : int, default=50
        Size of each direction's state.
    {shared parameters}

    Attributes
    ----------
    {shared attributes}

    See Also
    --------
    VanillaLSTMRegressor : Forwards only.

    References
    ----------
    {shared references}
    .. [4] Schuster, M. and Paliwal, K. K. (1997). Bidirectional recurrent neural
       networks. https://doi.org/10.1109/78.650093

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import BidirectionalLSTMRegressor, make_supervised
    >>> X, y = make_supervised(np.sin(np.arange(60) / 3), n_steps=8)
    >>> net = BidirectionalLSTMRegressor(units=4, epochs=2, random_state=0).fit(X, y)
    >>> net.predict(X).shape
    (52,)
    """

    @of_any_length
    def _encode(self, x: Any) -> Any:
        lstm = layers.LSTM(
            self.units,
            activation=self.activation,
            dropout=self.dropout,
            dtype=x.dtype,
            name="lstm",
        )
        return layers.Bidirectional(lstm, dtype=x.dtype, name="bidirectional")(x)
