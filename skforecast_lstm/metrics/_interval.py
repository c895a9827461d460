"""Scores of intervals and quantiles."""

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import mean_pinball_loss
from sklearn.utils import check_array, check_scalar

from skforecast_lstm.metrics._outputs import (
    MultiOutput,
    Score,
    check_multioutput,
    check_outputs,
    mean_loss,
)


def coverage(
    y_true: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    multioutput: MultiOutput = "uniform_average",
) -> Score:
    """Return the share of values within their intervals, 0 to 1.

    Parameters
    ----------
    y_true, lower, upper : array-like of shape (n_samples,) or (n_samples, n_outputs)
        What came, and the ends of its interval, which belong to it.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Sample weights.
    multioutput : {"raw_values", "uniform_average"} or array-like, \
default="uniform_average"
        One value per output, their mean, or the weights of their mean.

    Returns
    -------
    share : float or ndarray of shape (n_outputs,)
        Best is the coverage that the intervals were made for, not 1.

    Raises
    ------
    ValueError
        If the shapes differ, a value is missing or infinite, or a lower end lies
        above its upper end.

    See Also
    --------
    interval_score : Rewards narrow intervals too.

    Examples
    --------
    >>> from skforecast_lstm.metrics import coverage
    >>> coverage([1, 2, 3, 4], lower=[0, 0, 0, 0], upper=[3, 3, 3, 3])
    0.75
    """
    true, low, high = _check_interval("coverage", multioutput, y_true, lower, upper)
    inside = (low <= true) & (true <= high)
    return mean_loss(inside.astype(float), sample_weight, multioutput)


def interval_score(
    y_true: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    coverage: float = 0.9,
    sample_weight: ArrayLike | None = None,
    multioutput: MultiOutput = "uniform_average",
) -> Score:
    """Return the mean width of intervals plus a penalty for each value outside.

    Also called the Winkler score. Its expectation is least for the interval between
    the true quantiles ``(1 - coverage) / 2`` and ``(1 + coverage) / 2``.

    Parameters
    ----------
    y_true, lower, upper : array-like of shape (n_samples,) or (n_samples, n_outputs)
        What came, and the ends of its interval.
    coverage : float, default=0.9
        The share of values that the intervals were made to hold, above 0, below 1.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Sample weights.
    multioutput : {"raw_values", "uniform_average"} or array-like, \
default="uniform_average"
        One value per output, their mean, or the weights of their mean.

    Returns
    -------
    score : float or ndarray of shape (n_outputs,), unit of the series
        ``mean(width + 2 / (1 - coverage) * distance from the interval)``; lower is
        better.

    Raises
    ------
    ValueError
        If the shapes differ, a value is missing or infinite, a lower end lies above
        its upper end, or `coverage` is not between 0 and 1.

    See Also
    --------
    pinball_loss : The same for quantiles one by one.

    References
    ----------
    .. [1] T. Gneiting, A. E. Raftery, "Strictly proper scoring rules, prediction, and
       estimation", Journal of the American Statistical Association 102(477), 2007,
       equation 43, doi:10.1198/016214506000001437.

    Examples
    --------
    >>> from skforecast_lstm.metrics import interval_score
    >>> interval_score([5, 13], lower=[0, 0], upper=[10, 10], coverage=0.5)
    16.0
    """
    check_scalar(
        coverage, "coverage", Real, min_val=0, max_val=1, include_boundaries="neither"
    )
    true, low, high = _check_interval(
        "interval_score", multioutput, y_true, lower, upper
    )
    outside = np.maximum(low - true, 0) + np.maximum(true - high, 0)
    losses = high - low + 2 / (1 - coverage) * outside
    return mean_loss(losses, sample_weight, multioutput)


def pinball_loss(
    y_true: ArrayLike,
    y_quantiles: ArrayLike,
    *,
    quantiles: ArrayLike,
    sample_weight: ArrayLike | None = None,
    multioutput: MultiOutput = "uniform_average",
) -> Score:
    """Return the pinball loss of quantile forecasts, averaged over the quantiles.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,) or (n_samples, n_outputs)
        What came.
    y_quantiles : array-like of shape (n_samples, n_quantiles) or \
(n_samples, n_outputs, n_quantiles)
        Its forecast quantiles, as `predict_quantiles` returns them.
    quantiles : array-like of shape (n_quantiles,)
        Their levels, above 0 and below 1.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Sample weights.
    multioutput : {"raw_values", "uniform_average"} or array-like, \
default="uniform_average"
        One value per output, their mean, or the weights of their mean.

    Returns
    -------
    loss : float or ndarray of shape (n_outputs,), unit of the series
        0 is best. For the median alone it is half the mean absolute error.

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is missing or infinite, or a level is not
        between 0 and 1.

    See Also
    --------
    sklearn.metrics.mean_pinball_loss : The same for one quantile.

    References
    ----------
    .. [1] R. Koenker, G. Bassett, "Regression quantiles", Econometrica 46(1), 1978,
       doi:10.2307/1913643.

    Examples
    --------
    >>> from skforecast_lstm.metrics import pinball_loss
    >>> pinball_loss([10, 20], [[8, 12], [16, 22]], quantiles=[0.25, 0.75])
    0.625
    """
    check_multioutput("pinball_loss", multioutput)
    levels = np.asarray(quantiles, dtype=float)
    if levels.ndim != 1 or not levels.size or not np.all((levels > 0) & (levels < 1)):
        raise ValueError(
            "pinball_loss: quantiles must be a list of numbers above 0 and below 1, "
            f"got {quantiles!r}"
        )
    forecast = check_array(
        y_quantiles,
        allow_nd=True,
        dtype=np.float64,
        input_name="y_quantiles",
        estimator="pinball_loss",
    )
    if forecast.shape[-1] != levels.size:
        raise ValueError(
            f"pinball_loss: the last axis of y_quantiles, of shape {forecast.shape}, "
            f"must hold one forecast for each of the {levels.size} quantiles"
        )
    losses = [
        mean_pinball_loss(
            y_true,
            forecast[..., i],
            alpha=level,
            sample_weight=sample_weight,
            multioutput=multioutput,
        )
        for i, level in enumerate(levels)
    ]
    return sum(losses) / len(losses)


def _check_interval(
    metric: str,
    multioutput: MultiOutput,
    y_true: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
) -> list[np.ndarray]:
    true, low, high = check_outputs(
        metric, multioutput, y_true=y_true, lower=lower, upper=upper
    )
    n_crossed = int(np.sum(low > high))
    if n_crossed:
        row, output = np.argwhere(low > high)[0]
        raise ValueError(
            f"{metric}: lower must not lie above upper, as it does in {n_crossed} of "
            f"{low.size} intervals, first in row {row}, output {output} "
            f"({low[row, output]:g} above {high[row, output]:g})"
        )
    return [true, low, high]
