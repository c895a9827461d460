"""SeriesWindows: windows into a series that is stored once."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from types import EllipsisType
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._counts import check_count
from skforecast_lstm._map_rows import check_mapped, covered, map_rows
from skforecast_lstm._window_parts import (
    WHO,
    as_bounds,
    as_index,
    as_levels,
    as_n_targets,
    as_names,
    as_origins,
    as_rows,
    as_target_features,
)


class SeriesWindows:
    """Windows into a series that is stored once: a lazy 3-D array.

    Behaves as an array of shape ``(n_windows, n_steps, n_features)``, oldest step
    first, wherever scikit-learn indexes its samples, but holds only the series and one
    integer per window. Made by :func:`make_windows` and :func:`make_supervised`.

    Parameters
    ----------
    series : ndarray of shape (n_rows, n_features)
        The features, one row a time step; several series stand one below the other.
    origins : ndarray of int, shape (n_windows,)
        The row of each window's last step.
    n_steps : int, default=1
        Rows in a window.
    bounds : ndarray of int, shape (n_groups + 1,), optional
        Series ``g`` is ``series[bounds[g]:bounds[g + 1]]``. No window crosses a bound.
    feature_names : sequence, optional
        Names of the features.
    target_features : tuple of int, default=()
        Which features are the ones that are forecast, in the order of the targets.
    n_targets : int, optional
        Number of target columns; by default ``len(target_features)``.
    horizon : int, optional
        Steps ahead that ``y`` covers; None where there is no ``y``.
    lead : int, default=1
        Steps from a window's last row to its first target.
    times : pandas.Index of shape (n_rows,), optional
        Time of each row; by default the row's number.
    keys : pandas.Index of shape (n_groups,), optional
        Name of each series of a panel.
    levels : ndarray of shape (n_rows, n_targets), optional
        The targets' history in their own units, where ``series`` was transformed.
    ends : pandas.Index of shape (n_rows,), optional
        Time of the last target of the window whose last row this is.

    Raises
    ------
    ValueError, TypeError
        For parts that do not fit the series or each other.

    Attributes
    ----------
    shape, ndim, dtype
        As of the array that ``numpy.asarray`` makes of it.
    complete : ndarray of bool, shape (n_windows,)
        Whether all ``n_steps`` rows of the window exist. In the other windows the
        series' earliest row is repeated.
    times : pandas.Index of shape (n_windows,)
        Time of each window's last step.
    groups : pandas.Index of shape (n_windows,) or None
        Name of each window's series.

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import make_windows
    >>> X = make_windows(np.arange(10, 100, 10), n_steps=3)
    >>> X.shape
    (7, 3, 1)
    >>> np.asarray(X[-1]).ravel()
    array([70., 80., 90.], dtype=float32)
    >>> X.with_steps(4).complete
    array([False,  True,  True,  True,  True,  True,  True])
    """

    ndim = 3
    _unmapped = False  # whether a transformer made NaN of rows before the windows

    def __init__(
        self,
        series: np.ndarray,
        origins: np.ndarray,
        n_steps: int = 1,
        *,
        bounds: np.ndarray | None = None,
        feature_names: Sequence | None = None,
        target_features: tuple[int, ...] = (),
        n_targets: int | None = None,
        horizon: int | None = None,
        lead: int = 1,
        times: pd.Index | None = None,
        keys: pd.Index | None = None,
        levels: np.ndarray | None = None,
        ends: pd.Index | None = None,
    ) -> None:
        self._series = as_rows("series", series)
        n_rows, n_features = self._series.shape
        self._origins = as_origins(origins, n_rows)
        self._bounds = as_bounds(bounds, n_rows)
        self.n_steps = check_count(WHO, "n_steps", n_steps)
        self.feature_names = as_names(feature_names, n_features)
        self.target_features = as_target_features(target_features, n_features)
        self.n_targets = as_n_targets(n_targets, self.target_features)
        known = horizon is not None
        self.horizon = check_count(WHO, "horizon", horizon) if known else None
        self.lead = check_count(WHO, "lead", lead, least=0)
        times = pd.RangeIndex(n_rows) if times is None else times
        self._times = as_index("times", times, n_rows, "rows")
        self._ends = as_index("ends", ends, n_rows, "rows")
        self._keys = as_index("keys", keys, len(self._bounds) - 1, "series")
        self._levels = as_levels(levels, n_rows, self.n_targets)

    # ---- the array that it stands for
    @property
    def n_features(self) -> int:
        return self._series.shape[1]

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self._origins), self.n_steps, self.n_features

    @property
    def dtype(self) -> np.dtype:
        return self._series.dtype

    def __len__(self) -> int:
        return len(self._origins)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("SeriesWindows can't become an array without a copy")
        windows = self._series[self._rows()]
        return windows if dtype is None else windows.astype(dtype, copy=False)

    def __getitem__(self, key: Any) -> SeriesWindows | np.ndarray:
        if isinstance(key, tuple):
            first, rest = (key[0], key[1:]) if key else (Ellipsis, ())
            whole = all(k is Ellipsis or is_full_slice(k) for k in rest)
            if not whole or len(rest) > 2:
                return self._inside(first, rest)
            key = first
        if key is Ellipsis:
            return self
        if np.ndim(key) > 1:  # a mask or an index array of two or more dimensions
            return np.asarray(self)[key]
        origins = self._origins[key]
        if np.ndim(origins) == 0:
            return np.asarray(self._with(_origins=self._origins[[key]]))[0]
        if np.ndim(origins) > 1:  # None
            return np.asarray(self)[key]
        return self._with(_origins=origins)

    def _inside(self, first: Any, rest: tuple) -> np.ndarray:
        """Return ``asarray(self)[first, *rest]``, gathering few windows if possible."""
        basic = all(isinstance(k, (slice, Integral, EllipsisType)) for k in rest)
        if basic and isinstance(first, Integral):
            return np.asarray(self[first])[rest]
        # Two index arrays select pairs, so they can't be applied in turn.
        if isinstance(first, slice) or (basic and np.ndim(first) == 1):
            return np.asarray(self[first])[(slice(None), *rest)]
        return np.asarray(self)[(first, *rest)]

    def __repr__(self) -> str:
        panel = "" if self._keys is None else f", n_series={len(self._keys)}"
        return f"SeriesWindows(shape={self.shape}, horizon={self.horizon}{panel})"

    # ---- what it knows of its windows
    @property
    def times(self) -> pd.Index:
        return self._times.take(self._origins)

    @property
    def groups(self) -> pd.Index | None:
        return None if self._keys is None else self._keys.take(self._group_of_window())

    @property
    def complete(self) -> np.ndarray:
        return self._origins - self.n_steps + 1 >= self._starts()

    def with_steps(self, n_steps: int) -> SeriesWindows:
        """Return the same origins with ``n_steps`` steps of history; copies nothing."""
        other = self._with(n_steps=check_count(WHO, "n_steps", n_steps))
        if self._unmapped:
            what = f"n_steps={n_steps} reaches rows that have, transformed,"
            check_mapped(what, other.covered_rows())
        return other

    # ---- what the layers above need
    @property
    def has_levels(self) -> bool:
        """Whether the targets' own history is known."""
        return self._levels is not None or bool(self.target_features)

    @property
    def is_transformed(self) -> bool:
        """Whether the features are no longer in the units of the targets."""
        return self._levels is not None

    def levels(self) -> np.ndarray:
        """Return the targets' windows, shape (n_windows, n_steps, n_targets).

        In the targets' own units, also after the features were transformed.
        """
        return self._targets()[self._rows()]

    def target_history(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the targets of all rows, and the rows that each window knows.

        Values of shape (n_rows, n_targets) in the targets' own units, and for each
        window the first row of its series and the row of its last step.
        """
        return self._targets().astype(np.float64), self._starts(), self._origins

    def following(self) -> tuple[np.ndarray, np.ndarray]:
        """Return which windows' first targets are known, and their values."""
        row = self._origins + self.lead
        known = row < self._bounds[self._group_of_window() + 1]
        return known, self._targets()[row[known]].astype(np.float64)

    def covered_rows(self) -> np.ndarray:
        """Return the rows that stand in at least one window, shape (n_covered, f)."""
        return self._series[covered(self)]

    def map_series(
        self,
        function: Any,
        feature_names: Sequence | None = None,
        target_features: tuple[int, ...] | None = None,
    ) -> SeriesWindows:
        """Return windows over ``function(rows)``, row by row; ``y`` keeps its units.

        Rows after the newest origin of a series stay out of it: no window reaches them.
        Those before the windows may come out as NaN or infinity: lengthening the
        windows back to them is refused then.
        ``target_features`` says where the targets stand now; by default they stay
        where they were if the number of features is the same, and are gone if not.

        Raises
        ------
        ValueError
            Where ``function`` makes NaN or infinity of a row that stands in a window,
            the logarithm of 0 for instance.
        """
        series, unmapped = map_rows(self, function)
        if target_features is None:
            same = series.shape[1] == self.n_features
            target_features = self.target_features if same else ()
        return self._with(
            _series=series,
            _unmapped=unmapped,
            _levels=self._targets() if self.has_levels else None,
            feature_names=None if feature_names is None else list(feature_names),
            target_features=tuple(target_features),
        )

    def _with(self, **changes: Any) -> SeriesWindows:
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        vars(other).update(changes)
        return other

    def _targets(self) -> np.ndarray:
        if self._levels is not None:
            return self._levels
        return self._series[:, list(self.target_features)]

    def _group_of_window(self) -> np.ndarray:
        return np.searchsorted(self._bounds, self._origins, side="right") - 1

    def _starts(self) -> np.ndarray:
        return self._bounds[self._group_of_window()]

    def _rows(self) -> np.ndarray:
        rows = self._origins[:, np.newaxis] + np.arange(1 - self.n_steps, 1)
        return np.maximum(rows, self._starts()[:, np.newaxis], out=rows)


def is_full_slice(key: Any) -> bool:
    """Return whether ``key`` is a bare colon."""
    return isinstance(key, slice) and key == slice(None)
