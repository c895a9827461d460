"""LSTMForecaster.update: a longer history, a few epochs more."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skforecast_lstm import LSTMForecaster, PerFeature, VanillaLSTMRegressor

VALUES = np.random.default_rng(0).normal(size=60).cumsum()
DAYS = pd.date_range("2024-01-01", periods=60, name="day")
SERIES = pd.Series(VALUES, DAYS, name="v")


def ridge(**options):
    return LSTMForecaster(Ridge(), **{"horizon": 2, "n_steps": 5, **options})


def panel(n):
    parts = [
        pd.DataFrame({"id": k, "t": DAYS[:n], "y": VALUES[:n] + 10 * k}) for k in (0, 1)
    ]
    return pd.concat(parts, ignore_index=True)


def test_extends_the_history():
    model = ridge().fit(SERIES[:50])
    expected = model.predict(data=SERIES)
    forecast = model.update(SERIES[50:55]).update(SERIES[55:]).predict()
    pd.testing.assert_series_equal(forecast, expected)
    assert forecast.index[0] == DAYS[-1] + pd.Timedelta("1D")
    pd.testing.assert_frame_equal(
        model.history_.frame, ridge().fit(SERIES).history_.frame
    )


def test_panel_and_new_series():
    model = ridge(group="id", time="t").fit(panel(50))
    new = panel(60)[lambda d: d["t"] >= DAYS[50]]
    third = panel(20)[lambda d: d["id"] == 1].assign(id=7)
    whole = pd.concat([panel(60), third])
    expected = model.predict(data=whole)
    model.update(pd.concat([new, third]))
    pd.testing.assert_frame_equal(model.predict(), expected)


@pytest.mark.parametrize("form", ["array", "series", "long"])
def test_data_without_times_counts_on(form):
    if form == "long":
        long = panel(60)[["id", "y"]]
        old = pd.concat([long[:50], long[60:110]], ignore_index=True)
        new = pd.concat([long[50:60], long[110:]], ignore_index=True)
        model = ridge(group="id").fit(old)
        whole = ridge(group="id").fit(long)
    else:
        given = VALUES if form == "array" else SERIES.reset_index(drop=True)
        model, new, whole = ridge().fit(given[:50]), given[50:], ridge().fit(given)
    model.update(new)
    pd.testing.assert_frame_equal(model.history_.frame, whole.history_.frame)


def test_series_called_true_and_false():
    """Labels that pandas takes for a mask."""

    def results(true, false):
        rows = panel(60).replace({"id": {0: true, 1: false}})
        known = rows["t"] < DAYS[50]
        model = ridge(group="id", time="t").fit(rows[known])
        yield model.backtest(n_origins=2, coverage=0.5).forecasts
        yield model.predict()
        yield model.predict_interval(0.5)
        yield model.predict(data=rows[:20])
        yield model.update(rows[~known]).predict()
        roles = {"group": "id", "time": "t", "target": "y", "future": "x"}
        model = ridge(**roles).fit(rows.assign(x=rows["t"].dt.day % 2))
        ahead = pd.DataFrame({"t": DAYS[-1] + pd.to_timedelta([1, 2], "D"), "x": 1})
        both = [ahead.assign(id=k) for k in (true, false)]
        yield model.predict(future=pd.concat(both))

    for found, expected in zip(results(True, False), results("a", "b"), strict=True):
        assert found["id"].dtype == bool
        expected["id"] = expected["id"] == "a"
        pd.testing.assert_frame_equal(found, expected)


def test_a_gap_is_refused_or_filled():
    model = ridge().fit(SERIES[:50])
    with pytest.raises(ValueError, match="5 are absent"):
        model.update(SERIES[55:])
    assert len(model.history_.frame) == 50
    model = ridge(fill="ffill").fit(SERIES[:50]).update(SERIES[55:])
    assert len(model.history_.frame) == 60
    assert model.history_.frame["v"][54] == SERIES.iloc[49]


def test_another_time_zone_is_converted():
    months = pd.date_range("2020-01-01", periods=60, freq="MS", tz="Europe/Berlin")
    series = pd.Series(VALUES, months)
    expected = ridge().fit(series[:50]).update(series[50:]).predict()
    model = ridge().fit(series[:50]).update(series[50:].tz_convert("UTC"))
    pd.testing.assert_series_equal(model.predict(), expected)


def test_calibration_is_dropped():
    model = ridge().fit(SERIES[:50])
    model.predict_interval(0.5)
    assert not hasattr(model.update(SERIES[50:]), "calibration_")


@pytest.mark.parametrize("in_pipeline", [False, True])
def test_epochs_train_further(in_pipeline):
    net = VanillaLSTMRegressor(units=2, epochs=1, random_state=0)
    regressor = make_pipeline(PerFeature(StandardScaler()), net) if in_pipeline else net
    model = LSTMForecaster(regressor, n_steps=5).fit(SERIES[:50])
    by_hand = LSTMForecaster(regressor, n_steps=5).fit(SERIES[:50])
    model.update(SERIES[50:], epochs=2)
    member, X = by_hand.estimator_.members_[0], None
    X, y = by_hand._samples(by_hand._read(SERIES))
    X, y = X[X.complete], y[X.complete]
    if in_pipeline:
        X, member = member[:-1].transform(X), member[-1]
    member.partial_fit(X, y).partial_fit(X, y)
    np.testing.assert_allclose(model.predict(), by_hand.predict(data=SERIES))
    trained = model.estimator_.members_[0]
    assert (trained[-1] if in_pipeline else trained).n_iter_ == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.update(SERIES[45:]), "ends at 2024-02-19.*begin at 2024-02-15"),
        (lambda m: m.update(SERIES[50:], epochs=1), "partial_fit, which Ridge has not"),
        (lambda m: m.update(SERIES[50:], epochs=-1), "epochs must be at least 0"),
        (lambda m: m.update(VALUES), "times of update are whole numbers"),
        (lambda m: m.update(SERIES[50:].where(VALUES[50:] > 99)), "10 missing values"),
    ],
)
def test_wrong_calls_leave_it_as_it_was(call, message):
    model = ridge().fit(SERIES[:50])
    before = model.predict()
    with pytest.raises(ValueError, match=message):
        call(model)
    pd.testing.assert_series_equal(model.predict(), before)


def test_a_series_that_begins_again_is_named():
    model = ridge(group="id", time="t").fit(panel(50))
    with pytest.raises(ValueError, match="of series 0, but these begin"):
        model.update(panel(60))


def test_names_of_another_type_are_refused():
    model = ridge(group="id", time="t").fit(panel(50))
    new = panel(60)[lambda d: d["t"] >= DAYS[50]].astype({"id": str})
    message = r"no series '0' \(string\); .* such as 0 \(integer\); convert"
    with pytest.raises(ValueError, match=message):
        model.update(new)
    assert model.history_.lengths.to_dict() == {0: 50, 1: 50}


def test_series_that_are_all_new_or_short_are_told():
    model = ridge(group="id", time="t").fit(panel(50))
    new = panel(60)[lambda d: d["id"] == 1]
    message = "none of the 1 series of the update is known, 7 the first; they are taken"
    with pytest.warns(UserWarning, match=message) as told:
        model.update(new.assign(id=7))
    assert told[0].filename == __file__
    short = pd.concat([new[50:55], new[:3].assign(id=8)])
    message = r"of series 8 has 3 rows, but the forecast reads 5: .* \(1 of 1 series\)"
    with pytest.warns(UserWarning, match=message):
        model.update(short)
    model.update(new[3:5].assign(id=8))  # known by now
    assert model.history_.lengths.to_dict() == {0: 50, 1: 55, 7: 60, 8: 5}


@pytest.mark.parametrize(
    "fill", ["ffill", "interpolate", "seasonal", lambda x: x.ffill()]
)
@pytest.mark.parametrize("missing", [[50], [50, 51], [52, 54]])
def test_missing_values_are_filled_with_what_came_before(fill, missing):
    series = SERIES.copy()
    series.iloc[missing] = np.nan
    whole = ridge(fill=fill, season_length=7).fit(series)
    model = ridge(fill=fill, season_length=7).fit(series[:50]).update(series[50:])
    pd.testing.assert_frame_equal(model.history_.frame, whole.history_.frame)
    daily = ridge(fill="ffill").fit(series[:50])
    for day in range(50, 60):  # one row a day, some of them missing
        daily.update(series[day : day + 1])
    np.testing.assert_array_equal(daily.history_.frame["v"], series.ffill())


def test_without_fill_missing_values_are_refused_and_nothing_is_lost():
    model = ridge().fit(SERIES[:50])
    with pytest.raises(ValueError, match="1 missing values"):
        model.update(SERIES[50:53].where(SERIES.index[50:53] != DAYS[51]))
    assert len(model.history_.frame) == 50


@pytest.mark.parametrize("as_rows", [False, True], ids=["NaN", "no row"])
def test_a_hole_before_an_update_is_filled_from_both_sides(as_rows):
    holed = SERIES.copy()
    holed.iloc[53] = np.nan
    given = holed.dropna() if as_rows else holed
    expected = ridge(fill="interpolate").fit(given).history_.frame
    model = ridge(fill="interpolate").fit(given[:"2024-02-19"])
    model.update(given["2024-02-20":"2024-02-23"])  # ends with the hole, if at all
    for day in DAYS[54:]:
        model.update(given[day:day])
    pd.testing.assert_frame_equal(model.history_.frame, expected)
    assert model.history_.was_missing().ravel().nonzero()[0].tolist() == [53]
