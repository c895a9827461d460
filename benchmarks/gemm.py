"""How much of the machine's rate of small matrix products does a fit reach?

python benchmarks/gemm.py [--rounds 5]

Counts only the products of an LSTM layer of 64 units, forward and backward, in a fit
of 1965 windows x 24 steps, batch 32, 10 epochs. The rate beside it is that of numpy for
the product of one step, (32, 65) @ (65, 256), measured in turn with the fits.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from _bench import machine

from skforecast_lstm import VanillaLSTMRegressor

WINDOWS, STEPS, UNITS, BATCH, EPOCHS, HORIZON = 1965, 24, 64, 32, 10, 12


def product_rate(rng: np.random.Generator) -> float:
    """Return the GFLOP/s of numpy for the product of one step."""
    a = rng.normal(size=(BATCH, UNITS + 1)).astype("float32")
    b = rng.normal(size=(UNITS + 1, 4 * UNITS)).astype("float32")
    out, n = np.empty((BATCH, 4 * UNITS), "float32"), 20_000
    start = time.perf_counter()
    for _ in range(n):
        np.matmul(a, b, out=out)
    return 2 * a.size * b.shape[1] * n / (time.perf_counter() - start) / 1e9


def fit_rate(network: VanillaLSTMRegressor, X: np.ndarray, y: np.ndarray) -> float:
    """Return the GFLOP/s of a fit, which is thrice a forward pass."""
    batches = -(-WINDOWS // BATCH) * EPOCHS
    forward = 2 * BATCH * (UNITS + 1) * 4 * UNITS * STEPS
    start = time.perf_counter()
    network.fit(X, y)
    return 3 * forward * batches / (time.perf_counter() - start) / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(machine())
    rng = np.random.default_rng(0)
    X = rng.normal(size=(WINDOWS, STEPS, 1)).astype("float32")
    y = rng.normal(size=(WINDOWS, HORIZON)).astype("float32")
    network = VanillaLSTMRegressor(
        units=UNITS, epochs=EPOCHS, batch_size=BATCH, random_state=0
    ).fit(X, y)
    pairs = [(fit_rate(network, X, y), product_rate(rng)) for _ in range(rounds)]
    fit, product = np.median(pairs, axis=0)
    share = np.median([fit / product for fit, product in pairs])
    print(f"fit {fit:.1f} GFLOP/s, products {product:.1f} GFLOP/s, share {share:.0%}")


if __name__ == "__main__":
    main()
