"""LSTMForecaster: absent times, names that collide, and calls refused in one line."""

import datetime
import inspect
import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from pandas.tseries.holiday import USFederalHolidayCalendar
from sklearn.linear_model import Lasso, LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skforecast_lstm import LSTMForecaster, VanillaLSTMRegressor
from skforecast_lstm.datasets import load_airline
from skforecast_lstm.forecaster._regressors import dtype_for
from skforecast_lstm.transformers import Flatten

AIRLINE = load_airline()
RESERVED = (
    "fold", "origin", "step", "target", "actual", "forecast", "seasonal_naive",
    "naive", "lower", "upper",
)  # fmt: skip


def forecaster(**options):
    return LSTMForecaster(Ridge(), **{"horizon": 3, "n_steps": 12, **options})


def daily(n=400, freq="D", seed=0):
    days = pd.date_range("2023-01-02", periods=n, freq=freq, name="day")
    values = np.sin(np.arange(n) / 3)
    return pd.Series(values + np.random.default_rng(seed).normal(0, 0.1, n), days)


def shops(north=AIRLINE, south=AIRLINE):
    parts = [("north", north), ("south", south)]
    return pd.concat(
        [
            pd.DataFrame({"shop": k, "month": s.index, "sold": s.to_numpy()})
            for k, s in parts
        ],
        ignore_index=True,
    )


def panel_model(**options):
    return forecaster(group="shop", time="month", **options)


def without(series, *rows):
    return series.drop(series.index[list(rows)])


# ---- absent times
def test_a_hole_in_the_window_that_is_read_is_refused():
    hours = daily(2000, "h")
    model = forecaster(n_steps=48).fit(hours)
    holed = without(hours, *range(1970, 1982))  # 12 of 2000 are less than 1 %
    message = r"12 are absent .*2023-03-25 02:00:00 the first, two or more in a row"
    with pytest.raises(ValueError, match=message):
        model.predict(data=holed)
    with pytest.raises(ValueError, match=r"fill='interpolate' .* freq='B'"):
        model.fit(holed)
    filled = forecaster(n_steps=48, fill="ffill").fit(hours)
    assert len(filled.predict(data=holed)) == 3


def test_two_absent_times_in_a_row_are_refused_anywhere():
    with pytest.raises(ValueError, match=r"2 are absent .*two or more in a row from"):
        forecaster().fit(without(daily(), 100, 101))


@pytest.mark.parametrize("row", [-2, -12])
def test_one_absent_time_among_the_last_that_are_read_is_refused(row):
    holed = without(daily(), row)
    message = f"1 of the last 12 times .* is absent, {daily().index[row]} the first"
    with pytest.raises(ValueError, match=message):
        forecaster().fit(holed)
    with pytest.raises(ValueError, match=message):
        forecaster().fit(daily()).predict(data=holed)


def test_isolated_absent_times_are_closed_up_with_one_warning():
    days = daily(400, "B")
    holed = without(days, 50, 300, -13)
    message = f"3 absent times, {days.index[50]} the first, were closed up"
    with pytest.warns(UserWarning, match=message) as told:
        model = forecaster().fit(holed)
    assert len(told) == 1
    assert told[0].filename == __file__
    assert model.history_.lengths.to_list() == [397]
    assert model.predict().index[0] == days.index[-1] + pd.offsets.BDay()
    with pytest.warns(UserWarning, match=message):
        model.backtest(holed, n_origins=1)
    with pytest.warns(UserWarning, match=message):
        pd.testing.assert_series_equal(
            model.predict(data=holed), model.predict(), check_names=False
        )


@pytest.mark.parametrize("freq", ["B", None])
def test_business_days_without_holidays(freq):
    days = daily(600, "B")
    holidays = USFederalHolidayCalendar().holidays("2023", "2026")
    known = days[~days.index.isin(holidays)]
    known = known.drop(pd.Timestamp("2024-12-26"))  # two in a row
    known = known[: known.index.get_loc("2025-01-21") + 1]  # after a holiday
    n_absent = len(days[known.index[0] : known.index[-1]]) - len(known)
    assert n_absent > 0.04 * len(known)
    with pytest.warns(UserWarning, match=f"^LSTMForecaster: {n_absent} absent times"):
        model = forecaster(freq=freq).fit(known)
    assert model.season_length_ == 5
    assert model.predict().index[0] == pd.Timestamp("2025-01-22")
    with pytest.warns(UserWarning, match="1 absent time, 2025-01-22"):
        model.update(days["2025-01-23":])


@pytest.mark.parametrize(
    ("rows", "why"), [([7, 8, 9], "three or more"), (range(0, 300, 5), "1 in 10 of")]
)
def test_business_days_that_are_absent_for_other_reasons(rows, why):
    with pytest.raises(ValueError, match=f"{why}.*or the days off") as refused:
        forecaster(freq="B").fit(without(daily(300, "B"), *rows))
    assert "freq='B'" not in str(refused.value)


def test_an_update_that_skips_a_time():
    days = daily()
    with pytest.raises(ValueError, match="1 of the last 12 times"):
        forecaster().fit(days[:380]).update(days[381:385])
    with pytest.raises(ValueError, match="two or more in a row"):
        forecaster().fit(days[:360]).update(days[362:])
    model = forecaster().fit(days[:360])
    with pytest.warns(UserWarning, match=f"1 absent time, {days.index[360]} the first"):
        model.update(days[361:390])
    model.update(days[390:])  # what was told before is not told again
    assert len(model.history_.frame) == 399


def test_absent_times_of_a_panel_name_the_series():
    with pytest.raises(ValueError, match=r"'south', 1 of 2 series, are irr.*: 2 are"):
        panel_model().fit(shops(south=without(AIRLINE, 50, 51)))
    with pytest.raises(ValueError, match="absent in series 'south', 1960-11-01"):
        panel_model().fit(shops(south=without(AIRLINE, -2)))
    with pytest.warns(UserWarning, match="1953-03-01 00:00:00 in series 'south' the"):
        panel_model().fit(shops(south=without(AIRLINE, 50)))


def test_series_that_are_numbered_are_shown_as_numbers():
    data = shops().replace({"shop": {"north": 1, "south": 2}})
    data.loc[200, "sold"] = np.nan
    with pytest.raises(ValueError, match="of series 2; 1 of 2 series have some"):
        panel_model().fit(data)
    with pytest.raises(ValueError, match="times of series 2, 1 of 2 series, are irr"):
        panel_model().fit(data.drop(index=[200, 201]))


WEEKS = pd.date_range("2018-01-01", periods=60, freq="W-MON")


@pytest.mark.parametrize("fill", [None, "interpolate"])
@pytest.mark.parametrize(
    ("times", "code", "convert"),
    [
        (WEEKS, "%Y%m%d", "to_datetime(times.astype(str), format='%Y%m%d')"),
        (AIRLINE.index, "%Y%m", "to_datetime(times.astype(str), format='%Y%m')"),
        (WEEKS, "%G%V", "to_datetime(times.astype(str) + '1', format='%G%V%u')"),
    ],
)
def test_dates_written_as_numbers_are_refused(times, code, convert, fill):
    numbers = times.strftime(code).astype(int)
    message = rf" {numbers[0]} to .* not as dates .*{re.escape(convert)}, or if"
    with pytest.raises(ValueError, match=message):
        forecaster(fill=fill).fit(pd.Series(1.0, numbers))
    assert (eval(f"pd.{convert}", {"pd": pd, "times": numbers}) == times).all()


@pytest.mark.parametrize(
    "times", [range(1900, 2000), range(200001, 200099), range(20200101, 20200201)]
)
def test_numbers_that_count_are_no_dates(times):
    values = pd.Series(np.arange(len(times)) * 1.0, pd.Index(times))
    assert forecaster().fit(values).predict().index[0] == times[-1] + 1
    named = forecaster(freq=1).fit(values[:31])  # as asked
    assert named.predict().index[0] == times[30] + 1


def test_numbers_with_more_absent_than_there_are_refused():
    quarters = [10 * year + q for year in range(2010, 2020) for q in (1, 2, 3, 4)]
    sparse = pd.Series(1.0, quarters)
    message = "in steps of 1, 54 are absent and only 40 there; if they are dates"
    with pytest.raises(ValueError, match=message):
        forecaster(fill="interpolate").fit(sparse)
    whole = forecaster(fill="interpolate", freq=1).fit(sparse)
    assert whole.history_.lengths.to_list() == [94]


# ---- names that collide
@pytest.mark.parametrize("word", RESERVED)
@pytest.mark.parametrize("role", ["shop", "month"])
def test_names_of_result_columns_are_refused(word, role):
    data = shops().rename(columns={role: word})
    names = {"group": "shop", "time": "month"}
    names = {k: word if v == role else v for k, v in names.items()}
    model = forecaster(**names).fit(data)
    message = f"'{word}' is the name of a column of the result of backtest; rename"
    with pytest.raises(ValueError, match=message):
        model.backtest()
    if word in ("forecast", "lower", "upper"):
        with pytest.raises(
            ValueError, match=f"'{word}' .* of predict_interval; rename"
        ):
            model.predict_interval(0.5)
    else:
        assert model.predict_interval(0.5).columns.is_unique


@pytest.mark.parametrize("word", RESERVED)
def test_an_index_is_refused_and_a_target_works(word):
    with pytest.raises(ValueError, match=f"'{word}' is the name of a column of"):
        forecaster().backtest(AIRLINE.rename_axis(word))
    expected = forecaster().backtest(AIRLINE).scores
    pd.testing.assert_frame_equal(
        forecaster().backtest(AIRLINE.rename(word)).scores, expected
    )
    wide = pd.DataFrame({word: AIRLINE, "other": AIRLINE + 1})
    result = forecaster().backtest(wide)
    assert set(result.forecasts["target"]) == {word, "other"}
    bounds = forecaster().fit(wide).predict_interval(0.5)
    assert list(bounds[word]) == ["forecast", "lower", "upper"]
    panel = panel_model().fit(shops().rename(columns={"sold": word}))
    assert panel.predict_interval(0.5).columns.is_unique


@pytest.mark.parametrize("word", ["__series__", "__time__"])
@pytest.mark.parametrize("column", ["shop", "month", "sold"])
def test_own_names_are_refused(word, column):
    roles = {"group": "shop", "time": "month", "target": "sold"}
    roles = {k: word if v == column else v for k, v in roles.items()}
    with pytest.raises(ValueError, match=f"'{word}' is the name of a column of the fo"):
        forecaster(**roles).fit(shops().rename(columns={column: word}))


def test_times_without_a_name_are_called_time():
    data = shops().drop(columns="month")
    forecast = forecaster(group="shop").fit(data).predict()
    assert list(forecast.columns) == ["shop", "time", "sold"]
    data = data.rename(columns={"shop": "time"})
    result = forecaster(group="time").fit(data).backtest()
    assert result.forecasts.columns.is_unique


# ---- places in a panel
def test_faults_of_a_panel_name_the_series():
    data = shops()
    data.loc[[200, 201], "sold"] = np.nan
    with pytest.raises(ValueError, match="of series 'south'; 1 of 2 series have some"):
        panel_model().fit(data)
    with pytest.raises(ValueError, match=r"infinite .* of series 'south'; 1 of 2"):
        panel_model().fit(data.fillna(np.inf))


def with_days(s=AIRLINE):
    return pd.DataFrame({"y": s, "days": s.index.days_in_month * 1.0}, s.index)


MONTHS = pd.date_range("1961-01", periods=3, freq="MS")
QUARTERS = pd.period_range("1961Q1", periods=3, freq="Q")
AHEAD = pd.DataFrame({"days": MONTHS.days_in_month * 1.0}, MONTHS)


def test_future_rows_of_a_panel_name_the_series():
    data = shops().assign(days=lambda d: d["month"].dt.days_in_month)
    model = panel_model(future="days").fit(data)
    ahead = AHEAD.rename_axis("month").reset_index()
    known = pd.concat([ahead.assign(shop="north"), ahead[:1].assign(shop="south")])
    message = r"at 2 of the 3 times .* for 1 of 2 series, 'south' the first: 1961-02"
    with pytest.raises(ValueError, match=message):
        model.predict(future=known)


def test_future_of_whole_blocks():
    model = forecaster(target="y", future="days").fit(with_days())
    with pytest.raises(ValueError, match="2 steps need the future of 3"):
        model.predict(2, future=AHEAD[:2])
    expected = model.predict(future=AHEAD)[:2]
    pd.testing.assert_frame_equal(model.predict(2, future=AHEAD), expected)
    # Why: the last of them stands in the window of all steps.
    other = AHEAD.assign(days=[31.0, 28.0, 99.0])
    assert not model.predict(2, future=other).equals(expected)


@pytest.mark.parametrize(
    ("future", "error", "message"),
    [
        ({"days": [31, 28, 31]}, TypeError, "future must be a Series, .* got dict"),
        (pd.concat([AHEAD, AHEAD[1:2]]), ValueError, "stands there .* 1961-02-01"),
        (AHEAD.astype(object).replace(28.0, "few"), ValueError, "'few' at 1961-02-01"),
        (AHEAD.replace(28.0, np.inf), ValueError, "infinite in 1 rows; .*1961-02-01"),
    ],
)
def test_wrong_futures(future, error, message):
    model = forecaster(target="y", future="days").fit(with_days())
    with pytest.raises(error, match=message):
        model.predict(future=future)


@pytest.mark.parametrize(
    ("history", "ahead", "message"),
    [
        (MONTHS, MONTHS.to_period("M"), "periods (period[M]), .* to_timestamp"),
        (MONTHS, MONTHS.strftime("%m/%d/%Y"), "no ISO 8601 dates, such as '01/01/19"),
        (MONTHS, MONTHS.tz_localize("Asia/Tokyo"), "with a time zone .*(None) takes"),
        (MONTHS, pd.RangeIndex(3), "whole numbers (int64), but those of the history d"),
        (MONTHS.tz_localize("Asia/Tokyo"), MONTHS, "without .* tz_localize gives"),
        (MONTHS.to_period("M"), MONTHS, "without .* history periods (period[M]); to_p"),
        (MONTHS.to_period("M"), MONTHS.strftime("%Y-%m"), "(str), .*PeriodIndex"),
        (MONTHS.to_period("M"), QUARTERS, "(period[Q-DEC]), but"),
        (pd.RangeIndex(144, 147), MONTHS, "without .* history whole numbers (int64)"),
    ],
)  # fmt: skip
def test_times_of_another_kind_than_those_of_the_history(history, ahead, message):
    message = re.escape(message).replace(r"\.\*", ".*").replace(r"\ ", " ")
    rows = with_days().set_axis(known_before(history), axis=0)
    model = forecaster(target="y", future="days").fit(rows)
    with pytest.raises(ValueError, match=f": the times of future .*{message}"):
        model.predict(future=AHEAD.set_axis(ahead, axis=0))
    if not isinstance(ahead.dtype, pd.StringDtype):
        with pytest.raises(ValueError, match=f"times of update .*{message}"):
            model.update(AHEAD.assign(y=1.0).set_axis(ahead, axis=0))


def known_before(ahead):
    if isinstance(ahead, pd.RangeIndex):
        return pd.RangeIndex(144)
    months = AIRLINE.index.tz_localize(getattr(ahead, "tz", None))
    return months.to_period("M") if isinstance(ahead, pd.PeriodIndex) else months


def test_future_in_another_zone_as_text_and_by_group_and_time():
    rows = with_days().tz_localize("Asia/Tokyo")
    model = forecaster(target="y", future="days").fit(rows)
    ahead = AHEAD.tz_localize("Asia/Tokyo")
    expected = model.predict(future=ahead)
    for index in (ahead.index.tz_convert("UTC"), ahead.index.map(str)):
        found = model.predict(future=ahead.set_axis(index, axis=0))
        pd.testing.assert_frame_equal(found, expected)
    data = shops().assign(days=lambda d: d["month"].dt.days_in_month)
    panel = panel_model(future="days").fit(data)
    known = AHEAD.rename_axis("month").reset_index()
    known = pd.concat([known.assign(shop="north"), known.assign(shop="south")])
    pd.testing.assert_frame_equal(
        panel.predict(future=known.set_index(["shop", "month"])),
        panel.predict(future=known),
    )


# ---- other histories
def test_another_frequency_is_refused():
    model = forecaster(fill="interpolate").fit(AIRLINE)
    years = AIRLINE[AIRLINE.index.month == 1]
    with pytest.raises(ValueError, match="has 12 rows, but 121 more times"):
        model.predict(data=years)
    whole = forecaster(freq="MS", fill="interpolate").fit(years)  # named: as asked
    assert whole.history_.lengths.to_list() == [133]


def test_other_periods_are_refused():
    months = AIRLINE.to_period("M")
    model = forecaster().fit(months)
    quarters = months.resample("Q").sum()
    message = "periods of 'Q-DEC', which freq='ME' does not fit; resample the data"
    with pytest.raises(ValueError, match=message):
        model.predict(data=quarters)
    for freq in ("W", "MS", "foo", 1):
        with pytest.raises(ValueError, match=f"of 'M', which freq={freq!r} does not"):
            forecaster(freq=freq).fit(months)
    for freq in ("M", "ME", pd.offsets.MonthEnd()):
        pd.testing.assert_series_equal(
            forecaster(freq=freq).fit(months).predict(), model.predict()
        )


def test_numbers_in_place_of_dates_are_refused():
    message = "times are whole numbers, which freq={!r} does not fit; give the dates"
    with pytest.raises(ValueError, match=message.format("D")):
        forecaster(freq="D").fit(AIRLINE.to_numpy())
    with pytest.raises(ValueError, match=message.format("MS")):
        forecaster().fit(AIRLINE).predict(data=AIRLINE.to_numpy())


def test_a_short_history_warns():
    model = forecaster().fit(AIRLINE)
    message = "the data has 5 rows, but the forecast reads 12: its earliest value is"
    with pytest.warns(UserWarning, match=message) as told:
        forecast = model.predict(data=AIRLINE[:5])
    assert told[0].filename == __file__
    padded = np.r_[np.repeat(AIRLINE.iloc[0], 7), AIRLINE[:5]]
    again = forecaster().fit(AIRLINE.to_numpy()).predict(data=padded)
    np.testing.assert_allclose(forecast, again)
    with pytest.warns(UserWarning, match=r"of series 'south' .* \(1 of 2 series"):
        panel_model().fit(shops()).predict(data=shops(south=AIRLINE[:5]))


def test_rows_numbered_anew_are_not_taken_for_new_ones():
    model = forecaster().fit(pd.Series(AIRLINE.to_numpy()))
    with pytest.raises(ValueError, match=r"begin at 0; .* an array .* counts on"):
        model.update(pd.Series([400.0, 410.0]))
    assert model.update([400.0, 410.0]).predict().index[0] == 146


# ---- calls refused in one line
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m: m.fit(AIRLINE[:0]), ValueError, "the data has no rows"),
        (lambda m: m.predict(data=AIRLINE[:0]), ValueError, "the data has no rows"),
        (lambda m: m.predict(data=pd.DataFrame()), ValueError, "the data has no rows"),
        (
            lambda m: m.set_params(freq=0).fit(AIRLINE.to_numpy()), ValueError,
            "freq must be at least 1, got 0",
        ),
        (lambda m: m.update(AIRLINE[:0]), ValueError, "the data has no rows"),
        (lambda m: m.fit(None), TypeError, "data must be a Series, .* got NoneType"),
        (lambda m: m.update(None), TypeError, "data must be a Series, .*NoneType"),
        (lambda m: m.fit(np.ones((9, 2, 2))), ValueError, "1-D .* shape (9, 2, 2)"),
        (
            lambda m: m.fit(pl.LazyFrame({"y": [1.0]})), TypeError,
            "got LazyFrame; call its .collect() first",
        ),
        (
            lambda m: m.set_params(regressor="ridge").fit(AIRLINE), TypeError,
            "regressor must be a scikit-learn regressor such as Ridge(), got 'ridge'",
        ),
        (
            lambda m: m.set_params(regressor=Ridge).fit(AIRLINE), TypeError,
            "regressor must be an instance, got the class Ridge; call it: Ridge()",
        ),
        (
            lambda m: m.set_params(freq=1).fit(AIRLINE), ValueError,
            "freq=1 is no frequency of dates",
        ),
        (
            lambda m: m.set_params(freq="foo").fit(AIRLINE), ValueError,
            "freq='foo' is no frequency of dates",
        ),
        (
            lambda m: m.set_params(freq="ME").fit(AIRLINE), ValueError,
            "1949-01-01 00:00:00 does not lie on the grid by freq='ME'",
        ),
        (
            lambda m: m.set_params(fill="x").fit(AIRLINE), ValueError,
            "fill must be one of",
        ),
        (
            lambda m: m.predict_quantiles((0.5, 0.5)), ValueError,
            "quantiles must differ, got (0.5, 0.5)",
        ),
    ],
)  # fmt: skip
def test_obscure_calls_are_refused(call, error, message):
    message = re.escape(message).replace(r"\.\*", ".*").replace(r"\ ", " ")
    with pytest.raises(error, match=f"^LSTMForecaster: .*{message}"):
        call(forecaster().fit(AIRLINE))


def test_a_history_without_the_target_shows_its_columns():
    model = forecaster(target="y").fit(with_days())
    message = r"'y', which the model was fitted with, is not a .*\(columns: 'days'\)"
    with pytest.raises(ValueError, match=message):
        model.predict(data=with_days()[["days"]])


def test_trusted_must_be_a_list(tmp_path):
    model = LSTMForecaster(Lasso(), n_steps=3).fit(AIRLINE)
    for call in (model.save, LSTMForecaster.load):
        with pytest.raises(TypeError, match=r"list of .*; use trusted=\[Lasso\]"):
            call(tmp_path / "m", trusted=Lasso)
        model.save(tmp_path / "m", trusted=[Lasso])


@pytest.mark.parametrize("text", [False, True])
def test_an_index_of_dates_as_objects(text):
    days = daily(60)
    dates = [d.date() for d in days.index]
    assert isinstance(dates[0], datetime.date)
    index = pd.Index([str(d) for d in dates] if text else dates, dtype=object)
    given = pd.Series(days.to_numpy(), index)
    forecast = forecaster().fit(given).predict()
    expected = forecaster().fit(days).predict()
    pd.testing.assert_series_equal(
        forecast, expected, check_names=False, check_index_type=False
    )


@pytest.mark.parametrize("listed", [list, np.array, pd.Index, pd.Series, tuple])
def test_roles_as_lists_of_every_kind(listed, tmp_path):
    data = shops().assign(size=1.0, days=lambda d: d["month"].dt.days_in_month)
    names = {"static": "size", "future": "days", "target": "sold"}
    names |= {"group": "shop", "time": "month"}
    ahead = AHEAD.rename_axis("month").reset_index()
    expected = forecaster(**names).fit(data).predict(future=ahead)
    model = forecaster(**{role: listed([name]) for role, name in names.items()})
    model.fit(data).backtest(n_origins=1)
    pd.testing.assert_frame_equal(model.predict(future=ahead), expected)
    if listed is not pd.Series:
        model.save(tmp_path / "m")
        same = LSTMForecaster.load(tmp_path / "m")
        pd.testing.assert_frame_equal(same.predict(future=ahead), expected)
        assert type(same.future) is type(model.future)
    with pytest.raises(ValueError, match=r"static=\['size'\] needs a group column"):
        forecaster(static=listed(["size"])).fit(data)
    with pytest.raises(ValueError, match=r"group must be .* one column, got \['sh"):
        forecaster(group=listed(["shop", "size"])).fit(data)


def test_a_column_whose_name_is_a_tuple():
    wide = pd.concat({("Close", "A"): AIRLINE, ("Close", "B"): AIRLINE + 1}, axis=1)
    model = forecaster(target=("Close", "A"), past=[("Close", "B")])
    assert list(model.fit(wide).predict()) == [("Close", "A")]
    expected = forecaster().backtest(AIRLINE)
    found = forecaster().backtest(wide["Close", "A"])
    pd.testing.assert_frame_equal(found.scores, expected.scores)
    assert ("Close", "A") in found.by_series.index.get_level_values("target")


def test_what_can_not_be_saved_says_what_can(tmp_path):
    model = forecaster(random_state=np.random.RandomState(0)).fit(AIRLINE)
    message = r"can't write .*random_state, a numpy.*; fit .* such as random_state=0$"
    with pytest.raises(ValueError, match=message):
        model.save(tmp_path / "m")


# ---- windows of regressors that don't scale
@pytest.mark.parametrize(
    "regressor", [LinearRegression(), make_pipeline(Flatten(), LinearRegression())]
)
def test_small_changes_on_a_high_level_are_kept(regressor):
    values = daily(200).to_numpy()
    level = 1e8
    model = LSTMForecaster(regressor, horizon=2, n_steps=8).fit(values + level)
    X = np.lib.stride_tricks.sliding_window_view(values + level, 10)
    by_hand = LinearRegression().fit(X[:, :8], X[:, 8:])
    expected = by_hand.predict((values + level)[-8:].reshape(1, -1))[0]
    np.testing.assert_allclose(model.predict() - level, expected - level, atol=1e-5)


def test_networks_read_float32():
    net = VanillaLSTMRegressor()
    assert dtype_for(None) == dtype_for(net) == np.float32
    assert dtype_for(make_pipeline(Flatten(), net)) == np.float32
    assert dtype_for(Ridge()) == np.float64


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64"])
def test_times_of_small_whole_numbers(dtype):
    rows = pd.DataFrame({"id": "a", "t": np.arange(60), "v": np.arange(60.0) % 7})
    model = forecaster(group="id", time="t").fit(rows.astype({"t": dtype}))
    assert model.predict()["t"].tolist() == [60, 61, 62]
    model.update(rows.tail(1).assign(t=60).astype({"t": dtype}))
    assert model.predict()["t"].tolist() == [61, 62, 63]


@pytest.mark.parametrize("epochs", [0, -1, "3", 2.5, True])
def test_epochs_that_are_no_count(epochs):
    with pytest.raises((TypeError, ValueError), match="epochs must be"):
        LSTMForecaster(epochs=epochs, n_steps=4).fit(AIRLINE)


def test_windows_hold_the_future_columns_of_all_steps():
    """Each step's own value is all that there is to know."""
    rng = np.random.default_rng(0)
    days = pd.date_range("2024-01-01", periods=220)
    promo = rng.integers(0, 2, 220)
    data = pd.DataFrame({"y": 10.0 + 5 * promo, "promo": promo}, days)
    roles = {"target": "y", "future": "promo", "horizon": 10}
    model = LSTMForecaster(LinearRegression(), season_length=1, **roles)
    model.fit(data[150:200])
    assert model.n_steps_ >= 10
    ahead = model.predict(future=data[200:210][["promo"]])
    np.testing.assert_allclose(ahead["y"], data["y"][200:210], atol=1e-3)
    few = LSTMForecaster(Ridge(), n_steps=9, **roles)
    with pytest.warns(UserWarning, match=r"n_steps=9 hold .* of the last 9 of"):
        few.fit(data)
    short = LSTMForecaster(Ridge(), season_length=1, **roles)
    with pytest.warns(UserWarning, match=r"n_steps=5 hold .* of the last 5 of"):
        short.fit(data[:25]).backtest(data[:25], 1)


def test_a_fit_that_fails_leaves_the_forecaster_as_it_was():
    model = forecaster().fit(AIRLINE)
    expected = model.predict()
    for data, options in ((AIRLINE[:14], {}), (AIRLINE, {"n_steps": 500})):
        model.set_params(**options)
        with pytest.raises(ValueError, match="longest series has"):
            model.fit(data)
        model.set_params(n_steps=12)
    pd.testing.assert_series_equal(model.predict(), expected)


def test_a_transformer_is_no_regressor():
    with pytest.raises(TypeError, match="must be a scikit-learn regressor"):
        LSTMForecaster(StandardScaler(), n_steps=4).fit(AIRLINE)


def test_the_signature_names_the_parameters():
    named = inspect.signature(LSTMForecaster).parameters
    assert list(named) == ["regressor", *list(named)[1:]]
    assert set(named) == set(LSTMForecaster().get_params(deep=False))
    assert named["horizon"].default == 1

    class Own(LSTMForecaster):
        def __init__(self, regressor=None, *, extra=3):
            pass

    assert list(inspect.signature(Own).parameters) == ["regressor", "extra"]


def test_a_wide_frame_with_filled_gaps_is_silent():
    values = np.random.default_rng(0).normal(size=(60, 120))
    wide = pd.DataFrame(values, pd.date_range("2020", periods=60))
    wide.iloc[10] = np.nan
    model = forecaster(n_steps=3, fill="interpolate").fit(wide)
    assert model.predict().shape == (3, 120)
