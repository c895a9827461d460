"""The same defaults on series of many kinds, beside the statistical standards: MASE.

python benchmarks/skill/general.py [SET ...] [--seed 0]
    [--smoothing-weight W] [--linear-weight W] [--by-weight]

The first call makes the sets and measures the standards, in the rivals' environment;
without the folder .rivals it does both anew, for sets that have come since.
Weights that are not given are the forecaster's defaults. --by-weight shows what weights
of smoothing from 0 to 1 would give where the default is one for all, in series of up to
250 values.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.append(str(Path(__file__).parents[1]))
from _bench import RIVALS, rivals_python
from _sets import mean_scores, rolling

from skforecast_lstm import LSTMForecaster

MADE = RIVALS / "sets"
WEIGHTS = "smoothing_weight", "linear_weight"
SHARES, SHORT = (0, 0.25, 0.5, 2 / 3, 0.75, 1), 250
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


def forecast(parts: list, seed: int, **options: Any) -> list[pd.DataFrame]:
    """Return the forecasts of the forecaster, fitted anew at each origin."""
    forecasts = []
    for known, _, horizon, season in parts:
        model = LSTMForecaster(
            horizon=horizon, season_length=season, target="y", group="id", time="time",
            random_state=seed, **options,
        )  # fmt: skip
        forecasts.append(model.fit(known).predict())
    return forecasts


def mase(parts: list, seed: int, **weights: float | None) -> float:
    """Return the mean MASE of the forecaster."""
    return mean_scores(parts, forecast(parts, seed, **weights))["MASE"]


def by_weight(parts: list, seed: int) -> list[float]:
    """Return the MASE at each weight of smoothing."""
    without = forecast(parts, seed, smoothing_weight=0.0)
    alone = forecast(parts, seed, smoothing_weight=1.0, epochs=1, n_members=1)
    found = []
    for w in SHARES:
        mixed = [
            n.assign(y=(1 - w) * n["y"] + w * s["y"])
            for n, s in zip(without, alone, strict=True)
        ]
        found.append(mean_scores(parts, mixed)["MASE"])
    return found


def print_by_weight(names: Sequence[str], seed: int) -> None:
    print(
        "| set | " + " | ".join(f"{w:.2f}" for w in SHARES) + " |\n" + "|---" * 7 + "|"
    )
    rows = []
    for name in names:
        parts = rolling(MADE / f"{name}.csv")
        if parts[0][0].groupby("id").size().median() > SHORT:
            continue
        rows.append(by_weight(parts, seed))
        print(
            f"| {name} | " + " | ".join(f"{v:.3f}" for v in rows[-1]) + " |", flush=True
        )
    means = np.exp(np.log(rows).mean(axis=0))
    print(f"| {len(rows)} sets | " + " | ".join(f"{v:.3f}" for v in means) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--smoothing-weight", type=float)
    parser.add_argument("--linear-weight", type=float)
    parser.add_argument("--by-weight", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    table = standards()
    table = table.loc[options.sets or list(table.index)]
    if options.by_weight:
        return print_by_weight(list(table.index), options.seed)
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
