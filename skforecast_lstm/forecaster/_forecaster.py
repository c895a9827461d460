"""Series in, forecast out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from skforecast_lstm.forecaster._backtest import (
    BacktestResult,
    compare,
    folds_from_the_end,
)
from skforecast_lstm.forecaster._defaults import (
    choose_regressor,
    choose_season,
    choose_steps,
)
from skforecast_lstm.forecaster._members import MedianOfSeeds
from skforecast_lstm.forecaster._panel import (
    SERIES,
    TIME,
    WHO,
    Panel,
    future_rows,
    in_order,
    read_panel,
)
from skforecast_lstm.model_selection import backtest
from skforecast_lstm.transformers import Flatten
from skforecast_lstm.windows import (
    SeriesWindows,
    check_count,
    make_supervised,
    make_windows,
)


class LSTMForecaster(BaseEstimator):
    """Forecast one series, several at once or a panel of thousands.

    Built from the windows, transformers and regressors of this package, for who has a
    frame and wants the next values. The roles of columns are named here, once.

    Parameters
    ----------
    regressor : regressor, default=None
        Any scikit-learn regressor or pipeline over windows; one that reads plain rows
        gets each window as a row. None: a vanilla LSTM that reads one season a step.
    horizon : int, default=1
        Steps to forecast at once.
    n_steps : int, default=None
        Steps of history that a forecast reads. None: two seasons, fewer for short
        series.
    season_length : int, default=None
        Steps in a season. None: what is usual for the frequency (12 for months, 7 for
        days, 24 for hours).
    target : column name or list of them, default=None
        What to forecast. None: every column without another role. With it, columns
        without a role count as ``past``.
    group, time : column name, default=None
        Of a long frame: the name of the series, and the time (by default the index).
    past : list of column names, default=()
        Covariates known up to now.
    future : list of column names, default=()
        Covariates known ahead, as a calendar or a price.
    static : list of column names, default=()
        Covariates with one value a series; needs ``group``.
    n_members : int, default=1
        Seeds trained; the forecast is their median.
    fill : {"interpolate", "ffill", "seasonal"} or callable, default=None
        Fills missing values within each series: between neighbours, with the last
        value, or with the value a season ago; a function takes and returns a Series.
        None: missing values are refused.
    freq : str or pandas offset, default=None
        Frequency of the times. None: inferred.
    architecture : str, default="vanilla"
        Where ``regressor`` is None: "vanilla", "stacked", "bidirectional", "cnn",
        "convlstm" or "encoder_decoder".
    epochs : int, default=None
        Where ``regressor`` is None. None: fewer, the more windows there are.
    random_state : int, RandomState instance or None, default=None
        Seeds the members.
    verbose : int, default=0
        1 shows the progress of the default regressor's fit.

    Attributes
    ----------
    estimator_ : estimator
        The fitted members.
    season_length_, n_steps_ : int
        What was given or chosen.
    history_ : Panel
        The data that forecasts start from.

    See Also
    --------
    make_supervised, backtest : What it is made of.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from skforecast_lstm import LSTMForecaster
    >>> from skforecast_lstm.datasets import load_airline
    >>> forecaster = LSTMForecaster(Ridge(), horizon=3, n_steps=24)
    >>> forecaster.fit(load_airline()).predict().round()
    month
    1961-01-01    457.0
    1961-02-01    430.0
    1961-03-01    476.0
    Freq: MS, Name: passengers, dtype: float64
    """

    def __init__(
        self,
        regressor: Any = None,
        *,
        horizon: int = 1,
        n_steps: int | None = None,
        season_length: int | None = None,
        target: Any = None,
        group: Any = None,
        time: Any = None,
        past: Any = (),
        future: Any = (),
        static: Any = (),
        n_members: int = 1,
        fill: Any = None,
        freq: Any = None,
        architecture: str = "vanilla",
        epochs: int | None = None,
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.regressor = regressor
        self.horizon = horizon
        self.n_steps = n_steps
        self.season_length = season_length
        self.target = target
        self.group = group
        self.time = time
        self.past = past
        self.future = future
        self.static = static
        self.n_members = n_members
        self.fill = fill
        self.freq = freq
        self.architecture = architecture
        self.epochs = epochs
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, data: Any, y: Any = None) -> LSTMForecaster:
        """Learn from the history of one or many series.

        Parameters
        ----------
        data : Series or DataFrame
            One series; a wide frame, one column a series or covariate; or a long frame
            with ``group``. Oldest row first. Pandas or polars.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For missing values without ``fill``, irregular times, a column that does not
            exist, or too few rows.
        """
        panel = self._read(data)
        self._choose(panel)
        X, y = self._samples(panel)
        complete = X.complete
        if not complete.any():
            raise ValueError(
                f"{WHO}: n_steps={self.n_steps_} and horizon={self.horizon} need "
                f"{self.n_steps_ + self.horizon} rows, but the longest series has "
                f"{panel.lengths.max()}"
            )
        self.estimator_ = self._estimator(complete.sum()).fit(X[complete], y[complete])
        self.history_ = panel
        return self

    def predict(
        self, horizon: int | None = None, *, future: Any = None, data: Any = None
    ) -> Any:
        """Return the forecast of the steps after the history.

        Parameters
        ----------
        horizon : int, default=None
            Steps; None: those trained for. Beyond them, forecasts are taken for history
            and forecast from again: errors add up, and no interval covers them.
        future : DataFrame, default=None
            The ``future`` covariates of the coming times, with their time (and group).
        data : Series or DataFrame, default=None
            Another history than that of ``fit``, of series known or never seen, to
            forecast from without fitting.

        Returns
        -------
        forecast : Series or DataFrame
            In the form of the data: a Series; a wide frame with one column a target; a
            long frame with group, time and targets.
        """
        check_is_fitted(self, "estimator_")
        panel = self.history_ if data is None else self._read(data)
        n = self.horizon if horizon is None else check_count(WHO, "horizon", horizon)
        if n > self.horizon and panel.roles.past:
            raise ValueError(
                f"{WHO}: horizon={n} is longer than the {self.horizon} steps trained "
                f"for, and the past covariates {panel.roles.past} are not known there; "
                f"fit with horizon={n}"
            )
        blocks = -(-n // self.horizon)
        ahead = future_rows(panel, future, blocks * self.horizon)
        step = ahead.groupby(SERIES, sort=False).cumcount()
        parts = []
        for first in range(0, blocks * self.horizon, self.horizon):
            block = ahead[(step >= first) & (step < first + self.horizon)].copy()
            block[panel.roles.targets] = self._forecast(panel, block)
            parts.append(block)
            panel = panel.extended(block)
        table = in_order(pd.concat(parts))[[SERIES, TIME, *panel.roles.targets]]
        table = table[table.groupby(SERIES, sort=False).cumcount() < n]
        return panel.in_form(table)

    def backtest(
        self,
        data: Any = None,
        n_origins: int = 5,
        *,
        step: int = 1,
        refit: bool | int = True,
    ) -> BacktestResult:
        """Return forecasts from earlier origins beside what came true, and scores.

        The forecaster itself stays as it is: clones are fitted, each only on what was
        known at its origin. Missing values are filled beforehand.

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
        if data is None:
            check_is_fitted(self, "estimator_")
        panel = self.history_ if data is None else self._read(data)
        own = clone(self)
        own._choose(panel)
        X, y = own._samples(panel)
        folds = folds_from_the_end(X, n_origins, step, self.horizon)
        estimator = own._estimator(len(folds[-1][0]))
        table = backtest(estimator, X, y, cv=folds, refit=refit)
        table = table.rename(columns={"series": SERIES})
        if "target" not in table:
            table["target"] = panel.roles.targets[0]
        self.backtest_ = compare(table, panel, own.season_length_)
        return self.backtest_

    def summary(self) -> str:
        """Return one sentence: does the model beat repeating the past?"""
        check_is_fitted(self, "backtest_", msg=f"{WHO}: call backtest first")
        return self.backtest_.summary()

    # ---- from a panel to windows and back
    def _read(self, data: Any) -> Panel:
        roles = {
            name: getattr(self, name)
            for name in ("target", "past", "future", "static", "group", "time")
        }
        return read_panel(
            data,
            roles,
            freq=self.freq,
            fill=self.fill,
            season_length=self.season_length,
        )

    def _choose(self, panel: Panel) -> None:
        check_count(WHO, "horizon", self.horizon)
        check_count(WHO, "n_members", self.n_members)
        if self.season_length is None:
            self.season_length_ = choose_season(panel)
        else:
            self.season_length_ = check_count(WHO, "season_length", self.season_length)
        if self.n_steps is None:
            self.n_steps_ = choose_steps(panel, self.season_length_, self.horizon)
        else:
            self.n_steps_ = check_count(WHO, "n_steps", self.n_steps)

    def _estimator(self, n_windows: int) -> MedianOfSeeds:
        regressor = self.regressor
        if regressor is None:
            regressor = choose_regressor(
                self.architecture,
                self.season_length_,
                self.n_steps_,
                n_windows,
                self.epochs,
                self.verbose,
            )
        elif self.architecture != "vanilla" or self.epochs is not None:
            raise ValueError(
                f"{WHO}: architecture and epochs are for regressor=None; set them in "
                f"the regressor given, {type(regressor).__name__}"
            )
        elif not isinstance(regressor, Pipeline):
            if not get_tags(regressor).input_tags.three_d_array:
                regressor = make_pipeline(Flatten(), regressor)
        return MedianOfSeeds(regressor, self.n_members, self.random_state)

    def _samples(self, panel: Panel) -> tuple[SeriesWindows, np.ndarray]:
        """Return the windows of all origins with known targets, and these."""
        long = panel.frame[SERIES].map(panel.lengths) > self.horizon
        if not long.any():
            raise ValueError(
                f"{WHO}: horizon={self.horizon} needs more than {self.horizon} rows, "
                f"but the longest series has {panel.lengths.max()}"
            )
        X, y = make_supervised(
            panel.frame[long], 1, self.horizon, **self._columns(panel)
        )
        return X.with_steps(self.n_steps_), y

    def _forecast(self, panel: Panel, ahead: pd.DataFrame) -> np.ndarray:
        """Return the targets of the rows ``ahead``, (n_rows, n_targets)."""
        recent = panel.last_rows(self.n_steps_)
        lengths = recent.lengths.to_numpy()
        if panel.roles.future:
            X = make_windows(
                recent.extended(ahead).frame,
                horizon=self.horizon,
                **self._columns(panel),
            )
        else:
            X = make_windows(recent.frame, **self._columns(panel))
        newest = X.with_steps(self.n_steps_)[np.cumsum(lengths) - 1]
        y = np.asarray(self.estimator_.predict(newest), dtype=np.float64)
        return y.reshape(-1, len(panel.roles.targets))

    def _columns(self, panel: Panel) -> dict[str, Any]:
        roles = panel.roles
        return {
            "target": roles.targets,
            "future": roles.future or None,
            "group": SERIES,
            "time": TIME,
        }
