"""How much memory does a fit of a million windows need, and what do 100 fits leave?

python benchmarks/memory.py
"""

from __future__ import annotations

from _bench import Contender, machine


def main() -> None:
    print(machine())
    big = Contender("skforecast_lstm_million", "million")
    result = big.go()
    big.close()
    print(
        f"1,000,000 windows x 168 steps x 4 features, one epoch, batch 1024: "
        f"{result['seconds']:.0f} s, peak {result['peak_mb']:.0f} MB "
        f"(materialised, the windows alone are 2688 MB)"
    )
    many = Contender("skforecast_lstm_hundred", "hundred")
    result = many.go()
    many.close()
    print(
        f"100 fits of different length: the process grew by {result['grown_mb']:.1f} MB"
    )


if __name__ == "__main__":
    main()
