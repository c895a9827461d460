"""What a model does around its network: to normalised windows, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn.utils import gen_batches

from skforecast_lstm._warn import warn_the_caller
from skforecast_lstm.windows import SeriesWindows

WINDOWS_AT_ONCE = 4096
PER_WINDOW = ("auto", "last", "mean", "standard")
LOG_OFFSET = 0.3  # of a window's mean: so that zeros have a logarithm


class Normalization:
    """Map of windows and targets to what a network learns well, undone on its output.

    ``"last"``, ``"mean"`` and ``"standard"`` first subtract from the target features,
    and from ``y``, the window's own level (its last value or its mean; ``"standard"``
    also divides by its standard deviation), which makes series of different level and
    trend comparable [1]_. Then each feature, and each column of ``y``, is standardised
    with the statistics of the training windows. ``"global"`` is this second step
    alone; ``None`` is neither.

    ``"auto"`` takes for the level the last value or the mean, whichever was closer to
    the next value in the training windows. Windows of several series are then divided
    by their standard deviation, for series of one panel may differ by orders of
    magnitude; where logarithms are taken they differ less, and the geometric mean of
    the window's deviation and the usual one divides them.

    Logarithms, if any, come first: of the target features and of ``y``, to each of
    which 0.3 times the mean of the window is added before.

    Parameters
    ----------
    mode : {None, "global", "auto", "last", "mean", "standard"}
    targets : sequence of int
        The features that are the targets' own history.
    log : bool or "auto", default=False
        "auto": where no target is negative; later values that are count as 0.

    References
    ----------
    .. [1] Kim, T. et al. (2022). Reversible instance normalization for accurate
       time-series forecasting against distribution shift. ICLR.
       https://openreview.net/forum?id=cGDAkQo1C0p
    """

    def __init__(
        self, mode: str | None, targets: Sequence[int], log: bool | str = False
    ) -> None:
        self.mode, self.targets, self.log = mode, list(targets), log

    def fit(self, X: Any, y: np.ndarray, sample_weight: np.ndarray) -> Normalization:
        """Learn from training windows (n, n_steps, n_features) and y (n, n_outputs)."""
        self.output_mean_, self.output_scale_ = 0.0, 1.0
        self.units_apart_ = isinstance(X, SeriesWindows) and X.is_transformed
        self.log_ = self.log is True or (self.log == "auto" and self._fits_log(X, y))
        size = np.average(np.abs(y).mean(axis=1), weights=sample_weight)
        self.usual_size_ = float(size) or 1.0
        if self.mode in PER_WINDOW:
            self._choose(X, y, sample_weight)
        if self.mode is None:
            return self
        features, outputs = StandardScaler(), StandardScaler()
        for rows in gen_batches(len(X), WINDOWS_AT_ONCE):
            x = self._centred(np.asarray(X[rows]))
            weight = sample_weight[rows]
            each_step = np.repeat(weight, x.shape[1])
            features.partial_fit(x.reshape(-1, x.shape[2]), sample_weight=each_step)
            centred = self._centred_targets(X[rows], y[rows])
            outputs.partial_fit(centred, sample_weight=weight)
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
        centred = self._centred_targets(X, y)
        return (centred - self.output_mean_) / self.output_scale_

    def restore(self, X: Any, y: np.ndarray) -> np.ndarray:
        """Return outputs in the targets' units; y is (n, n_outputs, n_quantiles)."""
        offset, level, scale = self._of_targets(X, y.shape[1])
        y = np.moveaxis(y, 2, 0) * self.output_scale_ + self.output_mean_
        y = y * scale + level
        if self.log_:
            y = np.maximum(np.exp(y) - offset, 0.0)
        return np.moveaxis(y, 0, 2)  # (n, n_outputs, n_quantiles)

    def _centred(self, x: np.ndarray) -> np.ndarray:
        if self.mode not in PER_WINDOW and not self.log_:
            return x
        x, own = x.copy(), x[..., self.targets]
        if self.log_:
            own = self._not_negative(own)
            own = np.log(own + self._offset(own)[:, np.newaxis])
        if self.mode in PER_WINDOW:
            level, scale = self._statistics(own)
            own = (own - level[:, np.newaxis]) / scale[:, np.newaxis]
        x[..., self.targets] = own
        return x

    def _centred_targets(self, X: Any, y: np.ndarray) -> np.ndarray:
        offset, level, scale = self._of_targets(X, y.shape[1])
        y = np.log(self._not_negative(y) + offset) if self.log_ else y
        return (y - level) / scale

    def _of_targets(self, X: Any, n_outputs: int) -> tuple[Any, Any, Any]:
        """Return offset, level and scale of each window for each column of y."""
        offset: Any = 0.0
        if self.mode not in PER_WINDOW and not self.log_:
            return offset, 0.0, 1.0
        own = self._own(X)
        columns = np.arange(n_outputs) % own.shape[2]  # step-major
        if self.log_:
            own = self._not_negative(own)
            offset = self._offset(own)
            own = np.log(own + offset[:, np.newaxis])
            offset = offset[:, columns]
        if self.mode not in PER_WINDOW:
            return offset, 0.0, 1.0
        level, scale = self._statistics(own)
        return offset, level[:, columns], scale[:, columns]

    def _own(self, X: Any) -> np.ndarray:
        """Return the targets' history in their own units, (n, n_steps, n_targets)."""
        # The features may have been scaled on their way here; the targets were not.
        if isinstance(X, SeriesWindows) and X.has_levels:
            return X.levels().astype(np.float64)
        if self.units_apart_:
            raise ValueError(
                "the network was fitted on SeriesWindows that hold the targets in "
                "their own units beside the transformed features, which an array does "
                "not; pass SeriesWindows"
            )
        return np.asarray(X)[..., self.targets].astype(np.float64)

    def _fits_log(self, X: Any, y: np.ndarray) -> bool:
        """Return whether the targets have a history, and nothing in it is negative."""
        if not self.targets or y.min() < 0:
            return False
        return all(
            self._own(X[rows]).min() >= 0
            and np.asarray(X[rows])[..., self.targets].min() >= 0
            for rows in gen_batches(len(X), WINDOWS_AT_ONCE)
        )

    def _not_negative(self, values: np.ndarray) -> np.ndarray:
        """Return ``values``, of which logarithms are taken."""
        least = values.min()
        if least >= 0:
            return values
        learns = "the network learns logarithms of the targets, but one of them is"
        if self.log is True:
            raise ValueError(
                f"{learns} {least:.6g}; use log=False for targets that can be negative"
            )
        warn_the_caller(
            f"{learns} {least:.6g}, which counts as 0, as none was negative in "
            "training; fit again, or use log=False"
        )
        return np.maximum(values, 0)

    def _offset(self, own: np.ndarray) -> np.ndarray:
        size = own.mean(axis=1)
        return LOG_OFFSET * np.where(size > 0, size, self.usual_size_)

    def _choose(self, X: Any, y: np.ndarray, sample_weight: np.ndarray) -> None:
        """Set what is taken for the level and the scale of a window."""
        self.level_ = "last" if self.mode == "last" else "mean"
        self.scale_ = "own" if self.mode == "standard" else None
        if self.mode != "auto":
            return
        n_targets = len(self.targets)
        errors, deviation = np.zeros(2), np.zeros(n_targets)
        for rows in gen_batches(len(X), WINDOWS_AT_ONCE):
            own, following = self._own(X[rows]), y[rows, :n_targets]
            if self.log_:
                own, following = map(self._not_negative, (own, following))
                offset = self._offset(own)
                own = np.log(own + offset[:, np.newaxis])
                following = np.log(following + offset)
            spread, weight = own.std(axis=1), sample_weight[rows]
            deviation += weight @ spread
            spread[spread == 0] = 1.0
            for k, level in enumerate((own[:, -1], own.mean(axis=1))):
                errors[k] += (weight @ (np.abs(following - level) / spread)).sum()
        self.level_ = "last" if errors[0] <= errors[1] else "mean"
        self.usual_deviation_ = deviation / sample_weight.sum()
        if getattr(X, "groups", None) is not None and X.groups.nunique() > 1:
            self.scale_ = "shrunk" if self.log_ else "own"

    def _statistics(self, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return level and scale, both (n, n_targets), of (n, n_steps, n_targets)."""
        level = own[:, -1] if self.level_ == "last" else own.mean(axis=1)
        if self.scale_ is None:
            return level, np.ones_like(level)
        scale = own.std(axis=1)
        if self.scale_ == "shrunk":
            usual = np.where(self.usual_deviation_ > 0, self.usual_deviation_, 1.0)
            return level, np.sqrt(np.maximum(scale, usual / 100) * usual)
        # A constant window has no scale, but for what rounding left of it.
        constant = scale <= 10 * np.finfo(own.dtype).eps * np.abs(own.mean(axis=1))
        scale[constant] = 1.0
        return level, scale
