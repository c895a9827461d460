"""The base of all architectures."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import gen_batches
from sklearn.utils.validation import check_is_fitted

from skforecast_lstm._unchanged import unchanged_on_error
from skforecast_lstm.regressors._docs import share_docs
from skforecast_lstm.regressors._inputs import (
    check_data,
    check_validation,
    scale_weights,
    set_outputs,
)
from skforecast_lstm.regressors._linear import LinearMap
from skforecast_lstm.regressors._network import (
    build_network,
    build_program,
    check_continues,
    continued,
    make_callbacks,
    padded_batch,
    start_optimizer,
    structure,
)
from skforecast_lstm.regressors._normalization import Normalization
from skforecast_lstm.regressors._parameters import SharedParameters, check_parameters
from skforecast_lstm.regressors._rebuilt import make_metrics
from skforecast_lstm.regressors._samples import WindowSamples, split_windows
from skforecast_lstm.regressors._scikeras import KerasRegressor
from skforecast_lstm.regressors._seeds import draw_seed, epoch_order, initial_values
from skforecast_lstm.regressors._units import check_units
from skforecast_lstm.regressors._windows import check_windows, flat_window
from skforecast_lstm.training import (
    Arrays,
    Program,
    Training,
    assign,
    program_for,
    values,
    values_like,
)


@dataclass(kw_only=True, eq=False, repr=False)
class BaseLSTMRegressor(SharedParameters, KerasRegressor):
    """An encoder (window to vector), a head, and all that stands around them.

    A new architecture derives from this, is a dataclass of its own parameters and
    defines ``_encode``, marked ``of_any_length`` where it asks for no number of steps.
    In its docstring, ``{shared parameters}`` and the like stand for what all have in
    common.
    """

    # scikit-learn's handling of parameters and scores in place of scikeras' own.
    _get_param_names: ClassVar[Any] = classmethod(
        BaseEstimator._get_param_names.__func__
    )
    __repr__ = BaseEstimator.__repr__
    score = RegressorMixin.score
    model = build_fn = None  # scikeras asks for them; they are no parameters here
    _max_ndim: ClassVar[int] = 3  # of X: 4 and 5 are windows cut into parts

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__doc__ = share_docs(cls.__doc__)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.input_tags.three_d_array = True
        return tags

    def _encode(self, x: Any) -> Any:
        """Return the encoder's vector of the windows ``x``, both Keras tensors."""
        raise NotImplementedError

    def _decode(self, vector: Any) -> Any:
        """Return the network's output of that vector, the quantiles innermost."""
        n = self.n_outputs_ * self.n_quantiles_
        return keras.layers.Dense(n, dtype=vector.dtype, name="output")(vector)

    def _encoder(self) -> type[BaseLSTMRegressor]:
        """Return the architecture that reads the windows."""
        return type(self)

    def _use_xla(self) -> bool:
        """Return whether XLA compiles the loop of batches; where it is the faster."""
        return True

    @contextmanager
    def _program(self) -> Iterator[Program]:
        key = self._structure, self.batch_size_
        with program_for(key, partial(build_program, self)) as program:
            program.n_steps, _ = flat_window(self.window_shape_)
            yield program

    def _as_fitted(self) -> BaseLSTMRegressor:
        """Return a copy that has the fit's parameters, whatever was set since."""
        other = copy.copy(self)
        other.__dict__.update(self._parameters)
        return other

    @property
    def model_(self) -> keras.Model:
        """The fitted network, built when first asked for; reads normalised windows."""
        if "weights_" not in vars(self):
            raise AttributeError(f"{type(self).__name__} is not fitted yet: no model_")
        if "_model" not in vars(self):
            fitted = self._as_fitted()
            model = build_network(fitted, make_metrics(fitted.metrics, self.dtype_))
            model.optimizer.build(model.trainable_variables)
            assign(model, self.weights_)
            assign(model.optimizer, self.optimizer_values_)
            self._model = model
        return self._model

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
    ) -> BaseLSTMRegressor:
        """Train the network.

        Parameters
        ----------
        X : SeriesWindows, or array-like of shape (n, n_steps, n_features), (n, n_steps)
            Windows, oldest step first. Windows of a ``SeriesWindows`` that reach behind
            the start of their series are left out.
        y : array-like of shape (n,) or (n, horizon * n_targets)
            Targets, step-major.
        sample_weight : array-like of shape (n,), default=None
            Weights of the windows; 0 leaves a window out.
        X_val, y_val : like X and y, default=None
            Validation windows in place of ``validation_split``.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For a parameter out of range, NaN or infinity in the data, lengths that
            differ, or windows that can't be cut as the architecture has to.
        """
        again = self.warm_start and "weights_" in vars(self)
        return self._fit(X, y, sample_weight, X_val, y_val, again, self.epochs)

    def partial_fit(
        self, X: Any, y: Any, sample_weight: Any = None
    ) -> BaseLSTMRegressor:
        """Train one epoch more, from the weights reached so far; as :meth:`fit`."""
        return self._fit(X, y, sample_weight, None, None, "weights_" in vars(self), 1)

    @unchanged_on_error
    def _fit(
        self, X: Any, y: Any, sample_weight: Any, X_val: Any, y_val: Any,
        again: bool, epochs: int,
    ) -> BaseLSTMRegressor:  # fmt: skip
        check_parameters(self)
        data = check_data(self, X, y, sample_weight, reset=not again)
        set_outputs(self, *data[:2], reset=not again)
        check_units(self, *data[:2])
        if again:
            check_continues(self)
        self._structure: tuple = structure(self)
        self._parameters: dict = self.get_params(deep=False)
        self.batch_size_ = padded_batch(self.batch_size, len(data[0]))
        given = check_validation(self, X_val, y_val, data[0])
        training, validation = split_windows(self, data, given)
        training = scale_weights(*training, self.dtype_)
        if not again:
            self._seed = draw_seed(self.random_state)
            self.normalization_ = Normalization(
                self.normalization, self.target_features_, self.log
            ).fit(*training)
            self.history_: dict[str, list[float]] = {}
            self.__dict__.pop("linear_map_", None)
        around = self.normalization_, self.dtype_
        samples, unseen = WindowSamples(*training, *around), None
        if validation is not None:
            unseen = WindowSamples(*scale_weights(*validation, self.dtype_), *around)
        if self.linear_weight and "linear_map_" not in vars(self):
            self.linear_map_ = LinearMap().fit(samples)
        self._train(samples, unseen, epochs, again)
        return self

    def _train(
        self, samples: WindowSamples, validation: Any, epochs: int, again: bool
    ) -> None:
        order = partial(epoch_order, len(samples), self._seed, self.shuffle)
        first = len(self.history_.get("loss", ()))
        callbacks = make_callbacks(self, range(first, first + epochs), validation)
        rest = validation, callbacks, self.verbose, self.batch_size
        training = Training(samples, epochs, order, first, *rest)
        with self._program() as program:
            if again:
                state = self._optimizer_values()
                program.load(self._weights())
            else:
                rng = np.random.default_rng(self._seed)
                program.load(initial_values(program.recipe, rng))
                state = program.fresh_optimizer()
            start_optimizer(program.model.optimizer, state, self, again)
            self.history_ = continued(self.history_, training.run(program))
            self.weights_: Arrays = values(program.model)
            self.optimizer_values_: Arrays = program.optimizer_values()
            program.hold(self.weights_)
        self.__dict__.pop("_model", None)
        self.n_iter_ = len(self.history_.get("loss", ()))

    def predict(self, X: Any) -> np.ndarray:
        """Return the forecast of each window; with ``quantiles`` the median.

        Parameters
        ----------
        X : as in :meth:`fit`
            Where a window reaches behind the start of its series, the earliest value is
            repeated: there is a row for each window.

        Returns
        -------
        y : ndarray of shape (n,) or (n, horizon * n_targets)
            As the y of ``fit``.
        """
        y = self._outputs(X)[..., self._middle()].astype(self.y_dtype_, copy=False)
        return y.ravel() if self.y_ndim_ == 1 else y

    def predict_quantiles(self, X: Any) -> np.ndarray:
        """Return the quantiles of each forecast, in increasing order.

        Returns
        -------
        y : ndarray of shape (n, n_outputs, n_quantiles)
            Sorted, so that quantiles never cross [1]_.

        References
        ----------
        .. [1] Chernozhukov, V., Fernández-Val, I. and Galichon, A. (2010). Quantile and
           probability curves without crossing. https://doi.org/10.3982/ECTA7880
        """
        check_is_fitted(self, "weights_")
        if self._parameters["quantiles"] is None:
            raise ValueError(
                f"{type(self).__name__}: predict_quantiles needs an estimator fitted "
                "with quantiles, such as quantiles=(0.1, 0.5, 0.9)"
            )
        return self._outputs(X).astype(self.y_dtype_, copy=False)

    def _outputs(self, X: Any) -> np.ndarray:
        """Return all outputs in the targets' units, (n, n_outputs, n_quantiles)."""
        check_is_fitted(self, "weights_")
        X = check_windows(self, X, reset=False)
        parts, weight = [], self._parameters["linear_weight"]
        with self._program() as program:
            program.load(self._weights())
            for rows in gen_batches(len(X), program.chunk):
                x = self.normalization_.windows(X[rows]).astype(self.dtype_, copy=False)
                y = program.forward(x).numpy().astype(np.float64)
                y = np.sort(y.reshape(len(x), self.n_outputs_, self.n_quantiles_))
                if weight:
                    y = self.linear_map_.blend(x, y, weight, self._middle())
                parts.append(self.normalization_.restore(X[rows], y))
        return np.concatenate(parts)

    def _middle(self) -> int:
        """Return the place of the median among the quantiles."""
        quantiles = self._parameters["quantiles"]
        return 0 if quantiles is None else list(quantiles).index(0.5)

    def _weights(self) -> list[np.ndarray]:
        # Who changed the weights of model_ by hand expects to see it.
        return values(self._model) if "_model" in vars(self) else self.weights_

    def _optimizer_values(self) -> Arrays:
        known = self.optimizer_values_
        return values_like(known, self._model) if "_model" in vars(self) else known

    def __getstate__(self) -> dict:
        state = dict(super().__getstate__())
        if "_model" in state:
            state["optimizer_values_"] = self._optimizer_values()
            state["weights_"] = values(state.pop("_model"))
        return state
