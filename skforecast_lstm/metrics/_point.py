"""Errors of point forecasts, free of the unit of the series."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import root_mean_squared_error

from skforecast_lstm.metrics._naive import as_divisor, naive_errors
from skforecast_lstm.metrics._outputs import (
    MultiOutput,
    Score,
    check_outputs,
    mean_loss,
)


def smape(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    multioutput: MultiOutput = "uniform_average",
) -> Score:
    """Return the symmetric mean absolute percentage error, 0 (best) to 200 percent.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples,) or (n_samples, n_outputs)
        What came, and its forecast.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Sample weights.
    multioutput : {"raw_values", "uniform_average"} or array-like, \
default="uniform_average"
        One value per output, their mean, or the weights of their mean.

    Returns
    -------
    error : float or ndarray of shape (n_outputs,), percent
        ``100 * mean(2 * |y_pred - y_true| / (|y_pred| + |y_true|))``, in which 0 / 0
        counts as 0.

    Raises
    ------
    ValueError
        If the shapes differ, or a value is missing or infinite.

    See Also
    --------
    mase : An error that zeros in the series do not distort.

    References
    ----------
    .. [1] S. Makridakis, "Accuracy measures: theoretical and practical concerns",
       International Journal of Forecasting 9(4), 1993,
       doi:10.1016/0169-2070(93)90079-3.

    Examples
    --------
    >>> from skforecast_lstm.metrics import smape
    >>> smape([100, 0, 30], [100, 0, 10])
    33.3...
    """
    true, pred = check_outputs("smape", multioutput, y_true=y_true, y_pred=y_pred)
    size = np.abs(true) + np.abs(pred)
    ratio = np.divide(
        2 * np.abs(pred - true), size, out=np.zeros_like(size), where=size > 0
    )
    return mean_loss(100 * ratio, sample_weight, multioutput)


def mase(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    y_train: ArrayLike,
    season_length: int = 1,
    sample_weight: ArrayLike | None = None,
    multioutput: MultiOutput = "uniform_average",
) -> Score:
    """Return the mean absolute scaled error: below 1 beats the naive one in training.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples,) or (n_samples, n_outputs)
        What came, and its forecast.
    y_train : array-like of shape (n_train,) or (n_train, n_targets)
        The series that the model was fitted on, oldest step first. `n_targets` divides
        `n_outputs`: columns of several steps ahead stand step by step, all targets of
        the first step first.
    season_length : int, default=1
        Lag of the seasonal naive forecast in steps; see `naive_scale`.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Sample weights.
    multioutput : {"raw_values", "uniform_average"} or array-like, \
default="uniform_average"
        One value per output, their mean, or the weights of their mean.

    Returns
    -------
    error : float or ndarray of shape (n_outputs,)
        Mean absolute error divided by `naive_scale`; 0 is best.

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is missing or infinite, or `y_train` is
        constant (repeats itself every season), so that there is nothing to divide by.

    See Also
    --------
    rmsse : The same with squared errors.
    skill_score : Against a naive forecast of the same values.

    References
    ----------
    .. [1] R. J. Hyndman, A. B. Koehler, "Another look at measures of forecast
       accuracy", International Journal of Forecasting 22(4), 2006,
       doi:10.1016/j.ijforecast.2006.03.001.

    Examples
    --------
    >>> from skforecast_lstm.metrics import mase
    >>> mase([50, 60], [51, 63], y_train=[10, 20, 30, 40])
    0.2
    """
    true, pred = check_outputs("mase", multioutput, y_true=y_true, y_pred=y_pred)
    naive = naive_errors("mase", y_train, season_length)
    scale = as_divisor("mase", np.mean(np.abs(naive), axis=0), true.shape[1])
    return mean_loss(np.abs(pred - true) / scale, sample_weight, multioutput)


def rmsse(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    y_train: ArrayLike,
    season_length: int = 1,
    sample_weight: ArrayLike | None = None,
    multioutput: MultiOutput = "uniform_average",
) -> Score:
    """Return the root mean squared scaled error: below 1 beats the naive in training.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples,) or (n_samples, n_outputs)
        What came, and its forecast.
    y_train : array-like of shape (n_train,) or (n_train, n_targets)
        The series that the model was fitted on, oldest step first; see `mase`.
    season_length : int, default=1
        Lag of the seasonal naive forecast in steps; see `naive_scale`.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Sample weights.
    multioutput : {"raw_values", "uniform_average"} or array-like, \
default="uniform_average"
        One value per output, their mean, or the weights of their mean.

    Returns
    -------
    error : float or ndarray of shape (n_outputs,)
        Root mean squared error divided by that of the seasonal naive forecast within
        `y_train`; 0 is best.

    Raises
    ------
    ValueError
        As `mase`.

    See Also
    --------
    mase : The same with absolute errors.

    References
    ----------
    .. [1] S. Makridakis, E. Spiliotis, V. Assimakopoulos, "M5 accuracy competition:
       results, findings, and conclusions", International Journal of Forecasting
       38(4), 2022, doi:10.1016/j.ijforecast.2021.11.013.

    Examples
    --------
    >>> from skforecast_lstm.metrics import rmsse
    >>> rmsse([50, 60], [53, 63], y_train=[10, 20, 30, 40])
    0.3
    """
    true, pred = check_outputs("rmsse", multioutput, y_true=y_true, y_pred=y_pred)
    naive = naive_errors("rmsse", y_train, season_length)
    scale = as_divisor("rmsse", np.sqrt(np.mean(naive**2, axis=0)), true.shape[1])
    scaled = (pred - true) / scale
    return root_mean_squared_error(
        np.zeros_like(scaled),
        scaled,
        sample_weight=sample_weight,
        multioutput=multioutput,
    )


def skill_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    y_naive: ArrayLike,
    *,
    metric: Callable[..., Any] = root_mean_squared_error,
    **metric_params: Any,
) -> Score:
    """Return the part of a naive forecast's error that a forecast saves.

    Parameters
    ----------
    y_true, y_pred, y_naive : array-like of shape (n_samples,) or \
(n_samples, n_outputs)
        What came, its forecast, and the forecast to beat.
    metric : callable, default=root_mean_squared_error
        ``metric(y_true, y_pred, **metric_params)`` returns an error: never negative,
        lower is better.
    **metric_params : dict
        Passed to `metric`, for example `sample_weight`.

    Returns
    -------
    skill : float or ndarray of shape (n_outputs,)
        ``1 - error / naive error``: 1 is a perfect forecast, 0 one as good as the
        naive forecast; below 0 the naive one is better. An array if `metric` returns
        one.

    Raises
    ------
    ValueError
        If the naive forecast has no error, so that there is nothing to divide by.

    References
    ----------
    .. [1] A. H. Murphy, "Skill scores based on the mean square error and their
       relationships to the correlation coefficient", Monthly Weather Review 116(12),
       1988, doi:10.1175/1520-0493(1988)116<2417:SSBOTM>2.0.CO;2.

    Examples
    --------
    >>> from skforecast_lstm.metrics import skill_score
    >>> skill_score([10, 20, 30], [11, 21, 31], [14, 24, 34])
    0.75
    """
    naive_error = metric(y_true, y_naive, **metric_params)
    if np.any(np.equal(naive_error, 0)):
        raise ValueError(
            "skill_score: y_naive equals y_true, so its error is 0 and no skill "
            "against it is defined; compare the errors themselves"
        )
    return 1 - metric(y_true, y_pred, **metric_params) / naive_error
