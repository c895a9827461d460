"""Losses in the network's own float type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="skforecast_lstm")
class TypedLoss(keras.losses.Loss):
    """A loss computed in ``dtype``; Keras alone would use float32.

    Of a Loss object its ``call`` is used, not its configuration, which an own class
    need not have.
    """

    def __init__(
        self,
        loss: str | Callable | keras.losses.Loss = "mse",
        name: str = "loss",
        reduction: str = "sum_over_batch_size",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.loss = keras.losses.get(loss)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        typed = isinstance(self.loss, keras.losses.Loss)
        return (self.loss.call if typed else self.loss)(y_true, y_pred)

    def get_config(self) -> dict:
        loss = keras.losses.serialize(self.loss)
        return {**super().get_config(), "dtype": self.dtype, "loss": loss}


@keras.saving.register_keras_serializable(package="skforecast_lstm")
class PinballLoss(keras.losses.Loss):
    """Mean pinball loss of all outputs and quantiles (Koenker and Bassett, 1978).

    ``y_pred`` has shape (n, n_outputs * n_quantiles), the quantiles innermost.

    References
    ----------
    Koenker, R. and Bassett, G. (1978). Regression quantiles. Econometrica 46(1).
    https://doi.org/10.2307/1913643
    """

    def __init__(
        self,
        quantiles: Sequence[float],
        name: str = "pinball",
        reduction: str = "sum_over_batch_size",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.quantiles = tuple(quantiles)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        q = ops.convert_to_tensor(self.quantiles, dtype=y_pred.dtype)
        y_pred = ops.reshape(y_pred, (-1, y_true.shape[-1], len(self.quantiles)))
        error = y_true[..., None] - y_pred  # (n, n_outputs, n_quantiles)
        return ops.mean(ops.maximum(q * error, (q - 1) * error), axis=(1, 2))

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "dtype": self.dtype,
            "quantiles": self.quantiles,
        }
