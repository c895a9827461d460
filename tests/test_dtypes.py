"""Every form of the same numbers gives the same forecast, to its float type."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skforecast_lstm import (
    ConvLSTMRegressor,
    PerFeature,
    SlidingWindow,
    VanillaLSTMRegressor,
    make_supervised,
)

TINY = {"units": 2, "epochs": 3, "batch_size": 8, "random_state": 0}
NETS = [VanillaLSTMRegressor(**TINY), ConvLSTMRegressor(**TINY)]
equal = np.testing.assert_array_equal


@pytest.fixture
def counts():
    """Whole numbers, exact in every type: X (30, 4) and y (30, 2), both int64."""
    X, y = make_supervised(np.arange(35) ** 2 % 23, n_steps=4, horizon=2)
    return np.asarray(X)[:, :, 0].astype(np.int64), y.astype(np.int64)


def float_types(net):
    """Return the float types of the weights; a dropout's seed is an integer."""
    return {w.dtype for w in net.weights_ if w.dtype.kind == "f"}


def polars_frame(X):
    pl = pytest.importorskip("polars")
    return pl.DataFrame(X, schema=[f"t-{k}" for k in range(X.shape[1])])


def read_only(X):
    X = np.asfortranarray(X, dtype=np.float64)
    X.setflags(write=False)
    return X


FORMS = {
    "int64": np.array,
    "int32": lambda X: X.astype(np.int32),
    "lists": np.ndarray.tolist,
    "Fortran order, read only": read_only,
    "every other row": lambda X: np.repeat(X, 2, axis=0)[::2].astype(float),
    "DataFrame": lambda X: pd.DataFrame(X.astype(float)),
    "DataFrame of Int64": lambda X: pd.DataFrame(X).astype("Int64"),
    "DataFrame of objects": lambda X: pd.DataFrame(X.astype(float)).astype(object),
    "polars": polars_frame,
    "3-D": lambda X: X[:, :, np.newaxis].astype(float),
    "3-D int": lambda X: X[:, :, np.newaxis],
}


@pytest.fixture(scope="module")
def fitted_in_float64():
    made = {}

    def fitted(k, X, y):
        if k not in made:
            made[k] = NETS[k].fit(X.astype(float), y.astype(float)).predict(X)
        return made[k]

    return fitted


@pytest.mark.parametrize("k", [0, 1])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_x_that_is_float64_or_becomes_it(
    counts, fitted_in_float64, k, form
):
    X, y = counts
    expected = fitted_in_float64(k, X, y)
    assert expected.dtype == np.float64
    made = FORMS[form](X)
    net = type(NETS[k])(**TINY).fit(made, y)
    equal(net.predict(made), expected)
    equal(net.predict(made[:1]), expected[:1])
    # Fitted on one form, predicting from another.
    if not isinstance(made, pd.DataFrame) and form != "polars":
        equal(net.predict(X.astype(float)), expected)


@pytest.mark.parametrize(
    "form",
    [np.ndarray.tolist, pd.DataFrame, lambda y: y.astype(np.int32), np.float64],
    ids=["lists", "DataFrame", "int32", "float64"],
)
def test_every_form_of_y(counts, fitted_in_float64, form):
    X, y = counts
    forecast = VanillaLSTMRegressor(**TINY).fit(X, form(y)).predict(X)
    equal(forecast, fitted_in_float64(0, X, y))
    column = VanillaLSTMRegressor(**TINY).fit(X, y[:, 0]).predict(X)
    series = VanillaLSTMRegressor(**TINY).fit(X, pd.Series(y[:, 0]))
    equal(series.predict(X), column)
    assert column.shape == (30,)


@pytest.mark.parametrize("k", [0, 1])
def test_float32_is_float64_to_its_tolerance(counts, fitted_in_float64, k):
    X, y = counts
    expected = fitted_in_float64(k, X, y)
    single = X.astype(np.float32)
    net = type(NETS[k])(**TINY).fit(single, y.astype(np.float32))
    forecast = net.predict(single)
    assert forecast.dtype == np.float32
    assert float_types(net) == {np.dtype(np.float32)}
    np.testing.assert_allclose(forecast, expected, rtol=1e-4)
    # What is given to predict is normalised as it comes, then cast to float32.
    for given in (X.astype(np.float64), X.tolist()):
        again = net.predict(given)
        assert again.dtype == np.float32
        np.testing.assert_allclose(again, forecast, rtol=1e-6)
    double = type(NETS[k])(**TINY).fit(X.astype(float), y.astype(float))
    np.testing.assert_allclose(double.predict(single), expected, rtol=1e-6)


@pytest.mark.parametrize("k", [0, 1])
def test_windows_are_float32_arrays(counts, k):
    X, y = make_supervised(np.arange(35) ** 2 % 23, n_steps=4, horizon=2)
    net = type(NETS[k])(**TINY)
    forecast = net.fit(X, y).predict(X)
    assert float_types(net) == {np.dtype(np.float32)}
    array = np.asarray(X)
    equal(net.fit(array, y).predict(array), forecast)
    equal(net.predict(X), forecast)
    frame = pd.DataFrame(array[:, :, 0])
    assert (frame.dtypes == np.float32).all()
    equal(net.fit(frame, y).predict(frame), forecast)


def test_dtype_overrides_that_of_x(counts, fitted_in_float64):
    X, y = counts
    double = VanillaLSTMRegressor(dtype="float64", **TINY)
    forecast = double.fit(X.astype(np.float32), y.astype(float)).predict(X)
    assert float_types(double) == {np.dtype(np.float64)}
    np.testing.assert_allclose(forecast, fitted_in_float64(0, X, y), rtol=1e-6)
    single = VanillaLSTMRegressor(dtype="float32", **TINY).fit(X.astype(float), y)
    assert float_types(single) == {np.dtype(np.float32)}
    other = VanillaLSTMRegressor(**TINY).fit(X.astype(np.float32), y)
    np.testing.assert_allclose(single.predict(X), other.predict(X), rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_pipeline_keeps_the_type(counts, dtype):
    X, y = counts
    model = make_pipeline(
        PerFeature(StandardScaler()), SlidingWindow(3), VanillaLSTMRegressor(**TINY)
    )
    model.fit(X.astype(dtype), y.astype(dtype))
    assert float_types(model[-1]) == {np.dtype(dtype)}
    forecast = model.predict(X.astype(dtype))
    assert forecast.dtype == dtype
    np.testing.assert_allclose(forecast, model.predict(X), rtol=1e-5)
