"""LSTMForecaster.backtest: equals a loop, sees no future, scores by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from skforecast_lstm import LSTMForecaster, VanillaLSTMRegressor
from skforecast_lstm.datasets import load_airline
from skforecast_lstm.metrics import coverage as share_covered
from skforecast_lstm.metrics import mase, naive_scale, pinball_loss, smape

HORIZON, SEASON = 3, 4


def seasonal(n, seed=0, level=5.0):
    rng = np.random.default_rng(seed)
    return level + np.sin(np.arange(n) * np.pi / 2) + rng.normal(0, 0.2, n)


def history(n=60):
    return pd.Series(seasonal(n), pd.date_range("2024", periods=n, name="day"))


def forecaster(**options):
    options = {
        "regressor": Ridge(), "horizon": HORIZON, "n_steps": 8,
        "season_length": SEASON, **options,
    }  # fmt: skip
    return LSTMForecaster(**options)


def panel_of(lengths, dates):
    parts = []
    for k, n in enumerate(lengths):
        day = pd.date_range("2024-01-01", periods=max(lengths))[-n:]
        time = day if dates else np.arange(n)
        parts.append(pd.DataFrame({"id": "abc"[k], "t": time, "y": seasonal(n, k)}))
    return pd.concat(parts, ignore_index=True)


# ---- the oracle: cut the data, fit, predict
@pytest.mark.parametrize(("refit", "every"), [(True, 1), (2, 2), (False, 99)])
def test_equals_a_loop(refit, every):
    data = history()
    result = forecaster().backtest(data, n_origins=5, step=2, refit=refit)
    for fold, rows in result.forecasts.groupby("fold"):
        end = len(data) - HORIZON - 2 * (4 - fold)
        if fold % every == 0:
            model = forecaster().fit(data[:end])
        expected = model.predict(data=data[:end])
        np.testing.assert_allclose(rows["forecast"], expected, rtol=1e-6)
        assert (rows["origin"] == data.index[end - 1]).all()
        assert list(rows["day"]) == list(data.index[end : end + HORIZON])
        np.testing.assert_array_equal(rows["actual"], data[end : end + HORIZON])
        np.testing.assert_array_equal(rows["naive"], data.iloc[end - 1])
        last_season = [data.iloc[end - SEASON + k] for k in range(HORIZON)]
        np.testing.assert_array_equal(rows["seasonal_naive"], last_season)
    assert result.forecasts["fold"].nunique() == 5


@pytest.mark.parametrize(("refit", "every"), [(True, 1), (2, 2), (False, 99)])
@pytest.mark.parametrize(
    "fill", ["interpolate", "ffill", "seasonal", lambda x: x.fillna(x.mean())]
)
def test_missing_values_are_filled_from_what_was_known(fill, refit, every):
    data = history().copy()
    data.iloc[[10, 50, 51, 52, 54, 58]] = np.nan
    options = {"fill": fill, "season_length": SEASON}
    result = forecaster(**options).backtest(data, n_origins=6, refit=refit)
    for fold, rows in result.forecasts.groupby("fold"):
        end = len(data) - HORIZON - (5 - fold)
        if fold % every == 0:
            model = forecaster(**options).fit(data[:end])
        expected = model.predict(data=data[:end])
        np.testing.assert_allclose(rows["forecast"], expected, rtol=1e-6)
        known = forecaster(**options).fit(data[:end]).history_.frame["y"]
        np.testing.assert_array_equal(rows["naive"], known.iloc[-1])
        last_season = [known.iloc[end - SEASON + k] for k in range(HORIZON)]
        np.testing.assert_array_equal(rows["seasonal_naive"], last_season)
        np.testing.assert_array_equal(rows["actual"], data[end : end + HORIZON])
    errors = (result.forecasts["forecast"] - result.forecasts["actual"]).dropna()
    assert len(errors) < 6 * HORIZON
    assert result.scores["rmse"]["forecast"] == pytest.approx(
        np.sqrt(np.mean(errors**2))
    )


@pytest.mark.parametrize("dates", [True, False])
def test_values_missing_in_a_panel_are_filled_from_what_was_known(tmp_path, dates):
    data = panel_of([60, 40, 50], dates).sample(frac=1, random_state=0)
    data = data.sort_values(["id", "t"], ignore_index=True)
    holes = data.index[data["id"] == "b"][-7:-3]
    data.loc[holes, "y"] = np.nan
    late = data.copy()
    late.loc[holes[-1] + 1 : holes[-1] + 3, "y"] += 1e4  # what comes after the hole
    results = []
    for rows in (data, late):
        model = forecaster(group="id", time="t", fill="interpolate").fit(rows)
        model.save(tmp_path / "f.zip")
        model = LSTMForecaster.load(tmp_path / "f.zip")
        results.append(model.backtest(n_origins=4, coverage=0.5).forecasts)
    found, other = results
    early = found["origin"] <= data["t"][holes[-1]]
    assert early.sum() >= 3 * HORIZON
    for column in ("forecast", "naive", "seasonal_naive", "lower"):
        np.testing.assert_array_equal(found[column][early], other[column][early])
    truth = found.merge(data, on=["id", "t"])
    assert truth["y"].isna().any()
    np.testing.assert_array_equal(truth["actual"], truth["y"])


def test_values_missing_in_an_update_are_no_truth():
    data = history().copy()
    data.iloc[[20, 55, 56]] = np.nan
    model = forecaster(fill="ffill").fit(data[:50]).update(data[50:])
    whole = forecaster(fill="ffill").fit(data)
    found, expected = (m.backtest(n_origins=4).forecasts for m in (model, whole))
    pd.testing.assert_frame_equal(found, expected)
    assert found["actual"].isna().any()


def test_seasonal_naive_beyond_a_season_repeats_the_last_one():
    data = history()
    rows = forecaster(horizon=6).backtest(data, n_origins=1).forecasts
    end = len(data) - 6
    past = data[:end].to_numpy()
    expected = [past[-4], past[-3], past[-2], past[-1], past[-4], past[-3]]
    np.testing.assert_array_equal(rows["seasonal_naive"], expected)


@pytest.mark.parametrize("dates", [True, False])
def test_panel_equals_a_loop(dates):
    data = panel_of([60, 50, 40], dates)
    model = forecaster(group="id", time="t")
    forecasts = model.backtest(data, n_origins=2).forecasts
    from_end = data.groupby("id").cumcount(ascending=False)
    for fold in (0, 1):
        known = data[from_end >= HORIZON + 1 - fold]
        expected = model.fit(known).predict()
        rows = forecasts[forecasts["fold"] == fold]
        np.testing.assert_allclose(rows["forecast"], expected["y"], rtol=1e-5)
        assert list(rows["id"]) == list(expected["id"])
        assert list(rows["t"]) == list(expected["t"])
        actual = data[from_end.isin(range(1 - fold, HORIZON + 1 - fold))]
        np.testing.assert_array_equal(rows["actual"], actual["y"])


def out_of_phase():
    """Return two hourly series, one of them at half past, with missing values."""
    hours = [
        pd.date_range("2024-01-01", periods=60, freq="h") + pd.Timedelta(shift)
        for shift in ("30min", "0min")
    ]
    parts = [
        pd.DataFrame({"id": "ab"[k], "t": hour, "y": seasonal(60, k)})
        for k, hour in enumerate(hours)
    ]
    data = pd.concat(parts, ignore_index=True)
    data.loc[[20, 54, 55, 80, 114, 115], "y"] = np.nan
    return data


@pytest.mark.parametrize("step", [1, 2])
def test_series_out_of_phase_have_each_their_own_origins(step):
    data = out_of_phase()
    options = {"group": "id", "time": "t", "fill": "interpolate"}
    result = forecaster(**options).backtest(data, n_origins=4, step=step)
    assert result.untested == {}
    ends = data["t"][59 - HORIZON], data["t"][119 - HORIZON]
    for fold, rows in result.forecasts.groupby("fold"):
        back = pd.Timedelta(hours=(3 - fold) * step)
        first = rows.groupby("id")["origin"].first()
        assert (first["a"], first["b"]) == (ends[0] - back, ends[1] - back)
        model = forecaster(**options).fit(data[data["t"] <= first.min()])
        # Values that were missing are filled by the first origin, then by the own one.
        known = data[data["t"] <= data["id"].map(first)].copy()
        for end in (first.min(), known["t"].max()):
            past = known["t"] <= end
            own = known[past].groupby("id")["y"]
            known.loc[past, "y"] = own.transform(
                lambda y: y.interpolate(limit_direction="both")
            )
        np.testing.assert_allclose(
            rows["forecast"], model.predict(data=known)["y"], rtol=1e-6
        )


def test_series_out_of_phase_never_see_the_future():
    data = out_of_phase()
    model = forecaster(group="id", time="t", fill="interpolate")
    before = model.backtest(data, n_origins=5).forecasts
    for fold, rows in before.groupby("fold"):
        poisoned = data.assign(y=data["y"].where(data["t"] <= rows["origin"].min(), 9))
        after = model.backtest(poisoned, n_origins=5).forecasts
        same = (after["fold"] == fold) & (after["origin"] == rows["origin"].min())
        assert same.sum() == HORIZON
        np.testing.assert_array_equal(after["forecast"][same], before["forecast"][same])


def test_dated_series_that_ended_early_are_not_forecast_at_later_origins():
    data = panel_of([60, 60], dates=True)
    data = data.drop(data.index[-20:])
    forecasts = forecaster(group="id", time="t").backtest(data, n_origins=3).forecasts
    assert set(forecasts["id"]) == {"a"}


def test_summary_names_the_series_that_were_not_tested():
    data = panel_of([60, 60], dates=True)
    model = forecaster(group="id", time="t")
    result = model.backtest(data.drop(data.index[-20:]), n_origins=3)
    # Of 60 days the first origin is the 55th, and its horizon ends on the 58th.
    assert result.untested == {"b": "ends before 2024-02-27"}
    told = "1 of 2 series were tested; 'b' ends before 2024-02-27."
    assert result.summary().endswith(f" in RMSE. {told}")
    assert "series" not in model.backtest(data).summary()
    three = pd.concat([data, data[:5].assign(id="c"), data[:3].assign(id="d")])
    told = model.backtest(three, n_origins=1).summary()
    assert "2 of 4 series were tested; 'c' ends before 2024-02-29 (the oth" in told


def test_joint_targets():
    table = pd.DataFrame({"p": seasonal(50), "q": seasonal(50, 1)})
    result = forecaster().backtest(table, n_origins=2)
    rows = result.forecasts.query("fold == 1")
    expected = forecaster().fit(table[:-HORIZON]).predict()
    wide = rows.pivot(index="step", columns="target", values="forecast")
    np.testing.assert_allclose(wide[["p", "q"]], expected, rtol=1e-6)
    actual = rows.pivot(index="step", columns="target", values="actual")
    np.testing.assert_array_equal(actual[["p", "q"]], table[-HORIZON:])


# ---- poison
@pytest.mark.parametrize("refit", [True, False])
def test_never_sees_the_future(refit):
    data = panel_of([60, 50], dates=True)
    model = forecaster(group="id", time="t")
    before = model.backtest(data, n_origins=4, refit=refit).forecasts
    cut = before["origin"].unique()[1]
    poisoned = data.assign(y=data["y"].where(data["t"] <= cut, 1e6))
    after = model.backtest(poisoned, n_origins=4, refit=refit).forecasts
    early = before["origin"] <= cut
    methods = ["forecast", "naive", "seasonal_naive"]
    pd.testing.assert_frame_equal(before.loc[early, methods], after.loc[early, methods])
    assert not before.loc[~early, "naive"].equals(after.loc[~early, "naive"])


def test_network_never_sees_the_future():
    data = history(40)
    net = VanillaLSTMRegressor(units=2, epochs=1, random_state=0)
    model = forecaster(regressor=net)
    before = model.backtest(data, n_origins=1).forecasts["forecast"]
    poisoned = data.where(np.arange(40) < 40 - HORIZON, 1e6)
    after = model.backtest(poisoned, n_origins=1).forecasts["forecast"]
    pd.testing.assert_series_equal(before, after)


# ---- scores
def test_scores_by_hand():
    data = history()
    result = forecaster().backtest(data, n_origins=5)
    rows = result.forecasts
    past = data[data.index <= rows["origin"].min()]
    rmse = {}
    for method in ("forecast", "seasonal_naive", "naive"):
        score, error = result.scores.loc[method], rows[method] - rows["actual"]
        rmse[method] = np.sqrt((error**2).mean())
        np.testing.assert_allclose(score["rmse"], rmse[method])
        np.testing.assert_allclose(score["smape"], smape(rows["actual"], rows[method]))
        expected = mase(
            rows["actual"], rows[method], y_train=past, season_length=SEASON
        )
        np.testing.assert_allclose(score["mase"], expected)
        by_step = result.by_step.xs(method, level="method")
        np.testing.assert_allclose(
            by_step["rmse"], np.sqrt((error**2).groupby(rows["step"]).mean())
        )
        skill = (
            1
            - by_step["rmse"]
            / result.by_step.xs("seasonal_naive", level="method")["rmse"]
        )
        np.testing.assert_allclose(by_step["skill"], skill)
    skill = 1 - rmse["forecast"] / rmse["seasonal_naive"]
    np.testing.assert_allclose(result.scores.loc["forecast", "skill"], skill)


def test_scores_of_a_panel_are_means_over_its_series():
    data = panel_of([60, 50], dates=False)
    result = forecaster(group="id", time="t").backtest(data, n_origins=2)
    rows, each = result.forecasts, []
    for key, part in rows.groupby("id"):
        error = part["forecast"] - part["actual"]
        own = data[data["id"] == key]
        past = own.loc[own["t"] <= part["origin"].min(), "y"]
        scale = naive_scale(past, SEASON)
        each.append([np.sqrt((error**2).mean()), error.abs().mean() / scale])
        score = result.by_series.loc[(key, "forecast")]
        np.testing.assert_allclose(score[["rmse", "mase"]], each[-1])
    score = result.scores.loc["forecast", ["rmse", "mase"]]
    np.testing.assert_allclose(score, np.mean(each, axis=0))


def test_mase_of_a_constant_series_is_left_out():
    data = panel_of([60, 50], dates=False)
    data.loc[data["id"] == "b", "y"] = 1.0
    result = forecaster(group="id", time="t").backtest(data, n_origins=1)
    assert np.isnan(result.by_series.loc[("b", "forecast"), "mase"])
    assert result.scores["mase"].notna().all()


def test_a_constant_series_equals_the_naive_forecast():
    model = forecaster()
    result = model.backtest(pd.Series(np.full(60, 0.1)), n_origins=2)
    told = "equals the naive forecast: both are without error."
    assert result.summary() == f"Over 2 origins the model {told}"
    assert result.scores["skill"].isna().all()
    steps = pd.Series(np.r_[np.arange(40.0) % 3, np.ones(20)])
    worse = model.backtest(steps, n_origins=2)
    assert "does NOT beat the naive forecast, which is without" in worse.summary()
    # As metrics.skill_score: not defined, rather than minus infinity.
    assert np.isnan(worse.scores.loc["forecast", "skill"])


def test_scores_by_series_of_wide_data_are_by_target():
    wide = pd.DataFrame({"kg": seasonal(60), "t": seasonal(60, 1) / 1000})
    result = forecaster().backtest(wide)
    assert result.by_series.index.names == ["target", "method"]
    for target, rows in result.forecasts.groupby("target"):
        error = rows["forecast"] - rows["actual"]
        score = result.by_series.loc[(target, "forecast"), "rmse"]
        np.testing.assert_allclose(score, np.sqrt((error**2).mean()))
    one = forecaster().backtest(history().rename("v"))
    assert one.by_series.index.get_level_values("target").unique() == ["v"]


def test_scores_by_series_of_a_panel_with_two_targets():
    data = panel_of([60, 50], dates=False).assign(z=lambda d: d["y"] ** 2)
    result = forecaster(group="id", time="t").backtest(data, n_origins=2)
    assert result.by_series.index.names == ["series", "target", "method"]
    rows = result.forecasts.query("id == 'b' and target == 'z'")
    error = rows["forecast"] - rows["actual"]
    score = result.by_series.loc[("b", "z", "forecast"), "rmse"]
    np.testing.assert_allclose(score, np.sqrt((error**2).mean()))


def test_summary_says_both():
    wins = forecaster(horizon=12, n_steps=24).fit(load_airline())
    with pytest.raises(ValueError, match="call backtest first"):
        wins.summary()
    wins.backtest(n_origins=3)
    assert wins.summary().startswith("Over 3 origins the model beats the seasonal")
    walk = pd.Series(np.random.default_rng(0).normal(size=80).cumsum())
    loses = forecaster(regressor=Ridge(1e9))  # forecasts the mean
    loses.backtest(walk, n_origins=1)
    assert "the model does NOT beat the" in loses.summary()
    assert loses.summary().startswith("Over 1 origin the")


# ---- intervals
@pytest.mark.parametrize(("refit", "every"), [(True, 1), (2, 2), (False, 9)])
def test_intervals_equal_a_loop(refit, every):
    data = panel_of([90, 80], dates=False)
    model = forecaster(group="id", time="t")
    result = model.backtest(data, n_origins=3, refit=refit, coverage=0.8)
    from_end = data.groupby("id").cumcount(ascending=False)
    for fold, rows in result.forecasts.groupby("fold"):
        known = data[from_end >= HORIZON + 2 - fold]
        if fold % every == 0:
            fitted = forecaster(group="id", time="t").fit(known)
            fitted.predict_interval(0.8)
        kept = fitted.calibration_
        fitted.history_, old = fitted._read_more(known), fitted.history_
        expected = fitted.predict_interval(0.8)
        fitted.history_ = old
        assert fitted.calibration_ is kept
        for bound in ("forecast", "lower", "upper"):
            np.testing.assert_allclose(rows[bound], expected[bound], rtol=1e-5)


def test_scores_of_intervals_by_hand():
    result = forecaster().backtest(history(), n_origins=6, coverage=0.8)
    rows, score = result.forecasts, result.scores.loc["forecast"]
    truth = rows["actual"], rows["lower"], rows["upper"]
    np.testing.assert_allclose(score["coverage"], share_covered(*truth))
    loss = pinball_loss(rows["actual"], rows[["lower", "upper"]], quantiles=[0.1, 0.9])
    np.testing.assert_allclose(score["pinball"], loss)
    assert result.scores.drop("forecast")[["coverage", "pinball"]].isna().all(axis=None)
    last = result.by_step.loc[(HORIZON, "forecast"), "coverage"]
    own = rows[rows["step"] == HORIZON]
    assert (
        last
        == ((own["lower"] <= own["actual"]) & (own["actual"] <= own["upper"])).mean()
    )
    assert "coverage" not in forecaster().backtest(history()).scores


# ---- what it leaves alone and refuses
def test_leaves_the_forecaster_as_it_is():
    model = forecaster().fit(history())
    before = model.predict()
    model.backtest(history(50) * 2)
    pd.testing.assert_series_equal(model.predict(), before)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_origins": 0}, "n_origins must be at least 1"),
        ({"step": 0}, "step must be at least 1"),
        ({"n_origins": 60}, "leaves nothing to train on"),
        ({"coverage": 90}, "between 0 and 1"),
        ({"refit": -1}, "refit must be at least 1"),
        ({"refit": 0}, "refit must be at least 1"),
    ],
)
def test_wrong_calls(options, message):
    with pytest.raises(ValueError, match=message):
        forecaster().backtest(history(), **options)
    with pytest.raises(ValueError, match="is not fitted"):
        forecaster().backtest()


# ---- nothing after an origin has a part in its forecast
def poisoned(frame, rows, by=1000.0):
    return frame.assign(y=frame["y"].where(~rows, frame["y"] + by))


@pytest.mark.filterwarnings("ignore:LSTMForecaster. 1 absent time")
def test_a_series_that_lacks_a_time_leaks_nothing():
    data = panel_of([120, 120], dates=True).drop(index=115)
    origin = data["t"].max() - pd.Timedelta(days=HORIZON)
    model = forecaster(group="id", time="t")
    seen, same = (
        model.backtest(frame, n_origins=1, coverage=0.5).forecasts
        for frame in (data, poisoned(data, data["t"] > origin))
    )
    made = ["forecast", "naive", "seasonal_naive", "lower", "upper"]
    np.testing.assert_array_equal(seen[made], same[made])


def test_years_are_times_and_not_counts():
    data = panel_of([60, 40], dates=False)
    data["t"] += 1960
    model = forecaster(group="id", time="t")
    result = model.backtest(data, n_origins=1)
    assert set(result.forecasts["id"]) == {"a"}
    assert "ends before" in result.untested["b"]
    same = model.backtest(poisoned(data, data["t"] > 2019 - HORIZON), n_origins=1)
    for method in ("forecast", "naive"):
        np.testing.assert_array_equal(result.forecasts[method], same.forecasts[method])


def test_the_bounds_of_a_series_that_has_not_moved_read_no_future():
    data = panel_of([60, 60], dates=True)
    origin = data["t"].max() - pd.Timedelta(days=HORIZON)
    data.loc[(data["id"] == "b") & (data["t"] <= origin), "y"] = 50.0
    model = forecaster(group="id", time="t")
    seen, same = (
        model.backtest(frame, n_origins=1, coverage=0.5).forecasts
        for frame in (data, poisoned(data, data["t"] > origin))
    )
    np.testing.assert_array_equal(seen[["lower", "upper"]], same[["lower", "upper"]])


def test_nothing_but_missing_values_to_test_on():
    data = history().copy()
    data.iloc[-HORIZON:] = np.nan
    result = forecaster(fill="ffill").backtest(data, 1)
    assert result.summary().startswith("Nothing was tested")
    assert result.scores["rmse"].isna().all()


@pytest.mark.parametrize("wide", [True, False])
def test_what_nothing_known_can_fill_is_refused(wide):
    late = history().copy()
    late.iloc[:55] = np.nan
    roles = {"fill": "interpolate"}
    if wide:
        data = pd.DataFrame({"a": history(), "b": late})
        where = "column 'b'"
    else:
        parts = [history().to_frame("y").assign(id="a"), late.to_frame("y")]
        data = pd.concat(parts).fillna({"id": "b"}).reset_index()
        roles |= {"group": "id", "time": "day"}
        where = "column 'y' of series 'b'"
    model = forecaster(**roles)
    assert len(model.backtest(data, 2).forecasts)
    with pytest.raises(ValueError, match=f"can't fill {where} with what was known"):
        model.backtest(data, 8)


def test_scale_of_mase_is_what_was_known():
    scales = []
    for last in (0.0, 100.0):
        data = pd.Series(np.sin(np.arange(60)), pd.date_range("2020", periods=60))
        data.iloc[50:59], data.iloc[59] = np.nan, last
        model = forecaster(horizon=1, n_steps=3, fill="interpolate")
        scores = model.backtest(data, 1).scores.loc["forecast"]
        scales.append(scores["rmse"] / scores["mase"])
    assert scales[0] == pytest.approx(scales[1])


def test_fill_of_the_fit_is_that_of_its_backtest():
    data = history().copy()
    data.iloc[40:58:3] = np.nan
    model = forecaster(fill="interpolate").fit(data)
    expected = model.backtest(n_origins=4).forecasts
    for fill in (None, "seasonal"):
        found = model.set_params(fill=fill).backtest(n_origins=4).forecasts
        pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("names", [[("a", 1), ("b", 2)], [0, 1]])
def test_columns_that_are_no_strings_are_filled(names):
    data = pd.DataFrame(np.c_[seasonal(60), seasonal(60, 1)])
    data = data.set_axis(pd.Index(names, tupleize_cols=False), axis=1)
    data.index = pd.date_range("2024", periods=60)
    data.iloc[[30, 55, 56], 0] = np.nan
    model = forecaster(fill="interpolate").fit(data[:58]).update(data[58:])
    result = model.backtest(n_origins=3)
    assert result.forecasts["actual"].isna().any()


def test_seasonal_naive_of_less_than_a_season_is_the_last_value():
    data = panel_of([40, 9], dates=True)
    model = forecaster(group="id", time="t", season_length=12, horizon=2, n_steps=2)
    rows = model.backtest(data, n_origins=1).forecasts
    short = rows[rows["id"] == "b"]
    assert len(short) == 2
    np.testing.assert_array_equal(short["seasonal_naive"], short["naive"])


@pytest.mark.parametrize("refit", [2.5, "a"])
def test_a_wrong_refit_is_refused_before_any_fit(refit, monkeypatch):
    monkeypatch.setattr(Ridge, "fit", None)
    with pytest.raises(TypeError, match="refit must be True, False or an int"):
        forecaster().backtest(history(), refit=refit, coverage=0.5, n_origins=2)
