"""Exponential smoothing: what a series says by itself, without a network."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from skforecast_lstm.windows import SeriesWindows

LEVELS = (0.005, 0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 0.99)  # how fast the level follows
TRENDS = (  # how fast the trend follows, and how much of it is left after a step
    (0.0, 0.0), (0.02, 0.95), (0.02, 0.99), (0.1, 0.95), (0.1, 0.99), (0.3, 0.95),
    (0.3, 0.99), (0.005, 1.0), (0.02, 1.0),
)  # fmt: skip
# How fast the season follows; None: there is none; 0: it is the mean of all seasons.
PROFILES = (None, 0.0, 0.1, 0.3)
LEAST_KEPT = 0.03  # share of the models, of a long series; their median is the forecast
MOST_ERROR = 2.0  # times that of the least share: of a short series more are kept
FEW_ERRORS = 0.25  # of a season: too few to tell by which errors are similar
ENOUGH_HORIZONS = 5  # of history: errors of all steps then count as those of the next
FIRST_ROWS, FEWEST_ROWS = 6, 12  # without a season: to begin with, to choose by
LOG_OFFSET = 0.3  # of the mean of the first rows: so that zeros have a logarithm
MOST_LOG = 100.0  # 1e43
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
        at_once = max(1, VALUES_AT_ONCE // (horizon * _models(season).shape[1]))
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


def _models(season: int) -> np.ndarray:
    """Return rates of level, trend and season, what is left of a trend, 1 if seasonal.

    An array of shape (5, n_models).
    """
    profiles = PROFILES if season > 1 else (None,)
    return np.array(
        [
            (level, trend, rate or 0.0, left, rate is not None)
            for level, (trend, left), rate in product(LEVELS, TRENDS, profiles)
        ]
    ).T


class _Bank:
    """All models of some series, (n_series, n_models), which follow them in step.

    ``restore`` takes forecasts (n, n_series, n_models) back to the series' units.
    """

    def __init__(
        self,
        values: np.ndarray,
        season: int,
        start: int,
        horizon: int,
        restore: Callable,
    ) -> None:
        self.values, self.restore = values, restore
        self.season, self.start = season, start
        rates = _models(season)
        self.level_rate, self.trend_rate, self.profile_rate, self.left = rates[:4]
        self.reach = np.cumsum(self.left ** np.arange(1, horizon + 1)[:, None], axis=0)
        self.ahead = np.arange(horizon)
        level, trend, profile = _beginning(values, season, start)
        shape = len(values), rates.shape[1]
        self.level = np.broadcast_to(level[:, None], shape)
        self.trend = trend[:, None] * (self.left > 0)
        self.profile = profile.T[..., None] * rates[4]  # (season, n_series, n_models)
        self.usual = profile
        self.n_seasons = np.full((len(values), 1), start // season)
        self.is_usual = (rates[4] > 0) & (self.profile_rate == 0)

    def follow(self, t: int) -> None:
        """Take in the value at row ``t``; where there is none, the trend goes on."""
        trend, profile = self.left * self.trend, self.profile[t % self.season]
        error = self.values[:, t, None] - self.level - trend - profile
        np.nan_to_num(error, copy=False)
        self.level = self.level + trend + self.level_rate * error
        self.trend = trend + self.level_rate * self.trend_rate * error
        profile += self.profile_rate * (1 - self.level_rate) * error
        if self.season > 1 and (t + 1) % self.season == 0 and t + 1 > self.start:
            self._average(self.values[:, t + 1 - 2 * self.season : t + 1])

    def _average(self, rows: np.ndarray) -> None:
        """Take the second season of ``rows`` into the mean over all seasons."""
        profile = _two_seasons(rows, self.season)[2][:, 1]
        known = ~np.isnan(profile).any(axis=1, keepdims=True)
        self.n_seasons = self.n_seasons + known
        step = (profile - self.usual) / self.n_seasons
        self.usual = self.usual + np.where(known, step, 0.0)
        self.profile[..., self.is_usual] = self.usual.T[..., None]

    def forecast(self, t: int, steps: int) -> np.ndarray:
        """Return the ``steps`` after row ``t``, (steps, n_series, n_models)."""
        profile = self.profile[(t + 1 + self.ahead[:steps]) % self.season]
        reach = self.reach[:steps, None]
        return self.restore(self.level + reach * self.trend + profile)


def _beginning(values: np.ndarray, season: int, start: int) -> tuple:
    """Return level before the first row, trend a step and profile of a season."""
    if start < 2 * season or season == 1:  # too little to tell a trend by
        level = values[:, : max(2, season)].mean(axis=1)
        profile = values[:, :season] - level[:, None]
        return level, np.zeros_like(level), profile * (season > 1)
    means, trend, profiles = _two_seasons(values[:, : 2 * season], season)
    return means[:, 0] - trend * (season + 1) / 2, trend, profiles.mean(axis=1)


def _two_seasons(rows: np.ndarray, season: int) -> tuple:
    """Return the means of both, the trend a step, and both less mean and trend.

    Of shape (n_series, 2), (n_series,) and (n_series, 2, season).
    """
    two = rows.reshape(-1, 2, season)
    means = two.mean(axis=2)
    trend = (means[:, 1] - means[:, 0]) / season
    within = trend[:, None] * (np.arange(season) - (season - 1) / 2)
    return means, trend, two - means[..., None] - within[:, None]


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
    offset = LOG_OFFSET * values[:, :start].mean(axis=1)[:, None]
    banks = _values_and_logarithms(values, season, start, horizon, offset)
    # A series is taken for one that can't be negative as long as it was not.
    positive = np.fmin.accumulate(values, axis=1) >= 0
    n_models = banks[0].level.shape[1]
    near, far = np.zeros((2, len(values), 2 * n_models))  # sums of absolute errors
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
        for bank in banks:
            bank.follow(t)
        asked = np.flatnonzero(known == t + 1)
        scored = t + 1 >= start and (t + 1 - start) % every == 0
        steps = horizon if scored or len(asked) else 1
        forecast = np.concatenate([bank.forecast(t, steps) for bank in banks], axis=2)
        least = np.where(positive[:, t], 0.0, -np.inf)
        np.maximum(forecast, least[:, None], out=forecast)
        following = forecast[0]
        if scored:
            kept.append((t, forecast))
        if len(asked):
            of = rows[asked]
            errors = _together(near[of], far[of], (t + 1 - start) / horizon)
            no_logarithm = ~positive[of, t] | (offset[of, 0] <= 0)
            errors[no_logarithm, n_models:] = np.inf
            judged_by = (t + 1 - start) / season
            share = max(LEAST_KEPT, (1 + judged_by) ** -2)
            limit = MOST_ERROR if judged_by >= FEW_ERRORS else np.inf
            result[asked] = _median_of_best(forecast[:, of], errors, share, limit)
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


def _values_and_logarithms(
    values: np.ndarray, season: int, start: int, horizon: int, offset: np.ndarray
) -> list[_Bank]:
    logarithms = np.log(np.maximum(values, 0) + np.where(offset > 0, offset, 1.0))

    def restore(steps: np.ndarray) -> np.ndarray:
        return np.exp(np.minimum(steps, MOST_LOG)) - offset

    return [
        _Bank(values, season, start, horizon, lambda steps: steps),
        _Bank(logarithms, season, start, horizon, restore),
    ]


def _median_of_best(
    forecast: np.ndarray, errors: np.ndarray, share: float, limit: float
) -> np.ndarray:
    """Return (n, horizon) of forecasts (horizon, n, n_models), errors (n, n_models).

    The least share of the models counts, and more, up to ``share``, as far as their
    errors are at most ``limit`` times as large.
    """
    n_models = np.isfinite(errors).sum(axis=1)
    least, most = (np.round(k * n_models).astype(int) for k in (LEAST_KEPT, share))
    best = np.argsort(errors, axis=1, kind="stable")[:, : most.max()]
    errors = np.take_along_axis(errors, best, axis=1)
    worst = np.take_along_axis(errors, least[:, np.newaxis] - 1, axis=1)
    with np.errstate(invalid="ignore"):  # no error yet, no limit: all are similar
        n_similar = (~(errors > limit * worst)).sum(axis=1)
    n_kept = np.clip(n_similar, least, most)
    forecast = np.take_along_axis(forecast, best[np.newaxis], axis=2)
    forecast[:, np.arange(most.max()) >= n_kept[:, None]] = np.nan
    return np.nanmedian(forecast, axis=2).T
