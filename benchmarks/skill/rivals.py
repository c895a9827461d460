"""The statistical standards on the same data: seasonal naive, AutoETS, AutoTheta.

python benchmarks/skill/rivals.py [cif] [nn5] [airline]

Needs statsforecast 2.1.1, which wants an environment of its own: it works with an older
pandas than this package.
"""

from __future__ import annotations

import sys
import warnings

import pandas as pd
from _sets import airline, cif, mean_scores, nn5
from statsforecast import StatsForecast
from statsforecast.models import AutoETS, AutoTheta, SeasonalNaive


def airline_rolling() -> list:
    """Return the 25 origins, at each of which all is fitted anew."""
    data = airline()
    rows = pd.DataFrame({"id": "airline", "time": data.index, "y": data.to_numpy()})
    return [(rows[:k], rows[k : k + 12], 12, 12) for k in range(108, 133)]


def forecasts(parts: list, freq: str | int) -> dict[str, list[pd.DataFrame]]:
    """Return the forecasts of each model, a frame for each part."""
    made: dict[str, list[pd.DataFrame]] = {}
    for known, _, horizon, season in parts:
        models = [SeasonalNaive(season), AutoETS(season), AutoTheta(season)]
        table = StatsForecast(models, freq=freq, n_jobs=2).forecast(
            h=horizon, df=known, id_col="id", time_col="time", target_col="y"
        )
        for model in map(str, models):
            frame = table[["id", "time"]].assign(y=table[model])
            made.setdefault(model, []).append(frame)
    return made


SETS = {"cif": (cif, 1), "nn5": (nn5, "D"), "airline": (airline_rolling, "MS")}


def main() -> None:
    warnings.simplefilter("ignore")
    for name in sys.argv[1:] or SETS:
        load, freq = SETS[name]
        parts = load()
        for model, made in forecasts(parts, freq).items():
            found = mean_scores(parts, made)
            print(
                f"{name}, {model}: sMAPE {found['sMAPE']:.2f}, "
                f"MASE {found['MASE']:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
