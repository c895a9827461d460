"""The same defaults on series of many kinds, beside the statistical standards: MASE.

python benchmarks/skill/general.py [SET ...] [--seed 0]
    [--smoothing-weight W] [--linear-weight W]

The first call makes the sets and measures the standards, in the rivals' environment.
Weights that are not given are the forecaster's defaults.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.append(str(Path(__file__).parents[1]))
from _bench import RIVALS, rivals_python
from _sets import mean_scores, rolling

from skforecast_lstm import LSTMForecaster

MADE = RIVALS / "sets"
WEIGHTS = "smoothing_weight", "linear_weight"
NAMES = ["SeasonalNaive", "AutoETS", "AutoTheta"]


def standards() -> pd.DataFrame:
    """Return the MASE of each standard on each set."""
    known = MADE / "standards.jsonl"
    if not known.exists():
        command = [rivals_python(), Path(__file__).with_name("_general.py"), MADE]
        MADE.mkdir(parents=True, exist_ok=True)
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        known.write_bytes(lines)
    rows = map(json.loads, known.read_text().splitlines())
    return pd.DataFrame(rows).set_index("set")[NAMES]


def mase(parts: list, seed: int, **weights: float | None) -> float:
    """Return the mean MASE of the forecaster, fitted anew at each origin."""
    forecasts = []
    for known, _, horizon, season in parts:
        model = LSTMForecaster(
            horizon=horizon, season_length=season, target="y", group="id", time="time",
            random_state=seed, **weights,
        )  # fmt: skip
        forecasts.append(model.fit(known).predict())
    return mean_scores(parts, forecasts)["MASE"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--smoothing-weight", type=float)
    parser.add_argument("--linear-weight", type=float)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    table = standards()
    table = table.loc[options.sets or list(table.index)]
    weights = {name: getattr(options, name) for name in WEIGHTS}
    print("| set | LSTMForecaster | " + " | ".join(NAMES) + " |\n" + "|---" * 5 + "|")
    for name in table.index:
        parts = rolling(MADE / f"{name}.csv")
        found = mase(parts, options.seed, **weights)
        table.loc[name, "LSTMForecaster"] = found
        figures = [found, *table.loc[name, NAMES]]
        print(f"| {name} | " + " | ".join(f"{v:.3f}" for v in figures) + " |")
        sys.stdout.flush()
    means = np.exp(np.log(table).mean())
    print("\nGeometric means: " + ", ".join(f"{k} {v:.3f}" for k, v in means.items()))
    for rival in NAMES:
        worse = table.index[table["LSTMForecaster"] > table[rival]]
        print(f"Worse than {rival} on {len(worse)}: {', '.join(worse)}")


if __name__ == "__main__":
    main()
