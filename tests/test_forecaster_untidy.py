"""LSTMForecaster: frames as they come out of notebooks, databases and pivots."""

import datetime

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    VotingRegressor,
)
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from skforecast_lstm import LSTMForecaster, RollingOriginSplit, make_supervised
from skforecast_lstm.datasets import load_airline
from skforecast_lstm.forecaster import _core
from skforecast_lstm.forecaster._frequency import usual_season

SIX_DAYS = pd.offsets.CDay(weekmask="Mon Tue Wed Thu Fri Sat")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def ridge(**options):
    return LSTMForecaster(Ridge(), **{"horizon": 3, "n_steps": 6, **options})


def daily(values, **options):
    days = pd.date_range("2020-01-01", periods=len(values), **options)
    return pd.Series(values, days, name="y")


# ---- rows that were selected
@pytest.fixture
def shops(rng):
    return pd.DataFrame(
        {"shop": np.repeat(list("abc"), 60), "y": rng.normal(size=180).cumsum()}
    )


@pytest.mark.parametrize("left_out", [["b"], ["a"], ["a", "b"]])
def test_selected_rows_are_counted_as_fresh_ones(shops, left_out):
    chosen = shops[~shops["shop"].isin(left_out)]
    fresh = chosen.reset_index(drop=True)
    assert not chosen.index.equals(fresh.index)
    found, wanted = (ridge(group="shop").fit(data) for data in (chosen, fresh))
    pd.testing.assert_frame_equal(found.predict(), wanted.predict())
    results = [ridge(group="shop").backtest(d, n_origins=5) for d in (chosen, fresh)]
    pd.testing.assert_frame_equal(results[0].forecasts, results[1].forecasts)
    X, _ = make_supervised(chosen, 3, 2, group="shop")
    for _, test in RollingOriginSplit(2, test_size=5).split(X):
        assert set(X.groups[test]) == set(chosen["shop"])


def test_selected_rows_count_on_in_an_update(shops):
    head, tail = shops.groupby("shop").head(50), shops.groupby("shop").tail(10)
    model = ridge(group="shop").fit(head).update(tail)
    assert model.history_.lengths.tolist() == [60, 60, 60]
    whole = ridge(group="shop").fit(shops).history_
    pd.testing.assert_frame_equal(model.history_.frame, whole.frame)


def test_whole_numbers_that_come_again_in_each_series_are_times(shops):
    years = shops.set_axis(np.tile(np.arange(1950, 2010), 3), axis=0)
    assert ridge(group="shop").fit(years).predict()["time"].tolist()[:3] == [
        2010, 2011, 2012,
    ]  # fmt: skip


# ---- times
@pytest.mark.parametrize(
    ("times", "coming"),
    [
        (pd.RangeIndex(1000, 1060), 1060),
        (pd.period_range("2000", periods=60, freq="Q"), pd.Period("2015Q1")),
        (pd.date_range("2000", periods=60, freq="MS"), pd.Timestamp("2005")),
    ],
    ids=["numbers", "quarters", "dates"],
)
def test_an_index_of_objects_is_what_its_objects_are(rng, times, coming):
    values = rng.normal(size=60)
    found = ridge().fit(pd.Series(values, times.astype(object))).predict()
    pd.testing.assert_series_equal(
        found, ridge().fit(pd.Series(values, times)).predict()
    )
    assert found.index[0] == coming


@pytest.mark.parametrize(
    ("months", "season"), [(1, 12), (3, 4), (12, 1)], ids=["1", "3", "12"]
)
def test_one_day_of_every_month_is_a_frequency(rng, months, season):
    values = rng.normal(size=40)
    step = pd.DateOffset(months=months)
    times = pd.date_range("1990-03-15 06:30", periods=43, freq=step)
    model = ridge().fit(pd.Series(values, pd.DatetimeIndex(list(times[:40]))))
    assert list(model.predict().index) == list(times[40:])
    assert model.season_length_ == season


def test_a_day_of_the_month_that_varies_is_none(rng):
    times = (
        pd.date_range("2020", periods=40, freq="MS").to_series().reset_index(drop=True)
    )
    times += pd.to_timedelta(rng.integers(0, 20, 40), "D")
    with pytest.raises(ValueError, match=r"irregular: .*DateOffset\(months=1\)"):
        ridge().fit(pd.Series(1.0, pd.DatetimeIndex(times)))


def test_the_season_of_an_own_week_is_its_days():
    assert usual_season(SIX_DAYS) == 6
    assert usual_season(pd.offsets.CDay(2, weekmask="1111110")) == 3
    assert usual_season(pd.offsets.CDay(holidays=["2020-01-01"])) == 5


def test_a_freq_of_nothing_is_refused():
    for freq in (0, ""):
        with pytest.raises(ValueError, match="is no frequency of dates"):
            ridge(freq=freq).fit(load_airline())


def test_more_filled_rows_than_given_are_refused_unless_asked_for(rng):
    times = pd.date_range("2020", periods=60).tolist()
    mistyped = pd.Series(rng.normal(size=60), [*times[:-1], pd.Timestamp("2202-03-01")])
    with pytest.raises(ValueError, match=r"66474 are absent, .* and only 60 there"):
        ridge(fill="interpolate").fit(mistyped)
    parts = {"days": pd.date_range("2020", periods=120)}
    parts["weeks"] = pd.date_range("2020", periods=20, freq="7D")
    panel = pd.concat(
        pd.DataFrame({"id": k, "t": t, "y": 1.0}) for k, t in parts.items()
    )
    options = {"group": "id", "time": "t", "fill": "ffill"}
    with pytest.raises(ValueError, match=r"series 'weeks', 1 of 2 series,.*114 are"):
        ridge(**options).fit(panel)
    asked = ridge(freq="D", **options).fit(panel)
    assert asked.history_.lengths.to_dict() == {"days": 120, "weeks": 134}


# ---- values
def test_a_fill_function_gets_the_times(rng):
    series = daily(rng.normal(size=60))
    series.iloc[30:32] = np.nan
    filled = ridge(fill=lambda gap: gap.interpolate("time")).fit(series).history_
    wanted = series.interpolate("time").to_numpy()
    np.testing.assert_allclose(filled.frame["y"], wanted)
    months = ridge(fill=lambda gap: gap.index.month.to_series(gap.index) * 1.0)
    assert months.fit(series).history_.frame["y"][30:32].tolist() == [1.0, 2.0]


def test_booleans_of_pyarrow_are_numbers(rng):
    flags = rng.random(60) > 0.5
    arrow = pd.Series(pd.array(flags, dtype="bool[pyarrow]"))
    found, wanted = (ridge().fit(s).predict() for s in (arrow, pd.Series(flags)))
    np.testing.assert_array_equal(found, wanted)


def test_values_whose_squares_float32_can_not_hold():
    values = np.linspace(1e37, 1e38, 100)
    model = LSTMForecaster(n_steps=14, epochs=1, random_state=0).fit(daily(values))
    assert model.dtype_ == "float64"
    np.testing.assert_allclose(model.predict(), 1e38, rtol=0.1)


# ---- regressors
@pytest.mark.parametrize(
    "regressor",
    [
        SVR(),
        make_pipeline(StandardScaler(), SVR()),
        HistGradientBoostingRegressor(max_iter=3),
        GradientBoostingRegressor(n_estimators=2),
        VotingRegressor([("ridge", Ridge()), ("svr", SVR())]),
    ],
    ids=lambda regressor: type(regressor).__name__,
)
def test_a_regressor_of_one_output_is_fitted_for_each_step(rng, regressor):
    series = daily(rng.normal(size=80).cumsum())
    model = LSTMForecaster(regressor, horizon=3, n_steps=6, random_state=0).fit(series)
    values = series.to_numpy()
    rows = np.lib.stride_tricks.sliding_window_view(values, 9)
    wanted = [
        clone_of(regressor).fit(rows[:, :6], rows[:, 6 + k]).predict([values[-6:]])[0]
        for k in range(3)
    ]
    np.testing.assert_allclose(model.predict(), wanted, rtol=1e-6)


def clone_of(regressor):
    fresh = regressor.__sklearn_clone__()
    seeds = [n for n in fresh.get_params() if n.endswith("random_state")]
    seed = int(np.random.RandomState(0).randint(2**31 - 1))
    return fresh.set_params(**dict.fromkeys(seeds, seed))


def test_a_search_is_left_to_its_own_estimator(rng):
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=3)
    model = LSTMForecaster(search, horizon=3, n_steps=6).fit(daily(rng.normal(size=80)))
    assert isinstance(model.estimator_.members_[0][-1], GridSearchCV)


# ---- files
def held_by(series, folder, **options):
    model = ridge(**options).fit(series)
    model.save(folder / "model.zip")
    again = LSTMForecaster.load(folder / "model.zip").predict()
    pd.testing.assert_series_equal(again, model.predict())
    assert again.index.freq == model.predict().index.freq


@pytest.mark.parametrize(
    "freq",
    [
        pd.DateOffset(months=1),
        pd.DateOffset(months=3),
        2 * pd.DateOffset(weeks=1),
        pd.offsets.CDay(weekmask="Mon Wed Fri", holidays=["2020-01-06"]),
        SIX_DAYS,
    ],
    ids=str,
)
def test_frequencies_of_parts_come_back(rng, tmp_path, freq):
    held_by(daily(rng.normal(size=60), freq=freq), tmp_path, freq=freq)


@pytest.mark.parametrize(
    "name", [pd.Timestamp("2020"), datetime.date(2020, 1, 1), pd.Timestamp(0, tz="UTC")]
)
def test_dates_as_names_come_back(rng, tmp_path, name):
    held_by(daily(rng.normal(size=60)).rename(name), tmp_path)


def test_what_has_no_name_is_refused_with_what_to_do(rng, tmp_path):
    local = daily(rng.normal(size=60), freq="h", tz="dateutil/Europe/Paris")
    with pytest.raises(ValueError, match=r"no name to find it by; .* tz_convert"):
        ridge().fit(local).save(tmp_path / "model.zip")
    with pytest.raises(ValueError, match="define the function with def, in a module"):
        ridge(fill=lambda gap: 0).fit(load_airline()).save(tmp_path / "model.zip")


# ---- what is said
def test_bounds_measure_the_weight_of_smoothing_anew(rng, monkeypatch):
    asked = []

    def calibrate(new_estimator, *data):
        asked.append(new_estimator(10).smoothing_weight)
        raise StopIteration

    monkeypatch.setattr(_core, "calibrate", calibrate)
    model = LSTMForecaster(horizon=3, n_steps=12, epochs=1, random_state=0)
    model.fit(daily(rng.normal(size=300)))
    assert model.smoothing_weight_ is not None
    with pytest.raises(StopIteration):
        model.predict_interval()
    assert asked == [None]  # that of the fit was measured on what must be unseen


def test_equal_errors_are_said_to_be_equal():
    jump = pd.Series(np.r_[np.zeros(59), 1e9])
    said = ridge().backtest(jump, n_origins=2).summary()
    assert said == "Over 2 origins the model equals the naive forecast in RMSE."


def test_counted_series_do_not_end_before_others():
    frame = pd.DataFrame({"id": ["a"] * 50 + ["b"] * 2, "y": np.arange(52.0)})
    result = ridge(group="id").backtest(frame, n_origins=1)
    assert result.untested == {"b": "is too short"}


def test_a_name_of_another_type_is_no_new_series(rng):
    frame = pd.DataFrame({"id": np.repeat([1, 2], 40), "y": rng.normal(size=80)})
    later = pd.DataFrame({"id": ["1", 2], "y": 0.0})
    with pytest.raises(ValueError, match=r"no series '1' \(string\).*such as 1 \(int"):
        ridge(group="id").fit(frame).update(later)
