"""Which features and which steps of the windows a fitted model relies on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.metrics import check_scoring
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import Bunch, check_random_state
from sklearn.utils.parallel import Parallel, delayed

from skforecast_lstm._counts import check_count
from skforecast_lstm.transformers import SlidingWindow
from skforecast_lstm.windows import SeriesWindows

FITTED_PARTS = "best_estimator_ regressor_ estimator_ estimators_ members_".split()

__all__ = ["feature_importance", "step_importance"]


def feature_importance(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    *,
    scoring: Any = None,
    n_repeats: int = 5,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> Bunch:
    """Return how much the score falls when a feature is shuffled between windows.

    All steps of the feature move together, from one window to another, so each window
    keeps a history that did happen. Else it is scikit-learn's permutation importance
    [1]_, model reliance in [2]_, which takes only 2-D data.

    Parameters
    ----------
    estimator : estimator
        A fitted regressor or pipeline over windows.
    X : SeriesWindows, array of shape (n, n_steps, n_features) or (n, n_steps)
        Windows, best those that the estimator has not seen. Windows that a
        :class:`~skforecast_lstm.SlidingWindow` of the estimator lengthens are
        lengthened first.
    y : array-like of shape (n,) or (n, n_outputs)
    scoring : str, callable or None, default=None
        One scorer; None takes ``estimator.score``.
    n_repeats : int, default=5
        Times that each feature is shuffled.
    random_state : int, RandomState instance or None, default=None
        Seed of the shuffling.
    n_jobs : int or None, default=None
        Features at work at once, as in joblib.

    Returns
    -------
    result : Bunch
        ``importances`` of shape (n_features, n_repeats), their mean and standard
        deviation ``importances_mean`` and ``importances_std`` of shape (n_features,),
        in units of the score, and ``feature_names``.

    Raises
    ------
    ValueError
        If ``n_repeats`` is less than 1, or X holds no windows.
    TypeError
        If ``scoring`` is more than one scorer.

    See Also
    --------
    step_importance : The same for the steps of the windows.
    sklearn.inspection.permutation_importance : The same for 2-D data.

    References
    ----------
    .. [1] L. Breiman, "Random Forests", Machine Learning, 45(1), 5-32, 2001.
       DOI 10.1023/A:1010933404324
    .. [2] A. Fisher, C. Rudin and F. Dominici, "All Models are Wrong, but Many are
       Useful: Learning a Variable's Importance by Studying an Entire Class of
       Prediction Models Simultaneously", Journal of Machine Learning Research, 20(177),
       1-81, 2019. https://jmlr.org/papers/v20/18-760.html

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> from skforecast_lstm import feature_importance, make_supervised
    >>> from skforecast_lstm.transformers import Flatten
    >>> rain = np.random.default_rng(0).normal(size=50)
    >>> data = pd.DataFrame({"flow": np.roll(rain, 1), "rain": rain})
    >>> X, y = make_supervised(data, n_steps=3, target="flow")
    >>> model = make_pipeline(Flatten(), Ridge()).fit(X, y)
    >>> result = feature_importance(model, X, y, random_state=0)
    >>> result.feature_names
    ['flow', 'rain']
    >>> result.importances_mean.round(1)
    array([0. , 1.7])
    """
    windows = _Windows("feature_importance", X, estimator)
    result = _importances(
        estimator, windows, y, 2, windows.columns, scoring, n_repeats, random_state,
        n_jobs,
    )  # fmt: skip
    result.feature_names = windows.feature_names
    return result


def step_importance(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    *,
    scoring: Any = None,
    n_repeats: int = 5,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> Bunch:
    """Return how much the score falls when a step is shuffled between windows.

    All features of the step move together. On windows of one feature it is
    :func:`~sklearn.inspection.permutation_importance` of their columns, number for
    number.

    Parameters
    ----------
    estimator, X, y, scoring, n_repeats, random_state, n_jobs
        As of :func:`feature_importance`.

    Returns
    -------
    result : Bunch
        ``importances`` of shape (n_steps, n_repeats), oldest step first,
        ``importances_mean`` and ``importances_std`` of shape (n_steps,), in units of
        the score, and ``step_names``, of which "t" is the window's last step.

    Raises
    ------
    ValueError
        If ``n_repeats`` is less than 1, or X holds no windows.
    TypeError
        If ``scoring`` is more than one scorer.

    See Also
    --------
    feature_importance : The same for the features, with the references.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> from skforecast_lstm import SlidingWindow, make_supervised, step_importance
    >>> from skforecast_lstm.transformers import Flatten
    >>> weekdays = np.random.default_rng(0).normal(size=(20, 7)).cumsum(axis=0)
    >>> X, y = make_supervised(weekdays.ravel())
    >>> model = make_pipeline(SlidingWindow(7), Flatten(), Ridge()).fit(X, y)
    >>> result = step_importance(model, X[6:], y[6:], random_state=0)
    >>> result.step_names[result.importances_mean.argmax()]
    't-6'
    """
    windows = _Windows("step_importance", X, estimator)
    n_steps = windows.values.shape[1]
    result = _importances(
        estimator, windows, y, 1, [[step] for step in range(n_steps)], scoring,
        n_repeats, random_state, n_jobs,
    )  # fmt: skip
    result.step_names = [f"t-{k}" if k else "t" for k in reversed(range(n_steps))]
    return result


class _Windows:
    """Windows as one array, and the way back to the form that they came in.

    ``values`` has shape (n, n_steps, n_columns): the features, and behind them the
    targets' levels of windows that were transformed. ``columns`` are those of each
    feature.
    """

    def __init__(self, who: str, X: Any, estimator: Any) -> None:
        X = X if hasattr(X, "ndim") else np.asarray(X)
        if X.ndim not in (2, 3) or 0 in X.shape:
            raise ValueError(
                f"{who}: X must be SeriesWindows, (n, n_steps, n_features) or "
                f"(n, n_steps), and not empty; got shape {X.shape}. Reshape4D and "
                "Reshape5D belong inside the estimator"
            )
        self.given, self.n_features = X, 1 if X.ndim == 2 else X.shape[2]
        self.columns = [[k] for k in range(self.n_features)]
        names = None
        if isinstance(X, SeriesWindows):
            X, names = X.with_steps(_n_steps(estimator, X.n_steps)), X.feature_names
        self.values = np.asarray(X).reshape(*X.shape[:2], self.n_features)
        if isinstance(X, SeriesWindows) and X.is_transformed:
            self.values = np.concatenate([self.values, X.levels()], axis=2)
            for place, feature in enumerate(X.target_features):
                self.columns[feature].append(self.n_features + place)
        self.feature_names = names or [f"x{k}" for k in range(self.n_features)]
        self._X = X

    def back(self, values: np.ndarray) -> Any:
        """Return ``values`` as windows of the form of X."""
        if isinstance(self._X, pd.DataFrame):
            return pd.DataFrame(values[:, :, 0], self._X.index, self._X.columns)
        if not isinstance(self._X, SeriesWindows):
            return values.reshape(self._X.shape)
        # Each window becomes a series of its own, so that what is lazy stays lazy.
        n, n_steps, n_columns = values.shape
        rows = values.reshape(n * n_steps, n_columns)
        kept = n_columns > self.n_features
        return self._X._with(
            _series=np.ascontiguousarray(rows[:, : self.n_features]),
            _levels=rows[:, self.n_features :] if kept else None,
            _origins=np.arange(n_steps - 1, len(rows), n_steps),
            _bounds=np.arange(0, len(rows) + 1, n_steps),
            _times=self._X._times.take(self._X._rows().ravel()),
            _keys=self._X.groups,
        )


def _n_steps(estimator: Any, n_steps: int) -> int:
    """Return the steps that windows of ``n_steps`` have inside the estimator."""
    if isinstance(estimator, SlidingWindow):
        return max(n_steps, estimator.n_steps)
    return max([n_steps, *(_n_steps(part, n_steps) for part in _parts(estimator))])


def _parts(estimator: Any) -> list[BaseEstimator]:
    """Return the estimators in this one: fitted ones, where there are any."""
    own = vars(estimator)
    if isinstance(estimator, (Pipeline, FeatureUnion)):
        named = own["steps" if "steps" in own else "transformer_list"]
        found = [part for _, part in named]
    elif fitted := [own[name] for name in FITTED_PARTS if name in own]:
        found = [
            part for value in fitted
            for part in (value if isinstance(value, (list, tuple)) else [value])
        ]  # fmt: skip
    else:
        found = list(own.values())
    return [part for part in found if isinstance(part, BaseEstimator)]


def _check_reach(estimator: Any, X: Any, y: Any, scorer: Any, baseline: float) -> None:
    """Refuse an estimator that reads more of the series than windows of ``X`` hold."""
    score = scorer(estimator, X, y)
    if not np.isclose(score, baseline, rtol=1e-3, equal_nan=True):
        raise ValueError(
            f"the windows score {baseline:.6g} by themselves, but {score:.6g} with the "
            "series around them: a step lengthens them that is no SlidingWindow; "
            "lengthen them before, by X.with_steps(n_steps)"
        )


def _importances(
    estimator: Any, windows: _Windows, y: Any, axis: int, parts: list[list[int]],
    scoring: Any, n_repeats: int, random_state: Any, n_jobs: int | None,
) -> Bunch:  # fmt: skip
    who = "step_importance" if axis == 1 else "feature_importance"
    check_count(who, "n_repeats", n_repeats)
    if not (scoring is None or isinstance(scoring, str) or callable(scoring)):
        raise TypeError(f"{who}: scoring must be one scorer or None, got {scoring!r}")
    scorer = check_scoring(estimator, scoring=scoring)
    # One seed for all parts, drawn as scikit-learn draws it.
    seed = check_random_state(random_state).randint(np.iinfo(np.int32).max + 1)
    baseline = scorer(estimator, windows.back(windows.values), y)
    _check_reach(estimator, windows.given, y, scorer, baseline)
    scores = Parallel(n_jobs=n_jobs)(
        delayed(_shuffled_scores)(
            estimator, windows, y, axis, part, scorer, n_repeats, seed
        )
        for part in parts
    )
    importances = baseline - np.array(scores)
    return Bunch(
        importances_mean=importances.mean(axis=1),
        importances_std=importances.std(axis=1),
        importances=importances,
    )


def _shuffled_scores(
    estimator: Any, windows: _Windows, y: Any, axis: int, part: list[int], scorer: Any,
    n_repeats: int, seed: int,
) -> list[float]:  # fmt: skip
    rng = np.random.RandomState(seed)
    values = windows.values.copy()
    order = np.arange(len(values))
    along = np.moveaxis(values, axis, 0)  # a view: (part, n, the other axis)
    scores = []
    for _ in range(n_repeats):
        rng.shuffle(order)
        for index in part:
            along[index] = along[index][order]
        scores.append(scorer(estimator, windows.back(values), y))
    return scores
