"""The window transformers: scikit-learn's checks, lazy equals array, names, errors."""

import copy
import pickle
import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pandas.testing import assert_frame_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.dummy import DummyRegressor
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.utils import _safe_indexing, estimator_checks, get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from skforecast_lstm import (
    CNNLSTMRegressor,
    PerFeature,
    Reshape3D,
    Reshape4D,
    Reshape5D,
    RollingOriginSplit,
    SlidingWindow,
    VanillaLSTMRegressor,
    backtest,
    make_supervised,
    make_windows,
)
from skforecast_lstm._counts import check_divides
from skforecast_lstm.datasets import make_panel
from skforecast_lstm.transformers import Flatten
from skforecast_lstm.windows import SeriesWindows

TRANSFORMERS = [
    SlidingWindow(n_steps=1),
    PerFeature(StandardScaler()),
    Reshape3D(),
    Reshape4D(),
    Reshape5D(),
    Flatten(),
]
# StandardScaler lets NaN pass, so PerFeature has no check that NaN is refused.
N_CHECKS = dict.fromkeys(map(repr, TRANSFORMERS), 47) | {repr(TRANSFORMERS[1]): 46}


# -------------------------------------------------------- scikit-learn's own checks
@parametrize_with_checks(TRANSFORMERS)
def test_scikit_learn_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)
def test_no_check_is_left_out(transformer):
    marked = parametrize_with_checks([transformer])
    assert len(marked.args[1]) == N_CHECKS[repr(transformer)]
    tags = get_tags(transformer)
    assert tags.input_tags.two_d_array
    assert tags.input_tags.three_d_array
    assert tags.requires_fit
    assert not tags._skip_test
    assert not tags.no_validation
    assert not tags.non_deterministic


# scikit-learn runs these on its own estimators only. Reshaped windows are no table, so
# the checks of tables are for those whose output on 2-D input is 2-D.
TABLE_CHECKS = [
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_global_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_global_set_output_transform_polars",
]


@pytest.mark.filterwarnings(
    "ignore:X (has|does not have valid) feature names:UserWarning"
)
@pytest.mark.parametrize("check", TABLE_CHECKS)
@pytest.mark.parametrize(
    "transformer", [TRANSFORMERS[0], TRANSFORMERS[1], TRANSFORMERS[5]], ids=repr
)
def test_table_check(transformer, check):
    getattr(estimator_checks, check)(type(transformer).__name__, transformer)


@pytest.mark.parametrize(
    "check", ["check_dataframe_column_names_consistency", "check_param_validation"]
)
@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)
def test_further_check(transformer, check):
    getattr(estimator_checks, check)(type(transformer).__name__, transformer)


# ------------------------------------------------------------------ all of them
@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {"load": rng.normal(50, 9, 40), "temp": rng.normal(size=40), "hour": range(40)}
    )


@pytest.fixture
def lazy(frame):
    return make_supervised(frame, 6, 2, target="load")[0]


SETTINGS = [
    SlidingWindow(4),
    PerFeature(MinMaxScaler()),
    PerFeature(PCA(2)),
    Reshape3D(segment=3),
    Reshape4D(n_subsequences=2),
    Reshape5D(n_subsequences=3, n_rows=2),
    Flatten(),
]


@pytest.mark.parametrize("transformer", SETTINGS, ids=repr)
def test_lazy_equals_array(transformer, lazy):
    array = np.asarray(lazy)
    fitted = clone(transformer).fit(lazy)
    assert_array_equal(np.asarray(fitted.transform(lazy)), fitted.transform(array))
    assert fitted.transform(array).dtype == np.float32
    assert fitted.n_features_in_ == 3
    assert fitted.n_steps_in_ == 6
    assert list(fitted.feature_names_in_) == ["load", "temp", "hour"]
    fitted.fit(array)
    assert not hasattr(fitted, "feature_names_in_")
    assert fitted.n_features_in_ == 3


@pytest.mark.parametrize("transformer", SETTINGS, ids=repr)
def test_each_row_is_transformed_on_its_own(transformer, lazy):
    fitted = clone(transformer).fit(lazy)
    whole = np.asarray(fitted.transform(lazy))
    for rows in ([5], [7, 2], slice(0, 30, 4)):
        assert_array_equal(np.asarray(fitted.transform(lazy[rows])), whole[rows])


@pytest.mark.parametrize("transformer", SETTINGS, ids=repr)
def test_two_dimensions_are_windows_of_one_feature(transformer):
    if transformer is SETTINGS[2]:
        transformer = PerFeature(PolynomialFeatures(2))  # PCA needs two features
    X = np.random.default_rng(1).normal(size=(8, 6))
    flat = clone(transformer).fit_transform(X)
    deep = clone(transformer).fit_transform(X[..., np.newaxis])
    assert_array_equal(flat.reshape(deep.shape), deep)


@pytest.mark.parametrize("transformer", SETTINGS, ids=repr)
def test_copies_transform_alike(transformer, lazy):
    fitted = clone(transformer).fit(lazy)
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(
        np.asarray(again.transform(lazy)), np.asarray(fitted.transform(lazy))
    )


@pytest.mark.parametrize("transformer", SETTINGS, ids=repr)
def test_other_windows_than_in_fit_are_refused(transformer, lazy, frame):
    name, array = type(transformer).__name__, np.asarray(lazy)
    with pytest.raises(NotFittedError, match=f"This {name} instance is not fitted"):
        clone(transformer).transform(lazy)
    fitted = clone(transformer).fit(lazy)
    message = f"X has 2 features, but {name} is expecting 3 features as input"
    with pytest.raises(ValueError, match=message):
        fitted.transform(array[..., :2])
    with pytest.raises(ValueError, match=message):
        fitted.transform(make_windows(frame[["load", "temp"]], 6))
    with pytest.raises(ValueError, match=rf"{name}: got features \['temp', 'load'"):
        fitted.transform(make_windows(frame[["temp", "load", "hour"]], 6))
    with pytest.raises(ValueError, match=f"{name}: got 2-D X, but was fitted on 3-D"):
        fitted.transform(array[..., 0])
    with pytest.raises(ValueError, match="windows in 2 or 3 dimensions, got 4"):
        fitted.transform(array[..., np.newaxis])
    with pytest.raises(ValueError, match=f"{name}: X has no windows"):
        fitted.transform(lazy[:0])
    with pytest.raises(ValueError, match="0 sample"):
        fitted.transform(array[:0])
    if not isinstance(transformer, PerFeature):
        with pytest.raises(ValueError, match="Input X contains NaN"):
            fitted.transform(array * np.nan)


@pytest.mark.parametrize("lib", ["pandas", "polars"])
@pytest.mark.parametrize("everywhere", [False, True])
def test_set_output_leaves_windows_alone(lazy, lib, everywhere):
    model = make_pipeline(PerFeature(StandardScaler()), SlidingWindow(2), Reshape3D())
    expected = model.fit_transform(lazy)
    if not everywhere:
        model.set_output(transform=lib)
    with config_context(transform_output=lib if everywhere else "default"):
        assert isinstance(model[:2].fit_transform(lazy), SeriesWindows)
        out = model.fit_transform(lazy)
        assert isinstance(out, np.ndarray)
        assert_array_equal(out, expected)
        assert_array_equal(model.fit_transform(np.asarray(lazy)).shape, out.shape)


def test_set_output_names_what_was_laid_flat(lazy):
    model = make_pipeline(SlidingWindow(2), Flatten()).set_output(transform="pandas")
    table = model.fit_transform(lazy)
    assert list(table.columns) == list(model.get_feature_names_out())
    assert list(table.columns)[2:4] == ["hour_t-1", "load_t"]
    assert_array_equal(table.to_numpy(), np.asarray(lazy)[:, -2:].reshape(-1, 6))


# ---------------------------------------------------------------- SlidingWindow
def test_sliding_window_of_an_array_is_a_view():
    X = np.arange(40.0).reshape(5, 8)
    out = SlidingWindow(3).fit_transform(X)
    assert np.shares_memory(out, X)
    assert_array_equal(out, X[:, 5:])
    X = np.arange(80.0, dtype=np.float32).reshape(5, 8, 2)
    out = SlidingWindow(3).fit_transform(X)
    assert np.shares_memory(out, X)
    assert_array_equal(out, X[:, 5:])


@pytest.mark.parametrize("n_steps", [1, 4, 9])
def test_sliding_window_of_lazy_windows_copies_nothing(lazy, n_steps):
    out = SlidingWindow(n_steps).fit_transform(lazy)
    assert isinstance(out, SeriesWindows)
    assert out.shape == (len(lazy), n_steps, 3)
    assert np.shares_memory(out._series, lazy._series)
    assert (out.feature_names, out.horizon) == (lazy.feature_names, 2)


def test_sliding_window_can_t_lengthen_an_array():
    message = (
        "SlidingWindow: n_steps=9, but the windows of X have 8 steps, and an array "
        "holds no more history; use n_steps<=8, longer windows, or make_supervised, "
        "whose windows can be lengthened"
    )
    for X in (np.ones((5, 8)), np.ones((5, 8, 2))):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            SlidingWindow(9).fit(X)


def test_sliding_window_names_the_columns_that_it_keeps():
    X = pd.DataFrame(np.ones((4, 3)), columns=["lag 2", "lag 1", "lag 0"])
    assert list(SlidingWindow(2).fit(X).get_feature_names_out()) == ["lag 1", "lag 0"]


# ------------------------------------------------------------------- PerFeature
def test_per_feature_fits_on_the_covered_rows_and_no_others(frame):
    X, _ = make_supervised(frame, 3, target="load")
    chosen = X[[0, 1, 20]]
    rows = [0, 1, 2, 3, 20, 21, 22]
    fitted = PerFeature(StandardScaler()).fit(chosen)
    values = frame.to_numpy(dtype=np.float32)
    expected = StandardScaler().fit(values[rows])
    assert fitted.transformer_.n_samples_seen_ == len(rows)
    assert_array_equal(fitted.transformer_.mean_, expected.mean_)
    assert_array_equal(np.asarray(fitted.transform(X))[:, -1], expected.transform(
        values[2:-1]
    ))  # fmt: skip


def test_per_feature_fits_on_all_steps_of_an_array():
    X = np.random.default_rng(2).normal(size=(6, 4, 2))
    expected = StandardScaler().fit(X.reshape(24, 2))
    out = PerFeature(StandardScaler()).fit_transform(X)
    assert_array_equal(out, expected.transform(X.reshape(24, 2)).reshape(X.shape))


def test_per_feature_of_two_dimensions_scales_all_steps_alike():
    X = np.random.default_rng(2).normal(size=(6, 4))
    out = PerFeature(StandardScaler()).fit_transform(X)
    assert out.shape == (6, 4)
    assert_allclose(out, (X - X.mean()) / X.std())
    out = PerFeature(PolynomialFeatures(2)).fit_transform(X)
    assert out.shape == (6, 4, 3)
    assert_allclose(out[..., 2], X**2)


def test_per_feature_stays_lazy_and_never_shows_y(lazy):
    class Nosy(StandardScaler):
        def fit(self, X, y=None):
            assert y is None
            return super().fit(X)

    out = PerFeature(Nosy()).fit_transform(lazy, np.zeros(len(lazy)))
    assert isinstance(out, SeriesWindows)
    assert_array_equal(out.levels(), lazy.levels())
    assert (out.horizon, out.lead, out.n_targets) == (2, 1, 1)


def test_per_feature_does_not_fit_what_it_was_given(lazy):
    scaler = StandardScaler()
    PerFeature(scaler).fit(lazy)
    assert not hasattr(scaler, "mean_")


HOURS = ColumnTransformer(
    [("hour", OneHotEncoder(), ["hour"]), ("scale", StandardScaler(), ["temp", "load"])]
)


@pytest.mark.parametrize(
    ("inner", "names", "targets"),
    [
        (StandardScaler(), ["load", "temp", "hour"], (0,)),
        (FunctionTransformer(np.abs), ["load", "temp", "hour"], (0,)),
        (PCA(2), ["pca0", "pca1"], ()),
        (PCA(3), ["pca0", "pca1", "pca2"], ()),
        (
            FunctionTransformer(lambda x: np.asarray(x)[:, :2]),
            ["functiontransformer0", "functiontransformer1"],
            (),
        ),
        (
            make_pipeline(StandardScaler(), FunctionTransformer(np.abs)),
            ["load", "temp", "hour"],
            (0,),
        ),
        (
            ColumnTransformer(
                [("keep", "passthrough", ["temp", "load"])],
                verbose_feature_names_out=False,
            ),
            ["temp", "load"],
            (1,),
        ),
        (
            ColumnTransformer(
                [("s", StandardScaler(), [2, 0])], remainder="passthrough"
            ),
            ["s__hour", "s__load", "remainder__temp"],
            (1,),
        ),
        (
            FeatureUnion([("pca", PCA(1)), ("scale", MinMaxScaler())]),
            ["pca__pca0", "scale__load", "scale__temp", "scale__hour"],
            (1,),
        ),
        (
            FeatureUnion([("one", StandardScaler()), ("two", MinMaxScaler())]),
            [f"{k}__{c}" for k in ("one", "two") for c in ("load", "temp", "hour")],
            (),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_per_feature_follows_names_and_targets(lazy, inner, names, targets):
    fitted = PerFeature(inner).fit(lazy)
    out = fitted.transform(lazy)
    assert list(fitted.get_feature_names_out()) == names
    assert out.feature_names == names
    assert out.target_features == targets
    assert out.shape == (len(lazy), 6, len(names))
    assert_array_equal(out.levels(), lazy.levels())
    # arrays of the same windows get the same names in front of the same transformer
    assert_allclose(fitted.transform(np.asarray(lazy)), np.asarray(out), rtol=1e-5)


def test_per_feature_follows_targets_without_names(frame):
    X, _ = make_supervised(frame.to_numpy(), 2, target=[2, 0])
    turn = ColumnTransformer([("x", StandardScaler(), [1, 2]), ("y", "drop", [])])
    turned = PerFeature(turn).fit_transform(X)
    assert turned.feature_names is None
    assert turned.target_features == ()  # one of the two is gone
    turn = ColumnTransformer([("x", StandardScaler(), [1, 2, 0])])
    assert PerFeature(turn).fit_transform(X).target_features == (1, 2)


def test_per_feature_chooses_columns_by_name_and_takes_sparse_output(lazy, frame):
    out = PerFeature(HOURS).fit_transform(lazy)
    n = len(lazy) + 5  # rows that are covered, each with an hour of its own
    assert out.n_features == n + 2
    assert out.feature_names[-1] == "scale__load"
    assert out.target_features == (n + 1,)
    load = frame["load"].to_numpy(dtype=np.float32)
    assert_allclose(
        np.asarray(out)[:, -1, -1],
        StandardScaler().fit_transform(load[:n, None])[5:, 0],
        rtol=1e-4,
    )


def test_per_feature_inverts(lazy):
    fitted = PerFeature(StandardScaler()).fit(lazy)
    array = np.asarray(lazy)
    back = fitted.inverse_transform(fitted.transform(lazy))
    assert isinstance(back, SeriesWindows)
    assert back.feature_names == ["load", "temp", "hour"]
    assert back.target_features == (0,)
    assert_allclose(np.asarray(back), array, rtol=1e-4, atol=1e-5)
    back = fitted.inverse_transform(fitted.transform(array))
    assert back.dtype == np.float32
    assert_allclose(back, array, rtol=1e-4, atol=1e-5)
    flat = array[..., 0].astype(float)
    scaled = PerFeature(MinMaxScaler()).fit(flat)
    assert_allclose(scaled.inverse_transform(scaled.transform(flat)), flat)
    assert not hasattr(PerFeature(PolynomialFeatures()), "inverse_transform")
    with pytest.raises(NotFittedError):
        PerFeature(StandardScaler()).inverse_transform(array)


@pytest.mark.parametrize("named", [True, False])
def test_per_feature_inverts_to_where_the_targets_were(named):
    data = pd.DataFrame({"one": 1.0, "a": np.arange(9.0), "b": np.arange(9.0) ** 2})
    given, target = (data, ["b", "a"]) if named else (data.to_numpy(), [2, 1])
    X = make_windows(given, 3, target=target)
    fitted = PerFeature(VarianceThreshold()).fit(X)
    out = fitted.transform(X)
    assert out.target_features == (1, 0)  # "one" is gone
    back = fitted.inverse_transform(out)
    assert back.target_features == X.target_features == (2, 1)
    assert_array_equal(np.asarray(back)[..., 2], np.asarray(X)[..., 2])


def test_per_feature_fills_missing_values_of_arrays():
    X = np.arange(24.0).reshape(4, 3, 2)
    X[1, 2, 0] = np.nan
    filler = PerFeature(SimpleImputer())
    assert get_tags(filler).input_tags.allow_nan
    assert filler.fit_transform(X)[1, 2, 0] == np.nanmean(X[..., 0])
    assert not get_tags(PerFeature(PCA())).input_tags.allow_nan
    with pytest.raises(ValueError, match="Input X contains NaN"):
        PerFeature(PCA()).fit(X)
    with pytest.raises(ValueError, match="Input X contains infinity"):
        filler.fit(np.where(np.isnan(X), np.inf, X))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_per_feature_keeps_the_float_type(dtype):
    X = np.random.default_rng(3).normal(size=(20, 3, 2)).astype(dtype)
    inner = FunctionTransformer(lambda x: np.asarray(x, dtype=np.float64))
    assert PerFeature(inner).fit_transform(X).dtype == dtype
    out = PerFeature(inner).fit_transform(make_windows(X[:, 0], 2))
    assert out.dtype == np.float32


def test_per_feature_refuses_other_numbers_of_rows(lazy):
    halves = FunctionTransformer(lambda x: np.asarray(x)[: len(x) // 2])
    with pytest.raises(
        ValueError,
        match=r"PerFeature: FunctionTransformer made shape \(0, 3\) of shape",
    ):
        PerFeature(halves).fit(lazy)


def test_per_feature_nested_parameters_are_reached():
    model = PerFeature(StandardScaler()).set_params(transformer__with_mean=False)
    assert model.transformer.with_mean is False


# ------------------------------------------------------------------------ shapes
def test_reshapes_against_loops():
    X = np.arange(2 * 12 * 3).reshape(2, 12, 3)
    segments = Reshape3D(segment=4).fit_transform(X)
    parts = Reshape4D(n_subsequences=3).fit_transform(X)
    images = Reshape5D(n_subsequences=3, n_rows=2).fit_transform(X)
    flat = Flatten().fit_transform(X)
    assert segments.shape == (2, 3, 12)
    assert parts.shape == (2, 3, 4, 3)
    assert images.shape == (2, 3, 2, 2, 3)
    assert flat.shape == (2, 36)
    assert Reshape5D(3).fit_transform(X).shape == (2, 3, 1, 4, 3)
    for n in range(2):
        for step in range(12):
            for f in range(3):
                value = X[n, step, f]
                assert segments[n, step // 4, step % 4 * 3 + f] == value
                assert parts[n, step // 4, step % 4, f] == value
                assert images[n, step // 4, step % 4 // 2, step % 2, f] == value
                assert flat[n, step * 3 + f] == value


@pytest.mark.parametrize(
    ("transformer", "names"),
    [
        (Reshape3D(), ["a", "b"]),
        (Reshape3D(segment=2), ["a_0", "b_0", "a_1", "b_1"]),
        (Reshape4D(2), ["a", "b"]),
        (Reshape5D(2), ["a", "b"]),
        (
            Flatten(),
            ["a_t-3", "b_t-3", "a_t-2", "b_t-2", "a_t-1", "b_t-1", "a_t", "b_t"],
        ),
    ],
    ids=repr,
)
def test_names_are_those_of_the_last_axis(transformer, names):
    data = pd.DataFrame(np.arange(12.0).reshape(6, 2), columns=["a", "b"])
    fitted = transformer.fit(make_windows(data, 4))
    assert list(fitted.get_feature_names_out()) == names
    assert fitted.transform(make_windows(data, 4)).shape[-1] == len(names)
    fitted = transformer.fit(np.zeros((3, 4)))
    assert fitted.transform(np.zeros((3, 4))).shape[-1] == len(
        fitted.get_feature_names_out()
    )


@pytest.mark.parametrize(
    ("transformer", "message"),
    [
        (
            Reshape4D(n_subsequences=3),
            "Reshape4D: n_steps=10 can't be cut into n_subsequences=3 equal parts; "
            "use a divisor of 10 (1, 2, 5, 10), or SlidingWindow(n_steps=12)",
        ),
        (
            Reshape3D(segment=4),
            "Reshape3D: n_steps=10 can't be cut into equal parts of segment=4 steps; "
            "use a divisor of 10 (1, 2, 5, 10), or SlidingWindow(n_steps=12)",
        ),
        (
            Reshape5D(n_subsequences=11),
            "Reshape5D: n_steps=10 can't be cut into n_subsequences=11 equal parts; "
            "use a divisor of 10 (1, 2, 5, 10), or SlidingWindow(n_steps=11)",
        ),
        (
            Reshape5D(n_subsequences=2, n_rows=3),
            "Reshape5D: n_steps=10 can't be cut into n_subsequences * n_rows=6 equal "
            "parts; use a divisor of 10 (1, 2, 5, 10), or SlidingWindow(n_steps=12)",
        ),
    ],
    ids=repr,
)
def test_a_cut_that_does_not_divide_says_what_would(transformer, message):
    for X in (np.ones((3, 10)), make_windows(np.arange(20.0), 10)):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            transformer.fit(X)


def test_check_divides_returns_the_length():
    assert check_divides("X", 12, "n_subsequences", 4) == 3
    assert check_divides("X", 12, "n_subsequences", 12) == 1


def test_flatten_refuses_windows_of_another_length(lazy):
    flat = Flatten().fit(lazy)
    message = "Flatten: got windows of 4 steps, but was fitted on 6 steps"
    with pytest.raises(ValueError, match=message):
        flat.transform(lazy.with_steps(4))


# --------------------------------------------------------------------- together
def test_a_pipeline_equals_the_same_by_hand(frame):
    X, y = make_supervised(frame, horizon=2, target="load")
    model = Pipeline(
        [
            ("scale", PerFeature(StandardScaler())),
            ("window", SlidingWindow(4)),
            ("segment", Reshape3D(segment=2)),
            ("flat", Flatten()),
            ("ridge", Ridge()),
        ]
    )
    train, test = slice(0, 25), slice(26, None)
    rows = frame.to_numpy(dtype=np.float32)[: len(X)]
    scaled = StandardScaler().fit(rows[train]).transform(rows)
    past = np.maximum(np.arange(len(X))[:, None] + np.arange(-3, 1), 0)
    A = scaled[past].reshape(len(X), -1)
    expected = Ridge().fit(A[train], y[train]).predict(A[test])
    assert_allclose(model.fit(X[train], y[train]).predict(X[test]), expected, rtol=1e-5)


CUTS = [Reshape3D(2), Reshape4D(2), Reshape5D(2)]


@pytest.mark.parametrize("reshape", CUTS, ids=repr)
def test_cut_windows_keep_their_windows_with_their_rows_and_in_copies(reshape):
    X = make_windows(np.arange(40.0))
    X = PerFeature(StandardScaler()).fit_transform(SlidingWindow(4).fit_transform(X))
    cut = reshape.fit_transform(X)
    mask = np.arange(40) % 2 == 0
    for rows in (slice(3, 9), np.array([5, 1]), [7, 7], mask, slice(None)):
        for part in (cut[rows], cut[rows, ...], _safe_indexing(cut, rows)):
            assert_array_equal(part.windows.levels(), X[rows].levels())
            assert_array_equal(part, np.asarray(cut)[rows])
            assert not part.flags.writeable
    assert_array_equal(cut[((0, 1),)].windows.levels(), X[[0, 1]].levels())
    again = pickle.loads(pickle.dumps(cut[mask]))
    assert_array_equal(again, np.asarray(cut)[mask])
    assert_array_equal(again.windows.levels(), X[mask].levels())
    for copied in (copy.copy(cut[mask]), copy.deepcopy(cut[mask])):
        assert_array_equal(copied, np.asarray(cut)[mask])
        assert_array_equal(copied.windows.levels(), X[mask].levels())
    for other in (cut[0], cut[:, :1], cut + 1, cut.mean(axis=0)):
        assert_array_equal(copy.deepcopy(other), np.asarray(other))
        assert getattr(other, "windows", None) is None
    assert_array_equal(pickle.loads(pickle.dumps(cut + 1)), np.asarray(cut) + 1)


NETWORK = VanillaLSTMRegressor(units=2, epochs=2, random_state=0)


@pytest.mark.parametrize(
    "options",
    [
        {"normalization": "last"},
        {"normalization": "auto", "log": "auto"},
        {"validation_split": 0.2},
        {},
    ],
    ids=str,
)
def test_reshape3d_is_the_same_as_segment(options):
    panel = make_panel(3, 40, random_state=0)
    panel["value"] *= 10.0 ** panel["series"]
    roles = {"target": "value", "group": "series", "time": "time"}
    X, y = make_supervised(panel, horizon=2, **roles)
    network = clone(NETWORK).set_params(**options)
    before = make_pipeline(PerFeature(StandardScaler()), SlidingWindow(6))
    cut = make_pipeline(before, Reshape3D(3), network).fit(X, y)
    own = make_pipeline(clone(before), clone(network).set_params(segment=3)).fit(X, y)
    assert cut[-1].history_ == own[-1].history_
    assert_array_equal(cut.predict(X), own.predict(X))
    assert cut[-1].window_shape_ == (6, 1)
    twice = clone(network).set_params(segment=2)
    twice = make_pipeline(clone(before), Reshape3D(3), twice).fit(X, y)
    assert twice[-1].model_.get_layer("segments").output.shape[1:] == (1, 6)


def test_reshape3d_of_arrays_and_of_lazy_windows_can_follow_each_other():
    X, y = make_supervised(np.sin(np.arange(40.0)), n_steps=6)
    array = np.asarray(X)
    for first, later in ((X, array), (array, X)):
        network = make_pipeline(Reshape3D(3), clone(NETWORK)).fit(first, y)
        assert_array_equal(network.predict(later), network.predict(first))
    with pytest.raises(ValueError, match="windows of shape"):
        network.predict(array[:, :3])


@pytest.mark.parametrize("reshape", CUTS, ids=repr)
def test_cut_windows_of_a_panel_are_split_by_time(reshape):
    panel = make_panel(3, 30, random_state=0)
    roles = {"target": "value", "group": "series", "time": "time"}
    X, y = make_supervised(panel, 4, 2, **roles)
    cut, split = reshape.fit_transform(X), RollingOriginSplit(3)
    for found, wanted in zip(split.split(cut, y), split.split(X, y), strict=True):
        assert_array_equal(found[0], wanted[0])
        assert_array_equal(found[1], wanted[1])
    found, wanted = (backtest(DummyRegressor(), x, y) for x in (cut, X))
    assert_frame_equal(found, wanted)


def test_cached_pipeline_and_inner_search_keep_the_units(tmp_path):
    X, y = make_supervised(100.0 + np.arange(40), horizon=2)

    def forecast(**options):
        network = CNNLSTMRegressor(
            units=2, epochs=2, random_state=0, normalization="last"
        )
        steps = [PerFeature(StandardScaler()), SlidingWindow(4), Reshape4D(2), network]
        return make_pipeline(*steps, **options).fit(X[:30], y[:30]).predict(X[30:])

    assert_array_equal(forecast(memory=str(tmp_path)), forecast())  # fills the cache
    assert_array_equal(forecast(memory=str(tmp_path)), forecast())  # reads from it


@pytest.mark.parametrize("ndim", [2, 3])
def test_per_feature_learns_without_writing_into_its_windows(ndim):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5, 4, 2)[:ndim])
    given = X.copy()
    PerFeature(StandardScaler(copy=False)).fit(given)
    np.testing.assert_array_equal(given, X)
    found = PerFeature(StandardScaler(copy=False)).fit_transform(X.copy())
    np.testing.assert_allclose(found, PerFeature(StandardScaler()).fit_transform(X))


def log(rows):
    with np.errstate(divide="ignore"):
        return np.log(rows)


def test_rows_outside_of_the_windows_may_come_out_infinite():
    X = make_windows(np.arange(40.0))[20:]
    logs = PerFeature(FunctionTransformer(log, np.exp, check_inverse=False)).fit(X)
    out = logs.transform(X)
    assert_allclose(np.asarray(out), np.log(np.asarray(X)))
    assert_allclose(np.asarray(logs.inverse_transform(out)), np.asarray(X), rtol=1e-6)
    # the rows that the windows may be lengthened to are transformed as well
    longer = out.with_steps(20)
    assert_allclose(np.asarray(longer), np.log(np.asarray(X.with_steps(20))))
    assert SlidingWindow(20).fit_transform(out[1:]).shape == (19, 20, 1)
    with pytest.raises(ValueError, match=r"n_steps=21 .*1 NaN or infinite.* feature 0"):
        SlidingWindow(21).fit_transform(out)
    with pytest.raises(ValueError, match="1 NaN or infinite values"):
        logs.transform(X.with_steps(21))
    # what comes next does not see them: it may refuse NaN
    twice = PerFeature(PCA(1)).fit(out).transform(out)
    wanted = PCA(1).fit_transform(np.log(np.arange(20.0, 40))[:, np.newaxis])
    assert_allclose(np.asarray(twice)[:, 0], wanted, rtol=1e-4)
    with pytest.raises(ValueError, match=r"n_steps=30 .*1 NaN or infinite values"):
        twice.with_steps(30)
