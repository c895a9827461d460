"""The models of exponential smoothing, which follow series in step."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

LEVELS = (0.005, 0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 0.99)  # how fast the level follows
TRENDS = (  # how fast the trend follows, and how much of it is left after a step
    (0.0, 0.0), (0.02, 0.95), (0.02, 0.99), (0.1, 0.95), (0.1, 0.99), (0.3, 0.95),
    (0.3, 0.99), (0.005, 1.0), (0.02, 1.0),
)  # fmt: skip
# How fast the season follows; None: there is none; 0: it is the mean of all seasons.
PROFILES = (None, 0.0, 0.1, 0.3)
LOG_OFFSET = 0.3  # of the mean of the first rows: so that zeros have a logarithm
MOST_LOG = 100.0  # 1e43


def models(season: int) -> np.ndarray:
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
        rates = models(season)
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


class Banks:
    """The models of the values of some series, and then those of their logarithms.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_rows)
        Each series with NaN after its end.
    season : int
        1: there is none.
    start : int
        Rows that the models begin with: two seasons or one.
    horizon : int
    """

    def __init__(
        self, values: np.ndarray, season: int, start: int, horizon: int
    ) -> None:
        offset = LOG_OFFSET * values[:, :start].mean(axis=1)[:, None]
        self.has_size = offset > 0
        logarithms = np.log(np.maximum(values, 0) + np.where(offset > 0, offset, 1.0))

        def restore(steps: np.ndarray) -> np.ndarray:
            return np.exp(np.minimum(steps, MOST_LOG)) - offset

        self.banks = (
            _Bank(values, season, start, horizon, lambda steps: steps),
            _Bank(logarithms, season, start, horizon, restore),
        )
        # A series is taken for one that can't be negative as long as it was not.
        self.positive = np.fmin.accumulate(values, axis=1) >= 0
        self.n_models = 2 * self.banks[0].level.shape[1]

    def follow(self, t: int) -> None:
        """Take in the value at row ``t``."""
        for bank in self.banks:
            bank.follow(t)

    def forecast(self, t: int, steps: int) -> np.ndarray:
        """Return the ``steps`` after row ``t``, (steps, n_series, n_models)."""
        forecast = np.concatenate([b.forecast(t, steps) for b in self.banks], axis=2)
        least = np.where(self.positive[:, t], 0.0, -np.inf)
        return np.maximum(forecast, least[:, None], out=forecast)

    def apply(self, t: int) -> np.ndarray:
        """Return which models know the values to row ``t``, (n_series, n_models)."""
        with_logarithm = self.positive[:, t, None] & self.has_size
        both = np.ones_like(with_logarithm), with_logarithm
        return np.repeat(np.hstack(both), self.n_models // 2, axis=1)
