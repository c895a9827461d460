"""What the forecaster chooses where the user does not."""

import numpy as np
import pandas as pd
import pytest

from skforecast_lstm import LSTMForecaster
from skforecast_lstm.datasets import load_airline


def scaled_panel(scales):
    season = np.sin(np.arange(40) * np.pi / 2) + 3
    parts = [
        pd.DataFrame({"series": f"s{k}", "time": np.arange(40), "y": scale * season})
        for k, scale in enumerate(scales)
    ]
    return pd.concat(parts, ignore_index=True)


def normalization(model):
    return model.estimator_.members_[0].normalization_


def test_series_of_very_different_scale_share_one_model():
    data = scaled_panel([1.0, 1e8])
    model = LSTMForecaster(
        horizon=2, season_length=4, group="series", time="time", random_state=0
    ).fit(data)
    assert normalization(model).scale_ == "shrunk"
    forecast = model.predict()
    small, large = forecast["y"].to_numpy().reshape(2, 2)
    np.testing.assert_allclose(large / 1e8, small, rtol=1e-4)
    np.testing.assert_allclose(small, [3.0, 4.0], rtol=0.1)


def test_single_series_keeps_its_scale():
    model = LSTMForecaster(epochs=1, random_state=0).fit(load_airline())
    assert normalization(model).scale_ is None
    assert normalization(model).log_
    assert model.season_length_ == 12
    assert model.n_steps_ == 24


@pytest.mark.parametrize(("n_rows", "horizon"), [(36, 12), (60, 12), (20, 6)])
def test_short_series_keep_windows_for_a_held_out_horizon(n_rows, horizon):
    series = pd.Series(np.arange(float(n_rows)) % 7 + np.arange(n_rows))
    model = LSTMForecaster(horizon=horizon, epochs=1, random_state=0).fit(series)
    windows_before_the_test = n_rows - model.n_steps_ - 2 * horizon + 1
    assert windows_before_the_test >= (n_rows - 2 * horizon) // 2
