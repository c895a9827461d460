"""What importing the package costs, and what it shows."""

import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import skforecast_lstm

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def modules_after(statement):
    """Return the names of the modules that a fresh interpreter holds after it."""
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import skforecast_lstm; dir(skforecast_lstm)",
        "from skforecast_lstm.datasets import load_airline; load_airline()",
        "import skforecast_lstm.metrics",
    ],
)
def test_import_leaves_the_heavy_packages_alone(statement):
    loaded = modules_after(statement)
    assert "skforecast_lstm" in loaded
    assert not loaded & {"tensorflow", "keras", "scikeras", "matplotlib"}


def test_version_is_the_one_of_pyproject():
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    assert skforecast_lstm.__version__ == project["version"]


def test_dir_lists_public_names_and_modules():
    listed = dir(skforecast_lstm)
    assert set(skforecast_lstm.__all__) <= set(listed)
    assert {"LSTMForecaster", "make_windows", "datasets", "__version__"} <= set(listed)
    assert listed == sorted(set(listed))


@pytest.mark.parametrize("name", skforecast_lstm.__all__)
def test_every_public_name_resolves(name):
    value = getattr(skforecast_lstm, name)
    assert getattr(value, "__name__", name) == name


def test_submodules_are_attributes():
    assert callable(skforecast_lstm.datasets.load_airline)
    assert callable(skforecast_lstm.metrics.smape)
    assert callable(skforecast_lstm.testing.assert_no_leakage)


def test_unknown_attribute_is_an_attribute_error():
    with pytest.raises(
        AttributeError, match="'skforecast_lstm' has no attribute 'GRU'"
    ):
        _ = skforecast_lstm.GRU
    assert not hasattr(skforecast_lstm, "GRU")


def test_types_are_marked_as_shipped():
    assert files("skforecast_lstm").joinpath("py.typed").is_file()
