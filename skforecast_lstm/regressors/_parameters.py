"""The parameters that all architectures share, and the refusal of any other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import keras
import numpy as np
from keras.callbacks import Callback
from keras.optimizers.schedules import LearningRateSchedule
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval, StrOptions

from skforecast_lstm._names import check_names, check_word
from skforecast_lstm.regressors._normalization import PER_WINDOW

# What the compiled program of a network does not depend on.
NOT_STRUCTURE = frozenset(
    "normalization log linear_weight target_features n_targets learning_rate decay "
    "epochs batch_size shuffle validation_split patience callbacks dtype warm_start "
    "random_state verbose".split()
)
LEARNING_RATE = 0.005
KERAS_WORDS = {
    "activation": keras.activations,
    "loss": keras.losses,
    "metrics": keras.metrics,
    "optimizer": keras.optimizers,
}
NO_WORDS = set("get serialize deserialize loss metric optimizer".split())
COUNT = Interval(Integral, 1, None, closed="left")


@dataclass(kw_only=True, eq=False, repr=False)
class SharedParameters:
    """Stored untouched; ``fit`` checks them."""

    units: Any = 50
    activation: Any = "tanh"
    segment: int = 1
    dropout: float = 0.0
    normalization: str | None = "global"
    log: bool | str = False
    linear_weight: float = 0.0
    n_targets: int | None = None
    target_features: Any = None
    quantiles: Any = None
    loss: Any = "mse"
    metrics: Any = None
    optimizer: Any = "adam"
    learning_rate: Any = None
    decay: str | None = None
    epochs: int = 100
    batch_size: int = 32
    shuffle: bool = True
    validation_split: float = 0.0
    patience: int | None = None
    callbacks: Any = None
    dtype: str | None = None
    warm_start: bool = False
    random_state: Any = None
    verbose: int = 0

    _parameter_constraints: ClassVar[dict] = {
        "units": [COUNT],
        "activation": [str, callable],
        "segment": [COUNT],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "normalization": [StrOptions({"global", *PER_WINDOW}), None],
        "log": ["boolean", StrOptions({"auto"})],
        "linear_weight": [Interval(Real, 0, 1, closed="both")],
        "n_targets": [COUNT, None],
        "target_features": ["array-like", None],
        "quantiles": ["array-like", None],
        "loss": [str, callable],
        "metrics": [list, tuple, None],
        "optimizer": [str, keras.optimizers.Optimizer, type],
        "learning_rate": [
            Interval(Real, 0, None, closed="neither"),
            LearningRateSchedule,
            None,
        ],
        "decay": [StrOptions({"cosine"}), None],
        "epochs": [COUNT],
        "batch_size": [COUNT],
        "shuffle": ["boolean"],
        "validation_split": [Interval(Real, 0, 1, closed="left")],
        "patience": [COUNT, None],
        "callbacks": [list, tuple, None],
        "dtype": [StrOptions({"float32", "float64"}), None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __new__(cls, *args: Any, **parameters: Any) -> Self:
        cls._check_names(parameters, TypeError)
        return super().__new__(cls)

    def set_params(self, **params: Any) -> Self:
        """Set parameters; all wrong names are refused in one message."""
        self._check_names(params, ValueError)
        return BaseEstimator.set_params(self, **params)

    def _check_words(self) -> None:
        """Refuse words that are none of the parameter's, naming the nearest one."""
        who = type(self).__name__
        for name, constraints in self._parameter_constraints.items():
            value = getattr(self, name)
            for options in constraints:
                if isinstance(options, StrOptions) and isinstance(value, str):
                    check_word(who, name, value, sorted(options.options), close=True)
        for name, module in KERAS_WORDS.items():
            given = getattr(self, name)
            for value in given if isinstance(given, (list, tuple)) else [given]:
                if isinstance(value, str):
                    _check_keras(who, name, value, module)

    @classmethod
    def _check_names(cls, names: Iterable[str], error: type[Exception]) -> None:
        valid = cls._get_param_names()  # type: ignore[attr-defined]
        check_names(cls.__name__, names, valid, error)


def check_parameters(estimator: Any) -> None:
    """Refuse parameters out of their range, or that exclude each other."""
    estimator._check_words()
    estimator._validate_params()
    who = type(estimator).__name__
    for callback in estimator.callbacks or ():
        if not callable(callback) and not isinstance(callback, Callback):
            raise TypeError(
                f"{who}: callbacks takes Keras callbacks, classes and functions that "
                f"make one, got {callback!r}"
            )
    if isinstance(estimator.optimizer, keras.optimizers.LossScaleOptimizer):
        raise ValueError(
            f"{who}: LossScaleOptimizer is made for float16, and networks are float32 "
            "or float64; give its inner_optimizer"
        )
    if isinstance(estimator.optimizer, keras.optimizers.MultiOptimizer):
        raise ValueError(
            f"{who}: MultiOptimizer has a learning rate for each part of a network, "
            "and fit sets one; give a single optimizer, such as keras.optimizers.Adam()"
        )
    rate = starting_rate(estimator.optimizer, estimator.learning_rate)
    if estimator.decay is not None and not isinstance(rate, Real):
        raise ValueError(
            f"{who}: decay={estimator.decay!r} lowers a rate that is a number, "
            f"but that of the optimizer is a schedule of its own; use decay=None"
        )
    if estimator.quantiles is not None:
        _check_quantiles(who, estimator.quantiles)
        _check_beside_quantiles(who, estimator)


def _check_quantiles(who: str, quantiles: Any) -> None:
    if not len(quantiles) or not all(isinstance(q, Real) for q in quantiles):
        raise ValueError(
            f"{who}: quantiles must be numbers between 0 and 1, got {quantiles!r}"
        )
    q = np.asarray(quantiles, dtype=float)
    if q.ndim != 1 or not (0 < q.min() and q.max() < 1 and 0.5 in q):
        raise ValueError(
            f"{who}: quantiles must lie between 0 and 1, with 0.5 among them, got "
            f"{quantiles!r}"
        )
    if (np.diff(q) <= 0).any():
        raise ValueError(f"{who}: quantiles must increase, got {quantiles!r}")


def _check_beside_quantiles(who: str, estimator: Any) -> None:
    """Refuse what is for one forecast a target only."""
    if estimator.metrics:
        raise ValueError(
            f"{who}: metrics compare y with one forecast, but quantiles="
            f"{estimator.quantiles!r} are several; use metrics=None, and score predict "
            "or predict_quantiles"
        )
    if estimator.loss != "mse":
        raise ValueError(
            f"{who}: quantiles are trained with the pinball loss; leave loss at its "
            f"default 'mse', got {estimator.loss!r}"
        )


@cache  # TensorFlow keeps something of each optimizer that is made
def _check_keras(who: str, name: str, value: str, module: Any) -> None:
    try:
        module.get(value)
    except ValueError:
        names = {n.lower() for n in dir(module) if n[0] != "_"}
        words = names - NO_WORDS
        if "meansquarederror" in words:
            words |= {"mae", "mape", "mse", "msle"}
        check_word(who, name, value, sorted(words))
        raise


def starting_rate(optimizer: Any, learning_rate: Any) -> Any:
    """Return the learning rate that was asked for, a number or a schedule."""
    if learning_rate is not None:
        return learning_rate
    if isinstance(optimizer, keras.optimizers.Optimizer):
        rate = optimizer._learning_rate
        if isinstance(rate, LearningRateSchedule):
            return rate  # an own one can't be made from a configuration
        return optimizer.get_config()["learning_rate"]
    return LEARNING_RATE
