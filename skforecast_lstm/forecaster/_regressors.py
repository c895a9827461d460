"""What kind of regressor was given, and what its windows must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, is_regressor
from sklearn.utils import get_tags

from skforecast_lstm.forecaster._forms import SERIES, WHO
from skforecast_lstm.forecaster._panel import Panel

NETWORKS = "skforecast_lstm.regressors"
LARGEST = float(np.sqrt(np.finfo(np.float32).max))
LEAST_MOVE = 100 * float(np.finfo(np.float32).eps) / 2  # as a part of the level


def check_regressor(regressor: Any) -> None:
    """Refuse a name or a class in place of an estimator."""
    if regressor is None:
        return
    if isinstance(regressor, type):
        name = regressor.__name__
        raise TypeError(
            f"{WHO}: regressor must be an instance, got the class {name}; call it: "
            f"{name}()"
        )
    # Some have a predict only once they are fitted, as StackingRegressor.
    is_estimator = hasattr(regressor, "fit") and hasattr(regressor, "get_params")
    if not is_estimator or not (
        hasattr(regressor, "predict") or is_regressor(regressor)
    ):
        raise TypeError(
            f"{WHO}: regressor must be a scikit-learn regressor such as Ridge(), got "
            f"{regressor!r}"
        )


def reads_windows(regressor: Any) -> bool:
    """Return whether anything in ``regressor`` is made for windows, 3-D arrays."""
    return any(get_tags(part).input_tags.three_d_array for part in _parts(regressor))


def dtype_for(regressor: Any) -> type:
    """Return float32 for the networks of this package, float64 for all others."""
    own = regressor is None or any(
        base.__module__.startswith(NETWORKS)
        for part in _parts(regressor)
        for base in type(part).__mro__
    )
    return np.float32 if own else np.float64


def is_coarse(panel: Panel) -> bool:
    """Return whether float32 would lose a column's usual move, or its squares."""
    moving = [*panel.roles.targets, *panel.roles.past, *panel.roles.future]
    moves = panel.frame.groupby(SERIES, sort=False)[moving].diff().abs()
    keys = panel.frame[SERIES]
    usual = moves.where(moves > 0).groupby(keys, sort=False).median()
    level = panel.frame[moving].abs().groupby(keys, sort=False).max()
    huge = level > LARGEST
    return bool(((usual < LEAST_MOVE * level) | huge).any(axis=None))


def _parts(regressor: Any) -> Iterator[BaseEstimator]:
    for part in (regressor, *regressor.get_params().values()):
        if isinstance(part, BaseEstimator):
            yield part
