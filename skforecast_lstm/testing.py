"""The poison test: overwrite the future, and nothing before it may move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import check_cv

from skforecast_lstm._frames import to_pandas
from skforecast_lstm._table import Table, as_table
from skforecast_lstm.windows import SeriesWindows, make_supervised

__all__ = ["assert_no_leakage"]

_WHO = "assert_no_leakage"
# Durations, as in a search's cv_results_; a coarse clock may show the same one twice.
_CLOCK = re.compile(r"_time\b|_time_\b")


def assert_no_leakage(
    estimator: BaseEstimator,
    data: Any,
    *,
    n_steps: int = 1,
    horizon: int = 1,
    cut: Any = None,
    poison: float = 1e6,
    cv: Any = None,
    **options: Any,
) -> None:
    """Return if nothing after a cut reaches what is fitted or predicted before it.

    The data is windowed twice: as it is, and with everything after the cut overwritten
    by huge values. A clone is fitted on either, on the origins whose targets end at or
    before the cut, but out of windows that still refer to the whole series. Not one bit
    may differ between the two in the windows and targets before the cut, in the
    forecasts for the origins at or before it, made beside those after it in one call,
    and in the public numbers that the fitted estimators hold.

    Parameters
    ----------
    estimator : estimator
        Any regressor or pipeline over windows; three clones of it are fitted.
    data : array, Series or DataFrame of shape (n_rows,) or (n_rows, n_columns)
        What :func:`~skforecast_lstm.make_supervised` takes; a panel with ``group``.
    n_steps, horizon : int, default=1
        As in :func:`~skforecast_lstm.make_supervised`.
    cut : time, default=None
        The last time that is left as it is: a row's number in arrays, else a time of
        the data. By default two thirds of the times lie at or before it.
    poison : float, default=1e6
        The values after the cut are multiples of it that grow row by row, of either
        sign where the column holds negative values. Columns named as ``future`` are
        known ahead: they are overwritten only where no origin before the cut looks.
    cv : splitter or iterable of (train, test), default=None
        Folds to check too: every target in the training part must be older than the
        first one in the test part.
    **options
        The other arguments of :func:`~skforecast_lstm.make_supervised`.

    Raises
    ------
    AssertionError
        Saying what moved, at which origin and by how much.
    ValueError
        If two fits on the same data differ, or the cut leaves no origin to train on or
        nothing to overwrite.

    See Also
    --------
    RollingOriginSplit : Folds that keep what ``cv`` checks.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import FunctionTransformer
    >>> from skforecast_lstm.testing import assert_no_leakage
    >>> y = np.sin(np.arange(40.0))
    >>> last = FunctionTransformer(lambda X: np.asarray(X)[:, -1])
    >>> assert_no_leakage(make_pipeline(last, Ridge()), y, n_steps=3)
    >>> centred = FunctionTransformer(lambda X: np.asarray(X)[:, -1] - np.mean(X))
    >>> assert_no_leakage(make_pipeline(centred, Ridge()), y, n_steps=3)
    Traceback (most recent call last):
    AssertionError: assert_no_leakage: predict reads what lies after the cut: a
    forecast moved at origin 2 by up to ...
    """
    if not np.isfinite(poison) or poison <= 0:
        raise ValueError(f"{_WHO}: poison must be finite and positive, got {poison!r}")
    data = to_pandas(data)
    table = as_table(_WHO, data, options.get("group"), options.get("time"))
    reach = options.get("lead", 1) + horizon - 1
    left = _rows_left(table, cut)
    clean = _like(data, table, table.values, options)
    late = _like(data, table, _poisoned(table, left, reach, poison, options), options)
    X, y = make_supervised(clean, n_steps, horizon, **options)
    X_late, y_late = make_supervised(late, n_steps, horizon, **options)

    row = table.bounds[X._group_of_window()] + X._origins - X._starts()
    before, train = left[row] > 0, left[row] > reach
    if not train.any() or left.min() > 0:
        raise ValueError(
            f"{_WHO}: the cut leaves {train.sum()} origins to train on and "
            f"{(left < 1).sum()} rows to overwrite; both must be at least 1"
        )
    if cv is not None:
        _check_folds(cv, X, y, _in_order(table), row + X.lead, row + reach)
    _check_bits("a window before the cut", X, X, X_late, before)
    _check_bits("a target before the cut", X, y, y_late, train)
    _check_fits(estimator, (X, y), (X_late, y_late), train, before)


def _in_order(table: Table) -> pd.Index:
    """Return times that can be compared; a series of text times has row numbers."""
    text = table.times.dtype == object or isinstance(table.times.dtype, pd.StringDtype)
    return pd.RangeIndex(len(table.times)) if text else table.times


def _rows_left(table: Table, cut: Any) -> np.ndarray:
    """Return each row's distance to its series' first late row: 1 at the cut."""
    times = _in_order(table)
    if cut is None:
        distinct = times.unique().sort_values()
        cut = distinct[max(2 * len(distinct) // 3 - 1, 0)]
    first, lengths = table.bounds[:-1], np.diff(table.bounds)
    n_clean = np.add.reduceat(np.asarray(times <= cut), first, dtype=int)
    return np.repeat(first + n_clean, lengths) - np.arange(len(times))


def _poisoned(
    table: Table, left: np.ndarray, reach: int, poison: float, options: dict
) -> np.ndarray:
    values = table.values.copy()
    ahead = table.columns(_WHO, "future", options.get("future"))
    growing = poison * np.arange(1, len(values) + 1)
    sign = np.where(np.arange(len(values)) % 2, -1, 1)
    for column in range(values.shape[1]):
        # The newest origin before the cut reads `reach` rows ahead.
        late = left < (1 - reach if column in ahead else 1)
        # Positive data stays positive: the estimator may take its logarithm.
        either = (values[:, column] < 0).any()
        values[late, column] = (growing * sign if either else growing)[late]
    return values


def _like(data: Any, table: Table, values: np.ndarray, options: dict) -> Any:
    """Return the table's ``values`` in the form and the order of ``data``."""
    if isinstance(data, pd.Series):
        return pd.Series(values[:, 0], index=data.index, name=data.name)
    if not isinstance(data, pd.DataFrame):
        return values.reshape(np.shape(data))
    frame, rows = data.copy(), np.empty_like(values)
    order = np.arange(len(values))
    if options.get("group") is not None:
        order = np.argsort(pd.factorize(frame[options["group"]])[0], kind="stable")
    rows[order] = values
    for column, name in enumerate(table.names):
        frame[name] = rows[:, column]
    return frame


def _check_folds(
    cv: Any, X: SeriesWindows, y: np.ndarray, times: pd.Index, first: Any, last: Any
) -> None:
    for fold, (train, test) in enumerate(check_cv(cv).split(X, y)):
        newest, oldest = times[last[train]].max(), times[first[test]].min()
        if newest >= oldest:
            raise AssertionError(
                f"{_WHO}: fold {fold} of {cv!r} trains on a target of {newest}, but "
                f"its test part has targets from {oldest} on; keep more origins free, "
                "for example with RollingOriginSplit()"
            )


def _check_fits(
    estimator: Any, clean: tuple, late: tuple, train: np.ndarray, before: np.ndarray
) -> None:
    X, X_late = clean[0], late[0]
    train = np.flatnonzero(train)  # as scikit-learn's splitters give it
    first, second, third = (
        clone(estimator).fit(X[train], y[train]) for X, y in (clean, clean, late)
    )
    forecast = _predict(first, X)
    if forecast.tobytes() != _predict(second, X).tobytes():
        raise ValueError(
            f"{_WHO}: two fits of {type(estimator).__name__} on the same data predict "
            "differently; set its random_state"
        )
    with np.errstate(all="ignore"):  # the forecasts after the cut may overflow
        moved = _predict(first, X_late)
    _check_bits("predict reads what lies after the cut: a forecast", X, forecast,
                moved, before)  # fmt: skip
    _check_bits("fit reads what lies after the cut: a forecast", X, forecast,
                _predict(third, X), before)  # fmt: skip
    kept, again, changed = (dict(_numbers(e, "")) for e in (first, second, third))
    for name, value in kept.items():
        # What two fits on the same data don't share is no result of the data.
        if again.get(name) == value != changed.get(name):
            raise AssertionError(
                f"{_WHO}: fit reads what lies after the cut: "
                f"{type(estimator).__name__}{name} moved"
            )


def _predict(fitted: Any, X: SeriesWindows) -> np.ndarray:
    forecast = np.asarray(fitted.predict(X))
    if len(forecast) != len(X):
        raise ValueError(
            f"{_WHO}: {type(fitted).__name__} predicts {len(forecast)} rows for "
            f"{len(X)} windows"
        )
    return forecast


def _check_bits(
    what: str, X: SeriesWindows, kept: Any, moved: Any, rows: np.ndarray
) -> None:
    """Raise if ``kept`` and ``moved`` differ in any bit of ``rows``."""
    places = np.flatnonzero(rows)
    old, new = (np.asarray(a[places]).reshape(len(places), -1) for a in (kept, moved))
    bits = [np.ascontiguousarray(a).view(np.uint8) for a in (old, new)]
    if bits[0].shape == bits[1].shape and not (bits[0] != bits[1]).any():
        return
    wrong = np.flatnonzero((bits[0] != bits[1]).any(axis=1))
    sample = places[wrong[0]]
    origin = f"origin {X.times[sample]}"
    if X.groups is not None:
        origin += f" of {X.groups.tolist()[sample]!r}"  # 0, and not np.int64(0)
    by = np.abs(new[wrong[0]] - old[wrong[0]]).max()
    raise AssertionError(
        f"{_WHO}: {what} moved at {origin} by up to {by:.3g}, and {len(wrong) - 1} more"
    )


def _numbers(thing: Any, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bits of every public number that ``thing`` holds."""
    inside: Any = ()
    if isinstance(thing, (pd.Series, pd.DataFrame, pd.Index)):
        thing = thing.to_numpy()
    if isinstance(thing, np.ndarray) and thing.dtype == object:
        thing = thing.ravel().tolist()
    if isinstance(thing, (np.ndarray, np.generic, Number)):
        yield name, np.asarray(thing).tobytes()
    elif isinstance(thing, dict):
        inside = [(f"[{key!r}]", value) for key, value in thing.items()]
    elif isinstance(thing, (list, tuple)):
        inside = [(f"[{key}]", value) for key, value in enumerate(thing)]
    elif isinstance(thing, BaseEstimator):
        inside = [(f".{k}", v) for k, v in vars(thing).items() if k[0] != "_"]
    for inner, value in inside:
        if not _CLOCK.search(inner):
            yield from _numbers(value, name + inner)
