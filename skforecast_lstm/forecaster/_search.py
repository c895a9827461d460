"""A grid over window length, units and architecture for a forecaster's data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, ParameterGrid
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state
from tqdm import tqdm

from skforecast_lstm._counts import check_count
from skforecast_lstm._interrupts import interrupts_end_all
from skforecast_lstm.forecaster._defaults import choose_members, choose_regressor
from skforecast_lstm.forecaster._forecaster import LSTMForecaster
from skforecast_lstm.forecaster._measured import measured_weight
from skforecast_lstm.forecaster._panel import Panel
from skforecast_lstm.forecaster._reading import warn_of_unread
from skforecast_lstm.model_selection import RollingOriginSplit
from skforecast_lstm.transformers import SlidingWindow
from skforecast_lstm.windows import SeriesWindows

WHO = "search_networks"


@dataclass(frozen=True)
class SearchResult:
    """What :func:`search_networks` returns.

    Attributes
    ----------
    table : DataFrame
        A row each candidate, the best one first: architecture, steps, units, the mean
        absolute error over the folds (in the data's units), its standard deviation,
        and the seconds of a fit.
    naive_error : float
        The same error of the forecast that repeats the last value, or the last season
        where that errs less and a window holds one.
    n_candidates : int
        Candidates of the grid, also those for which there was no time.
    forecaster : LSTMForecaster
        With the best network and window length; not fitted.
    """

    table: pd.DataFrame
    naive_error: float
    n_candidates: int
    forecaster: LSTMForecaster


class TimedGridSearch(GridSearchCV):
    """GridSearchCV, candidate by candidate, that ends when its time is over.

    A candidate that can't be trained ends it with that network's own error.

    Parameters
    ----------
    estimator, param_grid, cv, scoring
        As of :class:`~sklearn.model_selection.GridSearchCV`.
    budget : float, default=None
        Seconds after which no candidate is begun; the first one always is. With it,
        the order is drawn from ``random_state``. None: all candidates, in order.
    random_state : int, RandomState instance or None, default=None
    progress : bool, default=False
        Shows a bar.
    """

    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
        cv: Any = None,
        scoring: Any = None,
        budget: float | None = None,
        random_state: Any = None,
        progress: bool = False,
    ) -> None:
        super().__init__(
            estimator, param_grid, cv=cv, scoring=scoring, refit=False,
            error_score="raise",
        )  # fmt: skip
        self.budget = budget
        self.random_state = random_state
        self.progress = progress

    def _run_search(self, evaluate_candidates: Callable[[list], Any]) -> None:
        # The method that scikit-learn gives subclasses of its searches to define.
        candidates = list(ParameterGrid(self.param_grid))
        if self.budget is not None:
            check_random_state(self.random_state).shuffle(candidates)
        start = monotonic()
        for candidate in tqdm(candidates, unit="fit", disable=not self.progress):
            with interrupts_end_all():
                evaluate_candidates([candidate])
            if self.budget is not None and monotonic() - start > self.budget:
                break


def search_networks(
    forecaster: LSTMForecaster,
    data: Any,
    *,
    steps: Sequence[int] | None = None,
    units: Sequence[int] = (32, 64),
    architectures: Sequence[str] = ("vanilla", "stacked", "encoder_decoder"),
    n_splits: int = 3,
    budget: float | None = None,
    progress: bool = False,
) -> SearchResult:
    """Return the error of each network on the folds, and a forecaster with the best.

    Parameters
    ----------
    forecaster : LSTMForecaster
        Names the roles of the columns, the horizon, the epochs and the seed.
    data : Series or DataFrame
        As in :meth:`LSTMForecaster.fit`.
    steps, units : sequence of int
        Window lengths (None: what the forecaster would choose, and half of it) and
        sizes of the networks. All candidates are trained and tested
        on the same origins, those with the longest window behind them.
    architectures : sequence of str
        Names as in ``LSTMForecaster(architecture=...)``.
    n_splits : int, default=3
        Folds of :class:`~skforecast_lstm.RollingOriginSplit`.
    budget : float, default=None
        Seconds after which no candidate is begun; None: the whole grid.
    progress : bool, default=False
        Shows a bar.

    Returns
    -------
    result : SearchResult

    Raises
    ------
    ValueError
        For an empty grid, a forecaster that has a regressor, too short a history or
        an architecture that does not exist.
    """
    own = clone(forecaster)
    panel = own._read(data)
    own._choose(panel)
    steps = _steps(own, panel) if steps is None else steps
    _check_grid(forecaster, steps, units, architectures)
    warn_of_unread(panel.roles.future, min(steps), own.horizon)
    own.n_steps_ = max(steps)
    X, y = own._samples(panel)
    X, y = X[X.complete], y[X.complete]
    names, values = ("architecture", "steps", "units"), (architectures, steps, units)
    rows = [dict(zip(names, row, strict=True)) for row in product(*values)]
    grid = [_candidate(own, row, len(X)) for row in rows]
    folds = list(RollingOriginSplit(n_splits).split(X, y))
    search = TimedGridSearch(
        Pipeline([("window", SlidingWindow()), ("network", grid[0]["network"][0])]),
        grid,
        cv=folds,
        scoring="neg_mean_absolute_error",
        budget=budget,
        random_state=own.random_state,
        progress=progress,
    ).fit(X, y)
    table, network = _best_first(search.cv_results_, grid, rows)
    X_best = X.with_steps(int(table["steps"].iloc[0]))
    if own.n_members is None:
        own.n_members_ = choose_members(panel, table["architecture"].iloc[0])
    best = _with_network(forecaster, network, own, X_best, y)
    naive_error = _naive_error(X, y, folds, own.season_length_)
    return SearchResult(table, naive_error, len(grid), best)


def _steps(own: LSTMForecaster, panel: Panel) -> list[int]:
    """Return the window length that the forecaster chose, and half of it."""
    least = own.horizon if panel.roles.future else 1
    return sorted({max(least, -(-own.n_steps_ // 2)), own.n_steps_})


def _check_grid(forecaster: LSTMForecaster, steps: Any, units: Any, names: Any) -> None:
    if forecaster.regressor is not None:
        raise ValueError(
            f"{WHO}: the forecaster has a regressor of its own, "
            f"{type(forecaster.regressor).__name__}; search its pipeline with "
            "GridSearchCV instead"
        )
    for name, values in (("steps", steps), ("units", units), ("architectures", names)):
        if not len(values):
            raise ValueError(f"{WHO}: {name} is empty; give at least one")
    for name, values in (("steps", steps), ("units", units)):
        for value in values:
            check_count(WHO, name, value)


def _candidate(own: LSTMForecaster, row: dict, n_windows: int) -> dict[str, list]:
    name, n_steps = row["architecture"], row["steps"]
    network = choose_regressor(
        name, own.season_length_, n_steps, n_windows, own.n_series_, own.epochs,
        own.linear_weight_, verbose=0,
    )  # fmt: skip
    network.set_params(units=row["units"], random_state=own.random_state)
    return {"window__n_steps": [n_steps], "network": [network]}


def _best_first(
    results: dict[str, Any], grid: list[dict], rows: list[dict]
) -> tuple[pd.DataFrame, Any]:
    """Return the candidates that were tried, and the network of the best."""
    networks = [candidate["network"][0] for candidate in grid]
    # By identity: two candidates may have networks that are alike.
    tried = [
        next(k for k, n in enumerate(networks) if n is params["network"])
        for params in results["params"]
    ]
    table = pd.DataFrame([rows[k] for k in tried]).assign(
        error=-results["mean_test_score"],
        sd=results["std_test_score"],
        seconds=results["mean_fit_time"],
    )
    order = np.argsort(table["error"].to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True), networks[tried[order[0]]]


def _with_network(
    forecaster: LSTMForecaster, network: Any, own: LSTMForecaster, X: Any, y: np.ndarray
) -> LSTMForecaster:
    """Return ``forecaster`` with ``network`` for windows as long as those of ``X``."""
    weight = own.smoothing_weight_
    if weight is None:  # measured, which beside a regressor of one's own it is not
        weight = measured_weight(network, X, y, own.season_length_)
    return clone(forecaster).set_params(
        regressor=clone(network), n_steps=X.n_steps, architecture="vanilla",
        epochs=None, linear_weight=None, smoothing_weight=weight,
        n_members=own.n_members_,
    )  # fmt: skip


def _naive_error(
    X: SeriesWindows, y: np.ndarray, folds: Sequence[tuple], season: int
) -> float:
    """Return the mean absolute error over the folds of repeating the past.

    The last value or the last season, whichever errs less.
    """
    n_targets = len(X.target_features)
    y = y.reshape(len(y), -1, n_targets)  # (n, horizon, n_targets)
    errors = []
    for period in {1, season if season <= X.n_steps else 1}:
        places = X.n_steps - period + np.arange(y.shape[1]) % period
        by_fold = []
        for _, test in folds:
            windows = np.asarray(X[test])[:, :, X.target_features]
            by_fold.append(np.abs(windows[:, places] - y[test]).mean())
        errors.append(float(np.mean(by_fold)))
    return min(errors)
