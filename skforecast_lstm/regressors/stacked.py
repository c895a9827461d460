"""LSTM layers on top of each other."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

from keras import layers

from skforecast_lstm.regressors._base import BaseLSTMRegressor
from skforecast_lstm.regressors._network import of_any_length
from skforecast_lstm.regressors._parameters import COUNT


@dataclass(kw_only=True, eq=False, repr=False)
class StackedLSTMRegressor(BaseLSTMRegressor):
    """Forecast with LSTM layers on top of each other.

    Parameters
    ----------
    units : int or tuple of int, default=50
        Size of each layer's state, the first layer first; an int means two layers.
    {shared parameters}

    Attributes
    ----------
    {shared attributes}

    See Also
    --------
    VanillaLSTMRegressor : One layer.

    References
    ----------
    {shared references}
    .. [4] Graves, A., Mohamed, A. and Hinton, G. (2013). Speech recognition with deep
       recurrent neural networks. https://doi.org/10.1109/ICASSP.2013.6638947

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import StackedLSTMRegressor, make_supervised
    >>> X, y = make_supervised(np.sin(np.arange(60) / 3), n_steps=8)
    >>> net = StackedLSTMRegressor(units=(4, 3), epochs=2, random_state=0).fit(X, y)
    >>> net.predict(X).shape
    (52,)
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseLSTMRegressor._parameter_constraints,
        "units": [COUNT, tuple, list],
    }

    @of_any_length
    def _encode(self, x: Any) -> Any:
        depths = (self.units,) * 2 if isinstance(self.units, Integral) else self.units
        if not depths or not all(map(COUNT.is_satisfied_by, depths)):
            raise ValueError(
                f"{type(self).__name__}: units={self.units!r} must name at least one "
                "layer, each by a positive int"
            )
        for depth, units in enumerate(depths, start=1):
            x = layers.LSTM(
                units,
                activation=self.activation,
                dropout=self.dropout,
                return_sequences=depth < len(depths),
                dtype=x.dtype,
                name=f"lstm_{depth}",
            )(x)
        return x
