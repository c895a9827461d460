"""The linear map of the window that stands beside a network."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge, RidgeCV

from skforecast_lstm.regressors._samples import WindowSamples

PENALTIES = np.logspace(-1, 4, 11)
MOST_VALUES = 2**24  # of the windows that the map is fitted on: 128 MB


class LinearMap:
    """Ridge regression of normalised targets on all values of a normalised window.

    The penalty is chosen by the errors on windows left out one by one. Of more windows
    than 16 million values fill, evenly spaced ones are read.

    Attributes
    ----------
    coef_ : ndarray of shape (n_outputs, n_steps * n_features)
    intercept_ : ndarray of shape (n_outputs,)
    """

    def fit(self, samples: WindowSamples) -> LinearMap:
        """Solve for the map, in closed form."""
        rows = np.arange(len(samples))
        most = max(1, MOST_VALUES // int(np.prod(samples.X.shape[1:])))
        if len(rows) > most:
            rows = rows[np.linspace(0, len(rows) - 1, most).astype(int)]
        x, y, weight = (part.astype(np.float64) for part in samples.gather(rows))
        # Of one or two windows none can be left out.
        ridge = RidgeCV(PENALTIES) if len(rows) > 2 else Ridge(PENALTIES[-1])
        ridge.fit(x.reshape(len(x), -1), y, sample_weight=weight)
        self.coef_ = ridge.coef_.reshape(y.shape[1], -1)
        self.intercept_ = np.broadcast_to(ridge.intercept_, y.shape[1]).copy()
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the normalised targets of the normalised windows, (n, n_outputs)."""
        return x.reshape(len(x), -1) @ self.coef_.T + self.intercept_

    def blend(
        self, x: np.ndarray, y: np.ndarray, weight: float, middle: int
    ) -> np.ndarray:
        """Return a network's outputs moved towards the map.

        ``y`` is (n, n_outputs, n_quantiles); all quantiles move as far as ``middle``.
        """
        shift = weight * (self.predict(x) - y[..., middle])
        return y + shift[..., np.newaxis]
