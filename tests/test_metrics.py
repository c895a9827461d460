"""Metrics against hand numbers, loops and scikit-learn, then their laws."""

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.metrics import (
    make_scorer,
    mean_absolute_error,
    mean_pinball_loss,
    root_mean_squared_error,
)
from sklearn.model_selection import cross_val_score

from skforecast_lstm.metrics import (
    coverage,
    interval_score,
    mase,
    naive_scale,
    pinball_loss,
    rmsse,
    skill_score,
    smape,
)

TRAIN = [10.0, 20.0, 30.0, 40.0]  # lag 1: 10, 10, 10; lag 2: 20, 20


def mase_on_train(y_true, y_pred, **params):
    return mase(y_true, y_pred, y_train=TRAIN, **params)


def rmsse_on_train(y_true, y_pred, **params):
    return rmsse(y_true, y_pred, y_train=TRAIN, **params)


def coverage_around(y_true, y_pred, **params):
    return coverage(y_true, np.asarray(y_pred) - 1, np.asarray(y_pred) + 1, **params)


def interval_score_around(y_true, y_pred, **params):
    y_pred = np.asarray(y_pred)
    return interval_score(y_true, y_pred - 1, y_pred + 1, **params)


def pinball_around(y_true, y_pred, **params):
    y_quantiles = np.asarray(y_pred)[..., np.newaxis] + [-1, 0, 1]
    return pinball_loss(y_true, y_quantiles, quantiles=[0.1, 0.5, 0.9], **params)


POINT_ERRORS = [smape, mase_on_train, rmsse_on_train]
METRICS = [*POINT_ERRORS, coverage_around, interval_score_around, pinball_around]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def y(rng):
    return rng.normal(10, 3, size=(20, 3)), rng.normal(10, 3, size=(20, 3))


def test_smape_by_hand():
    # 2 * 10 / 210, then 0 / 0 counted as 0, then 2 * 20 / 40, then opposite signs: 2
    assert smape([100], [110]) == pytest.approx(100 * 20 / 210)
    assert smape([0], [0]) == 0
    assert smape([30], [10]) == pytest.approx(100)
    assert smape([-5], [5]) == pytest.approx(200)
    expected = 100 * (20 / 210 + 0 + 1 + 2) / 4
    assert smape([100, 0, 30, -5], [110, 0, 10, 5]) == pytest.approx(expected)


def test_mase_and_rmsse_by_hand():
    # errors 1 and 7; the naive forecast's are 10 throughout, and 20 with lag 2
    assert mase([50, 60], [51, 53], y_train=TRAIN) == pytest.approx(0.4)
    assert mase([50, 60], [51, 53], y_train=TRAIN, season_length=2) == pytest.approx(
        0.2
    )
    assert rmsse([50, 60], [51, 53], y_train=TRAIN) == pytest.approx(0.5)
    # naive errors 3 and 4: squares 9 and 16, so the scale is 3.5 or sqrt(12.5)
    assert mase([0], [7], y_train=[0, 3, 7]) == pytest.approx(2.0)
    assert rmsse([0], [5], y_train=[0, 3, 7]) == pytest.approx(5 / np.sqrt(12.5))


def test_interval_scores_by_hand():
    y_true, lower, upper = [5, 13, -1, 10], [0, 0, 0, 0], [10, 10, 10, 10]
    assert coverage(y_true, lower, upper) == 0.5
    expected = (10 + (10 + 20 * 3) + (10 + 20 * 1) + 10) / 4
    assert interval_score(y_true, lower, upper) == pytest.approx(expected)


def test_ends_of_an_interval_belong_to_it():
    assert coverage([0, 1], [0, 0], [1, 1]) == 1.0


def test_pinball_loss_by_hand():
    # 2 above the 0.25 quantile: 0.25 * 2; 2 below the 0.75 quantile: 0.25 * 2
    assert pinball_loss([10], [[8, 12]], quantiles=[0.25, 0.75]) == pytest.approx(0.5)
    # 2 below the 0.25 quantile: 0.75 * 2
    assert pinball_loss([10], [[12]], quantiles=[0.25]) == pytest.approx(1.5)


def test_naive_scale_equals_its_loop(rng):
    series = rng.normal(size=40)
    for lag in (1, 7, 12, 39):
        errors = [abs(series[t] - series[t - lag]) for t in range(lag, 40)]
        assert naive_scale(series, lag) == pytest.approx(np.mean(errors))


@pytest.mark.parametrize("season_length", [4, 5, 12])
def test_lag_is_one_where_the_series_is_not_longer(season_length):
    assert naive_scale([1, 2, 4, 8], season_length) == pytest.approx(7 / 3)


def test_naive_scale_of_columns():
    scale = naive_scale([[0, 0], [1, 5], [2, 10]])
    np.testing.assert_array_equal(scale, [1, 5])
    assert isinstance(naive_scale(TRAIN), float)


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.8])
def test_pinball_loss_of_one_quantile_is_that_of_scikit_learn(y, quantile):
    y_true, y_pred = y
    ours = pinball_loss(y_true, y_pred[..., np.newaxis], quantiles=[quantile])
    assert ours == pytest.approx(mean_pinball_loss(y_true, y_pred, alpha=quantile))


def test_pinball_loss_is_the_mean_over_quantiles(y):
    y_true, y_pred = y
    levels = [0.1, 0.5, 0.9]
    y_quantiles = y_pred[..., np.newaxis] + [-4, 0, 4]  # (20, 3, 3)
    losses = []
    for row in range(20):
        for output in range(3):
            for level, q in zip(levels, y_quantiles[row, output], strict=True):
                miss = y_true[row, output] - q
                losses.append(level * miss if miss > 0 else (level - 1) * miss)
    assert pinball_loss(y_true, y_quantiles, quantiles=levels) == pytest.approx(
        np.mean(losses)
    )


def test_median_pinball_loss_is_half_the_absolute_error(y):
    y_true, y_pred = y
    loss = pinball_loss(y_true, y_pred[..., np.newaxis], quantiles=[0.5])
    assert loss == pytest.approx(mean_absolute_error(y_true, y_pred) / 2)


def test_pinball_loss_takes_one_output_with_or_without_its_axis(y):
    y_true, y_quantiles = y[0][:, 0], np.sort(y[1], axis=1)
    levels = [0.2, 0.5, 0.8]
    flat = pinball_loss(y_true, y_quantiles, quantiles=levels)
    with_axis = pinball_loss(y_true, y_quantiles[:, np.newaxis], quantiles=levels)
    assert flat == with_axis


@pytest.mark.parametrize("metric", METRICS)
def test_multioutput_is_that_of_scikit_learn(metric, y):
    y_true, y_pred = y
    raw = metric(y_true, y_pred, multioutput="raw_values")
    columns = [metric(y_true[:, k], y_pred[:, k]) for k in range(3)]
    np.testing.assert_allclose(raw, columns)
    assert metric(y_true, y_pred) == pytest.approx(np.mean(columns))
    weighted = metric(y_true, y_pred, multioutput=[0.2, 0.3, 0.5])
    assert weighted == pytest.approx(np.dot(columns, [0.2, 0.3, 0.5]))
    assert type(metric(y_true, y_pred)) is float


@pytest.mark.parametrize("metric", METRICS)
def test_a_weight_counts_as_repetitions(metric, y, rng):
    y_true, y_pred = y
    weight = rng.integers(0, 4, size=20)
    repeated = metric(np.repeat(y_true, weight, 0), np.repeat(y_pred, weight, 0))
    assert metric(y_true, y_pred, sample_weight=weight) == pytest.approx(repeated)


@pytest.mark.parametrize("metric", METRICS)
def test_pandas_is_read_by_position(metric, y):
    y_true, y_pred = y
    frames = pd.DataFrame(y_true), pd.DataFrame(y_pred, index=range(100, 120))
    assert metric(*frames) == pytest.approx(metric(y_true, y_pred), rel=1e-12)


@pytest.mark.parametrize("metric", POINT_ERRORS)
def test_a_perfect_forecast_has_no_error(metric, y):
    assert metric(y[0], y[0]) == 0


def test_a_perfect_forecast_has_full_skill(y):
    assert skill_score(y[0], y[0], y[1]) == 1


@pytest.mark.parametrize("metric", [root_mean_squared_error, smape, mase_on_train])
def test_the_naive_forecast_has_no_skill(metric, y):
    assert skill_score(*y, y[1], metric=metric) == 0
    worse = y[0] + 2 * (y[1] - y[0])
    assert skill_score(y[0], worse, y[1], metric=metric) < 0


def test_skill_passes_parameters_to_the_metric(y):
    y_true, y_naive = y
    y_pred = y_true + [0.5, 0.25, 0] * (y_naive - y_true)
    skill = skill_score(y_true, y_pred, y_naive, multioutput="raw_values")
    np.testing.assert_allclose(skill, [0.5, 0.75, 1])


def test_scaled_errors_do_not_know_the_unit(y, rng):
    train = rng.normal(size=50)
    for metric in (mase, rmsse):
        error = metric(*y, y_train=train, season_length=7)
        in_grams = metric(
            1000 * y[0], 1000 * y[1], y_train=1000 * train, season_length=7
        )
        assert in_grams == pytest.approx(error)
        lifted = metric(y[0] + 5, y[1] + 5, y_train=train + 5, season_length=7)
        assert lifted == pytest.approx(error)


def test_smape_does_not_know_the_unit_nor_the_order(y):
    y_true, y_pred = y
    assert smape(1000 * y_true, 1000 * y_pred) == pytest.approx(smape(y_true, y_pred))
    assert smape(y_pred, y_true) == pytest.approx(smape(y_true, y_pred))


@pytest.mark.parametrize("season_length", [1, 4])
def test_naive_forecast_of_the_training_series_has_error_one(season_length, rng):
    train = rng.normal(size=30)
    later, earlier = train[season_length:], train[:-season_length]
    params = {"y_train": train, "season_length": season_length}
    assert mase(later, earlier, **params) == pytest.approx(1)
    assert rmsse(later, earlier, **params) == pytest.approx(1)


def test_training_columns_serve_their_targets_step_by_step(rng):
    train = rng.normal(size=(30, 2)) * [1, 100]
    y_true = rng.normal(size=(5, 3, 2))  # samples, horizon, targets
    y_pred = rng.normal(size=(5, 3, 2))
    for metric in (mase, rmsse):
        raw = metric(
            y_true.reshape(5, 6),
            y_pred.reshape(5, 6),
            y_train=train,
            multioutput="raw_values",
        )
        for target in range(2):
            expected = metric(
                y_true[:, :, target],
                y_pred[:, :, target],
                y_train=train[:, target],
                multioutput="raw_values",
            )
            np.testing.assert_allclose(raw.reshape(3, 2)[:, target], expected)


def test_scores_are_least_at_the_true_quantiles(rng):
    y_true = rng.uniform(size=20_000)  # the quantile of level p is p

    def winkler(lower, upper):
        ends = np.full_like(y_true, lower), np.full_like(y_true, upper)
        return interval_score(y_true, *ends, coverage=0.8)

    honest = winkler(0.1, 0.9)
    assert honest < min(winkler(0.05, 0.95), winkler(0.15, 0.85), winkler(0.2, 1))

    def pinball(level):
        return pinball_loss(y_true, np.full((20_000, 1), level), quantiles=[0.3])

    assert pinball(0.3) < min(pinball(0.25), pinball(0.35))


def test_interval_score_is_the_pinball_loss_of_its_ends(y):
    y_true, ends = y[0][:, 0], np.sort(y[1][:, :2], axis=1)
    winkler = interval_score(y_true, ends[:, 0], ends[:, 1], coverage=0.8)
    loss = pinball_loss(y_true, ends, quantiles=[0.1, 0.9])
    assert winkler == pytest.approx(loss * 2 * 2 / (1 - 0.8))


def test_metrics_make_scorers(y):
    model = DummyRegressor(strategy="constant", constant=10.0)
    scorer = make_scorer(smape, greater_is_better=False)
    scores = cross_val_score(model, y[1], y[0][:, 0], scoring=scorer, cv=4)
    assert scores[0] == -smape(y[0][:5, 0], np.full(5, 10.0))


@pytest.mark.parametrize("metric", [mase, rmsse])
@pytest.mark.parametrize(
    ("train", "season_length"), [([5, 5, 5], 1), ([1, 2, 1, 2, 1], 2), ([3, 3], 12)]
)
def test_constant_training_series_is_refused(metric, train, season_length):
    message = f"{metric.__name__}: y_train is constant .column 0 .* undefined"
    with pytest.raises(ValueError, match=message):
        metric([1], [2], y_train=train, season_length=season_length)


def test_constant_training_column_is_named():
    with pytest.raises(ValueError, match="column 1"):
        mase([[1, 1]], [[2, 2]], y_train=[[1, 5], [2, 5]])


def test_naive_scale_of_a_constant_series_is_zero():
    assert naive_scale([5, 5, 5]) == 0


def test_naive_forecast_without_error_is_refused(y):
    with pytest.raises(ValueError, match="skill_score: y_naive equals y_true"):
        skill_score(y[0], y[1], y[0])


@pytest.mark.parametrize("metric", METRICS)
def test_lengths_that_differ_are_refused(metric):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        metric([1, 2, 3], [1, 2])


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_missing_and_infinite_values_are_refused(metric, bad):
    with pytest.raises(ValueError, match=r"contains (NaN|infinity)"):
        metric([1, bad, 3], [1, 2, 3])
    with pytest.raises(ValueError, match=r"contains (NaN|infinity)"):
        metric([1, 2, 3], [1, bad, 3])


def test_output_counts_that_differ_are_refused(y):
    with pytest.raises(ValueError, match=r"smape: .* y_true has 3, y_pred has 2"):
        smape(y[0], y[1][:, :2])
    with pytest.raises(ValueError, match="y_train has 2 columns, which must divide"):
        mase(*y, y_train=y[0][:, :2])


def test_training_series_of_one_step_is_refused():
    with pytest.raises(ValueError, match="minimum of 2 is required by mase"):
        mase([1], [2], y_train=[1])


@pytest.mark.parametrize("season_length", [0, -1])
def test_season_length_below_one_is_refused(season_length):
    with pytest.raises(ValueError, match=f"season_length == {season_length}"):
        naive_scale(TRAIN, season_length)


def test_season_length_must_be_whole():
    with pytest.raises(TypeError, match="season_length must be an instance of int"):
        naive_scale(TRAIN, 1.5)


@pytest.mark.parametrize("metric", [coverage, interval_score])
def test_crossed_ends_are_counted_and_placed(metric):
    message = f"{metric.__name__}: lower .* 1 of 3 intervals, first in row 1, output 0"
    with pytest.raises(ValueError, match=message):
        metric([1, 2, 3], [0, 9, 0], [5, 5, 5])


@pytest.mark.parametrize("share", [0, 1, 90])
def test_coverage_of_an_interval_must_be_a_share(share):
    with pytest.raises(ValueError, match=f"coverage == {share}"):
        interval_score([1], [0], [2], coverage=share)


@pytest.mark.parametrize("quantiles", [[0.5, 1.0], [], 0.5])
def test_levels_outside_zero_and_one_are_refused(quantiles):
    with pytest.raises(ValueError, match="quantiles must be a list of numbers above 0"):
        pinball_loss([1], [[1, 2]], quantiles=quantiles)


def test_quantiles_must_fit_their_axis():
    with pytest.raises(ValueError, match=r"shape \(1, 2\), .* each of the 3 quantiles"):
        pinball_loss([1], [[1, 2]], quantiles=[0.1, 0.5, 0.9])


def test_the_last_bits_of_a_series_that_repeats_itself_are_no_scale():
    past = np.tile([0.1, 0.7], 20) + np.repeat([0, 1e-16], 20)
    assert (past[2:] != past[:-2]).any()
    assert naive_scale(past, 2) == 0
    with pytest.raises(ValueError, match="y_train is constant"):
        mase([1.0], [2.0], y_train=past, season_length=2)
    assert naive_scale([1e8, 1e8 + 1, 1e8], 1) == 1


@pytest.mark.parametrize("metric", METRICS)
def test_wrong_multioutput_is_refused_in_the_name_of_the_metric(metric):
    name = metric.__name__.removesuffix("_on_train").removesuffix("_around")
    name = "pinball_loss" if name == "pinball" else name
    words = r"multioutput must be one of \['raw_values', 'uniform_average'\]"
    for wrong in ("mean", None, 2):
        with pytest.raises(ValueError, match=f"^{name}: {words}.* got {wrong!r}"):
            metric([1.0, 2.0], [2.0, 3.0], multioutput=wrong)
