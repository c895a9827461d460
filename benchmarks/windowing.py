"""How long does it take to make windows of a million rows, and what memory?

python benchmarks/windowing.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc

import numpy as np
from _bench import machine

from skforecast_lstm import make_supervised


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(machine())
    data = np.random.default_rng(0).normal(size=(1_000_000, 8))
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        X, _ = make_supervised(data, n_steps=168)
        seconds.append(time.perf_counter() - start)
    tracemalloc.start()
    X, _ = make_supervised(data, n_steps=168)
    peak = tracemalloc.get_traced_memory()[1]
    print(
        f"{X.shape}: {statistics.median(seconds):.3f} s, peak "
        f"{peak / data.nbytes:.2f} times the series ({data.nbytes / 1e6:.0f} MB)"
    )


if __name__ == "__main__":
    main()
