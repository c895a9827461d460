"""Fitted objects as plain JSON and arrays, and back; nothing here runs code of a file.

What JSON has no word for becomes an object with the key ``$``. Objects are rebuilt
without calling them: of the classes named in a registry, by setting their attributes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm.forecaster import _offsets
from skforecast_lstm.forecaster._panel import WHO

OWN = {
    "skforecast_lstm.forecaster._calibration": ["Calibration"],
    "skforecast_lstm.forecaster._members": ["MedianOfSeeds"],
    "skforecast_lstm.forecaster._panel": ["Panel", "Roles"],
    "skforecast_lstm.regressors": [
        "BidirectionalLSTMRegressor", "CNNLSTMRegressor", "ConvLSTMRegressor",
        "EncoderDecoderLSTMRegressor", "StackedLSTMRegressor", "VanillaLSTMRegressor",
    ],
    "skforecast_lstm.regressors._linear": ["LinearMap"],
    "skforecast_lstm.regressors._normalization": ["Normalization"],
    "skforecast_lstm.transformers": [
        "Flatten", "PerFeature", "Reshape3D", "Reshape4D", "Reshape5D", "SlidingWindow",
    ],
    "sklearn.linear_model": ["LinearRegression", "Ridge"],
    "sklearn.pipeline": ["Pipeline"],
    "sklearn.preprocessing": ["MinMaxScaler", "RobustScaler", "StandardScaler"],
}  # fmt: skip
_NAMES = {name: module for module, names in OWN.items() for name in names}


class Refused(ValueError):
    """What can't be saved, or must not be loaded; its message says all."""


class Registry:
    """The classes that may stand in a file: those of :data:`OWN`, and trusted ones.

    Parameters
    ----------
    trusted : iterable of classes and functions
        From outside; found again by their module and name.
    """

    def __init__(self, trusted: Iterable[Any] = ()) -> None:
        if isinstance(trusted, (str, type)) or not isinstance(trusted, Iterable):
            name = getattr(trusted, "__name__", None)
            raise TypeError(
                f"{WHO}: trusted must be a list of classes and functions, got "
                f"{trusted!r}; use trusted=[{name or '...'}]"
            )
        self.trusted = {_full_name(thing): thing for thing in trusted}

    def name(self, thing: Any, place: str) -> str:
        """Return the name under which a class or function stands in a file."""
        name = getattr(thing, "__name__", "")
        if name in _NAMES and getattr(import_module(_NAMES[name]), name) is thing:
            return name
        if any(thing is known for known in self.trusted.values()):
            return _full_name(thing)
        if not name:
            raise Refused(
                f"{WHO}: save can't write {place}, a {_full_name(thing)}; fit with a "
                "number, a text or a list instead, such as random_state=0"
            )
        if "<" in name:
            raise Refused(
                f"{WHO}: save can't write {place}: a {name} has no name to find it "
                "by; define the function with def, in a module"
            )
        raise Refused(
            f"{WHO}: save can't write {place}: {_full_name(thing)} is none of the "
            "classes that it knows. If you trust it, name it both times, with "
            f"save(path, trusted=[{name}]) and load(path, trusted=[{name}])"
        )

    def find(self, name: str) -> Any:
        """Return the class or function of that name."""
        if name in _NAMES:
            return getattr(import_module(_NAMES[name]), name)
        if name in self.trusted:
            return self.trusted[name]
        raise Refused(
            f"{WHO}: the file needs {name}, which is not trusted; if you do, name it "
            f"with load(path, trusted=[{name.rpartition('.')[2]}])"
        )


def _full_name(thing: Any) -> str:
    if not hasattr(thing, "__qualname__"):
        thing = type(thing)
    return f"{thing.__module__}.{thing.__qualname__}"


class Encoder:
    """Turns values into JSON; arrays and networks are put aside.

    Attributes
    ----------
    arrays : dict of ndarray
    networks : list of regressors
        Those whose weights are to be saved, in the order of their numbers.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.arrays: dict[str, np.ndarray] = {}
        self.networks: list[Any] = []

    def encode(self, value: Any, place: str) -> Any:
        """Return ``value`` as JSON; ``place`` names it in an error."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, (np.generic, np.ndarray)):
            return self._array(value, place)
        if type(value) is list:
            return [self.encode(v, f"{place}[{k}]") for k, v in enumerate(value)]
        if type(value) is tuple:
            return {"$": "tuple", "items": self.encode(list(value), place)}
        if type(value) is dict:
            return {"$": "dict", "items": self.encode(list(value.items()), place)}
        if isinstance(value, pd.DataFrame):
            columns = [self._index(pd.Index(value[c]), place) for c in value]
            names = self.encode(list(value.columns), place)
            return {"$": "frame", "names": names, "columns": columns}
        if isinstance(value, pd.Index):
            return self._index(value, place)
        if isinstance(value, pd.Timestamp):
            return {"$": "stamp", "index": self._index(pd.Index([value]), place)}
        if type(value) is date:
            return {"$": "date", "text": value.isoformat()}
        if isinstance(value, pd.tseries.offsets.BaseOffset):
            return self._offset(value, place)
        if isinstance(value, type) or not hasattr(value, "__dict__"):
            return {"$": "name", "name": self.registry.name(value, place)}
        if hasattr(value, "__code__"):  # a function
            return {"$": "name", "name": self.registry.name(value, place)}
        return self._object(value, place)

    def _object(self, value: Any, place: str) -> dict:
        name = self.registry.name(type(value), place)
        state = dict(vars(value))
        code: dict[str, Any] = {"$": "object", "class": name}
        if "weights_" in state and hasattr(value, "model_"):
            state.pop("_model", None)
            # Keras' files leave out the seeds of layers, the only whole numbers.
            seeds = [w for w in state.pop("weights_") if w.dtype.kind in "iu"]
            code["network"] = len(self.networks)
            code["seeds"] = self.encode(seeds, place)
            self.networks.append(value)
        return code | {
            "state": {k: self.encode(v, f"{place}.{k}") for k, v in state.items()}
        }

    def _array(self, value: Any, place: str) -> dict:
        array = np.asarray(value)
        if array.dtype == object:  # names of features
            names = self.encode(array.ravel().tolist(), place)
            return {"$": "names", "shape": list(array.shape), "names": names}
        code: dict[str, Any] = {"$": "array", "key": self._keep(array)}
        if array.ndim == 2 and array.strides[1] == array.itemsize:
            # Rows of a wider table, as LinearRegression keeps them: how far they lie
            # apart can decide about the last bit of a product.
            code["row"] = array.strides[0] // array.itemsize
        return code

    def _keep(self, array: np.ndarray) -> str:
        key = f"a{len(self.arrays)}"
        self.arrays[key] = np.array(array, order="K")  # and so is its order in memory
        return key

    def _offset(self, offset: Any, place: str) -> dict:
        try:
            return {"$": "offset", **_offsets.code_of(offset)}
        except ValueError as error:
            raise Refused(f"{WHO}: save can't write {place}: {error}") from None

    def _index(self, index: pd.Index, place: str) -> dict:
        """Return the values of a column, by what kind they are."""
        code: dict[str, Any] = {"$": "index", "dtype": str(index.dtype)}
        if isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex)):
            try:
                _offsets.check_zone(getattr(index, "tz", None) or "UTC")
            except ValueError as error:
                raise Refused(f"{WHO}: save can't write {place}: {error}") from None
            return code | {"kind": "time", "key": self._keep(index.asi8)}
        if isinstance(index.dtype, np.dtype) and index.dtype.kind in "biuf":
            return code | {"kind": "number", "key": self._keep(index.to_numpy())}
        codes, names = pd.factorize(index.astype(object))
        names = self.encode(list(names), place)
        return code | {"kind": "name", "key": self._keep(codes), "names": names}


class Decoder:
    """The way back.

    Attributes
    ----------
    networks : list of (number, regressor, seeds)
        Regressors whose weights are still to be set.
    """

    def __init__(self, registry: Registry, arrays: dict[str, np.ndarray]) -> None:
        self.registry, self.arrays = registry, arrays
        self.networks: list[tuple[int, Any, list]] = []

    def decode(self, code: Any) -> Any:
        """Return the value that :meth:`Encoder.encode` was given."""
        if isinstance(code, list):
            return [self.decode(c) for c in code]
        if not isinstance(code, dict):
            return code
        return getattr(self, f"_{_KINDS[code['$']]}")(code)

    def _tuple(self, code: dict) -> tuple:
        return tuple(self.decode(code["items"]))

    def _dict(self, code: dict) -> dict:
        return dict(self.decode(code["items"]))

    def _named(self, code: dict) -> Any:
        return self.registry.find(code["name"])

    def _array(self, code: dict) -> Any:
        array = self.arrays[code["key"]]
        if "row" in code and code["row"] > array.shape[1]:
            wide = np.zeros((len(array), code["row"]), dtype=array.dtype)
            wide[:, : array.shape[1]] = array
            return wide[:, : array.shape[1]]
        return array[()]  # a scalar, where it was one

    def _names(self, code: dict) -> np.ndarray:
        names = np.empty(len(code["names"]), dtype=object)
        names[:] = self.decode(code["names"])
        return names.reshape(code["shape"])

    def _offset(self, code: dict) -> Any:
        return _offsets.offset_of(code)

    def _stamp(self, code: dict) -> pd.Timestamp:
        return self._index(code["index"])[0]

    def _date(self, code: dict) -> date:
        return date.fromisoformat(code["text"])

    def _frame(self, code: dict) -> pd.DataFrame:
        columns = dict(enumerate(self.decode(code["columns"])))
        return pd.DataFrame(columns).set_axis(self.decode(code["names"]), axis=1)

    def _index(self, code: dict) -> pd.Index:
        values, dtype = self.arrays[code["key"]], code["dtype"]
        if code["kind"] == "name":
            names = pd.Index(self.decode(code["names"]), dtype=object)
            return names.take(values).astype(dtype)
        if code["kind"] == "time":
            if dtype.startswith("period"):
                return pd.PeriodIndex(pd.arrays.PeriodArray(values, dtype=dtype))
            if dtype.startswith("datetime64[") and "," in dtype:
                unit, zone = dtype.removeprefix("datetime64[")[:-1].split(", ")
                utc = pd.DatetimeIndex(values.astype(f"datetime64[{unit}]"), tz="UTC")
                return utc.tz_convert(zone)
            return pd.DatetimeIndex(values.astype(dtype))
        return pd.Index(values)

    def _object(self, code: dict) -> Any:
        value = object.__new__(self.registry.find(code["class"]))
        vars(value).update({k: self.decode(v) for k, v in code["state"].items()})
        if "network" in code:
            seeds = self.decode(code["seeds"])
            self.networks.append((code["network"], value, seeds))
        return value


_KINDS = {
    kind: kind
    for kind in "tuple dict array names offset frame index stamp date object".split()
} | {"name": "named"}
