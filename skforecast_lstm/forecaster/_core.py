"""From a history to windows, and from windows to the rows ahead."""

from __future__ import annotations

from copy import copy
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from skforecast_lstm._counts import check_count
from skforecast_lstm.forecaster._calibration import (
    FEWEST_ROWS,
    Calibration,
    calibrate,
    parts_for,
    scales,
)
from skforecast_lstm.forecaster._defaults import choose_regressor
from skforecast_lstm.forecaster._forms import SERIES, TIME, WHO
from skforecast_lstm.forecaster._future import future_rows
from skforecast_lstm.forecaster._members import MedianOfSeeds
from skforecast_lstm.forecaster._panel import Panel, in_order
from skforecast_lstm.forecaster._reading import Reading
from skforecast_lstm.forecaster._regressors import reads_windows
from skforecast_lstm.transformers import Flatten
from skforecast_lstm.windows import (
    SeriesWindows,
    make_supervised,
    make_windows,
)

# What a fit depends on, and the forecasts of what it fitted.
FITTED_WITH = (
    "regressor", "horizon", "architecture", "epochs", "linear_weight", "random_state",
    "fill",
)  # fmt: skip
UNSET = ("vanilla", None, None)  # architecture, epochs and linear_weight


class ForecasterCore(Reading):
    """What :class:`LSTMForecaster` does behind its methods."""

    def _keep_parameters(self) -> None:
        now = {name: getattr(self, name) for name in FITTED_WITH}
        self._parameters = {k: clone(v, safe=False) for k, v in now.items()}

    def _as_fitted(self) -> Self:
        """Return a copy that has the fit's parameters, whatever was set since."""
        other = copy(self)
        other.__dict__.update(self.__dict__.get("_parameters", {}))
        return other

    def _estimator(self, n_windows: int) -> MedianOfSeeds:
        regressor = self.regressor
        if regressor is None:
            regressor = choose_regressor(
                self.architecture,
                self.season_length_,
                self.n_steps_,
                n_windows,
                self.n_series_,
                self.epochs,
                self.linear_weight_,
                self.verbose,
            )
        elif (self.architecture, self.epochs, self.linear_weight) != UNSET:
            raise ValueError(
                f"{WHO}: architecture, epochs and linear_weight are for regressor=None;"
                f" set them in the regressor given, {type(regressor).__name__}"
            )
        elif not reads_windows(regressor):
            regressor = make_pipeline(Flatten(), regressor)
        return MedianOfSeeds(
            regressor, self.n_members_, self.random_state, self.smoothing_weight_,
            self.season_length_,
        )  # fmt: skip

    def _samples(self, panel: Panel) -> tuple[SeriesWindows, np.ndarray]:
        """Return the windows of all origins with known targets, and these."""
        long = _longer_than(panel, self.horizon)
        if not long.any():
            raise ValueError(
                f"{WHO}: horizon={self.horizon} needs more than {self.horizon} rows, "
                f"but the longest series has {panel.lengths.max()}"
            )
        X, y = make_supervised(
            panel.frame[long], 1, self.horizon, **self._columns(panel)
        )
        X = X.with_steps(self.n_steps_)
        if not X.complete.any():
            raise ValueError(
                f"{WHO}: n_steps={self.n_steps_} and horizon={self.horizon} need "
                f"{self.n_steps_ + self.horizon} rows, but the longest series has "
                f"{panel.lengths.max()}"
            )
        return X, y

    def _calibrate(self, panel: Panel, coverage: float) -> Calibration:
        """Return the unseen errors on the newest samples of ``panel``."""
        X, y = self._samples(panel)
        scale = self._scales_of_samples(panel)
        own = copy(self)  # in which a weight of smoothing is measured anew, if it was
        own.smoothing_weight_ = self.estimator_.smoothing_weight
        return calibrate(
            own._estimator, X, y, scale, self.horizon, panel.counted, coverage
        )

    def _check_coverage(self, data: Any, coverage: float) -> None:
        """Refuse a coverage that ``data`` is too short for, before any fit."""
        own = clone(self)
        panel = own._read(data)
        own._choose(panel)
        parts_for(own._samples(panel)[0], own.horizon, panel.counted, coverage)

    def _scales_of_samples(self, panel: Panel) -> np.ndarray:
        """Return how much the targets move at each sample, (n_samples, n_targets)."""
        from_end = panel.frame.groupby(SERIES, sort=False).cumcount(ascending=False)
        origins = _longer_than(panel, self.horizon) & (from_end >= self.horizon)
        return self._scales(panel)[origins.to_numpy()]

    def _scales(self, panel: Panel, usual: Any = 1.0) -> np.ndarray:
        return scales(panel, max(FEWEST_ROWS, self.n_steps_), usual)

    def _ahead(
        self, horizon: int | None, future: Any, data: Any
    ) -> tuple[Panel, pd.DataFrame]:
        """Return the history, and SERIES, TIME and forecasts of the steps after it."""
        check_is_fitted(self, "estimator_")
        panel = history = self.history_ if data is None else self._read_another(data)
        n = self.horizon if horizon is None else check_count(WHO, "horizon", horizon)
        if n > self.horizon and panel.roles.past:
            raise ValueError(
                f"{WHO}: horizon={n} is longer than the {self.horizon} steps trained "
                f"for, and the past covariates {panel.roles.past} are not known there; "
                f"fit with horizon={n}"
            )
        blocks = -(-n // self.horizon)
        ahead = future_rows(panel, future, blocks * self.horizon, asked=n)
        step = ahead.groupby(SERIES, sort=False).cumcount()
        parts = []
        for first in range(0, blocks * self.horizon, self.horizon):
            block = ahead[(step >= first) & (step < first + self.horizon)].copy()
            y = self.estimator_.predict(self._newest(panel, block))
            y = np.asarray(y, dtype=np.float64)
            block[panel.roles.targets] = y.reshape(-1, len(panel.roles.targets))
            parts.append(block)
            panel = panel.extended(block)
        table = in_order(pd.concat(parts))[[SERIES, TIME, *panel.roles.targets]]
        return history, table[table.groupby(SERIES, sort=False).cumcount() < n]

    def _rows_ahead(self, panel: Panel, future: Any) -> pd.DataFrame:
        return future_rows(panel, future, self.horizon)

    def _newest(self, panel: Panel, ahead: pd.DataFrame) -> Any:
        """Return the newest window of each series; ``ahead`` are the rows after it."""
        # Smoothing reads a series from its start, and a regressor of the user's own may
        # lengthen its windows.
        whole = self.smoothing_weight_ or self.regressor is not None
        recent = panel if whole else panel.last_rows(self.n_steps_)
        last = np.cumsum(recent.lengths.to_numpy()) - 1
        columns = self._columns(panel)
        if panel.roles.future:
            frame = recent.extended(ahead).frame
            X = make_windows(frame, horizon=self.horizon, **columns)
        else:
            X = make_windows(recent.frame, **columns)
        return X.with_steps(self.n_steps_)[last]

    def _columns(self, panel: Panel) -> dict[str, Any]:
        roles = panel.roles
        return {
            "target": roles.targets,
            "future": roles.future or None,
            "group": SERIES,
            "time": TIME,
            "dtype": self.dtype_,
        }


def _longer_than(panel: Panel, n: int) -> pd.Series:
    return panel.frame[SERIES].map(panel.lengths) > n
