"""How long does a prediction take, of one window and of 1965?

python benchmarks/predict.py [--rounds 5]
"""

from __future__ import annotations

import argparse

from _bench import Contender, in_turn, machine, print_ratios

OWN = "skforecast_lstm"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(machine())
    for work in ("predict:one", "predict:all"):
        contenders = [Contender(name, work) for name in (OWN, "scikeras")]
        print_ratios(work, in_turn(contenders, rounds), OWN)


if __name__ == "__main__":
    main()
