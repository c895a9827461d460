"""One model for 100 short series: python docs/examples/many_series.py.

100 monthly series of 54 months. The next 6 months of each are forecast from its
previous 15 by the median of five networks that learn from all of them, averaged with
exponential smoothing; the last 6 months are held out to see how it fares.
"""

from skforecast_lstm import LSTMForecaster
from skforecast_lstm.datasets import make_panel
from skforecast_lstm.metrics import mase

HORIZON, N_STEPS, SEASON = 6, 15, 12


def errors(random_state=0):
    """Return the MASE of the network and of the seasonal naive forecast."""
    panel = make_panel(n_series=100, n=54, random_state=7)
    from_end = panel.groupby("series").cumcount(ascending=False)
    known, coming = panel[from_end >= HORIZON], panel[from_end < HORIZON]
    forecaster = LSTMForecaster(
        horizon=HORIZON,
        n_steps=N_STEPS,
        season_length=SEASON,
        target="value",
        group="series",
        time="time",
        random_state=random_state,
    )
    forecast = forecaster.fit(known).predict()
    both = coming.merge(forecast, on=["series", "time"], suffixes=("", "_forecast"))
    assert len(both) == len(coming) == 600
    network, naive = [], []
    for name, rows in both.groupby("series"):
        history = known.loc[known["series"] == name, "value"].to_numpy()
        options = {"y_train": history, "season_length": SEASON}
        network.append(mase(rows["value"], rows["value_forecast"], **options))
        year_ago = history[-SEASON : HORIZON - SEASON]
        naive.append(mase(rows["value"], year_ago, **options))
    return sum(network) / len(network), sum(naive) / len(naive)


if __name__ == "__main__":
    ours, naive = errors()
    print(f"MASE of 100 series: network {ours:.3f}, seasonal naive {naive:.3f}")
