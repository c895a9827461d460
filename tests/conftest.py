"""Settings that must stand before the first import, and what several tests share."""

import os

# Without the first, scikit-learn leaves some of its estimator checks out.
os.environ["SCIPY_ARRAY_API"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# One thread for each of the workers that share the cores; tiny networks are faster so.
os.environ["OMP_NUM_THREADS"] = "1"

from pathlib import Path

import keras
import pytest
from sklearn.base import is_regressor
from sklearn.utils.estimator_checks import check_estimator

keras.utils.set_random_seed(0)  # layers built while tests are collected
SHARED = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.fixture(autouse=True)
def same_weights_in_every_run():
    """Seed what Keras draws where a test names no seed."""
    keras.utils.set_random_seed(0)


@pytest.fixture
def shared_file():
    """Return a function from a file's name to its path; skips where it is absent."""

    def path(name):
        if not (SHARED / name).is_file():
            pytest.skip(f"the shared data folder has no {name}")
        return SHARED / name

    return path


N_CHECKS = 60  # a missing tag would shorten the list in silence


@pytest.fixture
def assert_passes_every_check():
    """Return a function that runs all of scikit-learn's checks on a regressor."""

    def run(estimator):
        assert os.environ["SCIPY_ARRAY_API"] == "1"
        assert is_regressor(estimator)
        tags = estimator.__sklearn_tags__()
        assert not tags.regressor_tags.poor_score
        assert not tags.non_deterministic
        assert not tags._skip_test
        results = check_estimator(estimator, on_skip=None)
        assert [r["check_name"] for r in results if r["status"] != "passed"] == []
        assert len(results) == N_CHECKS

    return run
