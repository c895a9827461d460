"""Search steps, units, architecture and learning rate with Optuna.

Needs ``pip install optuna "optuna-integration[sklearn]"``. Run it with the number of
trials: ``python docs/examples/optuna_search.py 20``.
"""

import sys
import warnings

import optuna
from optuna.distributions import CategoricalDistribution as Choice
from optuna.distributions import FloatDistribution, IntDistribution
from optuna_integration import OptunaSearchCV
from sklearn.pipeline import Pipeline

from skforecast_lstm import (
    RollingOriginSplit,
    SlidingWindow,
    VanillaLSTMRegressor,
    make_supervised,
)
from skforecast_lstm.datasets import load_airline

DISTRIBUTIONS = {
    "window__n_steps": IntDistribution(12, 36, step=12),
    "regressor__units": Choice([8, 16, 32]),
    "regressor__normalization": Choice(["global", "last", "standard"]),
    "regressor__learning_rate": FloatDistribution(1e-3, 3e-2, log=True),
}


def search(n_trials: int, epochs: int = 60) -> OptunaSearchCV:
    """Return a fitted search over the airline series; an estimator like any other."""
    X, y = make_supervised(load_airline(), horizon=3)
    model = Pipeline(
        [
            ("window", SlidingWindow()),
            ("regressor", VanillaLSTMRegressor(epochs=epochs, random_state=0)),
        ]
    )
    with warnings.catch_warnings():
        # OptunaSearchCV is experimental, and calls what Optuna 5 has deprecated.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        warnings.filterwarnings("ignore", "`optuna.terminator`", FutureWarning)
        return OptunaSearchCV(
            model,
            DISTRIBUTIONS,
            cv=RollingOriginSplit(3, test_size=12),
            scoring="neg_mean_absolute_error",
            n_trials=n_trials,
            random_state=0,
        ).fit(X, y)


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    found = search(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
    print(f"MAE {-found.best_score_:.1f} with {found.best_params_}")
