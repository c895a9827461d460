"""Checks of X, y and sample_weight, before any work starts."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.validation import _check_sample_weight

from skforecast_lstm._counts import check_columns
from skforecast_lstm._series_windows import SeriesWindows
from skforecast_lstm.regressors._normalization import PER_WINDOW
from skforecast_lstm.regressors._units import check_units
from skforecast_lstm.regressors._windows import AS_RETURNED, check_finite, check_windows

Data = tuple[Any, np.ndarray, np.ndarray]  # windows, targets, weights


def check_targets(estimator: Any, X: Any, y: Any, name: str = "y") -> np.ndarray:
    """Return y of shape (n,) or (n, n_outputs), finite and as long as X."""
    who = type(estimator).__name__
    if y is None:
        raise ValueError(
            f"This {who} estimator requires y to be passed, but the target y is None."
        )
    y = check_array(
        y, ensure_2d=False, dtype="numeric", ensure_all_finite=False, input_name=name,
        order="C", estimator=who,  # sums depend on the order, in their last bit
    )  # fmt: skip
    check_consistent_length(X, y)
    if y.dtype.kind != "f":
        y = y.astype(np.float64)
    check_finite(who, name, y, ("row", "column"))
    return y


def check_weights(X: Any, sample_weight: Any) -> np.ndarray:
    """Return a finite weight, not negative, for each window."""
    if sample_weight is None:
        return np.ones(len(X))
    return _check_sample_weight(
        sample_weight, np.empty(len(X)), dtype=np.float64, ensure_non_negative=True
    )


def check_data(
    estimator: Any, X: Any, y: Any, sample_weight: Any = None, *, reset: bool,
    of: str = "",
) -> Data:  # fmt: skip
    """Return windows, targets and weights to train on or to validate with.

    ``of`` is what follows X and y in the names of the arguments.

    Windows that reach behind the start of their series, and those of weight 0, are
    left out.
    """
    who = type(estimator).__name__
    X = check_windows(estimator, X, reset=reset, name=f"X{of}")
    y = check_targets(estimator, X, y, f"y{of}")
    weight = check_weights(X, sample_weight)
    kept = weight > 0
    if isinstance(X, SeriesWindows):
        kept &= X.complete
        if not kept.any():
            raise ValueError(
                f"{who}: n_steps={X.n_steps} is longer than the history of each of the "
                f"{len(X)} windows of X{of}; use fewer steps or a longer series"
            )
    if not kept.all():
        X, y, weight = X[kept], y[kept], weight[kept]
    return X, y, weight


def check_validation(estimator: Any, X: Any, y: Any, trained_on: Any) -> Data | None:
    """Return the windows to validate with, checked; None where there are none."""
    if X is None and y is None:
        return None
    if X is None or y is None:
        raise ValueError(
            f"{type(estimator).__name__}: X_val and y_val go together; give both"
        )
    data = check_data(estimator, X, y, reset=False, of="_val")
    set_outputs(estimator, *data[:2], reset=False, name="y_val")
    check_units(estimator, *data[:2], name="y_val")
    lazy = [part for part in (data[0], trained_on) if isinstance(part, SeriesWindows)]
    if len({part.is_transformed for part in lazy}) > 1:
        raise ValueError(
            f"{type(estimator).__name__}: one of X and X_val was transformed, the other"
            f" was not{AS_RETURNED}"
        )
    return data


def scale_weights(X: Any, y: np.ndarray, weight: np.ndarray, dtype: str) -> Data:
    """Return windows, targets and weights, the weights brought to mean 1.

    A weight so small beside the largest that it is 0 in ``dtype`` leaves its window
    out, as 0 does: to the compiled loop it would be padding.
    """
    weight = weight / weight.max()
    kept = weight >= np.finfo(dtype).tiny
    if not kept.all():
        X, y, weight = X[kept], y[kept], weight[kept]
    return X, y, weight / weight.mean()


def set_outputs(
    estimator: Any, X: Any, y: np.ndarray, *, reset: bool, name: str = "y"
) -> None:
    """Set what the fit learns from the shapes of X and y."""
    who, columns = type(estimator).__name__, 1 if y.ndim == 1 else y.shape[1]
    if not reset:
        if columns != estimator.n_outputs_:
            raise ValueError(
                f"{who}: {name} has {columns} columns, but the estimator is fitted to "
                f"{estimator.n_outputs_}"
            )
        return
    estimator.n_outputs_, estimator.y_ndim_ = columns, y.ndim
    estimator.y_dtype_ = y.dtype.name
    estimator.n_quantiles_ = (
        1 if estimator.quantiles is None else len(estimator.quantiles)
    )
    estimator.dtype_ = estimator.dtype or X.dtype.name
    lazy = isinstance(X, SeriesWindows)
    n_targets = estimator.n_targets
    if n_targets is None:
        known = X.n_targets if lazy else 0
        n_targets = known if known and columns % known == 0 else 1
        if n_targets > 1 and X.horizon:  # of one, any step is plain
            check_columns(
                who, columns, X.horizon, n_targets,
                "say with n_targets how many targets each step of y has",
            )  # fmt: skip
    if columns % n_targets:
        raise ValueError(
            f"{who}: y has {columns} columns, which n_targets={n_targets} does not "
            "divide; y must have horizon * n_targets columns"
        )
    estimator.n_targets_ = n_targets
    estimator.target_features_ = _target_features(estimator, X, lazy)


def _target_features(estimator: Any, X: Any, lazy: bool) -> list[int]:
    per_window = estimator.normalization in PER_WINDOW
    known = not lazy or (X.has_levels and estimator.n_targets_ == X.n_targets)
    if not (per_window or estimator.log) or (estimator.log == "auto" and not known):
        return []
    who, given = type(estimator).__name__, estimator.target_features
    if not known:
        fault = "it is not among the features; use include_target=True"
        if X.has_levels:
            fault = (
                f"the windows were made for {X.n_targets} targets, and y has "
                f"{estimator.n_targets_}; use n_targets={X.n_targets}"
            )
        raise ValueError(
            f"{who}: normalization={estimator.normalization!r} and log="
            f"{estimator.log!r} need each target's own history in the windows, but "
            f"{fault}, or normalization='global' and log=False"
        )
    if lazy and given is None:
        return list(X.target_features)
    found = list(range(estimator.n_targets_)) if given is None else list(given)
    if lazy and known and found != list(X.target_features):
        raise ValueError(
            f"{who}: target_features={found}, but the windows say that the targets "
            f"stand in the features {list(X.target_features)}; leave it out"
        )
    if len(found) != estimator.n_targets_ or not set(found) <= set(range(X.shape[2])):
        raise ValueError(
            f"{who}: target_features={found} must name {estimator.n_targets_} of the "
            f"{X.shape[2]} features, one for each target"
        )
    return found
