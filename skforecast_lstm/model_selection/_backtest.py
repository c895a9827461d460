"""Out-of-sample forecasts, fold after fold."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing, indexable
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _num_samples

from skforecast_lstm._counts import check_columns, check_count
from skforecast_lstm._cut_windows import uncut
from skforecast_lstm._interrupts import interrupts_end_all
from skforecast_lstm.model_selection._split import RollingOriginSplit
from skforecast_lstm.windows import SeriesWindows


def backtest(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    *,
    cv: Any = None,
    refit: bool | int = True,
    fit_params: dict[str, Any] | None = None,
    n_jobs: int | None = None,
) -> pd.DataFrame:
    """Return the forecasts for the test part of every fold, beside what came true.

    ``cross_val_predict`` can't: the folds of a time split leave out the oldest samples.

    Parameters
    ----------
    estimator : estimator
        Any scikit-learn regressor or pipeline over windows. Clones of it are fitted.
    X : SeriesWindows or array-like of shape (n_samples, ...)
        The samples. Each window brings its own history along.
    y : array-like of shape (n_samples,) or (n_samples, horizon * n_targets)
        Step-major, as :func:`~skforecast_lstm.make_supervised` returns it. Beside an
        array ``X`` it is read as one target.
    cv : int, splitter or iterable of (train, test), default=None
        The folds, oldest first. None or an int: :class:`RollingOriginSplit`.
    refit : bool or int, default=True
        True fits for every fold, an int for every so many folds, False only for the
        first; the folds between are forecast by the newest fit.
    fit_params : dict, default=None
        Arguments of ``fit``; those with one value a sample are cut to the fold.
    n_jobs : int, default=None
        Fits that run at once, as in joblib.

    Returns
    -------
    forecasts : DataFrame
        One row a fold, origin, step and target, with the columns ``origin`` (time of
        the window's last step), ``step`` (from 1 to the horizon), ``series`` (name of
        the series; 0 where there is only one), ``target`` (only where there are
        several), ``actual``, ``forecast`` and ``fold`` (from 0).

    Raises
    ------
    ValueError
        Where a fold would be forecast by a model that was fitted on one of its samples,
        or the estimator's forecasts have another shape than ``y``.

    See Also
    --------
    RollingOriginSplit : The default folds.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyRegressor
    >>> from skforecast_lstm import RollingOriginSplit, backtest, make_supervised
    >>> X, y = make_supervised(np.arange(12.0), horizon=2)
    >>> backtest(DummyRegressor(), X, y, cv=RollingOriginSplit(2, test_size=1))
       origin  step  series  actual  forecast  fold
    0       8     1       0     9.0       4.0     0
    1       8     2       0    10.0       5.0     0
    2       9     1       0    10.0       4.5     1
    3       9     2       0    11.0       5.5     1
    """
    if y is None:
        raise ValueError("backtest: y must be given, as make_supervised returns it")
    every = check_refit(refit)
    X, y = indexable(X, y)
    if cv is None or isinstance(cv, Integral):
        cv = RollingOriginSplit(5 if cv is None else cv)  # type: ignore[arg-type]
    _check_all_steps(uncut(X), y)
    folds = [
        (_places(train), _places(test)) for train, test in check_cv(cv).split(X, y)
    ]
    every = every or len(folds)
    blocks = [folds[first : first + every] for first in range(0, len(folds), every)]
    for block in blocks:
        _check_unseen(block)
    params = fit_params or {}
    fitted = Parallel(n_jobs=n_jobs)(
        delayed(_forecast_block)(clone(estimator), X, y, block, params)
        for block in blocks
    )
    forecasts = [forecast for block in fitted for forecast in block]
    tests = [test for _, test in folds]
    table = [
        _long(fold, uncut(X), y, test, forecast)
        for fold, (test, forecast) in enumerate(zip(tests, forecasts, strict=True))
    ]
    return pd.concat(table, ignore_index=True)


def check_refit(refit: bool | int) -> int:
    """Return the number of folds that one fit serves, 0 for all of them."""
    if isinstance(refit, (bool, np.bool_)):
        return int(refit)
    if not isinstance(refit, Integral):
        raise TypeError(f"backtest: refit must be True, False or an int, got {refit!r}")
    return check_count("backtest", "refit", refit)


def _check_all_steps(X: Any, y: Any) -> None:
    """Refuse columns of which it is not known what they are forecasts of."""
    if isinstance(X, SeriesWindows) and X.horizon:
        check_columns(
            "backtest", np.asarray(y)[:1].size, X.horizon, max(X.n_targets, 1),
            "make the windows for the steps and targets of y, for the third step alone "
            "with lead=3 and horizon=1",
        )  # fmt: skip


def _places(rows: Any) -> np.ndarray:
    rows = np.asarray(rows)
    return np.flatnonzero(rows) if rows.dtype == bool else rows


def _check_unseen(block: list[tuple[np.ndarray, np.ndarray]]) -> None:
    train = block[0][0]
    for _, test in block:
        seen = np.intersect1d(train, test)
        if len(seen):
            raise ValueError(
                f"backtest: {len(seen)} samples of a test part were trained on "
                f"(the first is sample {seen[0]}); folds that are not in order of time "
                "need refit=True"
            )


def _forecast_block(
    estimator: Any, X: Any, y: Any, block: list[tuple], params: dict[str, Any]
) -> list[np.ndarray]:
    train, n_samples = block[0][0], _num_samples(X)
    own = {
        name: _safe_indexing(value, train)
        if np.ndim(value) and len(value) == n_samples
        else value
        for name, value in params.items()
    }
    with interrupts_end_all():
        estimator.fit(_safe_indexing(X, train), _safe_indexing(y, train), **own)
    return [np.asarray(estimator.predict(_safe_indexing(X, test))) for _, test in block]


def _long(fold: int, X: Any, y: Any, test: np.ndarray, forecast: Any) -> pd.DataFrame:
    lazy = isinstance(X, SeriesWindows)
    n_targets = max(X.n_targets, 1) if lazy else 1
    actual = np.asarray(_safe_indexing(y, test))
    if forecast.size != actual.size or len(forecast) != len(test):
        raise ValueError(
            f"backtest: the forecasts of fold {fold} have shape {forecast.shape}, but "
            f"their part of y has {actual.shape}"
        )
    shape = len(test), actual.size // (len(test) * n_targets), n_targets
    origin, step, target = (place.ravel() for place in np.indices(shape))
    times = X.times[test] if lazy else pd.Index(test)
    groups = X.groups[test] if lazy and X.groups is not None else None
    columns: dict[str, Any] = {
        "origin": times.take(origin),
        "step": step + 1,
        "series": 0 if groups is None else groups.take(origin),
    }
    if n_targets > 1:
        columns["target"] = _target_names(X).take(target)
    return pd.DataFrame(
        columns | {"actual": actual.ravel(), "forecast": forecast.ravel(), "fold": fold}
    )


def _target_names(X: SeriesWindows) -> pd.Index:
    if X.feature_names is None or len(X.target_features) != X.n_targets:
        return pd.RangeIndex(X.n_targets)
    return pd.Index([X.feature_names[k] for k in X.target_features])
