"""How long does a fit take? Ours and rivals in turn; medians of ratios.

python benchmarks/fit.py [--rounds 5] [--starts 3] [--works tutorial medium:stacked ...]
"""

from __future__ import annotations

import argparse

from _bench import Contender, in_turn, machine, print_ratios

OWN = "skforecast_lstm"
# Each rival's threads; PyTorch with one and with two, the better one counts.
RIVALS = {
    "tutorial": [("scikeras", None), ("torch", 1), ("torch", 2)],
    "medium": [
        ("scikeras", None),
        ("skforecast", None),
        ("neuralforecast", None),
        ("darts", None),
        ("torch", 1),
        ("torch", 2),
    ],
}
ARCHITECTURES = ["stacked", "bidirectional", "cnn", "convlstm", "encoder_decoder"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--starts", type=int, default=3, help="processes for first fits"
    )
    works = ["tutorial", "medium", *(f"medium:{name}" for name in ARCHITECTURES)]
    parser.add_argument("--works", nargs="*", default=works)
    options = parser.parse_args()
    print(machine())
    for work in options.works:
        rivals = RIVALS.get(work, [("scikeras", None)])
        contenders = [Contender(OWN, work)]
        contenders += [Contender(name, work, threads) for name, threads in rivals]
        print_ratios(work, in_turn(contenders, options.rounds, options.starts), OWN)


if __name__ == "__main__":
    main()
