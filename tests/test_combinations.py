"""What users combine with scikit-learn; every number is computed a second way."""

import copy
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from keras.callbacks import EarlyStopping, LearningRateScheduler
from sklearn.base import BaseEstimator, TransformerMixin, clone, is_regressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingRegressor, StackingRegressor, VotingRegressor
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.metrics import (
    make_scorer,
    mean_absolute_error,
    mean_pinball_loss,
    r2_score,
)
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    train_test_split,
    validation_curve,
)
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from sklearn.utils import estimator_html_repr

from skforecast_lstm import (
    LSTMForecaster,
    PerFeature,
    SeriesWindows,
    SlidingWindow,
    VanillaLSTMRegressor,
    feature_importance,
    make_supervised,
    step_importance,
)
from skforecast_lstm.datasets import make_trend_season

MAE = "neg_mean_absolute_error"
equal = np.testing.assert_array_equal


def net(**parameters):
    shared = {"units": 2, "epochs": 2, "batch_size": 8, "random_state": 0}
    return VanillaLSTMRegressor(**{**shared, **parameters})


def pipe(**parameters):
    """Return a pipeline whose scaler matters: the network does not normalise."""
    return Pipeline(
        [
            ("scaler", PerFeature(MinMaxScaler())),
            ("window", SlidingWindow(4)),
            ("net", net(**{"normalization": None, **parameters})),
        ]
    )


SERIES = make_trend_season(44, random_state=1)


@pytest.fixture
def one():
    """Lazy windows, one step ahead."""
    return make_supervised(SERIES)


@pytest.fixture
def two():
    """Lazy windows, two steps ahead."""
    return make_supervised(SERIES, horizon=2)


@pytest.fixture
def flat():
    """2-D windows in float64, one step ahead."""
    X, y = make_supervised(SERIES, n_steps=4)
    return np.asarray(X, dtype=float)[:, :, 0], y


# ---- ensembles
def test_voting_over_seeds_is_the_mean(one):
    X, y = one
    members = [(f"seed {k}", pipe(random_state=k)) for k in range(3)]
    vote = VotingRegressor(members).fit(X, y)
    each = np.array([clone(member).fit(X, y).predict(X) for _, member in members])
    equal(vote.predict(X), each.mean(axis=0))
    equal(vote.transform(X), each.T)
    assert (each.std(axis=0) > 0).all()
    weighted = VotingRegressor(members, weights=[2, 1, 1]).fit(X, y).predict(X)
    np.testing.assert_allclose(weighted, [0.5, 0.25, 0.25] @ each, rtol=1e-6)


def test_stacking_learns_from_forecasts_for_unseen_folds(one):
    X, y = one
    members = [("a", pipe()), ("b", pipe(random_state=1))]
    cv = KFold(3)
    stack = StackingRegressor(members, LinearRegression(), cv=cv).fit(X, y)
    unseen, seen = np.empty((2, len(X), 2))
    for column, (_, member) in enumerate(members):
        for train, test in cv.split(X):
            fitted = clone(member).fit(X[train], y[train])
            unseen[test, column] = fitted.predict(X[test])
        seen[:, column] = clone(member).fit(X, y).predict(X)
    final = LinearRegression().fit(unseen, y)
    np.testing.assert_allclose(stack.final_estimator_.coef_, final.coef_, rtol=1e-10)
    np.testing.assert_allclose(stack.predict(X), final.predict(seen), rtol=1e-10)


def test_stacking_in_a_forecaster():
    series = np.sin(np.arange(60.0))
    stack = StackingRegressor([("a", LinearRegression())], passthrough=True)
    found = LSTMForecaster(stack, n_steps=4).fit(series).predict()
    X, y = make_supervised(series, n_steps=4, dtype="float64")
    flat = np.asarray(X)[:, :, 0]
    expected = clone(stack).fit(flat, y).predict([series[-4:]])
    np.testing.assert_allclose(found, expected)


def test_multi_output_fits_a_network_for_each_column(two):
    X, y = two
    several = MultiOutputRegressor(pipe()).fit(X, y)
    each = [clone(pipe()).fit(X, column).predict(X) for column in y.T]
    equal(several.predict(X), np.transpose(each))


def test_bagging_is_the_mean_of_its_members(flat):
    X, y = flat
    bag = BaggingRegressor(net(), n_estimators=2, random_state=0).fit(X, y)
    each = []
    for member, drawn in zip(bag.estimators_, bag.estimators_samples_, strict=True):
        times = np.bincount(drawn, minlength=len(X))  # a draw is a weight, not a copy
        again = clone(member).fit(X, y, sample_weight=times)
        each.append(again.predict(X))
        equal(member.predict(X), each[-1])
    np.testing.assert_allclose(bag.predict(X), np.mean(each, axis=0), rtol=1e-12)
    assert (each[0] != each[1]).all()


# ---- targets
def test_each_target_scaled_by_its_own_statistics(two):
    X, y = two
    y = y * [1, 100]
    model = TransformedTargetRegressor(pipe(), transformer=StandardScaler()).fit(X, y)
    mean, std = y.mean(axis=0), y.std(axis=0)
    inner = pipe().fit(X, (y - mean) / std).predict(X)
    np.testing.assert_allclose(model.predict(X), inner * std + mean, rtol=1e-6)


def test_function_of_the_targets(one):
    X, y = one
    y = np.exp(y)
    way = FunctionTransformer(np.log, np.exp)
    inner = np.exp(pipe().fit(X, np.log(y)).predict(X))
    for model in (
        TransformedTargetRegressor(pipe(), transformer=way),
        TransformedTargetRegressor(pipe(), func=np.log, inverse_func=np.exp),
    ):
        np.testing.assert_allclose(model.fit(X, y).predict(X), inner, rtol=1e-6)


def test_quantiles_in_a_pipeline(two):
    X, y = two
    quantiles = (0.1, 0.5, 0.9)
    model = pipe(quantiles=quantiles, epochs=5).fit(X, y)
    alone = clone(model[-1])
    inputs = PerFeature(MinMaxScaler()).fit_transform(X).with_steps(4)
    all_three = alone.fit(inputs, y).predict_quantiles(inputs)
    assert all_three.shape == (len(X), 2, 3)
    assert (np.diff(all_three, axis=2) >= 0).all()
    equal(model[-1].predict_quantiles(model[:-1].transform(X)), all_three)
    equal(model.predict(X), all_three[:, :, 1])
    scores = cross_val_score(
        pipe(quantiles=quantiles), X, y, cv=TimeSeriesSplit(2),
        scoring=make_scorer(mean_pinball_loss, alpha=0.5),
    )  # fmt: skip
    half = cross_val_score(
        pipe(quantiles=quantiles), X, y, cv=TimeSeriesSplit(2), scoring=MAE
    )
    np.testing.assert_allclose(scores, -half / 2, rtol=1e-12)


# ---- validation
def folds_by_hand(model, X, y, cv, score=r2_score):
    scores = []
    for train, test in cv.split(X):
        forecast = clone(model).fit(X[train], y[train]).predict(X[test])
        scores.append(score(y[test], forecast))
    return scores


def test_cross_val_score_and_predict_are_a_plain_loop(two):
    X, y = two
    cv = TimeSeriesSplit(3, gap=1)
    equal(cross_val_score(pipe(), X, y, cv=cv), folds_by_hand(pipe(), X, y, cv))
    forecast = cross_val_predict(pipe(), X, y, cv=KFold(3))
    for train, test in KFold(3).split(X):
        equal(forecast[test], pipe().fit(X[train], y[train]).predict(X[test]))


def test_cross_validate_returns_the_fitted_estimators(flat):
    X, y = flat
    cv = TimeSeriesSplit(3)
    result = cross_validate(
        net(), X, y, cv=cv, n_jobs=2, return_estimator=True, return_train_score=True,
        return_indices=True,
    )  # fmt: skip
    for k, (train, test) in enumerate(cv.split(X)):
        again = net().fit(X[train], y[train])
        fitted = result["estimator"][k]
        equal(fitted.predict(X), again.predict(X))
        assert fitted.history_ == again.history_
        assert result["test_score"][k] == again.score(X[test], y[test])
        assert result["train_score"][k] == again.score(X[train], y[train])
        equal(result["indices"]["test"][k], test)


def test_learning_curve_is_a_plain_loop(two):
    X, y = two
    cv = TimeSeriesSplit(2, test_size=10)
    sizes, trained, tested = learning_curve(
        pipe(), X, y, cv=cv, train_sizes=[12, 20], scoring=MAE
    )
    equal(sizes, [12, 20])
    for row, size in enumerate(sizes):
        for fold, (train, test) in enumerate(cv.split(X)):
            part = train[:size]
            fitted = pipe().fit(X[part], y[part])
            for scores, rows in ((trained, part), (tested, test)):
                error = mean_absolute_error(y[rows], fitted.predict(X[rows]))
                assert scores[row, fold] == -error


def test_validation_curve_is_a_plain_loop(two):
    X, y = two
    cv, rates = TimeSeriesSplit(2), [0.001, 0.1]
    _, tested = validation_curve(
        pipe(), X, y, param_name="net__learning_rate", param_range=rates, cv=cv
    )
    for row, rate in zip(tested, rates, strict=True):
        equal(row, folds_by_hand(pipe(learning_rate=rate), X, y, cv))
    assert (tested[0] != tested[1]).all()


def test_train_test_split_in_time(two):
    X, y = two
    parts = train_test_split(X, y, shuffle=False, test_size=10)
    n = len(X) - 10
    for part, expected in zip(parts, (X[:n], X[n:], y[:n], y[n:]), strict=True):
        assert isinstance(part, type(expected))
        equal(np.asarray(part), np.asarray(expected))
    fitted = pipe().fit(parts[0], parts[2])
    # The test windows keep the history that lies in the training part.
    equal(fitted.predict(parts[1]), pipe().fit(X[:n], y[:n]).predict(X)[n:])


# ---- inspection
def test_permutation_importance_of_windows_in_two_dimensions(flat):
    X, y = flat
    fitted = net(epochs=10, learning_rate=0.05).fit(X, y)
    result = permutation_importance(fitted, X, y, n_repeats=3, random_state=5)
    steps = step_importance(fitted, X, y, n_repeats=3, random_state=5)
    equal(result.importances, steps.importances)
    draw = np.random.RandomState(5).randint(np.iinfo(np.int32).max + 1)
    moved, rng = X.copy(), np.random.RandomState(draw)
    order = np.arange(len(X))
    for repeat in range(3):
        rng.shuffle(order)
        moved[:, 3] = moved[order, 3]
        fall = fitted.score(X, y) - fitted.score(moved, y)
        assert result.importances[3, repeat] == fall
    assert result.importances_mean.argmax() == 3


def test_importances_of_a_fitted_network():
    rng = np.random.default_rng(4)
    rain = rng.normal(size=90)
    data = {"flow": np.roll(rain, 2), "rain": rain, "noise": rng.normal(size=90)}
    X, y = make_supervised(pd.DataFrame(data), target="flow")
    scaled = PerFeature(StandardScaler())
    model = make_pipeline(
        scaled, SlidingWindow(4), net(units=4, epochs=150, learning_rate=0.02)
    )
    model.fit(X, y)
    assert model.score(X, y) > 0.7
    features = feature_importance(model, X, y, random_state=0)
    assert features.feature_names == ["flow", "rain", "noise"]
    # The flow of tomorrow is the rain of yesterday: one step before the last.
    assert features.importances_mean.argmax() == 1
    assert features.importances_mean[1] > 1
    assert features.importances_mean[2] < 0.3
    steps = step_importance(model, X, y, random_state=0)
    assert steps.step_names[steps.importances_mean.argmax()] == "t-1"
    inside = step_importance(model[-1], model[:-1].transform(X), y, random_state=0)
    np.testing.assert_allclose(steps.importances, inside.importances, atol=1e-4)


def test_partial_dependence_is_a_plain_loop(flat):
    X, y = flat
    fitted = net().fit(X, y)
    result = partial_dependence(fitted, X, [2], grid_resolution=4, kind="average")
    grid = result["grid_values"][0]
    for value, average in zip(grid, result["average"][0], strict=True):
        moved = X.copy()
        moved[:, 2] = value
        assert average == pytest.approx(fitted.predict(moved).mean(), rel=1e-12)


# ---- copies
@pytest.mark.parametrize("way", ["deepcopy", "pickle", "joblib"])
@pytest.mark.parametrize("looked_at", [False, True])
def test_copies_of_a_fitted_pipeline_predict_the_same(two, tmp_path, way, looked_at):
    X, y = two
    fitted = pipe().fit(X, y)
    if looked_at:
        assert fitted[-1].model_.count_params() > 0
    if way == "deepcopy":
        other = copy.deepcopy(fitted)
    elif way == "pickle":
        other = pickle.loads(pickle.dumps(fitted))
    else:
        joblib.dump(fitted, tmp_path / "model.joblib")
        other = joblib.load(tmp_path / "model.joblib")
    equal(other.predict(X), fitted.predict(X))
    equal(other.predict(np.asarray(X[4:].with_steps(4))), fitted.predict(X)[4:])
    # A copy is on its own: training it further leaves the first as it was.
    before = fitted.predict(X)
    other[-1].partial_fit(other[:-1].transform(X), y)
    equal(fitted.predict(X), before)
    assert (other.predict(X) != before).any()


def test_clone_has_the_parameters_and_nothing_fitted(two):
    X, y = two
    fitted = pipe(units=3).fit(X, y)
    again = clone(fitted)
    assert not any(name.endswith("_") for name in vars(again["net"]))
    assert again.get_params()["net__units"] == 3
    equal(again.fit(X, y).predict(X), fitted.predict(X))


def test_nested_parameters(two):
    X, y = two
    outer = TransformedTargetRegressor(pipe(), transformer=StandardScaler())
    outer.set_params(regressor__net__units=3, regressor__window__n_steps=6)
    outer.set_params(regressor__scaler__transformer__feature_range=(0, 2))
    inner = pipe(units=3).set_params(window__n_steps=6)
    inner.set_params(scaler=PerFeature(MinMaxScaler((0, 2))))
    other = TransformedTargetRegressor(inner, transformer=StandardScaler())
    equal(outer.fit(X, y).predict(X), other.fit(X, y).predict(X))
    assert outer.regressor_["net"].model_.input_shape == (None, 6, 1)
    assert outer.regressor["net"].units == 3
    assert not hasattr(outer.regressor["net"], "weights_")


def test_html_names_every_part_and_its_state(two):
    model = pipe()
    html = estimator_html_repr(model)
    for name in ("PerFeature", "MinMaxScaler", "SlidingWindow", "VanillaLSTMRegressor"):
        assert name in html
    assert "Not fitted" in html
    assert "Not fitted" not in estimator_html_repr(model.fit(*two))
    assert is_regressor(model)


# ---- output containers, metadata, caching
@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_set_output_changes_no_forecast(flat, one, container):
    steps = PerFeature(StandardScaler()), SlidingWindow(3)
    names = [f"t-{k}" for k in (3, 2, 1, 0)]
    for X, y in (flat, one):
        frame = X if isinstance(X, SeriesWindows) else pd.DataFrame(X, columns=names)
        plain = make_pipeline(*map(clone, steps), net()).fit(X, y)
        tables = make_pipeline(*map(clone, steps), net())
        tables.set_output(transform=container).fit(frame, y)
        equal(tables.predict(frame), plain.predict(X))
        out = tables[:-1].transform(frame)
        equal(np.asarray(out), np.asarray(plain[:-1].transform(X)))
        if not isinstance(X, SeriesWindows):
            assert list(out.columns) == ["t-2", "t-1", "t-0"]
            assert list(tables[-1].feature_names_in_) == ["t-2", "t-1", "t-0"]


def test_routed_sample_weight(one):
    X, y = one
    weight = np.random.default_rng(0).uniform(0, 2, len(X))
    cv = TimeSeriesSplit(2)
    with sklearn.config_context(enable_metadata_routing=True):
        model = pipe()
        model["net"].set_fit_request(sample_weight=True)
        model["net"].set_score_request(sample_weight=True)
        weighted = clone(model).fit(X, y, sample_weight=weight)
        search = GridSearchCV(model, {"net__learning_rate": [0.01, 0.1]}, cv=cv)
        search.fit(X, y, sample_weight=weight)
    inputs = PerFeature(MinMaxScaler()).fit_transform(X).with_steps(4)
    alone = net(normalization=None).fit(inputs, y, sample_weight=weight)
    equal(weighted.predict(X), alone.predict(inputs))
    assert (alone.predict(inputs) != pipe().fit(X, y).predict(X)).any()

    results = search.cv_results_
    for k, (train, test) in enumerate(cv.split(X)):
        scaler = PerFeature(MinMaxScaler()).fit(X[train])
        for row, rate in enumerate([0.01, 0.1]):
            fitted = net(normalization=None, learning_rate=rate).fit(
                scaler.transform(X[train]).with_steps(4), y[train], weight[train]
            )
            forecast = fitted.predict(scaler.transform(X[test]).with_steps(4))
            score = r2_score(y[test], forecast, sample_weight=weight[test])
            assert results[f"split{k}_test_score"][row] == score


@pytest.mark.parametrize("form", ["lazy", "2-D"])
def test_validation_windows_go_through_the_pipeline(one, flat, form):
    X, y = one if form == "lazy" else flat
    n = 28
    options = {"epochs": 8, "learning_rate": 0.3, "patience": 1}
    steps = pipe(**options).steps
    with sklearn.config_context(enable_metadata_routing=True):
        model = Pipeline(steps, transform_input=["X_val"])
        model["net"].set_fit_request(X_val=True, y_val=True)
        model.fit(X[:n], y[:n], X_val=X[n:], y_val=y[n:])
        forecast = model.predict(X)
    transformer = clone(model[:-1]).fit(X[:n])
    alone = net(normalization=None, **options)
    parts = [transformer.transform(part) for part in (X[:n], X[n:], X)]
    alone.fit(parts[0], y[:n], X_val=parts[1], y_val=y[n:])
    assert model["net"].history_ == alone.history_
    equal(forecast, alone.predict(parts[2]))
    # The best epoch is kept, and its loss is the mean square of the validation part.
    best = min(alone.history_["val_loss"])
    error = np.mean((alone.predict(parts[1]) - y[n:]) ** 2)
    assert best == pytest.approx(error, rel=1e-5)


def slower(epoch, rate):
    return rate / 2


# Keras' scheduler asks NumPy for the learning rate in a way that NumPy deprecates.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_callback_instances_survive_clones_and_processes(flat):
    X, y = flat
    stop = EarlyStopping("loss", min_delta=1e9, patience=2)
    callbacks = [stop, LearningRateScheduler(slower)]
    model = clone(clone(net(epochs=9, callbacks=callbacks)))
    runs = [
        cross_validate(
            model, X, y, cv=TimeSeriesSplit(2), n_jobs=n_jobs, return_estimator=True
        )
        for n_jobs in (1, 2)
    ]
    equal(runs[0]["test_score"], runs[1]["test_score"])
    for fitted in (*runs[0]["estimator"], *runs[1]["estimator"]):
        assert (
            fitted.n_iter_ == 3
        )  # the first epoch is the best, then two without patience
        equal(fitted.history_["learning_rate"], np.float32(0.005) / [2, 4, 8])
    # A fit works with copies: the user's own instances are as they were.
    shared = net(epochs=9, callbacks=callbacks)
    assert [shared.fit(X, y).n_iter_, shared.fit(X, y).n_iter_] == [3, 3]
    assert (stop.stopped_epoch, stop.wait, stop.model) == (0, 0, None)
    assert (runs[0]["test_score"] != cross_val_score(net(epochs=3), X, y, cv=2)).all()


class Counted(TransformerMixin, BaseEstimator):
    """Changes nothing, counts its fits."""

    fits = 0

    def fit(self, X, y=None):
        Counted.fits += 1
        self.fitted_ = True
        return self

    def transform(self, X):
        return X


def test_cached_transformers(two, tmp_path):
    X, y = two
    steps = [("count", Counted()), *pipe().steps]
    cached = Pipeline(steps, memory=str(tmp_path))
    Counted.fits = 0
    for rate in (0.01, 0.1):
        cached.set_params(net__learning_rate=rate)
        equal(
            cached.fit(X, y).predict(X), pipe(learning_rate=rate).fit(X, y).predict(X)
        )
    assert Counted.fits == 1  # the second fit took the transformers from the cache
    for part in (X[:30], make_supervised(2 * SERIES, horizon=2)[0]):
        truth = y[: len(part)]
        plain = pipe(learning_rate=0.1).fit(part, truth)
        equal(cached.fit(part, truth).predict(part), plain.predict(part))
    assert Counted.fits == 3
