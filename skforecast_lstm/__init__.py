"""LSTM forecasting as plain scikit-learn: a sample is a window.

The public names below are imported when they are first used (PEP 562), so that
``import skforecast_lstm`` costs no import of Keras, TensorFlow or matplotlib.

Examples
--------
>>> import skforecast_lstm
>>> skforecast_lstm.datasets.load_airline().shape
(144,)
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "windows": ("SeriesWindows", "make_supervised", "make_windows"),
    "transformers": (
        "PerFeature",
        "Reshape3D",
        "Reshape4D",
        "Reshape5D",
        "SlidingWindow",
    ),
    "model_selection": ("RollingOriginSplit", "backtest"),
    "training": ("clear_cache",),
    "regressors": (
        "BidirectionalLSTMRegressor",
        "CNNLSTMRegressor",
        "ConvLSTMRegressor",
        "EncoderDecoderLSTMRegressor",
        "StackedLSTMRegressor",
        "VanillaLSTMRegressor",
    ),
    "forecaster": ("LSTMForecaster",),
    "inspection": ("feature_importance", "step_importance"),
    "metrics": (),
    "plotting": (),
    "datasets": (),
    "testing": (),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted([*_MODULE_OF, "__version__"])


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        module = import_module(f"{__name__}.{_MODULE_OF[name]}")
        value = globals()[name] = getattr(module, name)
        return value
    if name in _NAMES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF, *_NAMES})
