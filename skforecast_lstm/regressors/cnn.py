"""A convolution over each part of the window, an LSTM over the parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from keras import layers

from skforecast_lstm.regressors._parameters import COUNT
from skforecast_lstm.regressors._parts import PartsRegressor, cut_into_parts
from skforecast_lstm.regressors.vanilla import VanillaLSTMRegressor


@dataclass(kw_only=True, eq=False, repr=False)
class CNNLSTMRegressor(PartsRegressor):
    """Forecast with a convolution over each part of the window and an LSTM over them.

    TimeDistributed(Conv1D, MaxPooling1D, Flatten), then LSTM, then a dense output.

    Parameters
    ----------
    units : int, default=50
        Size of the LSTM's state.
    n_subsequences : int, default=None
        Parts that the window is cut into, a divisor of ``n_steps / segment``. None: as
        4-D windows are cut, else the largest divisor up to the square root.
    filters : int, default=64
        Channels of the convolution.
    kernel_size : int, default=3
        Steps that the convolution sees.
    pool_size : int, default=2
        Steps of which the largest value is kept.
    {shared parameters}

    Attributes
    ----------
    {shared attributes}

    See Also
    --------
    ConvLSTMRegressor : The convolution inside the LSTM.
    skforecast_lstm.Reshape4D : Cuts windows in a pipeline.

    References
    ----------
    {shared references}
    .. [4] Donahue, J. et al. (2015). Long-term recurrent convolutional networks for
       visual recognition and description. https://doi.org/10.48550/arXiv.1411.4389

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import CNNLSTMRegressor, make_supervised
    >>> X, y = make_supervised(np.sin(np.arange(60) / 3), n_steps=8)
    >>> net = CNNLSTMRegressor(units=4, n_subsequences=2, filters=3, epochs=2)
    >>> net.fit(X, y).predict(X).shape
    (52,)
    """

    filters: int = 64
    pool_size: int = 2

    _parameter_constraints: ClassVar[dict] = {
        **PartsRegressor._parameter_constraints,
        "filters": [COUNT],
        "pool_size": [COUNT],
    }

    def _encode(self, x: Any) -> Any:
        x = cut_into_parts(self, x)
        convolution = layers.Conv1D(
            self.filters or 64,
            self.kernel_size,
            padding="same",
            activation="relu",
            dtype=x.dtype,
        )
        pooling = layers.MaxPooling1D(self.pool_size, padding="same", dtype=x.dtype)
        for layer in (convolution, pooling, layers.Flatten(dtype=x.dtype)):
            x = layers.TimeDistributed(layer, dtype=x.dtype)(x)
        return VanillaLSTMRegressor._encode(self, x)
