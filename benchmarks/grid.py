"""How long does a grid search take? 24 candidates, 5 folds, the airline passengers.

python benchmarks/grid.py [--rounds 2]

The first search of a process prepares its networks, and with n_jobs=2 starts workers
that import TensorFlow; the rounds after it show what a further search takes.
"""

from __future__ import annotations

import argparse

from _bench import Contender, in_turn, machine, print_ratios

OWN = "skforecast_lstm_grid"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    rounds = parser.parse_args().rounds
    print(machine())
    jobs = [Contender(OWN, f"grid:{n}") for n in (1, 2)]
    for n, contender in enumerate(jobs, start=1):
        contender.name = f"{OWN}, n_jobs={n}"
    results = in_turn(jobs, rounds)
    results |= in_turn([Contender("scikeras_grid", "grid:1")], rounds=0)
    print_ratios("24 candidates x 5 folds", results, jobs[0].name)
    scores = [results[c.name].first[-1]["scores"] for c in jobs]
    print(f"\nSame scores with n_jobs 1 and 2: {scores[0] == scores[1]}")


if __name__ == "__main__":
    main()
