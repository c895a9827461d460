"""Windows cut into parts, for the convolutional encoders."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any, ClassVar

from keras import layers

from skforecast_lstm._counts import check_divides
from skforecast_lstm.regressors._base import BaseLSTMRegressor
from skforecast_lstm.regressors._parameters import COUNT


@dataclass(kw_only=True, eq=False, repr=False)
class PartsRegressor(BaseLSTMRegressor):
    """The base of architectures with a convolution over the parts of a window."""

    _max_ndim: ClassVar[int] = 5

    n_subsequences: int | None = None
    filters: int | None = None
    kernel_size: int = 3

    _parameter_constraints: ClassVar[dict] = {
        **BaseLSTMRegressor._parameter_constraints,
        "n_subsequences": [COUNT, None],
        "filters": [COUNT, None],
        "kernel_size": [COUNT],
    }


def cut_into_parts(estimator: Any, x: Any, n_rows: int | None = None) -> Any:
    """Return ``x`` as (n_subsequences, steps, features) of a part each.

    With ``n_rows`` as (n_subsequences, n_rows, columns, features). The parts are those
    of the windows where they were cut before.
    """
    who = type(estimator).__name__
    n_steps, n_features = x.shape[1:]
    n_parts, cut = estimator.n_subsequences, estimator.window_shape_[:-1]
    if len(cut) > 1:
        if n_parts not in (None, cut[0]):
            raise ValueError(
                f"{who}: n_subsequences={n_parts}, but the windows of X are cut into "
                f"{cut[0]} parts already"
            )
        n_parts, n_rows = cut[0], cut[1] if len(cut) > 2 and n_rows else n_rows
    if n_parts is None:
        divisors = [d for d in range(1, isqrt(n_steps) + 1) if n_steps % d == 0]
        n_parts = divisors[-1]
    length = check_divides(who, n_steps, "n_subsequences", n_parts)
    if n_rows is None:
        shape: tuple = (n_parts, length, n_features)
    else:
        columns = check_divides(who, length, "n_rows", n_rows)
        shape = (n_parts, n_rows, columns, n_features)
    return layers.Reshape(shape, dtype=x.dtype, name="parts")(x)
