"""Seeded generators: series whose forecastable part is known."""

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state, check_scalar

RandomState = int | np.random.RandomState | None


def make_trend_season(
    n: int = 120,
    *,
    season_length: int = 12,
    trend: float = 0.1,
    amplitude: float = 1.0,
    noise: float = 0.1,
    random_state: RandomState = None,
) -> np.ndarray:
    """Return a straight line plus a sine season plus white noise.

    Parameters
    ----------
    n : int, default=120
        Number of steps.
    season_length : int, default=12
        Steps in one season.
    trend : float, default=0.1
        Rise per step.
    amplitude : float, default=1.0
        Half the distance between the season's top and bottom.
    noise : float, default=0.1
        Standard deviation of the noise.
    random_state : int, RandomState instance or None, default=None
        Seed of the noise.

    Returns
    -------
    y : ndarray of shape (n,)
        ``trend * t + amplitude * sin(2 pi t / season_length) + noise``, oldest
        step first, starting at ``t = 0``.

    Raises
    ------
    ValueError
        If `n` or `season_length` is less than 1, or `noise` is negative.

    See Also
    --------
    make_panel : Many such series of different level, trend and season.

    Examples
    --------
    >>> from skforecast_lstm.datasets import make_trend_season
    >>> make_trend_season(6, season_length=4, trend=10, noise=0)
    array([ 0., 11., 20., 29., 40., 51.])
    """
    check_scalar(n, "n", Integral, min_val=1)
    check_scalar(season_length, "season_length", Integral, min_val=1)
    check_scalar(noise, "noise", Real, min_val=0)
    rng = check_random_state(random_state)
    season = amplitude * _sine_season(n, season_length)
    return trend * np.arange(n) + season + noise * rng.normal(size=n)


def make_ar(
    n: int = 200,
    coefficients: float | Sequence[float] = (0.8,),
    *,
    noise: float = 1.0,
    burn_in: int = 100,
    random_state: RandomState = None,
) -> np.ndarray:
    """Return a stationary autoregressive series of mean zero.

    Parameters
    ----------
    n : int, default=200
        Number of steps.
    coefficients : float or sequence of float, default=(0.8,)
        Weights of the past, the newest step's first.
    noise : float, default=1.0
        Standard deviation of the shocks, which is also the error of the best
        possible forecast one step ahead.
    burn_in : int, default=100
        Steps thrown away before the first one returned, for the start at zero to be
        forgotten.
    random_state : int, RandomState instance or None, default=None
        Seed of the shocks.

    Returns
    -------
    y : ndarray of shape (n,)
        ``y[t] = coefficients[0] * y[t - 1] + coefficients[1] * y[t - 2] + ... +
        shock``, oldest step first.

    Raises
    ------
    ValueError
        If `n` is less than 1, `noise` or `burn_in` is negative, or the coefficients
        give no stationary series.

    See Also
    --------
    make_random_walk : The limit case of one coefficient of 1.

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm.datasets import make_ar
    >>> y = make_ar(2000, (0.8,), random_state=0)
    >>> round(float(np.corrcoef(y[1:], y[:-1])[0, 1]), 1)
    0.8
    """
    check_scalar(n, "n", Integral, min_val=1)
    check_scalar(noise, "noise", Real, min_val=0)
    check_scalar(burn_in, "burn_in", Integral, min_val=0)
    weights = np.atleast_1d(np.asarray(coefficients, dtype=float))
    largest_root = np.max(np.abs(np.roots([1.0, *-weights])), initial=0.0)
    if largest_root >= 1:
        raise ValueError(
            f"make_ar: coefficients={coefficients} give no stationary series: the "
            f"largest root has modulus {largest_root:.3g}, which must be below 1; use "
            "smaller coefficients, or make_random_walk"
        )
    rng = check_random_state(random_state)
    order = len(weights)
    y = np.concatenate([np.zeros(order), noise * rng.normal(size=burn_in + n)])
    for t in range(order, len(y)):
        y[t] += weights[::-1] @ y[t - order : t]
    return y[order + burn_in :]


def make_random_walk(
    n: int = 200,
    *,
    drift: float = 0.0,
    noise: float = 1.0,
    random_state: RandomState = None,
) -> np.ndarray:
    """Return the running sum of independent shocks, which only "no change" forecasts.

    Parameters
    ----------
    n : int, default=200
        Number of steps.
    drift : float, default=0.0
        Mean of the shocks: the rise per step.
    noise : float, default=1.0
        Standard deviation of the shocks. The error of the best forecast `h` steps
        ahead is ``noise * sqrt(h)``.
    random_state : int, RandomState instance or None, default=None
        Seed of the shocks.

    Returns
    -------
    y : ndarray of shape (n,)
        Oldest step first; the step before the first one is 0.

    Raises
    ------
    ValueError
        If `n` is less than 1 or `noise` is negative.

    See Also
    --------
    make_ar : Series that return to their mean.

    Examples
    --------
    >>> from skforecast_lstm.datasets import make_random_walk
    >>> make_random_walk(4, drift=0.5, noise=0)
    array([0.5, 1. , 1.5, 2. ])
    """
    check_scalar(n, "n", Integral, min_val=1)
    check_scalar(noise, "noise", Real, min_val=0)
    rng = check_random_state(random_state)
    return np.cumsum(drift + noise * rng.normal(size=n))


def make_panel(
    n_series: int = 10,
    n: int = 60,
    *,
    min_length: int | None = None,
    season_length: int = 12,
    noise: float = 1.0,
    freq: str = "MS",
    random_state: RandomState = None,
) -> pd.DataFrame:
    """Return a long frame of many series that share a season and differ in the rest.

    Each series has its own level (50 to 150), rise per step (-0.5 to 0.5) and
    amplitude (5 to 20); the phase of the season is common to all.

    Parameters
    ----------
    n_series : int, default=10
        Number of series.
    n : int, default=60
        Number of steps of each series.
    min_length : int or None, default=None
        With a number, lengths are drawn evenly from `min_length` to `n`; the series
        then begin at different times and all end at the same.
    season_length : int, default=12
        Steps in one season.
    noise : float, default=1.0
        Standard deviation of the noise.
    freq : str, default="MS"
        Distance of the time stamps, as pandas writes it; "MS" is monthly.
    random_state : int, RandomState instance or None, default=None
        Seed of everything drawn.

    Returns
    -------
    panel : DataFrame with columns "series", "time" and "value"
        One row for each series and time, sorted by both. "series" counts from 0,
        "time" starts in the year 2000.

    Raises
    ------
    ValueError
        If a size is less than 1, `min_length` is more than `n`, or `noise` is
        negative.

    See Also
    --------
    make_trend_season : One such series.

    Examples
    --------
    >>> from skforecast_lstm.datasets import make_panel
    >>> panel = make_panel(3, 24, min_length=12, random_state=0)
    >>> panel.groupby("series")["time"].agg(["size", "min", "max"])
            size        min        max
    series
    0         12 2001-01-01 2001-12-01
    1         18 2000-07-01 2001-12-01
    2         12 2001-01-01 2001-12-01
    """
    check_scalar(n_series, "n_series", Integral, min_val=1)
    check_scalar(n, "n", Integral, min_val=1)
    check_scalar(season_length, "season_length", Integral, min_val=1)
    check_scalar(noise, "noise", Real, min_val=0)
    shortest = n if min_length is None else min_length
    check_scalar(shortest, "min_length", Integral, min_val=1, max_val=n)

    rng = check_random_state(random_state)
    level, trend, amplitude = rng.uniform(
        low=[50, -0.5, 5], high=[150, 0.5, 20], size=(n_series, 3)
    ).T[..., np.newaxis]  # each (n_series, 1)
    value = level + trend * np.arange(n)  # (n_series, n)
    value += amplitude * _sine_season(n, season_length)
    value += noise * rng.normal(size=value.shape)

    length = rng.randint(shortest, n + 1, size=n_series)
    kept = np.arange(n) >= n - length[:, np.newaxis]
    series, step = np.nonzero(kept)
    times = pd.date_range("2000-01-01", periods=n, freq=freq)
    return pd.DataFrame({"series": series, "time": times[step], "value": value[kept]})


def _sine_season(n: int, season_length: int) -> np.ndarray:
    # One season, repeated: sin(2 pi t / m) at every t rounds differently in each
    # season, and a season without noise would not repeat exactly.
    t = np.arange(n) % season_length
    return np.sin(2 * np.pi * t / season_length)
