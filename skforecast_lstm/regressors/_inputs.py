"""Checks of X, y and sample_weight, before any work starts."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from keras.callbacks import Callback
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.validation import _check_sample_weight, validate_data

from skforecast_lstm._cut_windows import CutWindows
from skforecast_lstm.regressors._normalization import PER_WINDOW
from skforecast_lstm.regressors._parameters import starting_rate
from skforecast_lstm.windows import SeriesWindows

FLOATS = [np.float64, np.float32]
Data = tuple[Any, np.ndarray, np.ndarray]  # windows, targets, weights


def check_windows(estimator: Any, X: Any, *, reset: bool, max_ndim: int) -> Any:
    """Return X as windows (n, n_steps, n_features), lazy ones as they are.

    Sets or compares ``n_features_in_``, ``feature_names_in_`` and ``window_shape_``,
    and sets ``_segment``: how many steps Reshape3D had made one, which then the network
    does, behind the normalization of each step.
    """
    who = type(estimator).__name__
    X, window, segment = _uncut(X)
    if not reset:
        X, window, segment = _as_in_fit(estimator, X, window, segment)
    if isinstance(X, SeriesWindows):
        if not len(X):
            raise ValueError(f"{who}: X holds 0 windows, a minimum of 1 is required")
        _check_ndim(who, 1 + len(window), max_ndim)
        _check_features(estimator, X.shape[2], X.feature_names, reset)
    elif _ndim(X) <= 2:
        options: dict = {"dtype": FLOATS, "ensure_all_finite": False}
        if reset or estimator.n_features_in_ == estimator.window_shape_[0]:
            X = validate_data(estimator, X, reset=reset, **options)
        else:  # fitted on windows of one feature: these are the same, without its axis
            X = check_array(X, estimator=who, **options)
        window = X.shape[1], 1
    else:
        X = check_array(
            X, dtype=FLOATS, allow_nd=True, ensure_all_finite=False, estimator=who
        )
        window = X.shape[1:]
        _check_ndim(who, X.ndim, max_ndim)
        _check_features(estimator, X.shape[-1], None, reset)
    if reset:
        estimator.window_shape_, estimator._segment = window, segment
    elif flat_window(window) != flat_window(estimator.window_shape_):
        raise ValueError(
            f"{who}: X has windows of shape {window}, but the estimator was fitted on "
            f"windows of shape {estimator.window_shape_} (n_steps, n_features)"
        )
    if isinstance(X, SeriesWindows):
        _check_finite(who, "X", X.covered_rows(), ("row of a window", "feature"))
        return X
    _check_finite(who, "X", X, ("window", "step", "feature"))
    return X.reshape(len(X), *flat_window(window))


def _uncut(X: Any) -> tuple[Any, tuple, int]:
    """Return lazy windows for what was cut from them, their shape and segment."""
    if not isinstance(X, CutWindows) or X.windows is None:
        return X, X.shape[1:] if isinstance(X, SeriesWindows) else (), 1
    if X.ndim > 3:
        return X.windows, X.shape[1:], 1
    return X.windows, X.windows.shape[1:], X.windows.n_steps // X.shape[1]


def _as_in_fit(
    estimator: Any, X: Any, window: tuple, segment: int
) -> tuple[Any, tuple, int]:
    """Return windows with as many steps made one as those that ``fit`` was given."""
    fitted = estimator._segment
    if fitted == segment:
        return X, window, segment
    if fitted == 1 and segment > 1:  # fitted on an array
        n_steps, n_features = window
        X = np.asarray(X).reshape(len(X), n_steps // segment, segment * n_features)
    elif isinstance(X, np.ndarray) and X.ndim == 3:
        n_features = estimator.window_shape_[-1]
        if X.shape[2] == fitted * n_features:
            X = X.reshape(len(X), fitted * X.shape[1], n_features)
    return X, window, fitted


def check_targets(estimator: Any, X: Any, y: Any) -> np.ndarray:
    """Return y of shape (n,) or (n, n_outputs), finite and as long as X."""
    who = type(estimator).__name__
    if y is None:
        raise ValueError(
            f"This {who} estimator requires y to be passed, but the target y is None."
        )
    y = check_array(
        y, ensure_2d=False, dtype="numeric", ensure_all_finite=False, input_name="y",
        order="C", estimator=who,  # sums depend on the order, in their last bit
    )  # fmt: skip
    check_consistent_length(X, y)
    if y.dtype.kind != "f":
        y = y.astype(np.float64)
    _check_finite(who, "y", y, ("row", "column"))
    return y


def check_weights(X: Any, sample_weight: Any) -> np.ndarray:
    """Return a finite weight, not negative, for each window."""
    if sample_weight is None:
        return np.ones(len(X))
    return _check_sample_weight(
        sample_weight, np.empty(len(X)), dtype=np.float64, ensure_non_negative=True
    )


def check_data(
    estimator: Any, X: Any, y: Any, sample_weight: Any = None, *, reset: bool
) -> Data:
    """Return windows, targets and weights to train on or to validate with.

    Windows that reach behind the start of their series, and those of weight 0, are
    left out.
    """
    who = type(estimator).__name__
    X = check_windows(estimator, X, reset=reset, max_ndim=estimator._max_ndim())
    y = check_targets(estimator, X, y)
    weight = check_weights(X, sample_weight)
    kept = weight > 0
    if isinstance(X, SeriesWindows):
        kept &= X.complete
        if not kept.any():
            raise ValueError(
                f"{who}: n_steps={X.n_steps} is longer than the history of each of the "
                f"{len(X)} windows; use fewer steps or a longer series"
            )
    if not kept.all():
        X, y, weight = X[kept], y[kept], weight[kept]
    return X, y, weight


def check_validation(estimator: Any, X: Any, y: Any) -> Data | None:
    """Return the windows to validate with, checked; None where there are none."""
    if X is None and y is None:
        return None
    if X is None or y is None:
        raise ValueError(
            f"{type(estimator).__name__}: X_val and y_val go together; give both"
        )
    data = check_data(estimator, X, y, reset=False)
    set_outputs(estimator, *data[:2], reset=False)
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


def check_parameters(estimator: Any) -> None:
    """Refuse parameters out of their range, or that exclude each other."""
    estimator._check_words()
    estimator._validate_params()
    who, quantiles = type(estimator).__name__, estimator.quantiles
    for callback in estimator.callbacks or ():
        if not callable(callback) and not isinstance(callback, Callback):
            raise TypeError(
                f"{who}: callbacks takes Keras callbacks, classes and functions that "
                f"make one, got {callback!r}"
            )
    rate = starting_rate(estimator.optimizer, estimator.learning_rate)
    if estimator.decay is not None and not isinstance(rate, Real):
        raise ValueError(
            f"{who}: decay={estimator.decay!r} lowers a rate that is a number, "
            f"but that of the optimizer is a schedule of its own; use decay=None"
        )
    if quantiles is None:
        return
    if not len(quantiles) or not all(isinstance(q, Real) for q in quantiles):
        raise ValueError(
            f"{who}: quantiles must be numbers between 0 and 1, got {quantiles!r}"
        )
    q = np.asarray(quantiles, dtype=float)
    if q.ndim != 1 or not (0 < q.min() and q.max() < 1 and 0.5 in q):
        raise ValueError(
            f"{who}: quantiles must lie between 0 and 1, with 0.5 among them, got "
            f"{quantiles!r}"
        )
    if (np.diff(q) <= 0).any():
        raise ValueError(f"{who}: quantiles must increase, got {quantiles!r}")
    if estimator.metrics:
        raise ValueError(
            f"{who}: metrics compare y with one forecast, but quantiles={quantiles!r} "
            "are several; use metrics=None, and score predict or predict_quantiles"
        )
    if estimator.loss != "mse":
        raise ValueError(
            f"{who}: quantiles are trained with the pinball loss; leave loss at its "
            f"default 'mse', got {estimator.loss!r}"
        )


def set_outputs(estimator: Any, X: Any, y: np.ndarray, *, reset: bool) -> None:
    """Set what the fit learns from the shapes of X and y."""
    who, columns = type(estimator).__name__, 1 if y.ndim == 1 else y.shape[1]
    if not reset:
        if columns != estimator.n_outputs_:
            raise ValueError(
                f"{who}: y has {columns} columns, but the estimator is fitted to "
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


def _check_ndim(who: str, ndim: int, most: int) -> None:
    if ndim > most:
        raise ValueError(
            f"Found array with dim {ndim}. {who} expects windows of dim 2 "
            f"(n, n_steps) to {most}"
        )


def _ndim(X: Any) -> int:
    return X.ndim if hasattr(X, "ndim") else np.asarray(X).ndim


def flat_window(window: tuple[int, ...]) -> tuple[int, int]:
    """Return (n_steps, n_features) of a window that may be cut into parts."""
    return int(np.prod(window[:-1])), window[-1]


def _check_features(
    estimator: Any, n_features: int, names: list | None, reset: bool
) -> None:
    who = type(estimator).__name__
    strings = names is not None and all(isinstance(name, str) for name in names)
    if reset:
        vars(estimator).pop("feature_names_in_", None)
        estimator.n_features_in_ = n_features
        if strings:
            estimator.feature_names_in_ = np.array(names, dtype=object)
        return
    fitted = estimator.window_shape_[-1]
    if n_features != fitted:
        raise ValueError(
            f"X has {n_features} features a step, but {who} is expecting {fitted} "
            "features as input"
        )
    known = getattr(estimator, "feature_names_in_", None)
    if strings and known is not None and list(known) != names:
        raise ValueError(
            "The feature names should match those that were passed during fit: "
            f"{who} was fitted on {list(known)}, X has {names}"
        )


def _check_finite(who: str, name: str, array: np.ndarray, axes: tuple) -> None:
    bad = ~np.isfinite(array)
    if not bad.any():
        return
    place = np.argwhere(bad)[0]
    axes = axes if len(axes) >= array.ndim else (axes[0], "index", *axes[1:], "index")
    where = ", ".join(f"{axis} {i}" for axis, i in zip(axes, place, strict=False))
    what = (
        "NaN"
        if np.isnan(array[tuple(place)])
        else f"infinity or a value too large for {array.dtype!r}."
    )
    raise ValueError(
        f"Input {name} contains {what} {who} needs finite values, but {int(bad.sum())} "
        f"are not; the first is at {where}"
    )
