"""scikeras' regressor, mended. The only module that imports scikeras."""

from __future__ import annotations

from typing import Any, ClassVar

from keras.losses import Loss
from keras.optimizers import Optimizer
from scikeras import wrappers
from scikeras.wrappers import BaseWrapper
from sklearn.base import BaseEstimator, RegressorMixin

from skforecast_lstm.regressors._identity import not_decayed, own_state


def _repair_scikeras() -> None:
    """Give scikeras 0.13 the tags that scikit-learn reads today; idempotent.

    And losses their plain copies: copied by configuration, as scikeras and Keras do it,
    Huber(0.3) is a Huber(1.0) to every search, and an own class can't be copied at all.
    Neither can an optimizer of an own class, and others forget what has no decay.

    scikit-learn looks at every class of an estimator's MRO: one that has the old
    ``_more_tags`` must have ``__sklearn_tags__`` too, and the mixin must stand before
    the base class, or ``is_regressor`` is False. No subclass can mend either.
    """
    if "__sklearn_tags__" not in vars(BaseWrapper):

        def __sklearn_tags__(self: Any) -> Any:
            return super(BaseWrapper, self).__sklearn_tags__()

        BaseWrapper.__sklearn_tags__ = __sklearn_tags__
    order = wrappers.KerasRegressor.__mro__
    if order.index(RegressorMixin) > order.index(BaseEstimator):
        wrappers.KerasRegressor.__bases__ = (RegressorMixin, BaseWrapper)
    Loss.__reduce__ = object.__reduce__
    Optimizer.__reduce__ = _reduce_optimizer


def _reduce_optimizer(optimizer: Any) -> Any:
    config, rate = optimizer.get_config(), getattr(optimizer, "_learning_rate", None)
    if "learning_rate" not in config:
        return super(Optimizer, optimizer).__reduce__()
    if callable(rate):  # a schedule, which may be of an own class as well
        config["learning_rate"] = rate
    state = own_state(optimizer)
    return _optimizer_like, (type(optimizer), config, not_decayed(optimizer), state)


def _optimizer_like(
    cls: type[Optimizer], config: dict, excluded: list[str] | None, state: dict
) -> Optimizer:
    made = cls.from_config(config)
    if excluded is not None:
        made.exclude_from_weight_decay(var_names=excluded)
    for name, value in state.items():
        setattr(made, name, value)
    return made


_repair_scikeras()


def _absent(name: str, instead: str) -> property:
    def refuse(self: Any) -> Any:
        raise AttributeError(f"{type(self).__name__} has no {name}; use {instead}")

    return property(refuse)


class KerasRegressor(wrappers.KerasRegressor):
    """scikeras' regressor without what only its own ``fit`` can use."""

    initialize: ClassVar[Any] = _absent("initialize", "fit")
    feature_encoder: ClassVar[Any] = _absent("feature_encoder", "a Pipeline")
    target_encoder: ClassVar[Any] = _absent(
        "target_encoder", "TransformedTargetRegressor"
    )
