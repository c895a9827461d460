"""Windows on their way into the network."""

from __future__ import annotations

from typing import Any

import numpy as np

from skforecast_lstm._origins import Origins
from skforecast_lstm.regressors._normalization import Normalization
from skforecast_lstm.training import BLOCK_BYTES


class WindowSamples:
    """Normalised windows, targets and weights by index.

    What fits into one block is made once; more is made block by block, so that
    training from lazy windows holds the series and never all windows.
    """

    def __init__(
        self,
        X: Any,
        y: np.ndarray,
        weight: np.ndarray,
        normalization: Normalization,
        dtype: str,
    ) -> None:
        self.X, self.y, self.weight = X, y, weight
        self.normalization, self.dtype = normalization, dtype
        n_bytes = int(np.prod(X.shape)) * np.dtype(dtype).itemsize
        self._made = self._make(X, y, weight) if n_bytes <= BLOCK_BYTES else None

    def __len__(self) -> int:
        return len(self.y)

    def gather(self, index: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if self._made is not None:
            return tuple(part[index] for part in self._made)
        return self._make(self.X[index], self.y[index], self.weight[index])

    def _make(
        self, X: Any, y: np.ndarray, weight: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        parts = (
            self.normalization.windows(X),
            self.normalization.targets_of(X, y),
            weight,
        )
        x, y, weight = (np.asarray(part, dtype=self.dtype) for part in parts)
        return x, y, weight


Data = tuple[Any, np.ndarray, np.ndarray]


def split_windows(
    estimator: Any, data: Data, given: Data | None
) -> tuple[Data, Data | None]:
    """Return what to train on and what to validate on, y as 2-D.

    ``validation_split`` takes the newest windows by time. Those before them whose
    targets are not all known at the first of them, ``horizon - 1`` of a regular series,
    are left out: no target stands on both sides.
    """
    X, y, weight = data
    data = X, y.reshape(len(y), -1), weight
    if given is not None:
        return data, (given[0], given[1].reshape(len(given[1]), -1), given[2])
    share = estimator.validation_split
    if not share:
        return data, None
    horizon = estimator.n_outputs_ // estimator.n_targets_
    horizon = max(horizon, getattr(X, "horizon", None) or 1)  # y may be one step of it
    origins = Origins(X, horizon)
    cut = np.sort(origins.rank)[-max(1, int(share * len(X)))]
    old, new = origins.known_at(cut), origins.rank >= cut
    if not old.any():
        raise ValueError(
            f"{type(estimator).__name__}: validation_split={share} of {len(X)} windows,"
            f" with {horizon - 1} before them left out, leaves none to train on"
        )
    X, y, weight = data
    return (X[old], y[old], weight[old]), (X[new], y[new], weight[new])
