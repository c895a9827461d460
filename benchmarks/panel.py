"""10,000 series of 200 points: time and memory of a fit and a forecast.

python benchmarks/panel.py [--series 10000] [--points 200]

Each number of series runs in a process of its own; the memory of twice as many series
should be the same again plus what TensorFlow takes.
"""

from __future__ import annotations

import argparse

from _bench import Contender, machine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=200)
    options = parser.parse_args()
    print(machine())
    print("| series | rows | fit, s | forecast, s | peak, MB |")
    print("|---|---|---|---|---|")
    for n in (options.series // 10, options.series // 2, options.series):
        contender = Contender("skforecast_lstm_panel", f"{n} {options.points}")
        r = contender.go()
        contender.close()
        print(
            f"| {n} | {n * options.points} | {r['fit']:.1f} | {r['forecast']:.1f} "
            f"| {r['peak_mb']:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
