"""Windows to windows: scikit-learn transformers whose samples are windows.

Every transformer takes :class:`~skforecast_lstm.SeriesWindows`, arrays of shape (n,
n_steps, n_features), and arrays or DataFrames of shape (n, n_steps), which are windows
of one feature. Each row is transformed on its own. ``set_output`` turns 2-D output into
tables and leaves windows alone, for they are none.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval

from skforecast_lstm._counts import check_divides
from skforecast_lstm._cut_windows import cut_windows
from skforecast_lstm._per_feature import PerFeature
from skforecast_lstm._window_transformer import Windows, WindowTransformer
from skforecast_lstm.windows import SeriesWindows

__all__ = [
    "Flatten",
    "PerFeature",
    "Reshape3D",
    "Reshape4D",
    "Reshape5D",
    "SlidingWindow",
]

_COUNT = [Interval(Integral, 1, None, closed="left")]


class SlidingWindow(WindowTransformer):
    """The last ``n_steps`` steps of each window.

    On :class:`~skforecast_lstm.SeriesWindows` it performs the windowing: it lengthens
    or shortens them, and copies nothing. Where a window would begin before its series
    does, the earliest row is repeated (``X.complete`` tells which). On arrays it can
    only shorten, and returns a view.

    Parameters
    ----------
    n_steps : int, default=1
        Steps in a window.

    Attributes
    ----------
    n_features_in_ : int
        Features of a step; columns of 2-D input.
    feature_names_in_ : ndarray of str
        Their names, where the input has names.
    n_steps_in_ : int
        Steps of the windows seen in ``fit``.

    See Also
    --------
    skforecast_lstm.make_supervised : Windows of one step for it to lengthen.

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import SlidingWindow, make_supervised
    >>> X, y = make_supervised(np.arange(10, 100, 10))
    >>> SlidingWindow(n_steps=3).fit_transform(X)
    SeriesWindows(shape=(8, 3, 1), horizon=1)
    """

    _parameter_constraints: dict = {"n_steps": _COUNT}  # noqa: RUF012

    def __init__(self, n_steps: int = 1) -> None:
        self.n_steps = n_steps

    def _apply(self, X: Windows) -> Windows:
        if isinstance(X, SeriesWindows):
            return X.with_steps(self.n_steps)
        if self.n_steps > X.shape[1]:
            raise ValueError(
                f"SlidingWindow: n_steps={self.n_steps}, but the windows of X have "
                f"{X.shape[1]} steps, and an array holds no more history; use "
                f"n_steps<={X.shape[1]}, longer windows, or make_supervised, whose "
                "windows can be lengthened"
            )
        return X[:, X.shape[1] - self.n_steps :]

    def _names_out(self, names: Any) -> Any:
        return names[-self.n_steps :] if self._flat_in else names


class Reshape3D(WindowTransformer):
    """Windows of fewer, longer steps: (n, steps / segment, segment * features).

    ``segment`` steps that follow each other become one, as in Lin et al. [1]_: a
    recurrent network then has fewer steps to go back through.

    Parameters
    ----------
    segment : int, default=1
        Steps that become one. Must divide the number of steps.

    Attributes
    ----------
    n_features_in_, feature_names_in_, n_steps_in_
        As of :class:`SlidingWindow`.

    Notes
    -----
    Of SeriesWindows the array is read-only and remembers them, as that of
    :class:`Reshape4D`: to a network it is the same as its parameter ``segment``.

    References
    ----------
    .. [1] Lin et al., "SegRNN: Segment recurrent neural network for long-term time
       series forecasting", 2023. :doi:`10.48550/arXiv.2308.11200`

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import Reshape3D
    >>> Reshape3D(segment=2).fit_transform(np.arange(8).reshape(1, 4, 2))
    array([[[0, 1, 2, 3],
            [4, 5, 6, 7]]])
    """

    _parameter_constraints: dict = {"segment": _COUNT}  # noqa: RUF012

    def __init__(self, segment: int = 1) -> None:
        self.segment = segment

    def _apply(self, X: Windows) -> np.ndarray:
        _, n_steps, n_features = (X := _with_features(X)).shape
        steps = check_divides("Reshape3D", n_steps, "segment", self.segment)
        return cut_windows(X, steps, self.segment * n_features)

    def _names_out(self, names: Any) -> Any:
        names = ["x0"] if self._flat_in else names
        if self.segment == 1:
            return names
        return [f"{name}_{k}" for k in range(self.segment) for name in names]


class Reshape4D(WindowTransformer):
    """Windows cut into subsequences: (n, subsequences, steps, features).

    Parameters
    ----------
    n_subsequences : int, default=1
        Parts of a window, oldest first. Must divide the number of steps.

    Attributes
    ----------
    n_features_in_, feature_names_in_, n_steps_in_
        As of :class:`SlidingWindow`.

    Notes
    -----
    Of SeriesWindows the array is read-only and remembers them: a network that is
    given it still knows the targets' own units, and which windows are complete.

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import Reshape4D
    >>> Reshape4D(n_subsequences=2).fit_transform(np.zeros((5, 6, 1))).shape
    (5, 2, 3, 1)
    """

    _parameter_constraints: dict = {"n_subsequences": _COUNT}  # noqa: RUF012

    def __init__(self, n_subsequences: int = 1) -> None:
        self.n_subsequences = n_subsequences

    def _apply(self, X: Windows) -> np.ndarray:
        _, n_steps, n_features = (X := _with_features(X)).shape
        parts = self.n_subsequences
        steps = check_divides("Reshape4D", n_steps, "n_subsequences", parts)
        return cut_windows(X, parts, steps, n_features)

    def _names_out(self, names: Any) -> Any:
        return ["x0"] if self._flat_in else names


class Reshape5D(WindowTransformer):
    """Windows cut into images: (n, subsequences, rows, columns, features).

    Parameters
    ----------
    n_subsequences : int, default=1
        Parts of a window, oldest first.
    n_rows : int, default=1
        Rows of each part; the steps fill one row after the other. ``n_subsequences *
        n_rows`` must divide the number of steps.

    Attributes
    ----------
    n_features_in_, feature_names_in_, n_steps_in_
        As of :class:`SlidingWindow`.

    Notes
    -----
    Of SeriesWindows the array is read-only and remembers them: a network that is
    given it still knows the targets' own units, and which windows are complete.

    Examples
    --------
    >>> import numpy as np
    >>> from skforecast_lstm import Reshape5D
    >>> Reshape5D(n_subsequences=2).fit_transform(np.zeros((5, 6, 1))).shape
    (5, 2, 1, 3, 1)
    """

    _parameter_constraints: dict = {  # noqa: RUF012
        "n_subsequences": _COUNT,
        "n_rows": _COUNT,
    }

    def __init__(self, n_subsequences: int = 1, n_rows: int = 1) -> None:
        self.n_subsequences = n_subsequences
        self.n_rows = n_rows

    def _apply(self, X: Windows) -> np.ndarray:
        _, n_steps, n_features = (X := _with_features(X)).shape
        name, parts = "n_subsequences", self.n_subsequences
        if self.n_rows > 1:
            name, parts = "n_subsequences * n_rows", parts * self.n_rows
        columns = check_divides("Reshape5D", n_steps, name, parts)
        return cut_windows(X, self.n_subsequences, self.n_rows, columns, n_features)

    def _names_out(self, names: Any) -> Any:
        return ["x0"] if self._flat_in else names


class Flatten(WindowTransformer):
    """Windows laid flat, (n, steps * features), for any estimator of 2-D data.

    Such an estimator is also trained on windows that reach behind the start of their
    series, filled with its earliest value; networks leave these out. To leave them out
    here too, pass ``X[X.complete]`` and ``y[X.complete]`` of ``X.with_steps(n_steps)``.

    Attributes
    ----------
    n_features_in_, feature_names_in_, n_steps_in_
        As of :class:`SlidingWindow`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> from skforecast_lstm import SlidingWindow, make_supervised
    >>> from skforecast_lstm.transformers import Flatten
    >>> X, y = make_supervised(np.arange(10, 100, 10))
    >>> model = make_pipeline(SlidingWindow(n_steps=3), Flatten(), Ridge()).fit(X, y)
    >>> model[:-1].get_feature_names_out()
    array(['x0_t-2', 'x0_t-1', 'x0_t'], dtype=object)
    """

    def _apply(self, X: Windows) -> np.ndarray:
        if X.shape[1] != self.n_steps_in_:
            self._refuse(f"windows of {X.shape[1]} steps", f"{self.n_steps_in_} steps")
        return np.asarray(X).reshape(len(X), -1)

    def _names_out(self, names: Any) -> Any:
        if self._flat_in:
            return names
        lags = [f"t-{k}" if k else "t" for k in reversed(range(self.n_steps_in_))]
        return [f"{name}_{lag}" for lag in lags for name in names]


def _with_features(X: Windows) -> Windows:
    return X if X.ndim == 3 else X[..., np.newaxis]
