"""Permutation importance of features and of steps, on windows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import VotingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skforecast_lstm import (
    PerFeature,
    SeriesWindows,
    SlidingWindow,
    feature_importance,
    make_supervised,
    step_importance,
)
from skforecast_lstm.transformers import Flatten

MAE = "neg_mean_absolute_error"


class ReadsOne(RegressorMixin, BaseEstimator):
    """Predicts one number of each window."""

    def __init__(self, step=-1, feature=0):
        self.step = step
        self.feature = feature

    def fit(self, X, y):
        return self

    def predict(self, X):
        return np.asarray(X, dtype=float)[:, self.step, self.feature]

    def __sklearn_is_fitted__(self):
        return True


class ReadsLevels(ReadsOne):
    """Predicts the target's last level, as a normalising network starts from it."""

    def predict(self, X):
        return X.levels()[:, -1, 0].astype(float)


@pytest.fixture
def frame():
    rng = np.random.default_rng(8)
    return pd.DataFrame(rng.normal(size=(60, 3)), columns=["a", "b", "c"])


@pytest.fixture
def windows(frame):
    return make_supervised(frame, n_steps=4, horizon=2, target="a")


def ridge():
    return make_pipeline(Flatten(), Ridge())


def naive(estimator, X, y, axis, parts, n_repeats, seed):
    """One window, one feature and one step at a time."""
    X = np.asarray(X)
    first = mean_absolute_error(y, estimator.predict(X))
    importances = np.empty((len(parts), n_repeats))
    draw = np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1)
    for row, part in enumerate(parts):
        rng, moved, order = np.random.RandomState(draw), X.copy(), np.arange(len(X))
        for repeat in range(n_repeats):
            rng.shuffle(order)
            before = moved.copy()
            for i, other in enumerate(order):
                for step in range(X.shape[1]):
                    for feature in range(X.shape[2]):
                        if part == (step if axis == 1 else feature):
                            moved[i, step, feature] = before[other, step, feature]
            importances[row, repeat] = (
                mean_absolute_error(y, estimator.predict(moved)) - first
            )
    return importances


@pytest.mark.parametrize("form", ["windows", "array"])
@pytest.mark.parametrize(
    ("function", "axis"), [(feature_importance, 2), (step_importance, 1)]
)
def test_importance_is_the_naive_loop(windows, function, axis, form):
    X, y = windows
    model = ridge().fit(X, y)
    X = X if form == "windows" else np.asarray(X)
    result = function(model, X, y, scoring=MAE, n_repeats=3, random_state=4)
    expected = naive(model, X, y, axis, range(X.shape[axis]), 3, 4)
    np.testing.assert_allclose(result.importances, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(result.importances_mean, result.importances.mean(1))
    np.testing.assert_array_equal(result.importances_std, result.importances.std(1))
    assert (result.importances_mean != 0).all()


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, list])
def test_steps_of_one_feature_are_the_columns_of_scikit_learn(frame, form):
    X, y = make_supervised(frame["a"], n_steps=5)
    X = form(np.asarray(X)[:, :, 0])
    if isinstance(X, pd.DataFrame):
        X.columns = [f"t-{k}" for k in range(5)]
    model = Ridge().fit(X, y)
    expected = permutation_importance(model, X, y, n_repeats=3, random_state=1)
    result = step_importance(model, X, y, n_repeats=3, random_state=1)
    for key, value in expected.items():
        np.testing.assert_array_equal(result[key], value)
    whole = feature_importance(model, X, y, n_repeats=3, random_state=1)
    assert whole.importances.shape == (1, 3)
    assert whole.importances_mean[0] > 0


@pytest.mark.parametrize("form", ["windows", "array"])
def test_what_is_never_read_has_no_importance(windows, form):
    X, y = windows
    X = X if form == "windows" else np.asarray(X)
    model = ReadsOne(step=1, feature=2)
    y = model.predict(X)
    features = feature_importance(model, X, y, random_state=0)
    np.testing.assert_array_equal(features.importances[:2], 0)
    assert (features.importances[2] > 1).all()
    steps = step_importance(model, X, y, random_state=0)
    np.testing.assert_array_equal(steps.importances[[0, 2, 3]], 0)
    # Shuffling the one step that is read is as bad as shuffling the one feature.
    np.testing.assert_array_equal(steps.importances[1], features.importances[2])


def test_names(windows):
    X, y = windows
    model = ridge().fit(X, y)
    assert feature_importance(model, X, y).feature_names == ["a", "b", "c"]
    array = feature_importance(model, np.asarray(X), y)
    assert array.feature_names == ["x0", "x1", "x2"]
    assert step_importance(model, X, y).step_names == ["t-3", "t-2", "t-1", "t"]


def test_windows_that_the_pipeline_lengthens(frame):
    X, y = make_supervised(frame, target="a")
    pipeline = make_pipeline(
        PerFeature(StandardScaler()), SlidingWindow(4), Flatten(), Ridge()
    )
    model = pipeline.fit(X, y)
    result = step_importance(model, X, y, random_state=0)
    long = X.with_steps(4)
    expected = step_importance(model, np.asarray(long), y, random_state=0)
    np.testing.assert_allclose(result.importances, expected.importances, rtol=1e-5)
    assert result.importances.shape == (4, 5)

    grid = {"slidingwindow__n_steps": [2, 3]}
    for outer in (
        GridSearchCV(pipeline, grid, cv=2),
        GridSearchCV(TransformedTargetRegressor(pipeline), {}, cv=2),
        TransformedTargetRegressor(GridSearchCV(pipeline, grid, cv=2)),
    ):
        result = step_importance(outer.fit(X, y), X, y, random_state=0)
        inner = outer.regressor_ if hasattr(outer, "regressor_") else outer
        n_steps = inner.best_params_.get("slidingwindow__n_steps", 4)
        assert len(result.step_names) == n_steps
        assert (result.importances_mean != 0).all()


def test_windows_of_a_panel_keep_their_series_and_times(frame):
    frame["id"] = np.repeat(["x", "y"], 30)
    X, y = make_supervised(frame, 3, group="id", target="a")
    seen = []

    class Spy(ReadsOne):
        def predict(self, X):
            seen.append(X)
            return super().predict(X)

    step_importance(Spy(), X, y, n_repeats=1)
    assert len(seen) == 5
    assert seen.pop(1) is X  # which must score as the same windows by themselves
    for shuffled in seen:
        assert isinstance(shuffled, SeriesWindows)
        assert shuffled.horizon == 1
        assert shuffled.target_features == (0,)
        assert shuffled.complete.all()
        pd.testing.assert_index_equal(shuffled.times, X.times)
        pd.testing.assert_index_equal(shuffled.groups, X.groups)
    np.testing.assert_array_equal(np.asarray(seen[0]), np.asarray(X))


def test_levels_of_a_target_are_shuffled_with_it(windows):
    X, _ = windows
    levels = ReadsLevels()
    y = levels.predict(X)
    features = feature_importance(levels, X, y, random_state=0)
    assert features.importances_mean[0] > 1
    np.testing.assert_array_equal(features.importances[1:], 0)
    steps = step_importance(levels, X, y, random_state=0)
    np.testing.assert_array_equal(steps.importances[-1], features.importances[0])
    np.testing.assert_array_equal(steps.importances[:-1], 0)
    # Scaled windows remember the levels in the target's own units.
    scaled = PerFeature(StandardScaler()).fit_transform(X)
    for function, expected in (
        (feature_importance, features),
        (step_importance, steps),
    ):
        result = function(levels, scaled, y, random_state=0)
        np.testing.assert_array_equal(result.importances, expected.importances)


def test_estimator_and_windows_stay_as_they_were(windows):
    X, y = windows
    model = ridge().fit(X, y)
    array, coef = np.asarray(X).copy(), model[-1].coef_.copy()
    given = np.asarray(X)
    feature_importance(model, X, y)
    step_importance(model, given, y)
    np.testing.assert_array_equal(np.asarray(X), array)
    np.testing.assert_array_equal(given, array)
    np.testing.assert_array_equal(model[-1].coef_, coef)


@pytest.mark.parametrize("function", [feature_importance, step_importance])
def test_seed_decides_whatever_the_number_of_jobs(windows, function):
    X, y = windows
    model = ridge().fit(X, y)
    one = function(model, X, y, random_state=0)
    two = function(model, X, y, random_state=0, n_jobs=2)
    other = function(model, X, y, random_state=1)
    np.testing.assert_array_equal(one.importances, two.importances)
    assert (one.importances != other.importances).any()


@pytest.mark.parametrize("function", [feature_importance, step_importance])
def test_wrong_arguments_are_refused(windows, function):
    X, y = windows
    model = ridge().fit(X, y)
    name = function.__name__
    with pytest.raises(ValueError, match=f"{name}: n_repeats must be at least 1, got"):
        function(model, X, y, n_repeats=0)
    with pytest.raises(TypeError, match=f"{name}: n_repeats must be an int"):
        function(model, X, y, n_repeats=2.5)
    with pytest.raises(TypeError, match=f"{name}: scoring must be one scorer"):
        function(model, X, y, scoring=[MAE, "r2"])
    for wrong in (np.zeros((5, 2, 2, 1)), np.zeros(5), X[:0]):
        with pytest.raises(ValueError, match=rf"{name}: X must be .*\({len(wrong)},"):
            function(model, wrong, y[: len(wrong)])


def test_windows_that_something_inside_lengthens(frame):
    X, y = make_supervised(frame, target="a")
    scorer = {"scoring": "neg_mean_absolute_error", "random_state": 0}

    def ending(n_steps):
        return make_pipeline(SlidingWindow(n_steps), Flatten(), Ridge())

    model = make_pipeline(PerFeature(StandardScaler()), *ending(4)).fit(X, y)
    expected = step_importance(model, X, y, **scorer)
    grid = GridSearchCV(ending(1), {"slidingwindow__n_steps": [4]}, cv=2)
    for other in (
        FrozenEstimator(model),
        make_pipeline(PerFeature(StandardScaler()), grid).fit(X, y),
        make_pipeline(PerFeature(StandardScaler()), MultiOutputRegressor(grid)).fit(
            X, y.reshape(-1, 1)
        ),
        VotingRegressor([("a", model), ("b", clone(model))]).fit(X, y),
    ):
        found = step_importance(other, X, y, **scorer)
        np.testing.assert_allclose(
            found.importances, expected.importances, rtol=1e-5, atol=1e-8
        )
    union = make_union(
        make_pipeline(SlidingWindow(4), Flatten()),
        make_pipeline(SlidingWindow(2), Flatten(), StandardScaler()),
    )
    both = make_pipeline(union, Ridge()).fit(X, y)
    found = step_importance(both, X, y, **scorer)
    array = step_importance(both, np.asarray(X.with_steps(4)), y, **scorer)
    np.testing.assert_allclose(found.importances, array.importances, rtol=1e-5)
    own = FunctionTransformer(lambda X: X.with_steps(4))
    hidden = make_pipeline(own, Flatten(), Ridge()).fit(X, y)
    with pytest.raises(ValueError, match=r"no SlidingWindow; lengthen them before"):
        step_importance(hidden, X, y, **scorer)
