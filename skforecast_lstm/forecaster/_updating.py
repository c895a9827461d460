"""New observations at the end of a history, and a few epochs more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import infer_dtype
from sklearn.pipeline import Pipeline

from skforecast_lstm._table import counts_rows
from skforecast_lstm._warn import warn_the_caller
from skforecast_lstm.forecaster._forms import (
    SERIES,
    TIME,
    WHO,
    as_frame,
)
from skforecast_lstm.forecaster._members import (
    MedianOfSeeds,
    before_last,
    final_step,
)
from skforecast_lstm.forecaster._panel import Panel

_ADVICE = "; an array without an index counts on"


def counted_on(panel: Panel, data: Any) -> Any:
    """Return ``data`` without times as a frame whose rows count on from the history.

    Data with times of its own comes back as it is.
    """
    whole_numbers = pd.api.types.is_integer_dtype(panel.frame[TIME].dtype)
    if panel.roles.time is not None or not whole_numbers:
        return data
    if isinstance(data, (pd.Series, pd.DataFrame)) and panel.roles.group is None:
        return data
    frame, form = as_frame(data)
    if not counts_rows(frame.index):
        return data
    ends = panel.frame.groupby(SERIES, sort=False)[TIME].last()
    if panel.roles.group is None:
        keys = pd.Series(0, index=frame.index)
    else:
        keys = frame[panel.roles.group]
    first = keys.map(ends + panel.freq).fillna(0).astype(np.int64)
    times = first + panel.freq * keys.groupby(keys, sort=False).cumcount()
    frame = frame.set_axis(pd.Index(times.to_numpy()), axis=0)
    return frame.iloc[:, 0] if form == "series" else frame


def check_follows(panel: Panel, new: Panel) -> None:
    """Refuse rows of ``new`` that do not come after the history of their series.

    Raises
    ------
    ValueError
        Naming the first such series and its times; also where the names of new series
        are of another type than those known.
    """
    ends = panel.frame.groupby(SERIES, sort=False)[TIME].last()
    starts = new.frame.groupby(SERIES, sort=False)[TIME].first()
    both = starts.index.intersection(ends.index, sort=False)
    begun = starts.index[~starts.index.isin(both)]
    if len(begun):
        _check_type(ends.index, begun)
    # Not starts[both]: labels True and False would be taken for a mask.
    early = both[(starts.reindex(both) <= ends.reindex(both)).to_numpy()].tolist()
    if early:
        where = f" of series {early[0]!r}" if panel.roles.group is not None else ""
        raise ValueError(
            f"{WHO}: update takes rows after the history, which ends at "
            f"{ends[early[0]]}{where}, but these begin at {starts[early[0]]}; leave "
            "out what is known already, or fit again"
            f"{_ADVICE if panel.form != 'long' and panel.freq == 1 else ''}"
        )


def _check_type(known: pd.Index, new: pd.Index) -> None:
    kinds = [infer_dtype(keys.astype(object)) for keys in (new, known)]
    if kinds[0] != kinds[1] and "mixed" not in kinds[1]:
        raise ValueError(
            f"{WHO}: update knows no series {new.tolist()[0]!r} ({kinds[0]}); those of "
            f"the history are such as {known.tolist()[0]!r} ({kinds[1]}); convert the "
            "names to that type"
        )


def warn_of_none_known(begun: pd.Series, n_series: int) -> None:
    """Warn where all series of an update are new; ``begun`` has the new ones."""
    if len(begun) == n_series:
        warn_the_caller(
            f"{WHO}: none of the {n_series} series of the update is known, "
            f"{begun.index.tolist()[0]!r} the first; they are taken for new ones"
        )


def check_trainable(estimator: MedianOfSeeds) -> None:
    """Refuse members that can't be trained further."""
    learner = final_step(estimator.members_[0])
    if not hasattr(learner, "partial_fit"):
        raise ValueError(
            f"{WHO}: update with epochs needs a regressor with partial_fit, which "
            f"{type(learner).__name__} has not; use epochs=0, or fit again"
        )


def train_further(estimator: MedianOfSeeds, X: Any, y: np.ndarray, epochs: int) -> None:
    """Train each member ``epochs`` epochs more; transformers stay as they are."""
    for member in estimator.members_:
        seen = X
        while isinstance(member, Pipeline):
            seen = before_last(member, seen)
            member = member[-1]
        for _ in range(epochs):
            member.partial_fit(seen, y)
