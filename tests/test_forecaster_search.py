"""search_networks: GridSearchCV by hand, the time budget, what it refuses."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from skforecast_lstm import (
    LSTMForecaster,
    RollingOriginSplit,
    SlidingWindow,
    make_supervised,
)
from skforecast_lstm.datasets import load_airline, make_panel
from skforecast_lstm.forecaster._search import search_networks

GRID = {"steps": [4, 12], "units": [2, 3], "architectures": ["vanilla"]}
STEPS = (1, 2, 3)


@pytest.fixture
def forecaster():
    return LSTMForecaster(horizon=3, epochs=2, random_state=0)


def test_errors_are_those_of_cross_validation(forecaster):
    series = load_airline()
    result = search_networks(forecaster, series, **GRID)
    table = result.table
    assert result.n_candidates == len(table) == 4
    assert table["error"].is_monotonic_increasing
    assert table["error"].is_unique
    assert {(r.steps, r.units) for r in table.itertuples()} == {
        (4, 2), (4, 3), (12, 2), (12, 3)
    }  # fmt: skip

    best = result.forecaster
    assert best.n_steps == table["steps"][0]
    assert best.regressor.units == table["units"][0]
    X, y = make_supervised(series, 12, 3)
    pipeline = make_pipeline(SlidingWindow(best.n_steps), best.regressor)
    scores = cross_val_score(
        pipeline, X, y, cv=RollingOriginSplit(3), scoring="neg_mean_absolute_error"
    )
    np.testing.assert_allclose(table["error"][0], -scores.mean(), rtol=1e-5)
    assert best.fit(series).predict().shape == (3,)


def test_naive_error_by_hand(forecaster):
    series = load_airline().to_numpy(float)
    result = search_networks(
        forecaster, load_airline(), steps=[12], units=[2], architectures=["vanilla"]
    )
    X, _ = make_supervised(series, 12, 3)
    errors = []
    for _, test in RollingOriginSplit(3).split(X):
        origins = test + 11
        each = [abs(series[o + h] - series[o + h - 12]) for o in origins for h in STEPS]
        errors.append(np.mean(each))
    assert result.naive_error == pytest.approx(np.mean(errors))


def test_budget_ends_the_search_after_the_first(forecaster):
    result = search_networks(forecaster, load_airline(), budget=1e-9, **GRID)
    assert len(result.table) == 1
    assert result.n_candidates == 4
    again = search_networks(forecaster, load_airline(), budget=1e-9, **GRID)
    columns = ["steps", "units", "error"]
    assert result.table[columns].equals(again.table[columns])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"steps": []}, "steps is empty"),
        ({"units": [0]}, "units must be at least 1"),
        ({"architectures": ["gru"]}, "architecture must be one of"),
        ({"steps": [400]}, "need 403 rows"),
    ],
)
def test_what_is_refused(forecaster, change, said):
    with pytest.raises(ValueError, match=said):
        search_networks(forecaster, load_airline(), **GRID | change)


@pytest.mark.parametrize(("architecture", "members"), [("vanilla", 5), ("stacked", 1)])
def test_the_best_network_of_a_panel_has_as_many_members_as_by_default(
    architecture, members
):
    forecaster = LSTMForecaster(horizon=2, epochs=1, group="series", time="time")
    grid = {"steps": [4], "units": [2], "architectures": [architecture]}
    result = search_networks(forecaster, make_panel(3, 30, random_state=0), **grid)
    assert result.forecaster.n_members == members
    given = clone(forecaster).set_params(n_members=2)
    result = search_networks(given, make_panel(3, 30, random_state=0), **grid)
    assert result.forecaster.n_members == 2


def test_a_regressor_of_its_own_is_refused():
    with pytest.raises(ValueError, match="a regressor of its own, Ridge"):
        search_networks(LSTMForecaster(Ridge()), load_airline(), **GRID)


def test_naive_error_is_that_of_the_better_naive_forecast(forecaster):
    line = pd.Series(np.arange(80.0), pd.date_range("2020", periods=80, freq="MS"))
    result = search_networks(
        forecaster, line, steps=[12], units=[2], architectures=["vanilla"]
    )
    assert result.naive_error == pytest.approx(2.0)  # of 1, 2 and 3 steps


@pytest.mark.parametrize("steps", [None, [2, 3]])
def test_windows_hold_the_future_columns_of_all_steps(forecaster, steps):
    data = load_airline()[-40:].to_frame().assign(month=lambda d: d.index.month)
    forecaster.set_params(target="passengers", future="month", horizon=3)
    forecaster.set_params(season_length=1, n_steps=4)
    grid = {"units": [2], "architectures": ["vanilla"], "n_splits": 2}
    if steps:
        with pytest.warns(UserWarning, match="n_steps=2 hold"):
            search_networks(forecaster, data, steps=steps, **grid)
    else:
        result = search_networks(forecaster, data, **grid)
        assert set(result.table["steps"]) == {3, 4}
