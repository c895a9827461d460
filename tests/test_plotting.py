"""The pictures: what is drawn equals what came in."""

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import Ridge

mpl.use("Agg")

from skforecast_lstm import (
    LSTMForecaster,
    backtest,
    feature_importance,
    make_supervised,
    step_importance,
)
from skforecast_lstm.datasets import load_airline, make_ar
from skforecast_lstm.plotting import (
    plot_backtest,
    plot_error_by_step,
    plot_forecast,
    plot_learning_curve,
    plot_step_importance,
)

IMPORTANCE = {
    "importances_mean": np.array([0.1, 0.4, 1.0]),
    "importances_std": np.array([0.01, 0.02, 0.03]),
    "step_names": ["t-2", "t-1", "t"],
}


@pytest.fixture(scope="module")
def result():
    forecaster = LSTMForecaster(Ridge(), horizon=3, n_steps=12)
    return forecaster.backtest(load_airline(), n_origins=4, step=2)


# ---- plot_forecast
def test_forecast_of_some_columns_is_drawn_in_their_colours():
    history = pd.DataFrame({"a": [1.0, 2, 3], "b": [4.0, 5, 6], "c": [7.0, 8, 9]})
    ax = plot_forecast(history, pd.DataFrame({"c": [10.0], "a": [4.0]}, index=[3]))
    past_c, next_c, past_a, next_a = ax.lines
    assert past_c.get_color() == next_c.get_color() != past_a.get_color()
    np.testing.assert_array_equal(past_c.get_ydata(), history["c"])
    np.testing.assert_array_equal(past_a.get_ydata(), history["a"])
    assert (next_c.get_label(), next_a.get_label()) == ("c", "a")


def test_forecast_draws_the_end_of_the_history_and_the_forecast():
    series = load_airline()
    ax = plot_forecast(series[:-12], series[-12:])
    history, forecast = ax.lines
    np.testing.assert_array_equal(history.get_ydata(), series[-60:-12])
    np.testing.assert_array_equal(history.get_xdata(), series.index[-60:-12])
    np.testing.assert_array_equal(forecast.get_ydata(), series[-12:])
    np.testing.assert_array_equal(forecast.get_xdata(), series.index[-12:])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("month", "passengers")
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["history", "forecast"]


@pytest.mark.parametrize(
    ("horizon", "given", "shown"), [(3, None, 36), (3, 5, 5), (3, 0, 0)]
)
def test_history_is_shortened(horizon, given, shown):
    series = load_airline()
    ax = plot_forecast(series[:-horizon], series[-horizon:], n_history=given)
    assert len(ax.lines[0].get_xdata()) == shown


@pytest.mark.parametrize("form", ["columns", "frame", "array", "more"])
def test_interval_is_the_band(form):
    series = load_airline()
    ahead = series[-6:].to_frame("forecast")
    bounds = pd.DataFrame({"lower": ahead.forecast - 9, "upper": ahead.forecast + 5})
    if form == "columns":
        ax = plot_forecast(series[:-6], ahead.join(bounds))
    else:
        forms = {"frame": bounds, "array": bounds.to_numpy(), "more": ahead}
        band = forms[form].join(bounds) if form == "more" else forms[form]
        ax = plot_forecast(series[:-6], ahead, band)
    (band,) = ax.collections
    outline = band.get_paths()[0].vertices[:, 1]
    assert {*bounds["lower"], *bounds["upper"]} <= set(outline)
    assert (outline.min(), outline.max()) == (
        bounds["lower"].min(),
        bounds["upper"].max(),
    )


def test_arrays_count_on_from_the_history():
    ax = plot_forecast(np.arange(10.0), np.arange(10.0, 13.0))
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), np.arange(10))
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), [10, 11, 12])


@pytest.mark.parametrize("freq", ["min", "h", "D", "W", "MS", "YS"])
@pytest.mark.parametrize("n", [4, 40, 200])
def test_times_of_any_span_are_drawn_without_a_warning(freq, n):
    index = pd.date_range("2000-01-01", periods=n, freq=freq)
    series = pd.Series(np.arange(float(n)), index)
    ax = plot_forecast(series[:-2], series[-2:], n_history=n)
    ax.figure.canvas.draw()
    assert 2 <= len(ax.get_xticks()) <= 14


def test_periods_and_several_series():
    index = pd.period_range("2020-01", periods=20, freq="M")
    frame = pd.DataFrame({"a": np.arange(20.0), "b": 5.0}, index=index)
    ax = plot_forecast(frame[:16], frame[16:])
    a, a_ahead, b, b_ahead = ax.lines
    np.testing.assert_array_equal(b_ahead.get_ydata(), [5, 5, 5, 5])
    assert a.get_color() == a_ahead.get_color() != b.get_color()
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["a", "b"]


def test_what_a_forecast_refuses():
    frame = pd.DataFrame(np.ones((9, 7)))
    with pytest.raises(ValueError, match="at most 6"):
        plot_forecast(frame, frame)
    with pytest.raises(ValueError, match="history has 1 series and forecast 7"):
        plot_forecast(frame[0], frame)
    with pytest.raises(ValueError, match="interval is for 1 series, got 2"):
        plot_forecast(frame[[0, 1]], frame[[0, 1]], np.ones((9, 2)))
    for shape in [(9,), (9, 3), (2, 9), (8, 2)]:
        got = f"{(*shape, 1)[:2]}".replace("(", r"\(").replace(")", r"\)")
        with pytest.raises(ValueError, match=rf"interval must be .*\(9, 2\).* {got}"):
            plot_forecast(frame[0], frame[0], np.ones(shape))


@pytest.mark.parametrize("counted", [False, True])
def test_a_long_frame_is_refused_and_its_pivot_drawn(counted):
    sold = load_airline()[-40:].to_numpy(dtype=object)  # as a database gives numbers
    times = range(40) if counted else load_airline().index[-40:]
    long = pd.concat(
        [pd.DataFrame({"shop": s, "month": times, "sold": sold}) for s in "ab"]
    )
    forecaster = LSTMForecaster(
        Ridge(), horizon=3, n_steps=6, group="shop", time="month", target="sold"
    ).fit(long)
    ahead = forecaster.predict()
    for forecast in (ahead, forecaster.predict_interval(0.5)):
        with pytest.raises(ValueError, match=r"history has .*'shop'.*\.pivot\("):
            plot_forecast(long, forecast)
    shape = {"index": "month", "columns": "shop", "values": "sold"}
    past = long.pivot(**shape)
    with pytest.raises(ValueError, match="forecast has columns that are no numbers"):
        plot_forecast(past, ahead)
    ax = plot_forecast(past, ahead.pivot(**shape))
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), ahead["sold"][:3])


# ---- plot_backtest
@pytest.mark.parametrize("whole", [True, False])
def test_backtest_draws_each_origin(result, whole):
    ax = plot_backtest(result if whole else result.forecasts)
    actual, *origins = ax.lines
    truth = load_airline().loc[actual.get_xdata()]
    np.testing.assert_array_equal(actual.get_ydata(), truth)
    times = result.forecasts["month"].unique()
    np.testing.assert_array_equal(actual.get_xdata(), times)
    assert len(origins) == 4
    for line, (_, rows) in zip(origins, result.forecasts.groupby("fold"), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), rows["forecast"])
        np.testing.assert_array_equal(line.get_xdata(), rows["month"])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["actual", "forecast"]
    assert {line.get_label() for line in origins[1:]} == {"_nolegend_"}


def test_backtest_beside_other_methods(result):
    ax = plot_backtest(result, methods=["forecast", "naive"])
    assert len(ax.lines) == 1 + 2 * 4
    np.testing.assert_array_equal(
        ax.lines[5].get_ydata(), result.forecasts["naive"][:3]
    )


def test_backtest_of_windows_counts_rows():
    X, y = make_supervised(make_ar(60, random_state=0), n_steps=4, horizon=2)
    table = backtest(Ridge(), np.asarray(X)[:, :, 0], y, cv=2)
    ax = plot_backtest(table)
    np.testing.assert_array_equal(
        ax.lines[1].get_xdata(), table["origin"][:2] + table["step"][:2]
    )


def test_what_a_backtest_refuses(result):
    for methods in (["ets"], "ets"):
        with pytest.raises(ValueError, match=r"lacks the columns \['ets'\]"):
            plot_backtest(result, methods=methods)
    twice = pd.concat([result.forecasts, result.forecasts])
    with pytest.raises(ValueError, match="several series or targets"):
        plot_backtest(twice)


# ---- the others
@pytest.mark.parametrize("metric", ["rmse", "skill"])
def test_error_by_step_draws_each_method(result, metric):
    ax = plot_error_by_step(result.by_step, metric=metric)
    for line, method in zip(
        ax.lines, ["forecast", "seasonal_naive", "naive"], strict=True
    ):
        errors = result.by_step.xs(method, level="method")[metric]
        np.testing.assert_array_equal(line.get_ydata(), errors)
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
    assert ax.get_xlabel() == "steps ahead"
    least = min(line.get_ydata().min() for line in ax.lines)
    assert ax.get_ylim()[0] == 0 if metric == "rmse" else ax.get_ylim()[0] < least < 0
    with pytest.raises(ValueError, match="metric must be one of"):
        plot_error_by_step(result.by_step, metric="mape")


def test_error_by_step_leaves_out_methods_without_values(result):
    by_step = result.by_step.copy()
    own = by_step.index.get_level_values("method") == "forecast"
    by_step["coverage"] = np.where(own, 0.9, np.nan)
    ax = plot_error_by_step(by_step, metric="coverage")
    (line,) = ax.lines
    np.testing.assert_array_equal(line.get_ydata(), [0.9, 0.9, 0.9])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["forecast"]


def test_learning_curve_draws_both_losses():
    history = {"loss": [3.0, 2.0, 0.05], "val_loss": [4.0, 3.0, 2.5], "lr": [1, 1, 1]}
    ax = plot_learning_curve(history)
    for line, name in zip(ax.lines, ["loss", "val_loss"], strict=True):
        np.testing.assert_array_equal(line.get_ydata(), history[name])
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
    assert ax.get_yscale() == "log"
    assert plot_learning_curve({"loss": [3.0, 2.0]}).get_yscale() == "linear"
    with pytest.raises(ValueError, match=r"no loss among \['mae'\]"):
        plot_learning_curve({"mae": [1.0]})
    for empty in ({"loss": []}, {"loss": [1.0], "val_loss": []}):
        with pytest.raises(ValueError, match=r"\[.*loss.\] of history have no"):
            plot_learning_curve(empty)


def test_step_importance_draws_a_bar_a_step():
    ax = plot_step_importance(IMPORTANCE)
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_array_equal(heights, IMPORTANCE["importances_mean"])
    centres = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
    np.testing.assert_allclose(centres, [-2, -1, 0], atol=1e-12)


def test_importance_of_features_is_not_drawn_as_steps():
    X, y = make_supervised(make_ar(40, random_state=0), n_steps=3)
    X = np.asarray(X)[:, :, 0]
    model = Ridge().fit(X, y)
    assert len(plot_step_importance(step_importance(model, X, y)).patches) == 3
    with pytest.raises(ValueError, match=r"importance has no step_names.*feature_n"):
        plot_step_importance(feature_importance(model, X, y))


# ---- laws of all
def all_of(result):
    series = load_airline()
    return {
        "forecast": lambda ax: plot_forecast(series[:-6], series[-6:], ax=ax),
        "backtest": lambda ax: plot_backtest(result, ax=ax),
        "error": lambda ax: plot_error_by_step(result.by_step, ax=ax),
        "curve": lambda ax: plot_learning_curve({"loss": [2.0, 1.0]}, ax=ax),
        "importance": lambda ax: plot_step_importance(IMPORTANCE, ax=ax),
    }


@pytest.mark.parametrize(
    "name", ["forecast", "backtest", "error", "curve", "importance"]
)
def test_given_axes_are_used_and_nothing_is_left_behind(result, name):
    plot = all_of(result)[name]
    given = Figure().add_subplot()
    assert plot(given) is given
    assert given.has_data()
    own = plot(None)
    assert own.figure is not given.figure
    own.figure.canvas.draw()  # warnings of the layout are errors
    legend = own.get_legend()
    if legend is not None:  # it lies above the axes
        assert legend.get_window_extent().y0 >= own.get_window_extent().y1 - 1
    from matplotlib import pyplot

    assert pyplot.get_fignums() == []


def test_importing_the_pictures_leaves_pyplot_alone():
    code = "import sys, skforecast_lstm.plotting; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "matplotlib.figure" in loaded
    assert not loaded & {"matplotlib.pyplot", "tensorflow", "keras"}
