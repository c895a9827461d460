"""The seasonal naive forecast within the training series, as a unit of error."""

from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_array, check_scalar

from skforecast_lstm.metrics._outputs import Score


def naive_scale(y_train: ArrayLike, season_length: int = 1) -> Score:
    """Return the mean absolute error of the seasonal naive forecast within a series.

    Parameters
    ----------
    y_train : array-like of shape (n_train,) or (n_train, n_targets)
        The series, oldest step first; two steps at least.
    season_length : int, default=1
        Lag of the naive forecast in steps. A series that is not longer than this is
        scaled with lag 1.

    Returns
    -------
    scale : float or ndarray of shape (n_targets,), unit of the series
        0 where the series repeats itself every season, to the last few bits.

    Raises
    ------
    ValueError
        If `y_train` has fewer than two steps, or a missing or infinite value.

    See Also
    --------
    mase : The error that this is the unit of.

    Examples
    --------
    >>> from skforecast_lstm.metrics import naive_scale
    >>> naive_scale([10, 20, 30, 40], season_length=2)
    20.0
    """
    errors = naive_errors("naive_scale", y_train, season_length)
    scale = np.mean(np.abs(errors), axis=0)
    return scale if scale.ndim else float(scale)


def naive_errors(metric: str, y_train: ArrayLike, season_length: int) -> np.ndarray:
    """Return the errors of the naive forecast: (n_train - lag,) + (n_targets,)."""
    check_scalar(season_length, "season_length", Integral, min_val=1)
    train = check_array(
        y_train,
        ensure_2d=False,
        ensure_min_samples=2,
        dtype=np.float64,
        input_name="y_train",
        estimator=metric,
    )
    lag = season_length if len(train) > season_length else 1
    errors = train[lag:] - train[:-lag]
    # The last bits of a series that repeats itself are no error to divide by.
    noise = 10 * np.finfo(np.float64).eps * np.mean(np.abs(train), axis=0)
    return np.where(np.mean(np.abs(errors), axis=0) <= noise, 0.0, errors)


def as_divisor(metric: str, scale: np.ndarray, n_outputs: int) -> np.ndarray:
    """Return one divisor for each output, from one for each column of y_train."""
    scale = np.atleast_1d(scale)
    if n_outputs % scale.size:
        raise ValueError(
            f"{metric}: y_train has {scale.size} columns, which must divide the "
            f"{n_outputs} outputs (columns) of y_true"
        )
    if not scale.all():
        raise ValueError(
            f"{metric}: y_train is constant (column {np.argmin(scale)} repeats itself "
            "every season_length steps), so the naive error is 0 and "
            f"{metric} is undefined; use another season_length, or smape"
        )
    return np.tile(scale, n_outputs // scale.size)
