"""Exponential smoothing: what a series says by itself, without a network."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from skforecast_lstm.forecaster._banks import Banks, models
from skforecast_lstm.windows import SeriesWindows

LEAST_KEPT = 0.03  # of the models: of a long series their median is the forecast
MOST_ERROR = 2.0  # times that of the least share, of what is kept beside it
FEW_ERRORS = 0.25  # of a season: too few to tell by which errors are similar
ENOUGH_HORIZONS = 5  # of history: errors of all steps then count as those of the next
FIRST_ROWS, FEWEST_ROWS = 6, 12  # without a season: to begin with, to choose by
VALUES_AT_ONCE = 2**18


def smoothing_forecasts(
    X: SeriesWindows, horizon: int, season_length: int
) -> np.ndarray:
    """Return forecasts by exponential smoothing of all that is known at each origin.

    Damped trend and additive season [1]_, of the values and, where none is negative,
    of their logarithms, in nearly 600 models. The forecast is the median of those of
    them whose forecasts from earlier origins of the same series were closest: by the
    errors of the next step and, the more the longer the series, of all steps together.
    Of a long series 3 % of the models are taken; of a short one, whose errors tell them
    apart by chance, more, if their errors are at most twice as large; all where only
    the first season is known. A series of less than a season is smoothed without one.

    Parameters
    ----------
    X : SeriesWindows of shape (n, n_steps, n_features)
        Of the windows only the origins count: the series is read from its start, and
        no row after a window's origin has a part in its forecast.
    horizon, season_length : int

    Returns
    -------
    y : ndarray of shape (n, horizon * n_targets)
        Step-major; NaN where less than 12 values are known.

    References
    ----------
    .. [1] Gardner, E. S. (2006). Exponential smoothing: the state of the art, part II.
       International Journal of Forecasting 22(4).
       https://doi.org/10.1016/j.ijforecast.2006.03.005
    """
    values, first, last = X.target_history()
    known = last - first + 1
    n_seasons = np.minimum(known // season_length, 2) * (season_length > 1)
    kinds = (  # seasons to begin with, season, rows to begin with
        (2, season_length, 2 * season_length),
        (1, season_length, season_length),
        (0, 1, FIRST_ROWS),
    )
    y = np.full((len(X), horizon, values.shape[1]), np.nan)
    for n_first, season, start in kinds:
        chosen = (known >= FEWEST_ROWS) & (n_seasons == n_first)
        at_once = max(1, VALUES_AT_ONCE // (horizon * models(season).shape[1]))
        for windows in _by_series(np.flatnonzero(chosen), first, known, at_once):
            starts, row = np.unique(first[windows], return_inverse=True)
            lengths = _longest(row, known[windows])
            for target, column in enumerate(values.T):
                series = _below_each_other(column, starts, lengths)
                y[windows, :, target] = _smoothed(
                    series, season, start, horizon, row, known[windows]
                )
    return y.reshape(len(X), -1)


def _by_series(
    windows: np.ndarray, first: np.ndarray, known: np.ndarray, at_once: int
) -> Iterator[np.ndarray]:
    """Yield the windows of ``at_once`` series after the other, short series first."""
    series = np.unique(first[windows], return_inverse=True)[1]
    order = np.argsort(_longest(series, known[windows]), kind="stable")
    part = np.argsort(order)[series] // at_once
    for k in range(part.max(initial=-1) + 1):
        yield windows[part == k]


def _longest(series: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return for each series how many rows the window knows that knows most."""
    lengths = np.zeros(series.max(initial=-1) + 1, dtype=int)
    np.maximum.at(lengths, series, known)
    return lengths


def _below_each_other(
    column: np.ndarray, starts: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """Return the series that lie in ``column``, a row each, with NaN after the end."""
    steps = np.arange(lengths.max())
    rows = np.minimum(starts[:, np.newaxis] + steps, len(column) - 1)
    return np.where(steps < lengths[:, np.newaxis], column[rows], np.nan)


def _smoothed(
    values: np.ndarray,
    season: int,
    start: int,
    horizon: int,
    rows: np.ndarray,
    known: np.ndarray,
) -> np.ndarray:
    """Return the forecasts of series ``rows`` after their first ``known`` values.

    Of shape (len(rows), horizon). ``values`` is (n_series, n_rows), each series with
    NaN after its end. Models begin with the first ``start`` rows and are chosen by
    their errors from there on.
    """
    banks = Banks(values, season, start, horizon)
    near, far = np.zeros((2, len(values), banks.n_models))  # sums of absolute errors
    following = near.copy()
    kept: deque[tuple[int, np.ndarray]] = deque()
    every = max(1, horizon // 4)
    result = np.empty((len(rows), horizon))
    for t in range(int(known.max())):
        if t >= start:
            near += _absolute(following - values[:, t, None])
        for origin, forecast in kept:
            far += _absolute(forecast[t - origin - 1] - values[:, t, None])
        if kept and kept[0][0] == t - horizon:
            kept.popleft()
        banks.follow(t)
        asked, n_judged = np.flatnonzero(known == t + 1), t + 1 - start
        scored = n_judged >= 0 and n_judged % every == 0
        forecast = banks.forecast(t, horizon if scored or len(asked) else 1)
        following = forecast[0]
        if scored:
            kept.append((t, forecast))
        if len(asked):
            of = rows[asked]
            errors = _together(near[of], far[of], n_judged / horizon)
            errors[~banks.apply(t)[of]] = np.inf
            result[asked] = _median_of_best(forecast[:, of], errors, n_judged / season)
    return result


def _absolute(errors: np.ndarray) -> np.ndarray:
    """Return absolute errors, 0 where there is no value."""
    return np.nan_to_num(np.abs(errors), copy=False)


def _together(near: np.ndarray, far: np.ndarray, n_horizons: float) -> np.ndarray:
    """Return the errors that models are chosen by, from those of one and of all steps.

    Errors of the whole horizon are what counts, but those of a short history overlap,
    and tell models apart by chance; errors of the next step are many, and less so.
    """
    weight = max(0.0, n_horizons) / (max(0.0, n_horizons) + ENOUGH_HORIZONS)
    return far**weight * near ** (1 - weight)


def _median_of_best(
    forecast: np.ndarray, errors: np.ndarray, n_seasons: float
) -> np.ndarray:
    """Return (n, horizon) of forecasts (horizon, n, n_models), errors (n, n_models).

    The fewer seasons the models were judged by, the more of them are kept, but beyond
    the least share only those with errors of about its size.
    """
    n_models = np.isfinite(errors).sum(axis=1)
    share = max(LEAST_KEPT, (1 + n_seasons) ** -2)
    least, most = (np.round(k * n_models).astype(int) for k in (LEAST_KEPT, share))
    best = np.argsort(errors, axis=1, kind="stable")[:, : most.max()]
    n_kept = most
    if n_seasons >= FEW_ERRORS:
        errors = np.take_along_axis(errors, best, axis=1)
        limit = MOST_ERROR * np.take_along_axis(errors, least[:, None] - 1, axis=1)
        n_kept = np.clip((errors <= limit).sum(axis=1), least, most)
    forecast = np.take_along_axis(forecast, best[np.newaxis], axis=2)
    forecast[:, np.arange(most.max()) >= n_kept[:, None]] = np.nan
    return np.nanmedian(forecast, axis=2).T
