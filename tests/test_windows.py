"""Windows against a naive loop, and the laws of a lazy array."""

import copy
import pickle
import tracemalloc
from itertools import product

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TimeSeriesSplit,
    cross_val_predict,
    learning_curve,
    train_test_split,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skforecast_lstm import (
    LSTMForecaster,
    PerFeature,
    SlidingWindow,
    make_supervised,
    make_windows,
)
from skforecast_lstm.transformers import Flatten
from skforecast_lstm.windows import SeriesWindows

SUITE = np.column_stack(
    [np.arange(10, 100, 10), np.arange(15, 105, 10), np.arange(25, 205, 20)]
)


# ------------------------------------------------------------------- the oracle
def naive(series, n_steps, reach, features, future, stride):
    """Return the windows of one series, row by row, and the row of each origin."""
    windows, origins = [], range(n_steps - 1, len(series) - reach, stride)
    for origin in origins:
        window = []
        for step in range(origin - n_steps + 1, origin + 1):
            row = [series[step + reach if f in future else step][f] for f in features]
            window.append(row)
        windows.append(window)
    return windows, list(origins)


def naive_y(series, origins, horizon, lead, targets):
    return [
        [series[origin + lead + h][t] for h in range(horizon) for t in targets]
        for origin in origins
    ]


def interleaved(n_columns, seed=0):
    """Return two series of unequal length and the order in which their rows mix."""
    rng = np.random.default_rng(seed)
    parts = [rng.integers(1, 1000, (n, n_columns)).astype(float) for n in (12, 9)]
    order = rng.permutation([0] * 12 + [1] * 9)
    return parts, order


def as_container(kind, parts, order):
    """Return data of the form ``kind``, and its group argument."""
    if order is None:
        values = parts[0]
        if kind == "1-D array":
            return values[:, 0], None
        if kind == "Series":
            return pd.Series(values[:, 0], name="a"), None
        return (
            values if kind == "array" else pd.DataFrame(values, columns=list("abc"))
        ), None
    taken = [iter(part) for part in parts]
    values = np.array([next(taken[g]) for g in order])
    if kind == "array":
        return np.column_stack([values, order]), 3
    frame = pd.DataFrame(values, columns=list("abc"))
    return frame.assign(id=[f"series {g}" for g in order]), "id"


CASES = [
    (kind, panel, future)
    for kind in ("1-D array", "Series", "array", "DataFrame")
    for panel in (False, True)
    for future in (False, True)
    if not (kind in ("1-D array", "Series") and (panel or future))
]


@pytest.mark.parametrize(("kind", "panel", "known"), CASES)
def test_every_framing_equals_the_naive_loop(kind, panel, known):
    wide = kind in ("array", "DataFrame")
    parts, order = interleaved(3 if wide else 1)
    data, group = as_container(kind, parts, order if panel else None)
    groups = [parts[g] for g in dict.fromkeys(order)] if panel else parts[:1]
    names = list("abc") if kind in ("DataFrame", "Series") else [0, 1, 2]
    future = [2] if known else []
    n_checked = 0
    for n_steps, horizon, lead, wanted, include_target, stride in product(
        (1, 3), (1, 2), (0, 1, 2), (None, [1], [1, 0]), (True, False), (1, 2)
    ):
        if wanted is not None and not wide:
            continue
        columns = range(3 if wide else 1)
        targets = wanted or [c for c in columns if c not in future]
        features = [c for c in columns if include_target or c not in targets]
        if not features or (lead == 0 and include_target):
            continue  # refused; see test_table_errors.py
        target = None if wanted is None else [names[c] for c in wanted]
        options = {
            "target": target[0] if target and len(target) == 1 else target,
            "include_target": include_target,
            "future": [names[c] for c in future] or None,
            "group": group,
            "stride": stride,
            "lead": lead,
            "horizon": horizon,
        }
        X, y = make_supervised(data, n_steps, **options)
        reach = lead + horizon - 1
        expected, expected_y = [], []
        for series in groups:
            part, origins = naive(series, n_steps, reach, features, future, stride)
            expected += part
            expected_y += naive_y(series, origins, horizon, lead, targets)
        where = str((n_steps, options))
        assert_array_equal(np.asarray(X), np.array(expected), err_msg=where)
        n_outputs = horizon * len(targets)
        shape = (len(expected),) if n_outputs == 1 else (len(expected), n_outputs)
        assert y.shape == shape, where
        assert_array_equal(y, np.reshape(expected_y, shape), err_msg=where)
        assert X.complete.all()
        assert X.horizon == horizon
        assert X.lead == lead
        assert X.target_features == tuple(
            features.index(t) for t in targets if t in features
        )

        newest = make_windows(data, n_steps, **options)
        expected = []
        for series in groups:
            ahead = reach if future else 0
            expected += naive(series, n_steps, ahead, features, future, stride)[0]
        assert_array_equal(np.asarray(newest), np.array(expected), err_msg=where)
        n_checked += 1
    assert n_checked == (120 if known else 96 if wide else 16)


# ----------------------------------------------------------------- known shapes
@pytest.mark.parametrize(
    ("data", "options", "shape", "y_shape", "first", "first_y"),
    [
        (SUITE[:, 0], {}, (6, 3, 1), (6,), [[10], [20], [30]], 40),
        (SUITE[:, 0], {"horizon": 2}, (5, 3, 1), (5, 2), [[10], [20], [30]], [40, 50]),
        (
            SUITE,
            {"target": 2, "include_target": False, "lead": 0},
            (7, 3, 2),
            (7,),
            [[10, 15], [20, 25], [30, 35]],
            65,
        ),
        (
            SUITE,
            {"target": 2, "include_target": False, "lead": 0, "horizon": 2},
            (6, 3, 2),
            (6, 2),
            [[10, 15], [20, 25], [30, 35]],
            [65, 85],
        ),
        (SUITE, {}, (6, 3, 3), (6, 3), SUITE[:3], [40, 45, 85]),
        (SUITE, {"horizon": 2}, (5, 3, 3), (5, 6), SUITE[:3], SUITE[3:5].ravel()),
    ],
)
def test_shapes_of_the_classic_suite(data, options, shape, y_shape, first, first_y):
    X, y = make_supervised(data, n_steps=3, **options)
    assert X.shape == shape
    assert X.ndim == 3
    assert len(X) == shape[0]
    assert y.shape == y_shape
    assert_array_equal(np.asarray(X)[0], first)
    assert_array_equal(y[0], first_y)


def test_y_is_step_major():
    _, y = make_supervised(SUITE, n_steps=3, horizon=2)
    assert_array_equal(y.reshape(5, 2, 3)[0], SUITE[3:5])


def test_the_newest_windows_have_no_target_yet():
    X = make_windows(SUITE[:, 0], n_steps=3)
    assert X.shape == (7, 3, 1)
    assert_array_equal(np.asarray(X[-1]).ravel(), [70, 80, 90])
    assert X.horizon is None


def test_last_steps_of_a_future_column_are_those_of_the_horizon():
    frame = pd.DataFrame({"y": np.arange(8.0), "price": np.arange(8.0) * 10})
    X, y = make_supervised(frame, 3, 2, target="y", future="price")
    assert_array_equal(np.asarray(X)[0, -2:, 1], [30, 40])
    assert_array_equal(y[0], [3, 4])
    # to forecast, the target may be unknown where only the future column is read
    frame.loc[6:, "y"] = np.nan
    newest = make_windows(frame, 3, target="y", future="price", horizon=2)
    assert_array_equal(np.asarray(newest[-1]), [[3, 50], [4, 60], [5, 70]])


def test_names_times_and_groups_are_those_of_the_windows():
    days = pd.date_range("2024-01-01", periods=4)
    frame = pd.DataFrame(
        {"id": list("abab") * 2, "day": np.repeat(days, 2), "x": range(8), "z": 1.5}
    )
    X, y = make_supervised(frame, 2, target="x", group="id", time="day")
    assert X.feature_names == ["x", "z"]
    assert X.target_features == (0,)
    assert list(X.groups) == ["a", "a", "b", "b"]
    assert list(X.times) == [days[1], days[2]] * 2
    assert_array_equal(y, [4, 6, 5, 7])
    assert list(X[[3, 0]].groups) == ["b", "a"]
    assert list(X[[3, 0]].times) == [days[2], days[1]]


@pytest.mark.parametrize("ids", ["aaabbb", "ababab"])
def test_row_numbers_of_a_long_frame_count_within_each_group(ids):
    frame = pd.DataFrame({"id": list(ids), "x": range(6)})
    assert list(make_windows(frame, group="id").times) == [0, 1, 2, 0, 1, 2]


def test_arrays_have_no_names_and_float32_stays():
    X, y = make_supervised(SUITE.astype(np.float32))
    assert X.feature_names is None
    assert X.groups is None
    assert (X.dtype, y.dtype) == (np.float32, np.float32)
    X, y = make_supervised(SUITE)
    assert (X.dtype, y.dtype) == (np.float32, np.float64)


@pytest.mark.parametrize(
    "dtype",
    [
        "Int64",
        "float64[pyarrow]",
        pd.ArrowDtype(pa.decimal128(10, 2)),
        pd.ArrowDtype(pa.decimal256(60, 0)),
        "bool",
        object,
    ],
)
def test_other_number_types_are_numbers(dtype):
    values = pd.Series([1, 0, 1, 1, 0], dtype=dtype)
    X, y = make_supervised(values, 2)
    assert_array_equal(np.asarray(X)[..., 0], [[1, 0], [0, 1], [1, 1]])
    assert_array_equal(y, [1, 1, 0])


@pytest.mark.parametrize(
    "values",
    [
        np.ma.array([1, 2, 999, 4, 5], mask=[0, 0, 1, 0, 0]),
        np.ma.array([1, 2, np.inf, 4, 5], mask=[0, 0, 1, 0, 0], dtype=np.float32),
        np.ma.array([[1, 2], [999, 4], [5, 6]], mask=[[0, 0], [1, 0], [0, 0]]),
    ],
)
def test_masked_values_are_missing(values):
    with pytest.raises(ValueError, match="1 missing in column 0"):
        make_supervised(values)
    filled = LSTMForecaster(Ridge(), n_steps=1, fill="interpolate").fit(values)
    assert filled.history_.frame.isin([999, np.inf]).sum().sum() == 0
    y = make_supervised(np.ma.array([1.0, 2.0, 3.0]))[1]
    assert_array_equal(y, [2, 3])


@pytest.mark.parametrize("scale", [1e-60, 1e-43])
def test_values_too_small_for_float32_are_refused(scale):
    message = "'y' holds values as small as .*, which float32 can't; rescale it first"
    data = pd.DataFrame({"y": scale * np.arange(1.0, 40.0), "x": 1.0})
    with pytest.raises(ValueError, match=message):
        make_supervised(data)
    with pytest.raises(ValueError, match=message):
        LSTMForecaster(horizon=3, epochs=1).fit(data["y"])
    assert make_supervised(data, dtype=np.float64)[0].dtype == np.float64


def test_a_few_tiny_values_are_no_loss():
    values = np.array([0.0, 0.0, 1.0, 1e-300, 2.0, 3.0, 0.0, 1e-310])
    X = make_windows(values)
    assert_array_equal(np.asarray(X).ravel(), np.where(values < 1, 0, values))
    assert_array_equal(np.asarray(make_windows(np.zeros(4))).ravel(), np.zeros(4))


# ------------------------------------------------------------------------- laws
@pytest.fixture
def panel():
    parts, order = interleaved(3, seed=1)
    data, group = as_container("DataFrame", parts, order)
    return make_supervised(data, 3, 2, target=["b", "a"], group=group)[0]


ONES = np.ones(13, dtype=bool)


@pytest.mark.parametrize(
    "key",
    [
        0,
        -1,
        np.int64(3),
        np.array(2),
        slice(None),
        slice(2, 9, 3),
        slice(None, None, -1),
        [0, 5, 5, -2],
        np.array([4, 1]),
        np.array([], dtype=int),
        pd.Index([3, 2]),
        np.arange(13) % 3 == 0,
        (np.arange(13) % 2 == 0).tolist(),
        Ellipsis,
        (),
        (slice(1, 4),),
        ([0, 2], Ellipsis),
        ([0, 2], slice(None), slice(None)),
        (3, 1),
        (3, 1, 2),
        (-1, slice(None), 2),
        (slice(None), -1),
        (slice(None), slice(1, None), [2, 0]),
        ([1, 3], 0),
        ([1, 3], slice(None), 1),
        ([1, 3], [0, 2]),
        ([1, 3], [0, 2], [1, 1]),
        (np.arange(13) < 3, slice(None), 1),
        (Ellipsis, 0),
        (3, slice(None), [0, 1]),
        (3, [0, 1]),
        None,
        (None, 2),
        np.array([[0, 1], [2, 3]]),
    ],
    ids=repr,
)
def test_indexing_is_that_of_the_array(panel, key):
    chosen, expected = panel[key], np.asarray(panel)[key]
    assert chosen.shape == expected.shape
    assert_array_equal(np.asarray(chosen), expected)


@pytest.mark.parametrize(
    "key", [13, -14, [0, 13], "a", 1.5, ONES[:5], (0, *[slice(None)] * 3)]
)
def test_wrong_indices_are_index_errors(panel, key):
    with pytest.raises(IndexError):
        panel[key]


def test_choosing_windows_stays_lazy_and_iterating_ends(panel):
    assert len(panel) == 13
    for key in ([0, 2], slice(3), ONES, ([0, 2], Ellipsis), Ellipsis):
        assert isinstance(panel[key], SeriesWindows)
        assert np.shares_memory(panel[key]._series, panel._series)
    assert_array_equal(np.stack(list(panel)), np.asarray(panel))


def test_becomes_an_array_of_any_float_type(panel):
    assert np.asarray(panel).dtype == np.float32
    assert np.asarray(panel, dtype=np.float64).dtype == np.float64
    with pytest.raises(ValueError, match="can't become an array without a copy"):
        np.array(panel, copy=False)


@pytest.mark.parametrize("n_steps", [1, 2, 3, 5, 20])
def test_with_steps_is_rebuilding_where_there_is_history(n_steps):
    parts, order = interleaved(3, seed=2)
    data, group = as_container("DataFrame", parts, order)
    X = make_windows(data, group=group)
    longer = X.with_steps(n_steps)
    assert longer.shape == (21, n_steps, 3)
    assert np.shares_memory(longer._series, X._series)
    lengths = [len(parts[g]) for g in dict.fromkeys(order)]
    if n_steps <= min(lengths):
        rebuilt = make_windows(data, n_steps, group=group)
        assert_array_equal(np.asarray(longer[longer.complete]), np.asarray(rebuilt))
    start = 0
    for g in dict.fromkeys(order):
        series = parts[g]
        for position in range(len(series)):
            rows = np.maximum(np.arange(position - n_steps + 1, position + 1), 0)
            assert_array_equal(longer[start + position], series[rows])
            assert longer.complete[start + position] == (position >= n_steps - 1)
        start += len(series)
    assert_array_equal(np.asarray(longer.with_steps(1)), np.asarray(X))


def test_covered_rows_are_those_that_stand_in_a_window():
    X = make_windows(np.arange(20.0), n_steps=3)[[0, 1, 9]]
    assert_array_equal(X.covered_rows().ravel(), [0, 1, 2, 3, 9, 10, 11])
    assert_array_equal(X.with_steps(5)[[0]].covered_rows().ravel(), [0, 1, 2])


def test_covered_rows_of_a_later_series_begin_with_it(panel):
    later = panel[np.flatnonzero(panel.groups == panel.groups[-1])].with_steps(4)
    first = panel._bounds[-2]
    assert first > 0
    rows = panel._series[first : later._origins[-1] + 1]
    assert_array_equal(later.covered_rows(), rows)


def test_map_series_shows_no_series_anything_after_its_newest_origin():
    table = pd.DataFrame({"id": np.repeat([0, 1], 9), "v": np.arange(18.0)})
    X, seen = make_windows(table, n_steps=3, target="v", group="id"), []
    assert len(X) == 14
    X[[0, 1, 10]].map_series(lambda rows: seen.append(rows) or rows)
    assert_array_equal(np.ravel(seen), [*range(4), *range(9, 15)])


def test_map_series_shows_nothing_after_the_newest_origin():
    seen = []
    X = make_windows(np.arange(20.0), n_steps=3)
    X[[0, 7]].map_series(lambda rows: seen.append(rows) or rows)
    assert_array_equal(np.ravel(seen), np.arange(10))


def test_map_series_keeps_the_targets_in_their_units(panel):
    doubled = panel.map_series(lambda rows: rows * 2, panel.feature_names)
    assert_array_equal(np.asarray(doubled), np.asarray(panel) * 2)
    assert_array_equal(doubled.levels(), np.asarray(panel)[..., [1, 0]])
    assert doubled.target_features == panel.target_features == (1, 0)
    assert doubled.feature_names == ["a", "b", "c"]
    fewer = doubled.map_series(lambda rows: rows[:, :1])
    assert fewer.target_features == ()
    assert fewer.n_targets == 2
    assert_array_equal(fewer.levels(), panel.levels())
    turned = panel.map_series(lambda rows: rows[:, ::-1], target_features=(1, 2))
    assert turned.target_features == (1, 2)
    assert_array_equal(np.asarray(turned)[..., [1, 2]], turned.levels())


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda X: pickle.loads(pickle.dumps(X))]
)
def test_copies_are_equal(panel, again):
    other = again(panel[::2])
    assert_array_equal(np.asarray(other), np.asarray(panel[::2]))
    for name in ("feature_names", "target_features", "n_targets", "horizon", "lead"):
        assert getattr(other, name) == getattr(panel, name)
    assert list(other.groups) == list(panel[::2].groups)
    assert list(other.times) == list(panel[::2].times)


# ----------------------------------------------------------------------- memory
def peak_of(function):
    """Return the result and the most bytes that were held at once to make it."""
    tracemalloc.start()
    try:
        return function(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_long_series_is_cut_in_less_than_three_times_its_memory():
    series = np.random.default_rng(0).normal(size=(1_000_000, 8))
    (X, y), peak = peak_of(lambda: make_supervised(series, n_steps=168))
    assert X.shape == (999_832, 168, 8)
    assert y.shape == (999_832, 8)
    assert peak < 3 * series.nbytes


def test_a_fold_copies_no_series_and_a_pickle_holds_it_once():
    series = np.random.default_rng(0).normal(size=(50_000, 8))
    X, _ = make_supervised(series, n_steps=168)
    train, test = next(TimeSeriesSplit(2).split(X))
    folds, peak = peak_of(lambda: (X[train], X[test].with_steps(24)))
    assert all(np.shares_memory(fold._series, X._series) for fold in folds)
    assert peak < X._series.nbytes / 2
    held = X._series.nbytes + X._origins.nbytes
    assert held < len(pickle.dumps(X)) < held + 4096


# ----------------------------------------------------------------------- poison
@pytest.mark.parametrize(("horizon", "lead"), [(1, 1), (3, 1), (2, 2), (2, 0)])
def test_nothing_before_the_horizon_s_end_depends_on_what_follows(horizon, lead):
    rng = np.random.default_rng(3)
    clean = pd.DataFrame(rng.normal(size=(60, 3)), columns=list("abc"))
    options = {"target": "a", "include_target": False, "future": "c", "lead": lead}
    for origin in (5, 30):
        poisoned = clean.copy()
        poisoned.iloc[origin + lead + horizon :] = 1e30
        (X, y), (P, p) = (
            make_supervised(data, 2, horizon, **options) for data in (clean, poisoned)
        )
        upto = slice(0, origin)  # the first origin is row 1
        assert_array_equal(np.asarray(P[upto]), np.asarray(X[upto]))
        assert_array_equal(p[upto], y[upto])
        assert np.abs(np.asarray(P[origin + 1])).max() > 1e29
        model = Pipeline(
            [
                ("scale", PerFeature(StandardScaler())),
                ("window", SlidingWindow(4)),
                ("flat", Flatten()),
                ("ridge", Ridge()),
            ]
        )
        expected = clone(model).fit(X[upto], y[upto]).predict(X[upto])
        assert_array_equal(model.fit(P[upto], p[upto]).predict(P[upto]), expected)


# ---------------------------------------------------- scikit-learn, against hand
@pytest.fixture
def problem():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(rng.normal(size=(80, 2)).cumsum(axis=0), columns=["y", "x"])
    X, y = make_supervised(frame, horizon=2, target="y")
    model = Pipeline(
        [("window", SlidingWindow(3)), ("flat", Flatten()), ("ridge", Ridge(alpha=0.1))]
    )
    return X, y, model


def by_hand(X, n_steps):
    """Return the flat windows, built from the rows without the code under test."""
    rows = np.asarray(X)[:, 0]  # with one step, window k is row k
    past = np.arange(len(rows))[:, None] + np.arange(1 - n_steps, 1)
    return rows[np.maximum(past, 0)].reshape(len(rows), -1)


def test_grid_search_over_the_window_s_length(problem):
    X, y, model = problem
    cv = TimeSeriesSplit(n_splits=3, gap=1)
    grid = GridSearchCV(
        model,
        {"window__n_steps": [1, 2, 6]},
        cv=cv,
        scoring="neg_mean_absolute_error",
        error_score="raise",
    ).fit(X, y)
    for n_steps, score in zip(
        (1, 2, 6), grid.cv_results_["mean_test_score"], strict=True
    ):
        A = by_hand(X, n_steps)
        scores = []
        for train, test in cv.split(A):
            ridge = Ridge(alpha=0.1).fit(A[train], y[train])
            scores.append(-np.abs(ridge.predict(A[test]) - y[test]).mean())
        assert_allclose(score, np.mean(scores), rtol=1e-6)
    assert grid.predict(X[-3:]).shape == (3, 2)
    last = by_hand(X, grid.best_params_["window__n_steps"])
    expected = Ridge(alpha=0.1).fit(last, y).predict(last[-3:])
    assert_allclose(grid.predict(X[-3:]), expected, rtol=1e-6)


def test_cross_val_predict(problem):
    X, y, model = problem
    A, expected = by_hand(X, 3), np.empty_like(y)
    for train, test in KFold(4).split(A):
        expected[test] = Ridge(alpha=0.1).fit(A[train], y[train]).predict(A[test])
    assert_allclose(cross_val_predict(model, X, y, cv=KFold(4)), expected, rtol=1e-5)


def test_learning_curve(problem):
    X, y, model = problem
    A = by_hand(X, 3)
    sizes, train_scores, test_scores = learning_curve(
        model, X, y, cv=TimeSeriesSplit(2), train_sizes=[10, 25], error_score="raise"
    )
    for k, size in enumerate(sizes):
        for fold, (train, test) in enumerate(TimeSeriesSplit(2).split(A)):
            ridge = Ridge(alpha=0.1).fit(A[train[:size]], y[train[:size]])
            expected = ridge.score(A[test], y[test])
            assert_allclose(test_scores[k, fold], expected, rtol=1e-5)
            expected = ridge.score(A[train[:size]], y[train[:size]])
            assert_allclose(train_scores[k, fold], expected, rtol=1e-5)


def test_train_test_split_keeps_the_order(problem):
    X, y, _ = problem
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, shuffle=False, test_size=0.25
    )
    assert isinstance(X_test, SeriesWindows)
    assert_array_equal(np.asarray(X_train), np.asarray(X)[: len(X_train)])
    assert_array_equal(np.asarray(X_test), np.asarray(X)[len(X_train) :])
    assert_array_equal(np.concatenate([y_train, y_test]), y)
    # a test window reaches back over the cut
    assert_array_equal(
        np.asarray(X_test.with_steps(3))[0].ravel(), by_hand(X, 3)[len(X_train)]
    )


def test_windows_of_float64_keep_small_changes():
    values = 1e8 + np.arange(20) / 4
    X, _ = make_supervised(values, 3, dtype=np.float64)
    assert X.dtype == np.float64
    np.testing.assert_array_equal(
        np.asarray(X)[:, :, 0], np.stack([values[k : k + 3] for k in range(17)])
    )
    assert make_windows(values, 3, dtype="float64").dtype == np.float64
    assert make_windows(values, 3).dtype == np.float32
    with pytest.raises(ValueError, match="dtype must be float32 or float64, got 'int'"):
        make_windows(values, 3, dtype="int")


# ---- frames of others
@pytest.mark.parametrize("make", [make_supervised, make_windows])
@pytest.mark.parametrize("convert", [pl.from_pandas, pa.Table.from_pandas])
def test_frames_of_others_keep_names_and_times(make, convert):
    days = pd.date_range("2024-01-01", periods=9, tz="Europe/Oslo").as_unit("ms")
    data = pd.concat([pd.DataFrame({"id": i, "day": days}) for i in ("b", "a")])
    data = data.assign(sold=np.arange(18.0), price=2).reset_index(drop=True)
    roles = {"group": "id", "time": "day", "target": "sold"}
    found, wanted = make(convert(data), 3, **roles), make(data, 3, **roles)
    if make is make_supervised:
        assert_array_equal(found[1], wanted[1])
        found, wanted = found[0], wanted[0]
    assert_array_equal(np.asarray(found), np.asarray(wanted))
    assert found.feature_names == ["sold", "price"]
    assert found.target_features == (0,)
    assert list(found.groups) == list(wanted.groups)
    assert_array_equal(found.times, wanted.times)
    assert found.times.dtype == wanted.times.dtype


def test_a_polars_series_has_its_name_or_none():
    values = np.arange(5.0)
    assert make_windows(pl.Series("load", values)).feature_names == ["load"]
    assert make_windows(pl.Series(values)).feature_names is None


# ---- windows made by hand
def test_numbers_of_any_kind_become_windows():
    X = SeriesWindows(np.arange(8)[:, np.newaxis], np.arange(2, 8), 3, bounds=[0, 4, 8])
    assert X.dtype == np.float32
    assert_array_equal(X.complete, [True, True, False, False, True, True])


def made(series=None, origins=(2, 5), n_steps=2, **parts):
    series = np.arange(16.0).reshape(8, 2) if series is None else series
    return SeriesWindows(series, origins, n_steps, **parts)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"series": np.arange(8.0)}, r"series must be \(n_rows, n_features\).*\(8,\)"),
        ({"series": np.array([["a"]])}, "got <U1 of shape"),
        (
            {"origins": [2, 8]},
            "origins must be rows of the series, which has 8; got 2 ",
        ),
        ({"origins": [-1]}, "origins must be rows of the series"),
        ({"origins": np.ones(8, dtype=bool)}, r"of a mask give numpy.flatnonzero"),
        ({"origins": [2.0, 5.0]}, r"origins must be row numbers.* float64"),
        ({"origins": [[2], [5]]}, r"origins must be row numbers.* shape \(2, 1\)"),
        ({"n_steps": 0}, "n_steps must be at least 1, got 0"),
        ({"n_steps": 2.5}, "n_steps must be an int, got 2.5"),
        ({"bounds": [0, 4]}, r"bounds must rise from 0 to the 8 rows.*got \[0, 4\]"),
        ({"bounds": [0, 5, 4, 8]}, r"bounds must rise from 0"),
        ({"bounds": [2, 8]}, r"bounds must rise from 0"),
        ({"bounds": [8]}, r"bounds must rise from 0"),
        ({"feature_names": ["a"]}, r"feature_names must name the 2 features, got"),
        ({"feature_names": "ab"}, r"feature_names must name the 2 features, got 'ab'"),
        ({"target_features": (0, 2)}, r"numbers of the 2 features, from 0 to 1, got"),
        ({"target_features": (-1,)}, r"target_features must be numbers"),
        ({"target_features": (0.5,)}, r"target_features must be numbers"),
        (
            {"target_features": (1, 1)},
            r"target_features=\(1, 1\) names a feature twice",
        ),
        ({"target_features": (1,), "n_targets": 2}, "n_targets=2.* names 1 of them"),
        ({"n_targets": -1}, "n_targets must be at least 0"),
        ({"horizon": 0}, "horizon must be at least 1"),
        ({"lead": -1}, "lead must be at least 0"),
        ({"times": list(range(8))}, r"times must be a pandas Index, got list"),
        ({"times": pd.RangeIndex(7)}, "times has 7 values for 8 rows"),
        ({"ends": pd.RangeIndex(7)}, "ends has 7 values for 8 rows"),
        ({"keys": pd.Index(["a", "b"])}, "keys has 2 values for 1 series"),
        ({"levels": np.zeros((8, 2)), "n_targets": 1}, r"levels has shape \(8, 2\)"),
    ],
    ids=str,
)
def test_windows_that_can_not_be_are_refused(parts, message):
    with pytest.raises((ValueError, TypeError), match=f"^SeriesWindows: .*{message}"):
        made(**parts)


def test_windows_made_by_hand_know_what_they_are_given():
    days = pd.date_range("2024", periods=8)
    X = made(
        origins=np.array([1, 5], dtype=np.uint64), bounds=[0, 4, 8], horizon=2, lead=0,
        feature_names=("a", "b"), target_features=(1,), times=days,
        keys=pd.Index(["x", "y"]), levels=np.arange(8)[:, np.newaxis],
    )  # fmt: skip
    assert_array_equal(np.asarray(X)[:, :, 0], [[0, 2], [8, 10]])
    assert_array_equal(X.levels()[:, :, 0], [[0, 1], [4, 5]])
    assert (X.feature_names, X.target_features, X.n_targets) == (["a", "b"], (1,), 1)
    assert list(X.groups) == ["x", "y"]
    assert list(X.times) == [days[1], days[5]]
    assert len(made(origins=[])) == 0


def test_masks_of_several_dimensions_select_as_in_numpy():
    X, _ = make_supervised(np.arange(30.0), n_steps=3)
    mask = np.asarray(X) > 12
    assert_array_equal(X[mask], np.asarray(X)[mask])
