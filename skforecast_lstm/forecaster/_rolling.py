"""The methods of a forecaster that say how good it would have been."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from skforecast_lstm._counts import check_count
from skforecast_lstm.forecaster._as_known import as_known, in_turn, stacked
from skforecast_lstm.forecaster._backtest import (
    BacktestResult,
    compare,
    folds_from_the_end,
)
from skforecast_lstm.forecaster._calibration import calibrate, check_coverage
from skforecast_lstm.forecaster._core import ForecasterCore
from skforecast_lstm.forecaster._forms import RESULT_COLUMNS, check_not_reserved
from skforecast_lstm.forecaster._panel import SERIES, WHO, Panel
from skforecast_lstm.model_selection import backtest
from skforecast_lstm.model_selection._backtest import check_refit


class Backtests(ForecasterCore):
    """Forecasts of :class:`LSTMForecaster` from earlier origins."""

    def backtest(
        self,
        data: Any = None,
        n_origins: int = 5,
        *,
        step: int = 1,
        refit: bool | int = True,
        coverage: float | None = None,
        n_jobs: int | None = None,
    ) -> BacktestResult:
        """Return forecasts from earlier origins beside what came true, and scores.

        The forecaster itself stays as it is: clones are fitted, each only on what was
        known at its origin. Missing values are filled from there too, and left out of
        the scores.

        Parameters
        ----------
        data : Series or DataFrame, default=None
            As in :meth:`fit`; None: the history of the last fit.
        n_origins : int, default=5
            Origins, the newest one ``horizon`` steps before the end.
        step : int, default=1
            Steps from one origin to the next.
        refit : bool or int, default=True
            True fits at every origin, an int at every so many, False only at the first.
        coverage : float, default=None
            With it also the bounds of :meth:`predict_interval` and how they fare; each
            fit then takes a second one, to calibrate on what is known at its origin.
        n_jobs : int, default=None
            Fits that run at once, as in joblib; each process compiles for itself.

        Returns
        -------
        result : BacktestResult
            ``forecasts``, ``scores``, ``by_step``, ``by_series`` and ``summary()``, all
            beside the naive and the seasonal naive forecast.

        See Also
        --------
        skforecast_lstm.backtest : The same for windows and any splitter.
        """
        n_origins = check_count(WHO, "n_origins", n_origins)
        step = check_count(WHO, "step", step)
        check_refit(refit)
        coverage = None if coverage is None else check_coverage(coverage)
        panel = self._panel_of(data)
        keys = panel.roles.group, panel.time_name
        check_not_reserved(keys, RESULT_COLUMNS, "of the result of backtest")
        own = clone(self)
        own._choose(panel)
        panel = own._closed_up(panel, 0)
        X = own._samples(panel)[0]
        folds = folds_from_the_end(X, panel, n_origins, step, self.horizon)
        fill = self._as_fitted().fill if data is None else self.fill
        panels, seen = as_known(panel, X, folds, fill, own.season_length_)
        folds = in_turn(folds, seen, len(X))
        samples = own._samples_of(panels)
        if coverage is not None:  # before the other fits: it may be refused
            half = own._half_widths(
                samples, folds, refit, coverage, panel.counted, n_jobs
            )
        estimator = own._estimator(len(folds[-1][0]))
        table = backtest(estimator, *samples[:2], cv=folds, refit=refit, n_jobs=n_jobs)
        table = table.rename(columns={"series": SERIES})
        if "target" not in table:
            table["target"] = panel.roles.targets * len(table)  # one, maybe a tuple
        if coverage is not None:
            forecast = table["forecast"]
            table = table.assign(lower=forecast - half, upper=forecast + half)
        self.backtest_ = compare(table, panels, seen, own.season_length_, coverage)
        return self.backtest_

    def summary(self) -> str:
        """Return one sentence: does the model beat repeating the past?"""
        check_is_fitted(self, "backtest_", msg=f"{WHO}: call backtest first")
        return self.backtest_.summary()

    def _panel_of(self, data: Any) -> Panel:
        if data is not None:
            return self._read(data)
        check_is_fitted(self, "estimator_")
        return self.history_

    def _samples_of(
        self, panels: Sequence[Panel]
    ) -> tuple[Any, np.ndarray, np.ndarray]:
        """Return windows, targets and how much these move, of all panels in turn."""
        samples = [self._samples(panel) for panel in panels]
        return (
            stacked([X for X, _ in samples]),
            np.concatenate([y for _, y in samples]),
            np.concatenate([self._scales_of_samples(panel) for panel in panels]),
        )

    def _half_widths(
        self, samples: tuple, folds: Sequence[tuple], refit: bool | int,
        coverage: float, counted: bool, n_jobs: int | None,
    ) -> np.ndarray:  # fmt: skip
        """Return that of each forecast in the folds, as they come.

        For each block of folds that one fit serves, calibrated on what it trains on.
        """
        every = check_refit(refit) or len(folds)
        errors = Parallel(n_jobs=n_jobs)(
            delayed(calibrate)(
                self._estimator,
                *(part[train] for part in samples),
                self.horizon,
                counted,
                coverage,
            )
            for train, _ in folds[::every]
        )
        scale, parts = samples[2], []
        for k, (_, test) in enumerate(folds):
            half = errors[k // every].half_width(coverage) * scale[test, np.newaxis]
            parts.append(half.ravel())  # (n_series, horizon, n_targets) before
        return np.concatenate(parts)
