"""The airline series, and the laws that the generated series keep."""

import numpy as np
import pandas as pd
import pytest

from skforecast_lstm.datasets import (
    load_airline,
    make_ar,
    make_panel,
    make_random_walk,
    make_trend_season,
)

GENERATORS = [make_ar, make_panel, make_random_walk, make_trend_season]


def test_airline_is_the_known_series():
    passengers = load_airline()
    assert passengers.shape == (144,)
    assert passengers.sum() == 40363
    assert passengers.name == "passengers"
    assert passengers["1949-01-01"] == 112
    assert passengers["1960-12-01"] == 432
    assert passengers.idxmax() == pd.Timestamp("1960-07-01")


def test_airline_index_is_monthly():
    index = load_airline().index
    assert index.name == "month"
    assert index.freqstr == "MS"
    expected = pd.date_range("1949-01", "1960-12", freq="MS", name="month")
    pd.testing.assert_index_equal(index, expected.as_unit(index.unit))


def test_airline_is_a_fresh_copy():
    passengers = load_airline()
    passengers.iloc[:] = 0
    assert load_airline().sum() == 40363


@pytest.mark.parametrize("make", GENERATORS)
def test_seed_decides_the_series(make):
    first, again, other = make(random_state=3), make(random_state=3), make()
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("make", GENERATORS)
def test_global_seed_is_left_alone(make):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    make(random_state=0)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("make", GENERATORS)
def test_noise_below_zero_is_refused(make):
    with pytest.raises(ValueError, match="noise == -1"):
        make(noise=-1)


def test_season_is_recovered_without_noise():
    y = make_trend_season(60, season_length=7, trend=0.5, amplitude=3, noise=0)
    np.testing.assert_allclose(y[7:] - y[:-7], 0.5 * 7)
    detrended = y - 0.5 * np.arange(60)
    np.testing.assert_allclose(detrended[:56].reshape(8, 7).mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(
        detrended, 3 * np.sin(2 * np.pi * np.arange(60) / 7), atol=1e-12
    )


def test_pure_season_repeats_exactly():
    y = make_trend_season(500, trend=0, noise=0)
    np.testing.assert_array_equal(y[12:], y[:-12])


def test_noise_has_the_asked_size():
    y = make_trend_season(20_000, trend=0, amplitude=0, noise=2.0, random_state=0)
    assert y.std() == pytest.approx(2.0, rel=0.03)


def test_ar_equals_its_recursion():
    one = make_ar(9, 0.8, random_state=0)
    np.testing.assert_array_equal(one, make_ar(9, (0.8,), random_state=0))
    y = make_ar(50, (0.5, -0.3), burn_in=0, noise=2.0, random_state=0)
    shocks = 2.0 * np.random.RandomState(0).normal(size=50)
    expected = [0.0, 0.0]
    for shock in shocks:
        expected.append(0.5 * expected[-1] - 0.3 * expected[-2] + shock)
    np.testing.assert_allclose(y, expected[2:])


def test_ar_has_the_variance_of_theory():
    y = make_ar(50_000, (0.8,), random_state=0)
    assert y.var() == pytest.approx(1 / (1 - 0.8**2), rel=0.05)


def test_burn_in_forgets_the_start_at_zero():
    firsts = [make_ar(1, (0.9,), random_state=seed)[0] for seed in range(500)]
    assert np.std(firsts) == pytest.approx(1 / np.sqrt(1 - 0.9**2), rel=0.15)


@pytest.mark.parametrize("coefficients", [(1.0,), (0.5, 0.5), (-1.2,)])
def test_ar_without_stationarity_is_refused(coefficients):
    with pytest.raises(ValueError, match="no stationary series"):
        make_ar(10, coefficients)


def test_ar_of_order_zero_is_noise():
    np.testing.assert_array_equal(
        make_ar(10, (), burn_in=0, random_state=0),
        np.random.RandomState(0).normal(size=10),
    )


def test_random_walk_steps_are_the_shocks():
    y = make_random_walk(10_000, drift=0.5, noise=2.0, random_state=0)
    assert np.diff(y).mean() == pytest.approx(0.5, abs=0.1)
    assert np.diff(y).std() == pytest.approx(2.0, rel=0.03)


def test_panel_of_equal_lengths():
    panel = make_panel(4, 36, random_state=0)
    assert panel.columns.tolist() == ["series", "time", "value"]
    assert panel["series"].value_counts().tolist() == [36] * 4
    assert panel.equals(panel.sort_values(["series", "time"]))
    assert panel["value"].notna().all()


def test_panel_series_share_a_season():
    panel = make_panel(3, 36, season_length=6, noise=0, random_state=0)
    y = panel["value"].to_numpy().reshape(3, 36)
    rises = y[:, 6:] - y[:, :-6]
    np.testing.assert_allclose(rises, rises[:, :1] * np.ones((1, 30)))
    assert len(np.unique(rises[:, 0])) == 3


def test_panel_of_unequal_lengths_ends_together():
    panel = make_panel(50, 36, min_length=30, freq="D", random_state=0)
    by_series = panel.groupby("series")["time"]
    assert set(by_series.size()) == set(range(30, 37))
    assert by_series.max().nunique() == 1
    steps = by_series.diff().dropna()
    assert (steps == pd.Timedelta("1D")).all()


def test_shorter_panel_holds_the_ends_of_the_longer():
    keys = ["series", "time"]
    longer = make_panel(5, 36, random_state=0).set_index(keys)
    shorter = make_panel(5, 36, min_length=12, random_state=0).set_index(keys)
    assert len(shorter) < len(longer)
    pd.testing.assert_frame_equal(longer.loc[shorter.index], shorter)


def test_min_length_above_n_is_refused():
    with pytest.raises(ValueError, match="min_length == 40, must be <= 36"):
        make_panel(3, 36, min_length=40)
