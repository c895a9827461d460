"""The compiled training program and its cache: compile once, train many.

Keras builds, traces and dispatches for each model and each batch; for a small LSTM that
is nearly all of the time. A :class:`Program` holds one network, its optimizer and the
functions compiled for them. A fit borrows the program of its structure, puts its own
weights in, runs blocks of many batches inside one compiled loop, and takes the weights
out. No shape inside depends on the number of windows or epochs, so folds of any length
share one compilation.
"""

from __future__ import annotations

import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

__all__ = ["Program", "Samples", "Training", "clear_cache", "program_for"]

BLOCK_BATCHES = 256  # batches in one call of the compiled loop, at most
BLOCK_BYTES = 32 * 2**20  # windows in one call, at most
CACHED_PROGRAMS = 32

Arrays = list[np.ndarray]


class Samples(Protocol):
    """Windows, targets and weights as the network reads them, made when asked for."""

    def __len__(self) -> int: ...

    def gather(self, index: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return x (b, n_steps, n_features), y (b, n_outputs) and weights (b,)."""


class Program:
    """One compiled network. At any time it serves one fit or one predict.

    Parameters
    ----------
    model : keras.Model
        Compiled with optimizer and loss; reads windows (n_steps, n_features).
    n_outputs : int
        Columns of y.
    batch_size : int
        Windows in a batch. A shorter batch is padded with windows of weight 0.
    xla : bool
        Whether XLA compiles the loop of batches.
    metrics : sequence of keras.metrics.Metric
        Followed beside the loss.
    """

    n_traces = 0  # of all programs of the process: a test counts them

    def __init__(
        self,
        model: keras.Model,
        n_outputs: int,
        batch_size: int,
        xla: bool,
        metrics: Sequence = (),
    ) -> None:
        self.model, self.batch_size, self.metrics = model, batch_size, list(metrics)
        model.optimizer.build(model.trainable_variables)  # else traced twice
        # One replica has nothing to reduce, and Keras' reduction is a custom gradient:
        # TensorFlow keeps those for good, with every graph they were traced in.
        model.optimizer._all_reduce_sum_gradients = list
        self.fresh_optimizer = values(model.optimizer)
        self.loaded: Arrays | None = None  # the weights that the model holds
        dtype = model.inputs[0].dtype
        window = tf.TensorSpec((None, *model.input_shape[1:]), dtype)
        x_size = int(np.prod(window.shape[1:])) * np.dtype(dtype).itemsize
        self.chunk = max(1, min(4096, BLOCK_BYTES // x_size))
        self.n_batches = BLOCK_BYTES // (x_size * batch_size)
        self.n_batches = max(1, min(BLOCK_BATCHES, self.n_batches))
        target = tf.TensorSpec((None, n_outputs), dtype)
        weight = tf.TensorSpec((None,), dtype)

        def block(spec: tf.TensorSpec) -> tf.TensorSpec:
            shape = (self.n_batches, batch_size, *spec.shape[1:])
            return tf.TensorSpec(shape, spec.dtype)

        parts = [window, target, weight]
        count = tf.TensorSpec((), tf.int32)
        self.run_block = _traced(self._block, xla, [*map(block, parts), count])
        self.evaluate = _traced(self._evaluate, False, parts)
        self.forward = _traced(lambda x: model(x, training=False), False, [window])

    def load(self, weights: Arrays) -> None:
        """Put ``weights`` into the network, unless they are there already."""
        if weights is not self.loaded:
            assign(self.model, weights)
            self.loaded = weights

    def _block(self, x: Any, y: Any, w: Any, count: Any) -> Any:
        def step(i: Any, losses: Any) -> tuple:
            loss = self._train_batch(x[i], y[i], w[i])
            return i + 1, tf.tensor_scatter_nd_update(losses, [[i]], [loss])

        start = tf.constant(0), tf.zeros(self.n_batches, x.dtype)
        return tf.while_loop(lambda i, losses: i < count, step, start)[1]

    def _train_batch(self, x: Any, y: Any, w: Any) -> Any:
        # Padding has weight 0. A loss that is a mean over the batch counts it all the
        # same, so the others weigh more; one that is a plain sum does not.
        real = tf.cast(w > 0, w.dtype)
        padded = tf.cast(tf.size(w), w.dtype) / tf.reduce_sum(real)
        w = w if self.model.loss.reduction == "sum" else w * padded
        variables = self.model.trainable_variables
        with tf.GradientTape() as tape:
            loss, y_pred = self._objective(x, y, w, training=True)
        gradients = tape.gradient(loss, [v.value for v in variables])
        self.model.optimizer.apply(gradients, variables)
        for metric in self.metrics:
            metric.update_state(y, y_pred, sample_weight=real)
        return loss

    def _evaluate(self, x: Any, y: Any, w: Any) -> Any:
        loss, y_pred = self._objective(x, y, w, training=False)
        for metric in self.metrics:
            metric.update_state(y, y_pred)
        return loss

    def _objective(self, x: Any, y: Any, w: Any, training: bool) -> tuple:
        y_pred = self.model(x, training=training)
        loss = self.model.loss(y, y_pred, sample_weight=w)
        return tf.add_n([loss, *self.model.losses]), y_pred


def _traced(function: Callable, xla: bool, signature: list) -> Callable:
    made: list = []

    def counted(*tensors: Any) -> Any:
        Program.n_traces += 1
        return function(*tensors)

    def call(*arrays: Any) -> Any:
        if not made:
            # A concrete function: to TensorFlow the tf.functions of many programs are
            # one that is traced again and again, and it would warn.
            traced = tf.function(
                counted, input_signature=signature, autograph=False, jit_compile=xla
            )
            made.append(traced.get_concrete_function())
        return made[0](*[tf.convert_to_tensor(a) for a in arrays])

    return call


# ---- the cache
_lock = threading.Lock()
_idle: OrderedDict[Hashable, list[Program]] = OrderedDict()


@contextmanager
def program_for(key: Hashable, make: Callable[[], Program]) -> Iterator[Program]:
    """Lend the program of ``key``; of two fits at the same time each has its own."""
    with _lock:
        waiting = _idle.get(key)
        program = waiting.pop() if waiting else None
    program = program or make()
    yield program  # after an exception its state is unknown: it does not come back
    with _lock:
        _idle.setdefault(key, []).append(program)
        _idle.move_to_end(key)
        while sum(map(len, _idle.values())) > CACHED_PROGRAMS:
            oldest = next(iter(_idle))
            _idle[oldest].pop()
            if not _idle[oldest]:
                del _idle[oldest]


def clear_cache() -> None:
    """Forget every compiled program; the next fit of each structure compiles anew.

    Examples
    --------
    >>> from skforecast_lstm import clear_cache
    >>> clear_cache()
    """
    with _lock:
        _idle.clear()


def values(holder: Any) -> Arrays:
    """Return the values of a model's or optimizer's variables."""
    return [v.numpy() for v in holder.variables]


def assign(holder: Any, arrays: Arrays) -> None:
    """Put ``arrays`` into the variables of a model or optimizer."""
    for variable, array in zip(holder.variables, arrays, strict=True):
        variable.assign(array)


# ---- one fit
@dataclass
class Training:
    """One run of training: what to train on, how long, and who watches.

    Parameters
    ----------
    samples : Samples
    epochs : int
        Epochs to run.
    first_epoch : int, default=0
        Number of the first one, where training is continued.
    order : callable
        ``order(epoch)`` returns the order of the windows in that epoch, shape (n,).
    validation : Samples, optional
    callbacks : list of keras.callbacks.Callback
    verbose : int, default=0
        1 shows a progress bar.
    """

    samples: Samples
    epochs: int
    order: Callable[[int], np.ndarray]
    first_epoch: int = 0
    validation: Samples | None = None
    callbacks: list = field(default_factory=list)
    verbose: int = 0

    def run(self, program: Program) -> dict[str, list[float]]:
        """Train ``program.model`` in place; return the history, as Keras' of ``fit``.

        Callbacks that look into single batches, and distribution strategies, need
        Keras' own loop: ``model.fit`` is then called on the same batches.
        """
        history: dict[str, list[float]] = {}
        by_batch = any(map(watches_batches, self.callbacks))
        try:
            if by_batch or tf.distribute.has_strategy():
                self._run_keras(program, history)
            else:
                self._run_program(program, history)
        except KeyboardInterrupt:
            done = len(history.get("loss", ()))
            warnings.warn(
                f"training was interrupted after {done} of {self.epochs} epochs; the "
                "estimator keeps what it learned until then",
                UserWarning,
                stacklevel=4,
            )
        return history

    def _run_program(self, program: Program, history: dict[str, list[float]]) -> None:
        model, last = program.model, self.first_epoch + self.epochs
        n_batches = -(-len(self.samples) // program.batch_size)
        watched = self.callbacks or program.metrics or self.validation is not None
        at_once = 1 if watched else max(1, program.n_batches // n_batches)
        callbacks = keras.callbacks.CallbackList(
            self.callbacks, model=model, epochs=last, steps=n_batches, verbose=0
        )
        callbacks.on_train_begin()
        with tqdm(
            total=self.epochs * n_batches, disable=not self.verbose, unit="batch"
        ) as bar:
            for epoch in range(self.first_epoch, last, at_once):
                epochs = range(epoch, min(epoch + at_once, last))
                callbacks.on_epoch_begin(epoch)
                reset(program.metrics)
                losses = self._run_epochs(program, epochs, bar.update)
                for loss in losses[:-1]:
                    _record(history, {"loss": loss})
                logs = {"loss": float(losses[-1]), **_results(program.metrics)}
                if self.validation is not None:
                    logs |= evaluate(program, self.validation)
                callbacks.on_epoch_end(epochs[-1], logs)
                _record(history, logs)
                bar.set_postfix({k: f"{v:.4g}" for k, v in logs.items()}, refresh=False)
                if model.stop_training:
                    break
        model.optimizer.finalize_variable_values(model.trainable_variables)
        callbacks.on_train_end(logs)

    def _run_epochs(
        self, program: Program, epochs: Sequence[int], progress: Callable
    ) -> np.ndarray:
        """Return the mean loss of each of ``epochs``."""
        size, n = program.batch_size, len(self.samples)
        n_batches = -(-n // size)
        index = np.full((len(epochs), n_batches * size), -1)
        for row, epoch in zip(index, epochs, strict=True):
            row[:n] = self.order(epoch)
        index = index.reshape(-1, size)
        losses = []
        for start in range(0, len(index), program.n_batches):
            batches = index[start : start + program.n_batches]
            block = self._block(program, batches)
            losses.append(program.run_block(*block).numpy()[: len(batches)])
            progress(len(batches))
        counts = (index >= 0).sum(axis=1).reshape(len(epochs), n_batches)
        per_batch = np.concatenate(losses).astype(np.float64).reshape(counts.shape)
        return (per_batch * counts).sum(axis=1) / n

    def _block(self, program: Program, batches: np.ndarray) -> tuple:
        real = batches.ravel() >= 0
        block = []
        for part in self.samples.gather(np.maximum(batches.ravel(), 0)):
            rows = np.zeros(
                (program.n_batches * program.batch_size, *part.shape[1:]), part.dtype
            )
            rows[: len(part)] = part
            block.append(rows.reshape(program.n_batches, -1, *part.shape[1:]))
        block[-1].reshape(-1)[: len(real)] *= real
        return *block, np.int32(len(batches))

    def _run_keras(self, program: Program, history: dict[str, list[float]]) -> None:
        model, last = program.model, self.first_epoch + self.epochs
        watch = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: _record(history, logs)
        )
        validation = None
        if self.validation is not None:
            validation = self.validation.gather(np.arange(len(self.validation)))
        model.fit(
            _Batches(self.samples, program.batch_size, self.order, self.first_epoch),
            validation_data=validation,
            epochs=last,
            initial_epoch=self.first_epoch,
            callbacks=[*self.callbacks, watch],
            verbose=self.verbose,
            shuffle=False,
        )


class _Batches(keras.utils.PyDataset):
    """The batches of the compiled loop, for ``model.fit``."""

    def __init__(
        self, samples: Samples, batch_size: int, order: Callable, epoch: int
    ) -> None:
        super().__init__()
        self.samples, self.batch_size, self.order = samples, batch_size, order
        self.epoch = epoch
        self.index = order(epoch)

    def __len__(self) -> int:
        return -(-len(self.samples) // self.batch_size)

    def __getitem__(self, batch: int) -> tuple:
        start = batch * self.batch_size
        return self.samples.gather(self.index[start : start + self.batch_size])

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self.index = self.order(self.epoch)


def evaluate(program: Program, samples: Samples) -> dict[str, float]:
    """Return the validation loss and metrics, as Keras names them."""
    reset(program.metrics)
    total = 0.0
    for start in range(0, len(samples), program.chunk):
        index = np.arange(start, min(start + program.chunk, len(samples)))
        total += float(program.evaluate(*samples.gather(index))) * len(index)
    results = {"loss": total / len(samples), **_results(program.metrics)}
    return {f"val_{name}": value for name, value in results.items()}


def reset(metrics: Sequence) -> None:
    """Start ``metrics`` anew."""
    for metric in metrics:
        metric.reset_state()


def watches_batches(callback: keras.callbacks.Callback) -> bool:
    """Return whether a callback needs to be called within an epoch."""
    saves = (keras.callbacks.ModelCheckpoint, keras.callbacks.BackupAndRestore)
    if isinstance(callback, saves) and callback.save_freq == "epoch":
        return False
    if isinstance(callback, keras.callbacks.TensorBoard):
        return callback.update_freq != "epoch"
    hooks = [
        f"on_{kind}batch_{at}" for kind in ("train_", "") for at in ("begin", "end")
    ]
    plain = keras.callbacks.Callback
    return any(
        getattr(getattr(callback, hook), "__func__", None) is not getattr(plain, hook)
        for hook in hooks
    )


def _results(metrics: Sequence) -> dict[str, float]:
    return {metric.name: float(metric.result()) for metric in metrics}


def _record(history: dict[str, list[float]], logs: dict) -> None:
    for name, value in logs.items():
        history.setdefault(name, []).append(float(value))
