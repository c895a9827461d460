"""What the window transformers share: which windows come in, and their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import get_tags

# scikit-learn's own rule for what `set_output` and the global setting ask for.
from sklearn.utils._set_output import _wrap_data_with_container
from sklearn.utils.validation import (
    _check_feature_names_in,
    check_array,
    check_is_fitted,
    validate_data,
)

from skforecast_lstm._names import check_names
from skforecast_lstm.windows import SeriesWindows

Windows = SeriesWindows | np.ndarray


class WindowTransformer(  # type: ignore[call-arg]
    TransformerMixin, BaseEstimator, auto_wrap_output_keys=None
):
    """What the transformers share: which windows come in, and their names.

    ``n_features_in_`` and ``feature_names_in_`` are the features of a step; of 2-D
    input they are the columns, as everywhere in scikit-learn, although these are steps.

    scikit-learn would turn every output into a table after ``set_output("pandas")``.
    Windows are none, so 2-D output alone is wrapped, here instead of by the mixin.
    """

    _flat_in: bool  # whether fit saw 2-D input
    _parameter_constraints: dict = {}  # noqa: RUF012

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: Any = None) -> Self:
        """Check the windows and remember their features.

        Parameters
        ----------
        X : SeriesWindows or array of shape (n, n_steps, n_features) or (n, n_steps)
        y : ignored

        Returns
        -------
        self : object
        """
        X = self._check(X, reset=True)
        self._learn(X)
        return self

    def transform(self, X: Any) -> Any:
        """Return the windows transformed, as many as came.

        Parameters
        ----------
        X : SeriesWindows or array of shape (n, n_steps, n_features) or (n, n_steps)
        """
        check_is_fitted(self)
        out = self._apply(self._check(X, reset=False))
        return (
            out
            if out.ndim != 2
            else _wrap_data_with_container("transform", out, X, self)
        )

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        """Fit to the windows, then return them transformed."""
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features: Sequence | None = None) -> Any:
        """Return the names of the last axis of the output.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the input's features; by default those seen in ``fit``, or "x0",
            "x1", ...

        Returns
        -------
        names : ndarray of str
        """
        check_is_fitted(self)
        names = _check_feature_names_in(self, input_features)
        return np.asarray(self._names_out(names), dtype=object)

    def set_params(self, **params: Any) -> Self:
        """Set parameters; all wrong names are refused in one message."""
        own = [name.partition("__")[0] for name in params]
        check_names(type(self).__name__, own, self._get_param_names())
        return super().set_params(**params)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    # ---- what a subclass says
    def _learn(self, X: Windows) -> None:
        self._apply(X[:1])  # what can't be transformed is refused in fit

    def _apply(self, X: Windows) -> Windows:
        raise NotImplementedError

    def _names_out(self, names: Any) -> Any:
        return names

    # ---- what came
    def _check(self, X: Any, *, reset: bool) -> Windows:
        if isinstance(X, SeriesWindows):
            if not len(X):
                raise ValueError(f"{type(self).__name__}: X has no windows")
            self._check_features(X.n_steps, X.n_features, X.feature_names, reset)
            return X
        finite = "allow-nan" if get_tags(self).input_tags.allow_nan else True
        ndim = X.ndim if hasattr(X, "ndim") else np.asarray(X).ndim
        if ndim > 3:
            raise ValueError(
                f"{type(self).__name__}: X must be windows in 2 or 3 dimensions, got "
                f"{ndim}; reshape them last"
            )
        if ndim < 3:  # 1-D and sparse input are refused in scikit-learn's own words
            if ndim == 2 and not reset and not self._flat_in:
                self._refuse("2-D X", "3-D windows")
            X = validate_data(self, X, reset=reset, ensure_all_finite=finite)
            if reset:
                self.n_steps_in_, self._flat_in = X.shape[1], True
            return X
        X = check_array(
            X, allow_nd=True, ensure_all_finite=finite, estimator=self, input_name="X"
        )
        if 0 in X.shape:
            raise ValueError(f"{type(self).__name__}: X of shape {X.shape} is empty")
        self._check_features(X.shape[1], X.shape[2], None, reset)
        return X

    def _check_features(
        self, n_steps: int, n_features: int, names: Sequence | None, reset: bool
    ) -> None:
        if names is not None and not all(isinstance(name, str) for name in names):
            names = None
        if reset:
            self.__dict__.pop("feature_names_in_", None)
            if names is not None:
                self.feature_names_in_ = np.asarray(names, dtype=object)
            self.n_features_in_, self.n_steps_in_ = n_features, n_steps
            self._flat_in = False
        elif self._flat_in:
            self._refuse("3-D windows", "2-D X")
        elif n_features != self.n_features_in_:
            raise ValueError(
                f"X has {n_features} features, but {type(self).__name__} "
                f"is expecting {self.n_features_in_} features as input"
            )
        elif names is not None and hasattr(self, "feature_names_in_"):
            if list(names) != list(self.feature_names_in_):
                self._refuse(f"features {list(names)}", list(self.feature_names_in_))

    def _refuse(self, came: Any, fitted: Any) -> None:
        raise ValueError(
            f"{type(self).__name__}: got {came}, but was fitted on {fitted}"
        )
