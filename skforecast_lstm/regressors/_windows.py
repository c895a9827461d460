"""Checks of X: windows in any form that an estimator takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import _check_feature_names, validate_data

from skforecast_lstm._cut_windows import CutWindows
from skforecast_lstm._series_windows import SeriesWindows

AS_RETURNED = (
    "; give X_val as the steps before the estimator return it, which "
    "Pipeline(transform_input=['X_val']) does"
)
FLOATS = [np.float64, np.float32]


def check_windows(estimator: Any, X: Any, *, reset: bool, name: str = "X") -> Any:
    """Return X as windows (n, n_steps, n_features), lazy ones as they are.

    ``name`` is that of the argument, X or X_val.

    Sets or compares ``n_features_in_``, ``feature_names_in_`` and ``window_shape_``,
    and sets ``_segment``: how many steps Reshape3D had made one, which then the network
    does, behind the normalization of each step.
    """
    who = type(estimator).__name__
    max_ndim = (estimator if reset else estimator._as_fitted())._encoder()._max_ndim
    X, window, segment = _uncut(X)
    if not reset:
        X, window, segment = _as_in_fit(estimator, X, window, segment)
    if isinstance(X, SeriesWindows):
        if not len(X):
            raise ValueError(
                f"{who}: {name} holds 0 windows, a minimum of 1 is required"
            )
        _check_ndim(who, 1 + len(window), max_ndim)
        _check_features(estimator, X.shape[2], X.feature_names, reset, name)
    elif _ndim(X) <= 2:
        X = _check_flat(estimator, X, reset, name)
        window = X.shape[1], 1
    else:
        X = check_array(
            X, dtype=FLOATS, allow_nd=True, ensure_all_finite=False, estimator=who,
            input_name=name,
        )  # fmt: skip
        window = X.shape[1:]
        _check_ndim(who, X.ndim, max_ndim)
        _check_features(estimator, X.shape[-1], None, reset, name)
    if reset:
        estimator.window_shape_, estimator._segment = window, segment
    elif flat_window(window) != flat_window(estimator.window_shape_):
        raise ValueError(
            f"{who}: {name} has windows of shape {window}, but the estimator was "
            f"fitted on windows of shape {estimator.window_shape_} (n_steps, "
            f"n_features){'' if name == 'X' else AS_RETURNED}"
        )
    if isinstance(X, SeriesWindows):
        check_finite(who, name, X.covered_rows(), ("row of a window", "feature"))
        return X
    check_finite(who, name, X, ("window", "step", "feature"))
    return X.reshape(len(X), *flat_window(window))


def _check_flat(estimator: Any, X: Any, reset: bool, name: str) -> np.ndarray:
    """Return 2-D windows, whose columns are steps."""
    options: dict = {"dtype": FLOATS, "ensure_all_finite": False}
    of_columns = reset or estimator.n_features_in_ == estimator.window_shape_[0]
    if of_columns and name == "X":
        return validate_data(estimator, X, reset=reset, **options)
    if of_columns:  # as validate_data, which would call it X
        _check_feature_names(estimator, X, reset=False)
    # Of an estimator that saw one feature: these are the same, without its axis.
    return check_array(
        X, estimator=type(estimator).__name__, input_name=name, **options
    )


def flat_window(window: tuple[int, ...]) -> tuple[int, int]:
    """Return (n_steps, n_features) of a window that may be cut into parts."""
    return int(np.prod(window[:-1])), window[-1]


def check_finite(who: str, name: str, array: np.ndarray, axes: tuple) -> None:
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


def _check_ndim(who: str, ndim: int, most: int) -> None:
    if ndim > most:
        raise ValueError(
            f"Found array with dim {ndim}. {who} expects windows of dim 2 "
            f"(n, n_steps) to {most}"
        )


def _ndim(X: Any) -> int:
    return X.ndim if hasattr(X, "ndim") else np.asarray(X).ndim


def _check_features(
    estimator: Any, n_features: int, names: list | None, reset: bool, name: str
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
            f"{name} has {n_features} features a step, but {who} is expecting {fitted} "
            f"features as input{'' if name == 'X' else AS_RETURNED}"
        )
    known = getattr(estimator, "feature_names_in_", None)
    if strings and known is not None and list(known) != names:
        raise ValueError(
            "The feature names should match those that were passed during fit: "
            f"{who} was fitted on {list(known)}, {name} has {names}"
        )
