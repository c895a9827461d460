"""LSTMForecaster: forms of data, roles of columns, recursion, missing values."""

import pickle
import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import VotingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.multioutput import MultiOutputRegressor, RegressorChain
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skforecast_lstm import (
    LSTMForecaster,
    PerFeature,
    SlidingWindow,
    VanillaLSTMRegressor,
)
from skforecast_lstm.datasets import load_airline
from skforecast_lstm.training import Program
from skforecast_lstm.transformers import Flatten
from skforecast_lstm.windows import make_windows


def wave(n, seed=0, level=0.0):
    rng = np.random.default_rng(seed)
    return level + np.sin(np.arange(n) / 2) + rng.normal(0, 0.1, n)


def tiny(**parameters):
    parameters = {"units": 3, "epochs": 2, "random_state": 0, **parameters}
    return VanillaLSTMRegressor(**parameters)


def cut(table, n_steps, horizon, targets, ahead=()):
    """Return X and y by a naive loop; ``ahead`` are columns read at the horizon."""
    X, y = [], []
    for end in range(n_steps, len(table) - horizon + 1):
        window = table[end - n_steps : end].copy()
        for column in ahead:
            window[:, column] = table[end - n_steps + horizon : end + horizon, column]
        X.append(window.ravel())
        y.append(table[end : end + horizon, targets].ravel())
    return np.array(X, dtype=np.float32), np.array(y)


def newest(table, n_steps):
    return np.asarray(table[-n_steps:], dtype=np.float32).reshape(1, -1)


def panel_of(lengths, **columns):
    """Return a long frame of series a, b, c, ... with the given lengths."""
    parts = [
        pd.DataFrame(
            {
                "id": chr(97 + k),
                "day": pd.date_range("2024-01-01", periods=n),
                "y": wave(n, seed=k, level=10 * k),
            }
        )
        for k, n in enumerate(lengths)
    ]
    return pd.concat(parts, ignore_index=True).assign(**columns)


# ---- the oracle: windows and a regressor by hand
def test_equals_ridge_on_windows_by_hand():
    values = wave(60)
    X, y = cut(values[:, None], 8, 3, [0])
    expected = Ridge(0.1).fit(X, y).predict(newest(values, 8))[0]
    forecast = LSTMForecaster(Ridge(0.1), horizon=3, n_steps=8).fit(values).predict()
    np.testing.assert_allclose(forecast, expected, rtol=1e-5)


def test_joint_targets_with_past_and_future_covariates_by_hand():
    table = np.stack([wave(70, k) for k in range(4)], axis=1)
    ahead = np.stack([wave(2, 9), wave(2, 10)], axis=1)
    X, y = cut(table, 6, 2, [0, 1], ahead=[3])
    window = table[-6:].copy()
    window[:, 3] = np.r_[table[-4:, 3], ahead[:, 0]]
    expected = Ridge().fit(X, y).predict(newest(window, 6)).reshape(2, 2)

    days = pd.date_range("2024-01-01", periods=72)
    frame = pd.DataFrame(table, days[:70], ["a", "b", "past", "known"])
    forecaster = LSTMForecaster(
        Ridge(), horizon=2, n_steps=6, target=["a", "b"], future=["known"]
    )
    future = pd.DataFrame({"known": ahead[:, 0]}, days[70:])
    forecast = forecaster.fit(frame).predict(future=future)
    np.testing.assert_allclose(forecast, expected, rtol=1e-5)
    assert list(forecast.columns) == ["a", "b"]
    pd.testing.assert_index_equal(forecast.index, days[70:])


def test_panel_by_hand_and_short_series():
    data = panel_of([40, 25, 5, 2])  # c is too short for a window, d for a target
    forecaster = LSTMForecaster(Ridge(), horizon=3, n_steps=6, group="id", time="day")
    forecast = forecaster.fit(data).predict()
    groups = dict(list(data.groupby("id")["y"]))
    parts = [cut(groups[k].to_numpy()[:, None], 6, 3, [0]) for k in "ab"]
    model = Ridge().fit(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    for k in "abcd":
        values = groups[k].to_numpy()
        values = np.r_[np.repeat(values[0], max(0, 6 - len(values))), values]
        part = forecast[forecast["id"] == k]
        expected = model.predict(newest(values, 6))[0]
        np.testing.assert_allclose(part["y"], expected, rtol=1e-4)
        end = data.loc[data["id"] == k, "day"].max()
        assert list(part["day"]) == list(pd.date_range(end, periods=4)[1:])
    assert list(forecast.columns) == ["id", "day", "y"]


def test_static_covariate_by_hand():
    data = panel_of([30, 30], size=np.repeat([1.0, 5.0], 30))
    forecaster = LSTMForecaster(
        Ridge(), n_steps=4, group="id", time="day", static=["size"]
    )
    forecast = forecaster.fit(data).predict()
    table = data[["y", "size"]].to_numpy().reshape(2, 30, 2)
    parts = [cut(part, 4, 1, [0]) for part in table]
    model = Ridge().fit(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    expected = [model.predict(newest(part, 4))[0] for part in table]
    np.testing.assert_allclose(forecast["y"], np.ravel(expected), rtol=1e-4)
    assert "size" not in forecast


# ---- forms in and out
@pytest.mark.parametrize(
    "freq", ["MS", "ME", "D", "h", "W-SUN", "W-WED", "QS", "QE", "B", "YE", "15min"]
)
@pytest.mark.parametrize("known", [True, False])
def test_future_timestamps(freq, known):
    times = pd.date_range("2020-02-03", periods=45, freq=freq, name="when")
    history = pd.Series(wave(40), times[:40], name="v")
    if not known:
        history.index = pd.DatetimeIndex(history.index.to_numpy(), name="when")
    forecast = LSTMForecaster(Ridge(), horizon=5, n_steps=6).fit(history).predict()
    assert forecast.name == "v"
    pd.testing.assert_index_equal(forecast.index, times[40:])


@pytest.mark.parametrize(
    "times",
    [
        pd.period_range("2020-01", periods=44, freq="M"),
        pd.period_range("2020Q1", periods=44, freq="Q"),
        pd.RangeIndex(5, 49),
        pd.Index(np.arange(0, 440, 10)),
        pd.date_range("2024-03-29", periods=44, freq="D", tz="Europe/Berlin"),
        pd.date_range("2024-03-30", periods=44, freq="h", tz="Europe/Berlin"),
    ],
    ids=["month", "quarter", "range", "tens", "days in summer time", "hours"],
)
def test_other_times(times):
    forecast = LSTMForecaster(Ridge(), horizon=2, n_steps=6).fit(
        pd.Series(wave(40), times[:40])
    )
    pd.testing.assert_index_equal(
        forecast.predict(4).index, times[40:], exact="equiv", check_names=False
    )


def test_freq_given_for_times_that_have_none():
    days = pd.DatetimeIndex(["2024-01-01", "2024-01-03", "2024-01-04", "2024-01-08"])
    with pytest.raises(ValueError, match="no frequency fits"):
        LSTMForecaster(Ridge(), n_steps=1).fit(pd.Series(np.arange(4.0), days))
    filled = LSTMForecaster(Ridge(), n_steps=1, freq="D", fill="interpolate")
    filled.fit(pd.Series(np.arange(4.0), days))
    assert filled.history_.lengths.to_list() == [8]


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize(
    "kind", ["timestamp[us][pyarrow]", "date32[day][pyarrow]", "category", "text"]
)
def test_dates_of_pyarrow_and_of_categories(kind, indexed):
    days = pd.Series(pd.date_range("2024-01-01", periods=40), name="day")
    given = days.astype(str).astype("category") if kind == "category" else days
    if kind == "text":
        given = days.astype(str).convert_dtypes(dtype_backend="pyarrow")
    elif "pyarrow" in kind:
        given = (days.dt.date if "date32" in kind else days).astype(kind)
    frame = pd.DataFrame({"day": given, "v": wave(40)})
    model = LSTMForecaster(Ridge(), n_steps=4, time=None if indexed else "day")
    forecast = model.fit(frame.set_index("day") if indexed else frame).predict()
    assert forecast.index[0] == pd.Timestamp("2024-02-10")
    expected = LSTMForecaster(Ridge(), n_steps=4).fit(wave(40)).predict()
    np.testing.assert_allclose(np.ravel(forecast), expected)


@pytest.mark.parametrize("form", ["array", "series", "polars series", "list"])
def test_series_forms_agree(form):
    values = wave(40)
    given = {
        "array": values,
        "list": list(values),
        "series": pd.Series(values),
        "polars series": pl.Series("y", values),
    }[form]
    forecast = LSTMForecaster(Ridge(), horizon=3, n_steps=5).fit(given).predict()
    assert isinstance(forecast, pd.Series)
    assert list(forecast.index) == [40, 41, 42]
    expected = LSTMForecaster(Ridge(), horizon=3, n_steps=5).fit(values).predict()
    np.testing.assert_allclose(forecast, expected)


def test_wide_and_polars_frames():
    days = pd.date_range("2024-01-01", periods=30, name="day")
    wide = pd.DataFrame({"a": wave(30), "b": wave(30, 1)}, days)
    model = LSTMForecaster(Ridge(), horizon=2, n_steps=4)
    expected = model.fit(wide).predict()
    assert expected.shape == (2, 2)
    assert list(expected.columns) == ["a", "b"]
    given = pl.from_pandas(wide.reset_index())
    forecast = LSTMForecaster(Ridge(), horizon=2, n_steps=4, time="day").fit(given)
    pd.testing.assert_frame_equal(
        forecast.predict(), expected, check_freq=False, check_index_type=False
    )
    long = panel_of([30, 20])
    panel = LSTMForecaster(Ridge(), n_steps=4, group="id", time="day")
    pd.testing.assert_frame_equal(
        panel.fit(pl.from_pandas(long)).predict(),
        panel.fit(long).predict(),
        check_dtype=False,
    )
    array = LSTMForecaster(Ridge(), n_steps=4).fit(wide.to_numpy()).predict()
    assert list(array.columns) == [0, 1]


def test_interleaved_panel_equals_stacked_panel():
    data = panel_of([30, 30])
    mixed = data.sort_values(["day", "id"], ignore_index=True)
    model = LSTMForecaster(Ridge(), horizon=2, n_steps=4, group="id", time="day")
    pd.testing.assert_frame_equal(model.fit(mixed).predict(), model.fit(data).predict())


@pytest.mark.parametrize(
    "regressor",
    [
        Ridge(),
        make_pipeline(Flatten(), Ridge()),
        make_pipeline(StandardScaler(), Ridge()),
        make_pipeline(PerFeature(StandardScaler()), Flatten(), Ridge()),
        TransformedTargetRegressor(Ridge()),
        VotingRegressor([("a", make_pipeline(Flatten(), Ridge()))]),
        tiny(),
        make_pipeline(PerFeature(StandardScaler()), tiny()),
        TransformedTargetRegressor(tiny(), transformer=StandardScaler()),
        None,
    ],
    ids=lambda r: "default" if r is None else re.sub(r"\s+", "", str(r))[:50],
)
def test_any_regressor_over_two_columns(regressor):
    table = pd.DataFrame({"a": wave(40), "b": wave(40, 1)})
    options = {"epochs": 1} if regressor is None else {}
    forecaster = LSTMForecaster(regressor, n_steps=6, target="a", **options)
    forecast = forecaster.fit(table).predict()
    assert forecast.shape == (1, 1)
    assert np.isfinite(forecast.to_numpy()).all()


# ---- forecasts from other data
def test_new_history_and_series_never_seen():
    model = LSTMForecaster(Ridge(), horizon=2, n_steps=6).fit(
        pd.Series(wave(60), pd.date_range("2024", periods=60), name="v")
    )
    other = pd.Series(wave(30, 5), pd.date_range("2021", periods=30), name="other")
    forecast = model.predict(data=other)
    ridge = model.estimator_.members_[0]
    expected = ridge.predict(newest(other, 6).reshape(1, 6, 1))[0]
    np.testing.assert_allclose(forecast, expected, rtol=1e-6)
    assert forecast.name == "other"
    assert forecast.index[0] == pd.Timestamp("2021-01-31")
    # Two rows tell no frequency: it is that of the history.
    other.index = pd.DatetimeIndex(other.index.to_numpy())
    with pytest.warns(UserWarning, match="has 2 rows, but the forecast reads 6"):
        forecast = model.predict(data=other[-2:])
    assert forecast.index[0] == pd.Timestamp("2021-01-31")
    np.testing.assert_allclose(model.predict(data=other[-6:]), expected, rtol=1e-6)


def test_new_history_reads_the_fitted_columns_in_their_order():
    table = pd.DataFrame({"a": wave(40), "b": wave(40, 1)})
    model = LSTMForecaster(tiny(), n_steps=6).fit(table)
    other = table[["b", "a"]].assign(note=1.0)
    pd.testing.assert_frame_equal(model.predict(data=other), model.predict())
    with pytest.raises(ValueError, match=r"'b', .* is not a column"):
        model.predict(data=table[["a"]])


def test_categories_may_name_the_series():
    data = panel_of([30, 20, 3])
    model = LSTMForecaster(Ridge(), horizon=2, n_steps=4, group="id", time="day")
    expected = model.fit(data).predict()
    named = data.assign(id=pd.Categorical(data["id"], categories=list("xcba")))
    pd.testing.assert_frame_equal(model.fit(named).predict(), expected)


def test_panel_forecasts_a_series_never_seen():
    model = LSTMForecaster(Ridge(), horizon=2, n_steps=6, group="id", time="day")
    model.fit(panel_of([40, 30]))
    new = panel_of([20]).assign(id="new")
    forecast = model.predict(data=new)
    assert list(forecast["id"]) == ["new", "new"]
    whole = pd.concat([panel_of([40, 30]), new])
    both = model.predict(data=whole)
    np.testing.assert_allclose(both.loc[both["id"] == "new", "y"], forecast["y"])


# ---- beyond the trained horizon
def test_recursion_equals_a_loop():
    values = wave(60)
    model = LSTMForecaster(Ridge(), horizon=3, n_steps=8).fit(values)
    ridge, history = model.estimator_.members_[0], list(values)
    for _ in range(3):
        history += list(ridge.predict(newest(history, 8).reshape(1, 8, 1))[0])
    np.testing.assert_allclose(model.predict(8), history[60:68], rtol=1e-5)
    np.testing.assert_allclose(model.predict(2), history[60:62], rtol=1e-5)


def test_recursion_of_a_panel_with_future_covariates():
    data = panel_of([40, 30]).assign(x=lambda d: d["day"].dt.day_of_week / 3)
    model = LSTMForecaster(
        Ridge(), horizon=2, n_steps=5, group="id", time="day", future="x"
    ).fit(data)
    days = pd.date_range("2024-01-31", periods=20)
    calendar = pd.DataFrame({"day": days, "x": days.day_of_week / 3})  # for all series
    forecast = model.predict(6, future=calendar)
    for k, rows in data.groupby("id"):
        history = rows[["day", "x", "y"]].reset_index(drop=True)
        for _ in range(3):
            block = model.predict(2, future=calendar, data=history.assign(id=k))
            known = block.merge(calendar, on="day")
            history = pd.concat([history, known[["day", "x", "y"]]])
        np.testing.assert_allclose(
            forecast.loc[forecast["id"] == k, "y"], history["y"][-6:], rtol=1e-5
        )


def test_recursion_is_refused_with_past_covariates():
    table = pd.DataFrame({"a": wave(40), "b": wave(40, 1)})
    model = LSTMForecaster(Ridge(), horizon=2, n_steps=4, target="a").fit(table)
    assert len(model.predict(2)) == 2
    with pytest.raises(ValueError, match=r"horizon=3 is longer .* \['b'\]"):
        model.predict(3)


def test_missing_future_covariates_are_named():
    days = pd.date_range("2024-01-01", periods=43)
    table = pd.DataFrame({"a": wave(40), "b": wave(40, 1)}, days[:40])
    model = LSTMForecaster(Ridge(), horizon=3, n_steps=4, future=["b"]).fit(table)
    with pytest.raises(ValueError, match=r"future lacks \['b'\]"):
        model.predict()
    future = pd.DataFrame({"b": [1.0, np.nan]}, days[40:42])
    with pytest.raises(ValueError, match=r"\['b'\] at 2 of the 3 .*2024-02-11.*-12"):
        model.predict(future=future)
    with pytest.raises(ValueError, match="no column is named future"):
        LSTMForecaster(Ridge(), n_steps=4).fit(table).predict(future=future)


# ---- missing values and times
def holes():
    values = pd.Series(wave(60), pd.date_range("2024-01-01", periods=60, name="day"))
    values.iloc[[10, 11, 30]] = np.nan
    return values.rename("v")


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        ("interpolate", lambda v: v.interpolate()),
        ("ffill", lambda v: v.ffill()),
        ("seasonal", lambda v: v.fillna(v.shift(7))),
        (lambda v: v.fillna(v.median()), lambda v: v.fillna(v.median())),
    ],
    ids=["interpolate", "ffill", "seasonal", "callable"],
)
def test_fill(fill, expected):
    forecaster = LSTMForecaster(Ridge(), n_steps=6, fill=fill).fit(holes())
    np.testing.assert_allclose(forecaster.history_.frame["v"], expected(holes()))


@pytest.mark.parametrize(
    "fill", [lambda v: v.mean(), lambda v: v.fillna(v.mean()) * 0 + v.mean()]
)
def test_a_function_fills_gaps_and_leaves_what_is_known(fill):
    data = panel_of([20, 20])
    data.loc[[3, 4], "y"] = np.nan  # the other series has no gap
    options = {"group": "id", "time": "day", "fill": fill}
    forecaster = LSTMForecaster(Ridge(), n_steps=4, **options).fit(data)
    expected = data["y"].fillna(data["y"][:20].mean())
    np.testing.assert_allclose(forecaster.history_.frame["y"], expected)


def test_fill_takes_the_season_given():
    forecaster = LSTMForecaster(Ridge(), n_steps=6, fill="seasonal", season_length=5)
    v = holes()
    np.testing.assert_allclose(
        forecaster.fit(v).history_.frame["v"], v.fillna(v.shift(5))
    )


def test_fill_keeps_to_each_series():
    data = panel_of([20, 20])
    data.loc[[19, 20], "y"] = np.nan  # the end of a, the start of b
    forecaster = LSTMForecaster(
        Ridge(), n_steps=4, group="id", time="day", fill="interpolate"
    ).fit(data)
    filled = forecaster.history_.frame["y"]
    assert filled[19] == data["y"][18]
    assert filled[20] == data["y"][21]


def test_missing_values_are_refused_with_count_and_place():
    with pytest.raises(ValueError, match=r"3 missing.*3 in column 'v'.*2024-01-11"):
        LSTMForecaster(Ridge(), n_steps=4).fit(holes())
    with pytest.raises(ValueError, match="fill must be one of"):
        LSTMForecaster(Ridge(), n_steps=4, fill="spline").fit(holes())
    with pytest.raises(ValueError, match="left 3 missing"):
        LSTMForecaster(Ridge(), n_steps=4, fill=lambda v: v).fit(holes())
    infinite = holes().fillna(np.inf)
    with pytest.raises(ValueError, match="3 infinite values; the first is in"):
        LSTMForecaster(Ridge(), n_steps=4).fit(infinite)


def test_absent_times():
    values = holes().ffill()
    few = values.drop(values.index[20])  # 1 of 59 is more than 1 %
    with pytest.raises(ValueError, match=r"1 are absent .*2024-01-21"):
        LSTMForecaster(Ridge(), n_steps=4).fit(few)
    filled = LSTMForecaster(Ridge(), n_steps=4, fill="ffill").fit(few)
    assert filled.history_.frame["v"][20] == values.iloc[19]
    off = values.rename({values.index[20]: values.index[20] + pd.Timedelta("3h")})
    with pytest.raises(ValueError, match="irregular"):
        LSTMForecaster(Ridge(), n_steps=4).fit(off)


def test_duplicate_times_are_refused():
    values = pd.concat([holes().ffill(), holes().ffill()[-1:]])
    with pytest.raises(ValueError, match=r"duplicate: row 60, 2024-02-29"):
        LSTMForecaster(Ridge(), n_steps=4).fit(values)


# ---- wrong calls
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "sales"}, "'sales' is not a column.*did you mean 'sale'"),
        ({"past": ["prise"]}, "past='prise'.*did you mean 'price'"),
        ({"target": "sale", "past": ["sale"]}, "named in two roles"),
        ({"static": ["price"]}, "needs a group column"),
        ({"horizon": 0}, "horizon must be at least 1, got 0"),
        ({"n_steps": 0}, "n_steps must be at least 1"),
        ({"n_members": 0}, "n_members must be at least 1"),
        ({"season_length": 0}, "season_length must be at least 1"),
        ({"n_steps": 40}, "need 41 rows, but the longest series has 30"),
        ({"horizon": 30}, "needs more than 30 rows"),
        ({"epochs": 3}, "linear_weight are for regressor=None"),
        ({"architecture": "cnn"}, "architecture, epochs and linear_weight are for"),
        ({"regressor": None, "architecture": "gru"}, "architecture must be one of"),
    ],
)
def test_wrong_calls(options, message):
    table = pd.DataFrame({"sale": wave(30), "price": wave(30, 1)})
    options = {"regressor": Ridge(), "n_steps": 4, **options}
    with pytest.raises(ValueError, match=message):
        LSTMForecaster(**options).fit(table)


def test_static_that_changes_is_refused():
    data = panel_of([20, 20]).assign(size=np.arange(40.0))
    model = LSTMForecaster(Ridge(), group="id", time="day", static="size")
    with pytest.raises(ValueError, match="changes within series 'a'"):
        model.fit(data)


# ---- an estimator as any other
def test_clone_parameters_and_pickle():
    model = LSTMForecaster(tiny(), horizon=2, n_steps=4, fill="ffill")
    again = clone(model)
    assert again.get_params(deep=False)["horizon"] == 2
    assert again.set_params(regressor__units=5).regressor.units == 5
    model.fit(wave(40))
    same = pickle.loads(pickle.dumps(model))
    pd.testing.assert_series_equal(same.predict(3), model.predict(3))
    assert not hasattr(clone(model), "estimator_")


def test_seeds_repeat():
    first, second = (
        LSTMForecaster(tiny(random_state=None), n_steps=4, random_state=7)
        .fit(wave(40))
        .predict()
        for _ in range(2)
    )
    pd.testing.assert_series_equal(first, second)


def test_members_are_a_median_and_share_one_program():
    values = wave(40)
    LSTMForecaster(tiny(), n_steps=4, random_state=3).fit(values).predict()
    before = Program.n_traces
    model = LSTMForecaster(tiny(), n_steps=4, random_state=3, n_members=3).fit(values)
    forecast = model.predict()
    assert Program.n_traces == before
    members = model.estimator_.members_
    window = newest(values, 4).reshape(1, 4, 1)
    each = [member.predict(window) for member in members]
    assert len(np.unique(each)) == 3
    np.testing.assert_allclose(forecast, np.median(each, axis=0))
    seeds = [member.random_state for member in members]
    by_hand = clone(members[1]).set_params(random_state=seeds[1])
    X, y = cut(values[:, None], 4, 1, [0])
    by_hand.fit(X.reshape(-1, 4, 1), y.ravel())
    np.testing.assert_allclose(by_hand.predict(window), each[1], rtol=1e-5)


def test_default_regressor():
    model = LSTMForecaster(
        horizon=3, architecture="encoder_decoder", epochs=2, random_state=0
    )
    forecast = model.fit(load_airline()).predict()
    assert forecast.index[0] == pd.Timestamp("1961-01-01")
    assert model.season_length_ == 12
    assert forecast.between(200, 900).all()


# ---- real files
def test_melbourne_lacks_two_leap_days(shared_file):
    table = pd.read_csv(
        shared_file("daily_min_temperatures.csv"), index_col=0, parse_dates=True
    )
    values = table.iloc[:, 0]
    model = LSTMForecaster(LinearRegression(), horizon=7, n_steps=14)
    with pytest.warns(UserWarning, match="2 absent times, 1984-12-31 .* closed up"):
        model.fit(values)
    assert model.history_.lengths.to_list() == [3650]
    assert model.predict().index[0] == pd.Timestamp("1991-01-01")


def test_beijing_with_missing_values(shared_file):
    table = pd.read_csv(shared_file("beijing_pm25.csv"), nrows=3000)
    hour = pd.to_datetime(table[["year", "month", "day", "hour"]])
    table = table.set_axis(hour, axis=0)[["pm2.5", "TEMP", "PRES"]]
    model = LSTMForecaster(Ridge(), horizon=24, n_steps=48, target="pm2.5")
    with pytest.raises(ValueError, match=r"missing values: \d+ in column 'pm2.5'"):
        model.fit(table)
    forecast = model.set_params(fill="interpolate").fit(table).predict()
    assert forecast.shape == (24, 1)
    assert np.isfinite(forecast.to_numpy()).all()


def test_nn5_wide_with_fill(shared_file):
    table = pd.read_csv(
        shared_file("nn5_daily_train.csv"), index_col="date", parse_dates=True
    )
    long = table.iloc[:, :8].melt(ignore_index=False, var_name="id").reset_index()
    for data, options in ((table.iloc[:, :8], {}), (long, {"group": "id"})):
        time = {"time": "date"} if options else {}
        model = LSTMForecaster(
            Ridge(), horizon=14, n_steps=28, fill="seasonal", **options, **time
        )
        assert np.isfinite(model.fit(data).predict().select_dtypes("number")).all(
            axis=None
        )


def test_cif_long_with_unequal_lengths(shared_file):
    data = pd.read_csv(shared_file("cif2016_train.csv"))
    model = LSTMForecaster(
        Ridge(), horizon=6, n_steps=12, season_length=12, group="unique_id", time="t"
    )
    forecast = model.fit(data).predict()
    assert forecast.groupby("unique_id").size().eq(6).all()
    ends = data.groupby("unique_id")["t"].max()
    starts = forecast.groupby("unique_id")["t"].min()
    pd.testing.assert_series_equal(starts, ends + 1)


def test_misspelt_parameters_name_the_nearest():
    forecaster = LSTMForecaster(VanillaLSTMRegressor())
    with pytest.raises(ValueError, match=r"'horizn' \(did you mean 'horizon'\?\)"):
        forecaster.set_params(horizn=2)
    with pytest.raises(ValueError, match=r"'unit' \(did you mean 'units'\?\)"):
        forecaster.set_params(regressor__unit=2)
    assert forecaster.set_params(regressor__units=2).regressor.units == 2
    with pytest.raises(TypeError, match=r"'horison' \(did you mean 'horizon'\?\)"):
        LSTMForecaster(horison=12)


@pytest.mark.parametrize("name", ["option_context", "set_option"])
def test_a_frequency_is_found_without_options_of_the_process(monkeypatch, name):
    def refused(*args):
        raise AssertionError("other threads would see it")

    data = load_airline()
    undated = data.set_axis(pd.DatetimeIndex(data.index.to_numpy()))
    assert undated.index.freq is None
    monkeypatch.setattr(pd, name, refused)
    forecast = LSTMForecaster(Ridge(), n_steps=12).fit(undated).predict()
    assert list(forecast.index) == [pd.Timestamp("1961-01-01")]


def test_a_regressor_that_lengthens_its_windows_reads_the_history():
    data = load_airline()
    inside = make_pipeline(SlidingWindow(36), Flatten(), Ridge())
    model = LSTMForecaster(inside, horizon=3, n_steps=12).fit(data)
    lengthened = model.predict()
    X = make_windows(data.to_numpy())
    expected = model.estimator_.members_[0].predict(X[-1:])
    np.testing.assert_allclose(lengthened, expected.ravel())
    padded = model.estimator_.members_[0].predict(make_windows(data[-12:].to_numpy()))
    assert not np.allclose(lengthened, padded[-1])


@pytest.mark.parametrize("horizon", [1, 2])
@pytest.mark.parametrize("wrap", [MultiOutputRegressor, RegressorChain])
def test_regressors_of_several_outputs_serve_any_horizon(wrap, horizon):
    values = np.random.default_rng(0).normal(size=60).cumsum()
    model = LSTMForecaster(wrap(Ridge()), horizon=horizon, n_steps=4).fit(values)
    plain = LSTMForecaster(Ridge(), horizon=horizon, n_steps=4).fit(values)
    np.testing.assert_allclose(model.predict()[:1], plain.predict()[:1], rtol=1e-6)
    model.backtest(values, n_origins=2)
    assert (model.predict_interval(0.5)["lower"] <= model.predict()).all()
