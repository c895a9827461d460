"""The methods of a forecaster that say how far off a forecast may be."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from skforecast_lstm._counts import check_count
from skforecast_lstm.forecaster._calibration import (
    Calibration,
    check_coverage,
    levels,
)
from skforecast_lstm.forecaster._core import ForecasterCore
from skforecast_lstm.forecaster._forms import SERIES, WHO, check_not_reserved
from skforecast_lstm.forecaster._members import own_quantiles
from skforecast_lstm.forecaster._panel import Panel

BOUNDS = ("forecast", "lower", "upper")


class Intervals(ForecasterCore):
    """Prediction intervals and quantiles of :class:`LSTMForecaster`."""

    def predict_interval(
        self,
        coverage: float = 0.9,
        horizon: int | None = None,
        *,
        future: Any = None,
        data: Any = None,
    ) -> pd.DataFrame:
        """Return the forecast with bounds that hold the truth as often as asked.

        The first call fits once more, on the older two thirds of the windows; the
        errors on the newer third, which that fit has not seen, make the bounds, each
        step its own [1]_. They are kept until the next ``fit`` or ``update``.

        Parameters
        ----------
        coverage : float, default=0.9
            Share of the true values that shall lie between the bounds: on average over
            series and origins, as long as the future errs like the newer third.
        horizon, future, data
            As in :meth:`predict`; the horizon no longer than the one trained for.

        Returns
        -------
        forecast : DataFrame
            With the columns forecast, lower and upper beside the keys that ``predict``
            returns; with several targets under a level that names the target.

        Raises
        ------
        ValueError
            Beyond the trained horizon, or where the history is too short for so high a
            coverage: ``coverage / (1 - coverage)`` windows in its newer third.

        References
        ----------
        .. [1] Stankeviciute, K., Alaa, A. M. and van der Schaar, M. (2021). Conformal
           time-series forecasting. NeurIPS 34.

        Examples
        --------
        >>> from sklearn.linear_model import Ridge
        >>> from skforecast_lstm import LSTMForecaster
        >>> from skforecast_lstm.datasets import make_ar
        >>> forecaster = LSTMForecaster(Ridge(), horizon=2, n_steps=3)
        >>> forecaster.fit(make_ar(200)).predict_interval(0.8).shape
        (2, 3)
        """
        coverage = check_coverage(coverage)
        check_is_fitted(self, "estimator_")
        if self.history_.form == "long":
            keys = self.history_.roles.group, self.history_.time_name
            check_not_reserved(keys, BOUNDS, "of the result of predict_interval")
        fitted = self._as_fitted()
        panel, table, forecast, unit = fitted._with_units(horizon, future, data)
        half = self._calibration(coverage).half_width(coverage)
        width = unit * half[: unit.shape[1]]
        bounds = [forecast, forecast - width, forecast + width]
        values = np.stack(bounds, axis=-1)
        return _in_columns(panel, table, values, BOUNDS)

    def predict_quantiles(
        self,
        quantiles: Sequence[float] = (0.1, 0.5, 0.9),
        horizon: int | None = None,
        *,
        future: Any = None,
        data: Any = None,
    ) -> pd.DataFrame:
        """Return quantiles of the forecast.

        A regressor built with ``quantiles`` answers for those itself. The others are
        the bounds of :meth:`predict_interval`: 0.05 and 0.95 are those of the coverage
        0.9, and 0.5 is the forecast. Where they would cross the regressor's own, they
        stop there: none depends on which others are asked for.

        Parameters
        ----------
        quantiles : sequence of float, default=(0.1, 0.5, 0.9)
        horizon, future, data
            As in :meth:`predict_interval`.

        Returns
        -------
        forecast : DataFrame
            As from :meth:`predict_interval`, a column a quantile.

        Examples
        --------
        >>> from sklearn.linear_model import Ridge
        >>> from skforecast_lstm import LSTMForecaster
        >>> from skforecast_lstm.datasets import make_ar
        >>> forecaster = LSTMForecaster(Ridge(), horizon=2, n_steps=3)
        >>> list(forecaster.fit(make_ar(200)).predict_quantiles([0.1, 0.9]))
        [0.1, 0.9]
        """
        wanted = _check_quantiles(quantiles)
        fitted = self._as_fitted()
        panel, table, forecast, unit = fitted._with_units(horizon, future, data)
        values = {}
        own = sorted(own_quantiles(self.estimator_.members_[0]) or ())
        if own:
            window = fitted._newest(panel, fitted._rows_ahead(panel, future))
            every = self.estimator_.predict_quantiles(window)
            every = every.reshape(len(every), fitted.horizon, -1, len(own))
            every = every[:, : forecast.shape[1]]
            values = {q: every[..., k] for k, q in enumerate(own)}
        for q in [q for q in wanted if q not in own]:
            bound = forecast + unit * self._offset(q)[: unit.shape[1]]
            below, above = ([o for o in own if o < q], [o for o in own if o > q])
            least = values[below[-1]] if below else -np.inf
            values[q] = np.clip(bound, least, values[above[0]] if above else np.inf)
        stacked = np.stack([values[q] for q in wanted], axis=-1)
        return _in_columns(panel, table, stacked, wanted)

    def _with_units(
        self, horizon: int | None, future: Any, data: Any
    ) -> tuple[Panel, pd.DataFrame, np.ndarray, np.ndarray]:
        """Return history, table, forecasts and units (n_series, horizon, n_targets)."""
        if horizon is not None and check_count(WHO, "horizon", horizon) > self.horizon:
            raise ValueError(
                f"{WHO}: intervals are calibrated for the {self.horizon} steps trained "
                f"for, got horizon={horizon}; fit with horizon={horizon}"
            )
        panel, table = self._ahead(horizon, future, data)
        targets = panel.roles.targets
        n_series = len(panel.lengths)
        forecast = table[targets].to_numpy().reshape(n_series, -1, len(targets))
        unit = _at_ends(panel, self._scales(panel, np.nan))
        if np.isnan(unit).any():  # other data, none of which ever moved
            usual = _at_ends(self.history_, self._scales(self.history_))
            parts = usual / _at_ends(self.history_, levels(self.history_))
            part = pd.DataFrame(parts).median().to_numpy()
            for like in (part * _at_ends(panel, levels(panel)), np.median(usual, 0)):
                unit = np.where(np.isnan(unit), like, unit)
        unit = unit[:, np.newaxis]
        return panel, table, forecast, np.broadcast_to(unit, forecast.shape)

    def _calibration(self, coverage: float) -> Calibration:
        if not hasattr(self, "calibration_"):
            fitted = self._as_fitted()
            self.calibration_ = fitted._calibrate(self.history_, coverage)
        return self.calibration_

    def _offset(self, quantile: float) -> np.ndarray:
        if quantile == 0.5:
            return np.zeros((1, 1))  # of every step and target
        share = abs(round(2 * quantile - 1, 12))
        return np.sign(quantile - 0.5) * self._calibration(share).half_width(share)


def _at_ends(panel: Panel, values: np.ndarray) -> np.ndarray:
    """Return those of ``values``, one a row, that belong to the end of each series."""
    return values[~panel.frame[SERIES].duplicated(keep="last").to_numpy()]


def _check_quantiles(quantiles: Any) -> list[float]:
    """Return ``quantiles`` as a list, or raise if one is not between 0 and 1."""
    listed = [quantiles] if np.ndim(quantiles) == 0 else list(quantiles)
    wrong = [q for q in listed if not isinstance(q, Real) or not 0 < float(q) < 1]
    if wrong or not listed:
        raise ValueError(
            f"{WHO}: quantiles must be numbers between 0 and 1, got {quantiles!r}"
        )
    if len(set(listed)) < len(listed):
        raise ValueError(f"{WHO}: quantiles must differ, got {quantiles!r}")
    return [float(q) for q in listed]


def _in_columns(
    panel: Panel, table: pd.DataFrame, values: np.ndarray, names: Sequence[Any]
) -> pd.DataFrame:
    """Return ``values`` (n_rows, n_targets, n_names) beside the keys of ``table``.

    One column a name; with several targets a level above it names the target.
    """
    targets = panel.roles.targets
    keys = table.drop(columns=targets).reset_index(drop=True)
    flat = pd.DataFrame(values.reshape(len(keys), -1))
    columns: Any = list(names)
    if len(targets) > 1:
        columns = pd.MultiIndex.from_product([targets, names])
    if panel.form != "long":
        return panel.times_as_index(keys, flat.set_axis(columns, axis=1))
    keys = panel.in_form(keys)
    if len(targets) > 1:
        above = [(name, "") for name in keys]
        columns = pd.MultiIndex.from_tuples([*above, *columns])
    else:
        columns = [*keys, *columns]
    return pd.concat([keys, flat], axis=1).set_axis(columns, axis=1)
