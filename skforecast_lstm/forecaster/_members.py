"""Several seeds of one regressor, and their median."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.validation import check_is_fitted

from skforecast_lstm._interrupts import interrupts_end_all


class MedianOfSeeds(MetaEstimatorMixin, RegressorMixin, BaseEstimator):
    """Fit ``n_members`` clones with different seeds; predict their median.

    Parameters
    ----------
    regressor : regressor
        Every parameter called ``random_state`` in it gets a seed.
    n_members : int, default=1
    random_state : int, RandomState instance or None, default=None
        None with one member leaves the regressor's own seeds alone.
    """

    def __init__(
        self, regressor: Any, n_members: int = 1, random_state: Any = None
    ) -> None:
        self.regressor = regressor
        self.n_members = n_members
        self.random_state = random_state

    def fit(self, X: Any, y: np.ndarray) -> MedianOfSeeds:
        """Fit every member on X and y."""
        members = [clone(self.regressor) for _ in range(self.n_members)]
        if self.random_state is not None or self.n_members > 1:
            # For None a generator of its own: the global one is left alone.
            fresh = np.random.RandomState() if self.random_state is None else None
            rng = fresh or check_random_state(self.random_state)
            for member in members:
                seed = int(rng.randint(2**31 - 1))
                names = member.get_params(deep=True)
                seeds = [n for n in names if n.split("__")[-1] == "random_state"]
                member.set_params(**dict.fromkeys(seeds, seed))
        # One that Ctrl-C cut short keeps what it learned, but is no peer of others.
        with interrupts_end_all() if self.n_members > 1 else nullcontext():
            self.members_ = [member.fit(X, y) for member in members]
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the median of the members' predictions, shaped as y."""
        check_is_fitted(self)
        return np.median([member.predict(X) for member in self.members_], axis=0)

    def predict_quantiles(self, X: Any) -> np.ndarray:
        """Return the median of the members' quantiles, (n, n_outputs, n_quantiles)."""
        check_is_fitted(self)
        return np.median([_quantiles(m, X) for m in self.members_], axis=0)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = get_tags(self.regressor)
        tags.input_tags.three_d_array = inner.input_tags.three_d_array
        tags.target_tags.multi_output = inner.target_tags.multi_output
        return tags


def _quantiles(member: Any, X: Any) -> np.ndarray:
    if isinstance(member, Pipeline):  # which has no such method
        return member[-1].predict_quantiles(member[:-1].transform(X))
    return member.predict_quantiles(X)
