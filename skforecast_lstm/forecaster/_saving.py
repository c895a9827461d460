"""A fitted forecaster as one file: JSON, arrays and Keras weights in a zip."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skforecast_lstm._names import check_names
from skforecast_lstm.forecaster._core import ForecasterCore
from skforecast_lstm.forecaster._encoding import Decoder, Encoder, Refused, Registry
from skforecast_lstm.forecaster._panel import WHO

FORMAT, VERSION = "skforecast_lstm forecaster", 1
HEAD, ARRAYS = "forecaster.json", "arrays.npz"
NOT_SAVED = "backtest_"
# What zipfile raises for the bytes of a damaged file.
ZIP_ERRORS = zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError


class Saving(ForecasterCore):
    """Saving and loading of :class:`LSTMForecaster`."""

    def save(self, path: Any, *, trusted: Iterable[Any] = ()) -> None:
        """Write the fitted forecaster to one file.

        Parameters, history, weights and the calibration of intervals, if there is one,
        are kept; the result of :meth:`backtest` is not.

        Parameters
        ----------
        path : str or Path
        trusted : iterable of classes and functions, default=()
            What may be written beside the regressors and transformers of this package,
            StandardScaler, MinMaxScaler, RobustScaler, Ridge, LinearRegression and
            Pipeline. ``load`` needs the same.

        Raises
        ------
        ValueError
            Naming what can't be written.
        """
        check_is_fitted(self, "estimator_")
        _save(self, path, trusted)

    @classmethod
    def load(cls, path: Any, *, trusted: Iterable[Any] = ()) -> Self:
        """Return the forecaster that :meth:`save` wrote; runs no code of the file.

        Parameters
        ----------
        path : str or Path
        trusted : iterable of classes and functions, default=()
            As it was saved with. Only these, and what ``save`` knows, are made.

        Raises
        ------
        ValueError
            For a damaged or foreign file.
        """
        parameters, state = _load(path, trusted)
        check_names(cls.__name__, parameters, cls._get_param_names())
        forecaster = cls(**parameters)
        forecaster.__dict__.update(state)
        return forecaster


def _save(forecaster: Any, path: Any, trusted: Iterable[Any]) -> None:
    encoder = Encoder(Registry(trusted))
    parameters = forecaster.get_params(deep=False)
    # These first: they have the names by which a refusal is understood.
    encoded = {k: encoder.encode(v, k) for k, v in parameters.items()}
    state = {
        name: encoder.encode(value, name)
        for name, value in vars(forecaster).items()
        if name not in parameters and name != NOT_SAVED
    }
    head = {
        "format": FORMAT,
        "format_version": VERSION,
        "parameters": encoded,
        "state": state,
    }
    arrays = io.BytesIO()
    np.savez(arrays, allow_pickle=False, **encoder.arrays)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(HEAD, json.dumps(head, indent=1))
        file.writestr(ARRAYS, arrays.getvalue())
        for number, regressor in enumerate(encoder.networks):
            file.writestr(_weights_name(number), _weights_of(regressor))
    Path(path).write_bytes(whole.getvalue())


def _load(path: Any, trusted: Iterable[Any]) -> tuple[dict, dict]:
    """Return the parameters and the fitted state that a file holds."""
    registry = Registry(trusted)
    content = Path(path).read_bytes()  # an error of the disk is no damaged file
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = {name: file.read(name) for name in file.namelist()}
    except ZIP_ERRORS as error:
        raise ValueError(
            f"{WHO}: {Path(path).name} is damaged, or no file that save wrote: {error}"
        ) from None
    try:
        return _parts(parts, registry)
    except Refused as error:
        raise ValueError(f"{error} ({Path(path).name})") from None
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        TypeError,
        ValueError,
        zipfile.BadZipFile,
    ) as error:
        raise ValueError(
            f"{WHO}: {Path(path).name} is damaged: {type(error).__name__}: {error}"
        ) from error


def _parts(files: dict[str, bytes], registry: Registry) -> tuple[dict, dict]:
    if HEAD not in files or ARRAYS not in files:
        raise Refused(f"{WHO}: this zip is no file that save wrote")
    head = json.loads(files.pop(HEAD))
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise Refused(f"{WHO}: this zip is no file that save wrote")
    if head["format_version"] != VERSION:
        raise Refused(
            f"{WHO}: the file has format version {head['format_version']!r}, but this "
            f"version of the package reads {VERSION}; load it with the version that "
            "saved it"
        )
    with np.load(io.BytesIO(files.pop(ARRAYS)), allow_pickle=False) as stored:
        decoder = Decoder(registry, dict(stored))
    parameters = {k: decoder.decode(v) for k, v in head["parameters"].items()}
    state = {k: decoder.decode(v) for k, v in head["state"].items()}
    weights = {_weights_name(n): network for n, *network in decoder.networks}
    if set(files) != set(weights):
        odd = sorted(set(files) ^ set(weights))
        raise Refused(f"{WHO}: the file lacks or holds too much: {odd}")
    for name, (regressor, seeds) in weights.items():
        _set_weights(regressor, files[name], seeds)
    return parameters, state


def _weights_name(number: int) -> str:
    return f"weights/{number}.weights.h5"


def _weights_of(regressor: Any) -> bytes:
    from skforecast_lstm.regressors._network import build_network
    from skforecast_lstm.training import assign

    network = build_network(regressor._as_fitted())
    assign(network, regressor._weights())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.weights.h5"
        with warnings.catch_warnings():
            # Keras 3.15 turns variables into arrays in a way that numpy 2 deprecates.
            warnings.simplefilter("ignore", DeprecationWarning)
            network.save_weights(path)
        return path.read_bytes()


def _set_weights(regressor: Any, content: bytes, seeds: list) -> None:
    from skforecast_lstm.regressors._network import build_network
    from skforecast_lstm.training import values

    network = build_network(regressor._as_fitted())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.weights.h5"
        path.write_bytes(content)
        network.load_weights(path)
    seed = iter(seeds)
    regressor.weights_ = [
        next(seed) if w.dtype.kind in "iu" else w for w in values(network)
    ]
