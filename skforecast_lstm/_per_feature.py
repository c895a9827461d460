"""PerFeature: any transformer of tables, applied to the steps of windows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import (
    _check_feature_names_in,
    check_array,
    check_is_fitted,
)

from skforecast_lstm._window_transformer import Windows, WindowTransformer
from skforecast_lstm.windows import SeriesWindows


class PerFeature(WindowTransformer):
    """Windows whose features went through a scikit-learn transformer.

    The transformer sees one row a time step, of shape (rows, features). On
    :class:`~skforecast_lstm.SeriesWindows` it is fitted on the rows that the given
    windows cover, each once and no others; the result is lazy too. On arrays, on the
    steps of all windows. It never sees ``y``: rows are not samples. Where the features
    have names it gets a DataFrame, so a ColumnTransformer can choose by name. Lazy
    windows remember the targets in the units of ``y``, which arrays can't: networks
    with per-window ``normalization`` or ``log`` need the former behind it.

    Rows before lazy windows are transformed too, for :class:`SlidingWindow` may
    lengthen the windows back to them. NaN or infinity made of them is refused only when
    a window reaches it; in the given windows at once.

    Parameters
    ----------
    transformer : transformer
        A transformer of 2-D data that returns a row for each row.

    Attributes
    ----------
    transformer_ : transformer
        The fitted clone.
    n_features_in_, feature_names_in_, n_steps_in_
        As of :class:`SlidingWindow`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.preprocessing import MinMaxScaler
    >>> from skforecast_lstm import PerFeature, make_windows
    >>> X = make_windows(np.arange(0, 50, 10), n_steps=3)
    >>> np.asarray(PerFeature(MinMaxScaler()).fit_transform(X))[0].ravel()
    array([0.  , 0.25, 0.5 ], dtype=float32)
    """

    _parameter_constraints: dict = {  # noqa: RUF012
        "transformer": [HasMethods(["fit", "transform"])]
    }

    def __init__(self, transformer: Any) -> None:
        self.transformer = transformer

    @available_if(lambda self: hasattr(self.transformer, "inverse_transform"))
    def inverse_transform(self, X: Any) -> Any:
        """Return windows in the units that the features had.

        Parameters
        ----------
        X : SeriesWindows or array, of the shape that ``transform`` returns
        """
        check_is_fitted(self)
        back = self.transformer_.inverse_transform
        if isinstance(X, SeriesWindows):
            source = {out: k for k, out in self._places().items()}
            names = getattr(self, "feature_names_in_", None)
            targets = _follow(X.target_features, source)
            return X.map_series(partial(self._call, back), names, targets)
        finite = "allow-nan" if get_tags(self).input_tags.allow_nan else True
        X = check_array(X, allow_nd=True, ensure_all_finite=finite, input_name="X")
        return self._each_step(X, back)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = get_tags(self.transformer).input_tags.allow_nan
        return tags

    def _learn(self, X: Windows) -> None:
        rows = X.covered_rows() if isinstance(X, SeriesWindows) else _steps(X)
        self.transformer_ = clone(self.transformer).fit(self._named(rows))
        # Of a copy: a transformer with copy=False writes into what it is given.
        self._n_features_out = self._call(self._forth, rows[:1].copy()).shape[1]

    def _apply(self, X: Windows) -> Windows:
        if not isinstance(X, SeriesWindows):
            return self._each_step(X, self._forth)
        names = None if X.feature_names is None else self._names_out(X.feature_names)
        targets = _follow(X.target_features, self._places())
        return X.map_series(partial(self._call, self._forth), names, targets)

    def _forth(self, rows: np.ndarray) -> Any:
        return self.transformer_.transform(self._named(rows))

    def _named(self, rows: np.ndarray) -> Any:
        if self._flat_in or not hasattr(self, "feature_names_in_"):
            return rows
        return pd.DataFrame(rows, columns=self.feature_names_in_, copy=False)

    def _each_step(self, X: np.ndarray, function: Callable) -> np.ndarray:
        out = self._call(function, _steps(X))
        out = out.reshape(*X.shape[:2], out.shape[1])  # (n, steps, features)
        return out[..., 0] if self._flat_in and out.shape[2] == 1 else out

    def _call(self, function: Callable, rows: np.ndarray) -> np.ndarray:
        out = function(rows)
        out = out.toarray() if hasattr(out, "toarray") else np.asarray(out)
        if out.ndim != 2 or len(out) != len(rows):
            raise ValueError(
                f"PerFeature: {type(self.transformer).__name__} made shape {out.shape} "
                f"of shape {rows.shape}; it must return one row for each row"
            )
        return out.astype(rows.dtype, copy=False) if rows.dtype == np.float32 else out

    def _names_out(self, names: Any) -> Any:
        n_in = 1 if self._flat_in else self.n_features_in_
        if self._flat_in and self._n_features_out == 1:
            return names  # the columns are steps still
        try:
            # A Pipeline has the method even where one of its steps has not.
            return self.transformer_.get_feature_names_out(
                None if self._flat_in else names
            )
        except AttributeError:
            if self._n_features_out == n_in:
                return names
        prefix = type(self.transformer).__name__.lower()
        return [f"{prefix}{k}" for k in range(self._n_features_out)]

    def _places(self) -> dict[int, int]:
        """Return where each feature stands in the output, if its name is found there.

        A ColumnTransformer or FeatureUnion calls it "step__name".
        """
        before = _check_feature_names_in(self)
        ends: dict[str, list[int]] = {}
        for place, name in enumerate(self._names_out(before)):
            parts = str(name).split("__")
            for k in range(len(parts)):
                ends.setdefault("__".join(parts[k:]), []).append(place)
        found = {k: ends.get(name, []) for k, name in enumerate(before)}
        return {k: places[0] for k, places in found.items() if len(places) == 1}


def _steps(X: np.ndarray) -> np.ndarray:
    return X.reshape(-1, X.shape[2] if X.ndim == 3 else 1)  # (n * steps, features)


def _follow(targets: tuple[int, ...], places: dict[int, int]) -> tuple[int, ...]:
    found = [places[k] for k in targets if k in places]
    return tuple(found) if len(found) == len(targets) else ()
