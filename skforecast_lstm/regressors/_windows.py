"""Checks of X: windows in any form that an estimator takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from skforecast_lstm._cut_windows import CutWindows
from skforecast_lstm._series_windows import SeriesWindows

FLOATS = [np.float64, np.float32]


def check_windows(estimator: Any, X: Any, *, reset: bool) -> Any:
    """Return X as windows (n, n_steps, n_features), lazy ones as they are.

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
        check_finite(who, "X", X.covered_rows(), ("row of a window", "feature"))
        return X
    check_finite(who, "X", X, ("window", "step", "feature"))
    return X.reshape(len(X), *flat_window(window))


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
