"""What a model does around its network: to normalised windows, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn.utils import gen_batches

from skforecast_lstm.windows import SeriesWindows

WINDOWS_AT_ONCE = 4096
PER_WINDOW = ("last", "mean", "standard")
MODES = (None, "global", *PER_WINDOW)


class Normalization:
    """Affine map of windows and targets, undone on the output.

    ``"last"``, ``"mean"`` and ``"standard"`` first subtract from the target features,
    and from ``y``, the window's own level (its last value or its mean; ``"standard"``
    also divides by its standard deviation), which makes series of different level and
    trend comparable [1]_. Then each feature, and each column of ``y``, is standardised
    with the statistics of the training windows. ``"global"`` is this second step
    alone; ``None`` is neither.

    Parameters
    ----------
    mode : {None, "global", "last", "mean", "standard"}
    targets : sequence of int
        The features that are the targets' own history.

    References
    ----------
    .. [1] Kim, T. et al. (2022). Reversible instance normalization for accurate
       time-series forecasting against distribution shift. ICLR.
       https://openreview.net/forum?id=cGDAkQo1C0p
    """

    def __init__(self, mode: str | None, targets: Sequence[int]) -> None:
        self.mode, self.targets = mode, list(targets)

    def fit(self, X: Any, y: np.ndarray, sample_weight: np.ndarray) -> Normalization:
        """Learn from training windows (n, n_steps, n_features) and y (n, n_outputs)."""
        self.output_mean_, self.output_scale_ = 0.0, 1.0
        if self.mode is None:
            return self
        features, outputs = StandardScaler(), StandardScaler()
        for rows in gen_batches(len(X), WINDOWS_AT_ONCE):
            x = self._centred(np.asarray(X[rows]))
            weight = sample_weight[rows]
            each_step = np.repeat(weight, x.shape[1])
            features.partial_fit(x.reshape(-1, x.shape[2]), sample_weight=each_step)
            level, scale = self._of_targets(X[rows], y.shape[1])
            outputs.partial_fit((y[rows] - level) / scale, sample_weight=weight)
        self.feature_mean_, self.feature_scale_ = features.mean_, features.scale_
        self.output_mean_, self.output_scale_ = outputs.mean_, outputs.scale_
        return self

    def windows(self, X: Any) -> np.ndarray:
        """Return the windows as the network reads them, (n, n_steps, n_features)."""
        x = self._centred(np.asarray(X))
        if self.mode is None:
            return x
        mean, scale = (
            s.astype(x.dtype) for s in (self.feature_mean_, self.feature_scale_)
        )
        return (x - mean) / scale

    def targets_of(self, X: Any, y: np.ndarray) -> np.ndarray:
        """Return what the network has to learn for the windows X, (n, n_outputs)."""
        level, scale = self._of_targets(X, y.shape[1])
        return ((y - level) / scale - self.output_mean_) / self.output_scale_

    def restore(self, X: Any, y: np.ndarray) -> np.ndarray:
        """Return outputs in the targets' units; y is (n, n_outputs, n_quantiles)."""
        level, scale = self._of_targets(X, y.shape[1])
        y = np.moveaxis(y, 2, 0) * self.output_scale_ + self.output_mean_
        return np.moveaxis(y * scale + level, 0, 2)  # (n, n_outputs, n_quantiles)

    def _centred(self, x: np.ndarray) -> np.ndarray:
        if self.mode not in PER_WINDOW:
            return x
        level, scale = self._statistics(x[..., self.targets])
        x = x.copy()
        x[..., self.targets] -= level[:, np.newaxis]
        x[..., self.targets] /= scale[:, np.newaxis]
        return x

    def _of_targets(self, X: Any, n_outputs: int) -> tuple[Any, Any]:
        """Return level and scale of each window for each column of y."""
        if self.mode not in PER_WINDOW:
            return 0.0, 1.0
        # The features may have been scaled on their way here; the targets were not.
        lazy = isinstance(X, SeriesWindows)
        own = X.levels() if lazy else np.asarray(X)[..., self.targets]
        level, scale = self._statistics(own.astype(np.float64))
        columns = np.arange(n_outputs) % own.shape[2]  # step-major
        return level[:, columns], scale[:, columns]

    def _statistics(self, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return level and scale, both (n, n_targets), of (n, n_steps, n_targets)."""
        if self.mode == "last":
            return own[:, -1], np.ones_like(own[:, -1])
        level, scale = own.mean(axis=1), np.ones_like(own[:, -1])
        if self.mode == "standard":
            scale = own.std(axis=1)
            # A constant window has no scale, but for what rounding left of it.
            constant = scale <= 10 * np.finfo(own.dtype).eps * np.abs(level)
            scale[constant] = 1.0
        return level, scale
