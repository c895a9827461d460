"""An LSTM over the parts of the window whose gates are convolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from keras import activations, layers

from skforecast_lstm.regressors._parameters import COUNT
from skforecast_lstm.regressors._parts import PartsRegressor, cut_into_parts


@dataclass(kw_only=True, eq=False, repr=False)
class ConvLSTMRegressor(PartsRegressor):
    """Forecast with an LSTM over the parts of a window whose gates are convolutions.

    ConvLSTM2D with a kernel of one row, then Flatten, then a dense output.

    Parameters
    ----------
    units : int, default=50
        Channels of the state, where ``filters`` is None.
    n_subsequences : int, default=None
        Parts that the window is cut into, a divisor of ``n_steps / segment``. None: as
        4-D and 5-D windows are cut, else the largest divisor up to the square root.
    n_rows : int, default=1
        Rows that each part is laid out in; 5-D windows have theirs.
    filters : int, default=None
        Channels of the state. None: ``units``.
    kernel_size : int, default=3
        Columns that the convolution sees.
    {shared parameters}

    Attributes
    ----------
    {shared attributes}

    See Also
    --------
    CNNLSTMRegressor : The convolution before the LSTM.
    skforecast_lstm.Reshape5D : Cuts windows in a pipeline.

    References
    ----------
    {shared references}
    .. [4] Shi, X. et al. (2015). Convolutional LSTM network: a machine learning
       approach for precipitation nowcasting. https://doi.org/10.48550/arXiv.1506.04214

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import ConvLSTMRegressor, make_supervised
    >>> X, y = make_supervised(np.sin(np.arange(60) / 3), n_steps=8)
    >>> net = ConvLSTMRegressor(units=4, n_subsequences=2, epochs=2, random_state=0)
    >>> net.fit(X, y).predict(X).shape
    (52,)
    """

    n_rows: int = 1

    _parameter_constraints: ClassVar[dict] = {
        **PartsRegressor._parameter_constraints,
        "n_rows": [COUNT],
    }

    def _encode(self, x: Any) -> Any:
        x = cut_into_parts(self, x, self.n_rows)
        x = layers.ConvLSTM2D(
            self.filters or self.units,
            (1, self.kernel_size),
            padding="same",
            activation=self.activation,
            dropout=self.dropout,
            dtype=x.dtype,
            name="convlstm",
        )(x)
        return layers.Flatten(dtype=x.dtype, name="flatten")(x)

    def _use_xla(self) -> bool:
        # The package's own loops need XLA; Keras' is 1.7 times as slow with it.
        tanh = activations.get(self.activation) is activations.tanh
        return tanh and not self.dropout
