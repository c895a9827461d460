"""One grid over steps, units, architecture, scaler, normalization and batch size.

Few structures, because each is compiled once: the rest of a search costs little.
"""

import doctest
import runpy
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    ParameterGrid,
    RandomizedSearchCV,
    TimeSeriesSplit,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skforecast_lstm import (
    ConvLSTMRegressor,
    PerFeature,
    RollingOriginSplit,
    SlidingWindow,
    VanillaLSTMRegressor,
    make_supervised,
)
from skforecast_lstm.datasets import load_airline, make_trend_season

TINY = {"units": 2, "epochs": 2, "batch_size": 8, "random_state": 0}
VANILLA, CONV = VanillaLSTMRegressor(**TINY), ConvLSTMRegressor(**TINY)
SCALERS = [PerFeature(StandardScaler()), PerFeature(MinMaxScaler()), "passthrough"]
BY_NAME = {"mae": "neg_mean_absolute_error", "r2": "r2"}
SPACE = {
    "scaler": SCALERS,
    "window__n_steps": [4, 6],
    "regressor": [VANILLA, CONV],
    "regressor__units": [2, 3],
    "regressor__normalization": [None, "last"],
    "regressor__batch_size": [8],
}


@pytest.fixture(scope="module")
def samples():
    series = make_trend_season(48, trend=0.3, random_state=3)
    return make_supervised(series, horizon=2)


@pytest.fixture
def pipe():
    return Pipeline(
        [
            ("scaler", "passthrough"),
            ("window", SlidingWindow(4)),
            ("regressor", VANILLA),
        ]
    )


def by_hand(pipe, params, X, y, cv):
    """Return MAE and R2 of each fold, from a plain loop, shape (n_folds, 2)."""
    scores = []
    for train, test in cv.split(X, y):
        model = clone(pipe).set_params(**clone_values(params))
        forecast = model.fit(X[train], y[train]).predict(X[test])
        truth = y[test]
        scores.append(
            [-mean_absolute_error(truth, forecast), r2_score(truth, forecast)]
        )
    return np.array(scores)


def clone_values(params):
    return {name: clone(value, safe=False) for name, value in params.items()}


def fold_scores(search, name):
    """Return the scores of all candidates, shape (n_candidates, n_folds)."""
    results = search.cv_results_
    n_folds = sum(key.endswith(f"_test_{name}") for key in results) - 3
    return np.array([results[f"split{k}_test_{name}"] for k in range(n_folds)]).T


# ---- one grid, and the numbers of a plain loop
def test_grid_over_everything_is_a_plain_loop(samples, pipe):
    X, y = samples
    cv = TimeSeriesSplit(2, gap=1)
    more = {"regressor": [CONV], "regressor__batch_size": [16]}
    search = GridSearchCV(pipe, [SPACE, more], cv=cv, scoring=BY_NAME, refit="mae")
    search.fit(X, y)
    mae, r2 = fold_scores(search, "mae"), fold_scores(search, "r2")
    assert mae.shape == (48 + 1, 2)
    candidates = search.cv_results_["params"]
    for k in [*range(0, 48, 7), 48]:
        scores = by_hand(pipe, candidates[k], X, y, cv)
        np.testing.assert_array_equal(mae[k], scores[:, 0])
        np.testing.assert_array_equal(r2[k], scores[:, 1])

    # The best is refitted on everything.
    assert search.best_index_ == mae.mean(axis=1).argmax()
    best = clone(pipe).set_params(**clone_values(search.best_params_)).fit(X, y)
    np.testing.assert_array_equal(search.predict(X), best.predict(X))
    assert search.score(X, y) == -mean_absolute_error(y, best.predict(X))

    # Every parameter reaches the network. A scaler changes what it learns only where
    # the model does not standardise its windows itself.
    plain = [p["regressor__normalization"] is None for p in candidates[:48]]
    assert len(np.unique(mae[:48][plain], axis=0)) == 24
    last = mae[:48][~np.array(plain)].reshape(
        2, 2, 3, 2, 2
    )  # names vary in their order
    assert len(np.unique(last[:, :, 0].reshape(8, 2), axis=0)) == 8
    np.testing.assert_allclose(last[:, :, [1, 2]], last[:, :, [0, 0]], rtol=1e-4)


@pytest.mark.parametrize(
    "cv",
    [TimeSeriesSplit(2), TimeSeriesSplit(2, gap=3), RollingOriginSplit(2)],
    ids=str,
)
def test_random_search_is_a_plain_loop(samples, pipe, cv):
    X, y = samples
    search = RandomizedSearchCV(
        pipe, SPACE, n_iter=3, cv=cv, scoring=BY_NAME, refit="r2", random_state=1
    ).fit(X, y)
    for k, params in enumerate(search.cv_results_["params"]):
        scores = by_hand(pipe, params, X, y, cv)
        np.testing.assert_array_equal(fold_scores(search, "mae")[k], scores[:, 0])
        np.testing.assert_array_equal(fold_scores(search, "r2")[k], scores[:, 1])
    assert search.best_index_ == fold_scores(search, "r2").mean(axis=1).argmax()


def test_gap_keeps_targets_of_the_test_part_out(samples, pipe):
    X, y = samples
    late = y.copy()
    cv = TimeSeriesSplit(1 + 1, test_size=12, gap=1)
    train, test = next(cv.split(X))
    # Everything that the first target of the test part and later ones hold.
    late[np.add.outer(np.arange(len(y)), [0, 1]) >= test[0]] += 1e3
    clean, poisoned = (
        clone(pipe).fit(X[train], values[train]).predict(X[test])
        for values in (y, late)
    )
    np.testing.assert_array_equal(clean, poisoned)
    no_gap = np.arange(test[0])
    without = clone(pipe).fit(X[no_gap], late[no_gap]).predict(X[test])
    assert np.abs(without - clean).max() > 1


def test_halving_over_epochs_is_a_plain_loop(samples, pipe):
    X, y = samples
    cv = TimeSeriesSplit(2, gap=1)
    grid = {"scaler": SCALERS[1:], "regressor": [VANILLA, CONV]}
    search = HalvingGridSearchCV(
        pipe, grid, cv=cv, resource="regressor__epochs", min_resources=2,
        max_resources=8, factor=2, scoring="neg_mean_absolute_error",
    ).fit(X, y)  # fmt: skip
    results = search.cv_results_
    assert search.n_resources_ == [2, 4, 8]
    assert search.n_candidates_ == [4, 2, 1]

    left = [dict(params) for params in ParameterGrid(grid)]
    row = 0
    for epochs in search.n_resources_:
        means = []
        for params in left:
            scores = by_hand(pipe, {**params, "regressor__epochs": epochs}, X, y, cv)
            means.append(scores[:, 0].mean())
            assert results["n_resources"][row] == epochs
            assert means[-1] == pytest.approx(
                results["mean_test_score"][row], rel=1e-12
            )
            row += 1
        # scikit-learn hands on the better half, the worse of the two first
        left = [left[k] for k in np.argsort(means)[-(len(left) // 2) :]]
    assert search.best_params_["regressor__epochs"] == 8
    assert search.best_estimator_["regressor"].n_iter_ == 8


def test_optuna_example_is_a_plain_loop():
    pytest.importorskip("optuna", reason="optuna is not installed")
    pytest.importorskip("optuna_integration", reason="nor is optuna-integration")
    example = Path(__file__).parents[1] / "docs" / "examples" / "optuna_search.py"
    search = runpy.run_path(str(example))["search"](n_trials=3, epochs=2)
    X, y = make_supervised(load_airline(), horizon=3)
    assert len(search.trials_) == 3
    for trial in search.trials_:
        cv = RollingOriginSplit(3, test_size=12)
        scores = by_hand(search.estimator, trial.params, X, y, cv)
        assert trial.value == pytest.approx(scores[:, 0].mean(), rel=1e-12)
    assert search.best_score_ == max(trial.value for trial in search.trials_)
    best = clone(search.estimator).set_params(**search.best_params_).fit(X, y)
    np.testing.assert_array_equal(search.predict(X), best.predict(X))


# ---- the same numbers in every execution
@pytest.fixture(scope="module")
def expected(samples):
    return searched(*samples)


def searched(X, y, n_jobs=1, regressors=(VANILLA, CONV)):
    """Return all scores of a small grid, shape (2 scorers, n_candidates, 3 folds)."""
    steps = [
        ("scaler", SCALERS[0]),
        ("window", SlidingWindow(4)),
        ("regressor", VANILLA),
    ]
    grid = {"regressor": regressors, "regressor__normalization": [None, "last"]}
    search = GridSearchCV(
        Pipeline(steps), grid, cv=RollingOriginSplit(3), scoring=BY_NAME, refit=False,
        n_jobs=n_jobs,
    ).fit(X, y)  # fmt: skip
    return np.array([fold_scores(search, name) for name in BY_NAME])


def test_again_in_the_same_process(samples, expected):
    assert expected.shape == (2, 4, 3)
    assert len(np.unique(expected)) == expected.size
    np.testing.assert_array_equal(searched(*samples), expected)


def test_two_processes(samples, expected):
    np.testing.assert_array_equal(searched(*samples, n_jobs=2), expected)


def test_two_threads(samples, expected):
    with joblib.parallel_backend("threading"):
        np.testing.assert_array_equal(searched(*samples, n_jobs=2), expected)


@pytest.mark.parametrize("processes", [False, True], ids=["threads", "processes"])
def test_dask(samples, expected, processes):
    distributed = pytest.importorskip("distributed")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=processes, dashboard_address=":0"
    )
    # New processes compile anew: there, the first architecture is enough.
    regressors = (VANILLA, CONV)[: 1 if processes else 2]
    with cluster, distributed.Client(cluster), joblib.parallel_backend("dask"):
        scores = searched(*samples, n_jobs=2, regressors=regressors)
    np.testing.assert_array_equal(scores, expected[:, : 2 * len(regressors)])


# ---- what can't be searched is refused
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("regressor__unit", r"'unit' \(did you mean 'units'\?\)"),
        ("regressor__normalisation", r"did you mean 'normalization'\?"),
        ("window__nsteps", r"'nsteps' \(did you mean 'n_steps'\?\) .* SlidingWindow"),
        ("scaler__transfomer", r"'transfomer' \(did you mean 'transformer'\?\)"),
        ("regresor__units", r"'regresor' for estimator Pipeline(?s:.*)'regressor'"),
    ],
)
def test_misspelt_names_stop_a_search_at_once(samples, pipe, name, hint):
    pipe.set_params(scaler=PerFeature(StandardScaler()))
    # The default error_score turns a failing fit into a warning, but not this.
    with pytest.raises(ValueError, match=hint):
        GridSearchCV(pipe, {name: [2, 3]}, cv=TimeSeriesSplit(2)).fit(*samples)


def test_all_misspelt_names_stand_in_one_message(samples, pipe):
    grid = {"regressor__unit": [2], "regressor__batchsize": [8]}
    message = r"'(unit|batchsize)' .*'units'.*|'batchsize' .* 'batch_size'"
    with pytest.raises(ValueError, match=message) as caught:
        GridSearchCV(pipe, grid, cv=TimeSeriesSplit(2)).fit(*samples)
    for name in ("'unit'", "'units'", "'batchsize'", "'batch_size'"):
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"regressor__units": [0]}, "'units' .* must be an int in the range"),
        ({"regressor__normalization": ["globl"]}, "normalization must.*'global'"),
        ({"window__n_steps": [0]}, "'n_steps' .* must be an int in the range"),
        ({"window__n_steps": [45]}, "n_steps=45 is longer than the history"),
        (
            {"regressor": [CONV], "regressor__n_subsequences": [3]},
            r"n_steps=4 can't be cut into n_subsequences=3 .*Window\(n_steps=6\)",
        ),
    ],
)
def test_impossible_values_are_refused_before_any_training(
    samples, pipe, params, message
):
    def search(error_score):
        grid = [{"regressor__units": [2]}, params]
        cv = TimeSeriesSplit(2)
        return GridSearchCV(pipe, grid, cv=cv, error_score=error_score).fit(*samples)

    with pytest.raises(ValueError, match=message):
        search("raise")
    with (
        pytest.warns(UserWarning, match="test scores are non-finite"),
        pytest.warns(FitFailedWarning, match=message),
    ):
        scores = search(np.nan).cv_results_["mean_test_score"]
    np.testing.assert_array_equal(np.isfinite(scores), [True, False])


# ---- the guide
def test_guide_runs():
    guide = Path(__file__).parents[1] / "docs" / "guide_search.md"
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failures, tried = doctest.testfile(
        str(guide), module_relative=False, optionflags=flags
    )
    assert tried > 20
    assert failures == 0
