"""From parameters to network, loss, optimizer, metrics, callbacks; each made anew."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from math import cos, nan, pi
from numbers import Real
from typing import Any

import keras

from skforecast_lstm._counts import check_divides
from skforecast_lstm.regressors._identity import identity
from skforecast_lstm.regressors._losses import PinballLoss, TypedLoss
from skforecast_lstm.regressors._parameters import NOT_STRUCTURE, starting_rate
from skforecast_lstm.regressors._rebuilt import make_metrics, make_optimizer
from skforecast_lstm.regressors._seeds import global_random_kept, recipe_of
from skforecast_lstm.regressors._windows import flat_window
from skforecast_lstm.training import Arrays, Program, assign

# Beside the structure, what a fit that goes on keeps from the first one.
OF_FIRST_FIT = ("normalization", "log", "n_targets", "target_features", "dtype")


def of_any_length(encode: Callable) -> Callable:
    """Mark an ``_encode`` that asks for no number of steps: one network reads all.

    What overrides it does not have the mark.
    """
    encode.of_any_length = True  # type: ignore[attr-defined]
    return encode


def reads_any_length(estimator: Any) -> bool:
    """Return whether one network serves windows of any number of steps."""
    encoders = type(estimator), estimator._encoder()
    marked = all(hasattr(e._encode, "of_any_length") for e in encoders)
    return marked and estimator._segment * estimator.segment == 1


def build_network(
    estimator: Any, metrics: Sequence = (), any_length: bool = False
) -> keras.Model:
    """Return the compiled network of a fitted shape, its weights still to be set.

    With ``any_length`` for windows of any number of steps.
    """
    n_steps, n_features = flat_window(estimator.window_shape_)
    read = None if any_length else n_steps, n_features
    with global_random_kept():
        window = keras.Input(read, dtype=estimator.dtype_, name="window")
        x, segment = window, estimator._segment * estimator.segment
        if segment > 1:
            n = check_divides(type(estimator).__name__, n_steps, "segment", segment)
            shape = (n, segment * n_features)
            x = keras.layers.Reshape(shape, dtype=x.dtype, name="segments")(x)
        outputs = estimator._decode(estimator._encode(x))
        network = keras.Model(window, outputs, name="network")
        network.compile(
            make_optimizer(estimator.optimizer, estimator.learning_rate),
            make_loss(estimator.loss, estimator.quantiles, estimator.dtype_),
            metrics=list(metrics),
            jit_compile=False,
        )
    return network


def build_program(estimator: Any) -> Program:
    """Return the program of a fitted network, nothing compiled yet."""
    known, estimator = estimator._structure, estimator._as_fitted()
    # An instance may have been changed since the fit, which the key tells nothing of.
    changed = structure(estimator) != known
    if not isinstance(estimator.activation, keras.Layer):
        # As with the loss: the program outlives what an instance may become.
        estimator.activation = copy.copy(estimator.activation)
    # Initial weights don't depend on the activation, and a function of the user's own
    # can't be made from a configuration.
    plain = copy.copy(estimator)
    plain.activation = "linear"
    metrics = make_metrics(estimator.metrics, estimator.dtype_)
    any_length = reads_any_length(estimator)
    program = Program(
        build_network(estimator, metrics, any_length),
        estimator.n_outputs_,
        estimator.batch_size_,
        estimator._encoder()._use_xla(estimator),
        metrics,
        recipe_of(build_network(plain, any_length=any_length)),
    )
    program.changed = changed
    return program


def padded_batch(batch_size: int, n: int) -> int:
    """Return the batch size that is compiled: few windows are padded to 256 or 2**k.

    So folds of any length share one program, and 6 windows are no batch of 1024.
    """
    return min(batch_size, max(256, 1 << (n - 1).bit_length()))


def structure(estimator: Any) -> tuple:
    """Return what tells the networks of two estimators apart, but for their weights."""
    parameters = estimator.get_params(deep=False).items()
    rate = starting_rate(estimator.optimizer, estimator.learning_rate)
    window = estimator.window_shape_
    return (
        type(estimator),
        tuple(
            (name, identity(v)) for name, v in parameters if name not in NOT_STRUCTURE
        ),
        None if isinstance(rate, Real) else identity(rate),  # a number is a variable
        (None, window[-1]) if reads_any_length(estimator) else window,
        (estimator.n_outputs_, estimator.n_targets_),
        (estimator.dtype_, estimator._segment),
    )


def check_continues(estimator: Any) -> None:
    """Refuse to train a network further with what only a new one would have."""
    fitted, now = estimator._parameters, estimator.get_params(deep=False)
    changed = [n for n in OF_FIRST_FIT if identity(now[n]) != identity(fitted[n])]
    if changed or structure(estimator) != estimator._structure:
        what = f" ({', '.join(changed)})" if changed else ""
        raise ValueError(
            f"{type(estimator).__name__}: the network that was fitted has another "
            f"structure{what}; to train it further, leave its parameters as they were, "
            "or set warm_start=False"
        )


def continued(history: dict, after: dict) -> dict:
    """Return one history of both; NaN in epochs of one that has no such list."""
    n, n_after = (len(part.get("loss", ())) for part in (history, after))
    return {
        name: history.get(name, [nan] * n) + after.get(name, [nan] * n_after)
        for name in {**history, **after}
    }


def make_loss(loss: Any, quantiles: Sequence[float] | None, dtype: str) -> Any:
    """Return the loss that a fit minimises, computed in ``dtype``."""
    if quantiles is not None:
        return PinballLoss(quantiles, dtype=dtype)
    # A copy, as the program outlives what its user may change in the instance.
    loss = loss() if isinstance(loss, type) else copy.copy(keras.losses.get(loss))
    reduction = getattr(loss, "reduction", "sum_over_batch_size")
    return TypedLoss(loss, reduction=reduction, dtype=dtype)


def start_optimizer(optimizer: Any, state: Arrays, estimator: Any, again: bool) -> None:
    """Put ``state`` and the learning rate that a fit starts with into ``optimizer``.

    ``again`` goes on with the rate that the last fit came to, by ReduceLROnPlateau for
    instance, unless another is asked for now. ``decay`` begins anew.
    """
    assign(optimizer, state)
    rate = starting_rate(estimator.optimizer, estimator.learning_rate)
    asked = rate if isinstance(rate, Real) else None, estimator.decay
    goes_on = again and asked == estimator._asked and estimator.decay is None
    if asked[0] is not None and not goes_on:  # a schedule is part of the optimizer
        optimizer.learning_rate = rate
    estimator._asked = asked


def make_callbacks(
    estimator: Any, epochs: range, validation: Any
) -> list[keras.callbacks.Callback]:
    """Return those given, copied or made, and those that parameters stand for."""
    made = [
        copy.deepcopy(given) if isinstance(given, keras.callbacks.Callback) else given()
        for given in estimator.callbacks or ()
    ]
    for callback in made:
        if not isinstance(callback, keras.callbacks.Callback):
            raise TypeError(f"callbacks: {callback!r} is no Keras callback")
    if estimator.decay is not None:
        made.append(CosineDecay(epochs))
    if estimator.patience is not None:
        made.append(early_stopping(estimator.patience, validation is not None))
    return made


def early_stopping(patience: int, validated: bool) -> keras.callbacks.Callback:
    """Return the callback that stops, and keeps the best weights."""
    return keras.callbacks.EarlyStopping(
        "val_loss" if validated else "loss",
        patience=patience,
        restore_best_weights=True,
    )


class CosineDecay(keras.callbacks.Callback):
    """Lower the learning rate from epoch to epoch, along half a cosine to 0 [1]_.

    References
    ----------
    .. [1] Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with
       warm restarts. ICLR. https://doi.org/10.48550/arXiv.1608.03983
    """

    def __init__(self, epochs: range) -> None:
        super().__init__()
        self.epochs = epochs

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.rate = float(self.model.optimizer.learning_rate)

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        done = (epoch - self.epochs.start) / len(self.epochs)
        share = (1 + cos(pi * done)) / 2
        self.model.optimizer.learning_rate = self.rate * share
