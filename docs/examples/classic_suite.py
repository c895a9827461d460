"""Every system of the classic LSTM forecasting tutorials, by public API.

Run it with ``python docs/examples/classic_suite.py``; it prints a line a system: the
window, the expected forecast and the median forecast of three networks. The tests take
their cases from here.
"""

from dataclasses import dataclass, field

import numpy as np

from skforecast_lstm import (
    BidirectionalLSTMRegressor,
    CNNLSTMRegressor,
    ConvLSTMRegressor,
    EncoderDecoderLSTMRegressor,
    StackedLSTMRegressor,
    VanillaLSTMRegressor,
    make_supervised,
)

SERIES = np.arange(10, 100, 10)
PARALLEL = np.column_stack([SERIES, SERIES + 5, 2 * SERIES + 5])
TEXTBOOK = {"activation": "relu", "normalization": None, "learning_rate": 0.001}
# The third column from the first two, in the same row: lead=0.
TWO_INPUTS = {"target": 2, "include_target": False, "lead": 0}
CNN = {"n_subsequences": 2, "filters": 64, "kernel_size": 1, "pool_size": 2}
CONV = {"n_subsequences": 2, "filters": 64, "kernel_size": 2}


@dataclass
class System:
    """One system: which data, which network, what the tutorials expect of it."""

    name: str
    regressor: type
    window: list
    expected: list
    tolerance: float
    units: int = 50
    epochs: int = 200
    data: np.ndarray = field(default_factory=lambda: SERIES)
    framing: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)

    def forecast(self, n_seeds: int = 3) -> np.ndarray:
        """Return the median forecast of ``n_seeds`` networks, (n_outputs,)."""
        window = np.asarray(self.window, dtype=np.float32)
        window = window.reshape(1, len(window), -1)  # (1, n_steps, n_features)
        X, y = make_supervised(self.data, n_steps=window.shape[1], **self.framing)
        forecasts = []
        for seed in range(n_seeds):
            net = self.regressor(
                units=self.units,
                epochs=self.epochs,
                random_state=seed,
                **TEXTBOOK,
                **self.options,
            )
            forecasts.append(net.fit(X, y).predict(window).ravel())
        return np.median(forecasts, axis=0)


SYSTEMS = [
    System("vanilla", VanillaLSTMRegressor, [70, 80, 90], [100], 0.04),
    System("stacked", StackedLSTMRegressor, [70, 80, 90], [100], 0.04),
    System("bidirectional", BidirectionalLSTMRegressor, [70, 80, 90], [100], 0.04),
    System(
        "CNN-LSTM", CNNLSTMRegressor, [60, 70, 80, 90], [100], 0.04,
        epochs=500, options=CNN,
    ),
    System(
        "ConvLSTM", ConvLSTMRegressor, [60, 70, 80, 90], [100], 0.04,
        epochs=500, options=CONV,
    ),
    System(
        "two inputs", VanillaLSTMRegressor,
        [[80, 85], [90, 95], [100, 105]], [205], 0.02,
        data=PARALLEL, framing=TWO_INPUTS,
    ),
    System(
        "parallel series", StackedLSTMRegressor,
        [[70, 75, 145], [80, 85, 165], [90, 95, 185]], [100, 105, 205], 0.02,
        units=100, epochs=400, data=PARALLEL,
    ),
    System(
        "vector output", StackedLSTMRegressor, [70, 80, 90], [100, 110], 0.09,
        units=100, framing={"horizon": 2},
    ),
    System(
        "encoder-decoder", EncoderDecoderLSTMRegressor, [70, 80, 90], [100, 110], 0.06,
        units=100, epochs=500, framing={"horizon": 2},
    ),
    System(
        "two inputs, two steps", StackedLSTMRegressor,
        [[70, 75], [80, 85], [90, 95]], [185, 205], 0.02,
        units=100, data=PARALLEL, framing={**TWO_INPUTS, "horizon": 2},
    ),
    System(
        "parallel series, two steps", EncoderDecoderLSTMRegressor,
        [[60, 65, 125], [70, 75, 145], [80, 85, 165]], [90, 95, 185, 100, 105, 205],
        0.02, units=200, epochs=300, data=PARALLEL, framing={"horizon": 2},
    ),
]  # fmt: skip


def main() -> None:
    for system in SYSTEMS:
        got = np.round(system.forecast(), 1).tolist()
        print(
            f"{system.name}: input {system.window}, expected {system.expected}, "
            f"got {got}",
            flush=True,
        )


if __name__ == "__main__":
    main()
