"""Settings that must stand before the first import, and what several tests share."""

import os

# Without the first, scikit-learn leaves some of its estimator checks out.
os.environ["SCIPY_ARRAY_API"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# One thread for each of the workers that share the cores; tiny networks are faster so.
os.environ["OMP_NUM_THREADS"] = "1"

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.fixture
def shared_file():
    """Return a function from a file's name to its path; skips where it is absent."""

    def path(name):
        if not (SHARED / name).is_file():
            pytest.skip(f"the shared data folder has no {name}")
        return SHARED / name

    return path
