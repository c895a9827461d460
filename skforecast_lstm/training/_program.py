"""The compiled training program and its cache: compile once, train many.

Keras builds, traces and dispatches for each model and each batch; for a small LSTM that
is nearly all of the time. A :class:`Program` holds one network, its optimizer and the
functions compiled for them. A fit borrows the program of its structure, puts its own
weights in, runs blocks of many batches inside one compiled loop, and takes the weights
out. No shape inside depends on the number of windows or epochs: folds of any length
share one compilation; by TensorFlow's operation for LSTMs, windows of any length too.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache, partial
from operator import is_not
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from skforecast_lstm.training._padding import may_pad
from skforecast_lstm.training._sequences import (
    bytes_of_forward,
    multiplications,
    trains_uncompiled,
    unrolled_steps,
    whole_sequences,
)
from skforecast_lstm.training._state import (
    Arrays,
    assign,
    build_optimizer,
    read_by_traces,
    reads_the_same,
)

BLOCK_BATCHES = 256  # batches in one call of the compiled loop, at most
BLOCK_BYTES = 32 * 2**20  # windows in one call, at most
CACHED_PROGRAMS = 32
COMPILED_LENGTHS = 8  # of windows, in one program
SHORT_UPDATES, SHORT_MULTIPLICATIONS = 1_000, 4 * 10**9  # of a fit not worth compiling


class Program:
    """One compiled network. At any time it serves one fit or one predict.

    Parameters
    ----------
    model : keras.Model
        Compiled with optimizer, loss and ``metrics``; reads windows (n_steps,
        n_features). Where n_steps is None, it serves windows of any length.
    n_outputs : int
        Columns of y.
    batch_size : int
        Windows in a batch. A shorter batch is padded with windows of weight 0, where
        that is ``may_pad``.
    xla : bool
        Whether XLA compiles the loop of batches, where a fit is not short.
    metrics : sequence of keras.metrics.Metric
        Followed beside the loss.
    recipe : object, optional
        What its user draws initial weights from.
    """

    n_traces = 0  # of all programs of the process: a test counts them
    n_steps: int  # of the windows that it serves now
    changed = False  # it is no longer what its key says, and serves no other fit

    def __init__(
        self,
        model: keras.Model,
        n_outputs: int,
        batch_size: int,
        xla: bool,
        metrics: Sequence = (),
        recipe: Any = None,
    ) -> None:
        self.model, self.batch_size, self.metrics = model, batch_size, list(metrics)
        # Before any trace, else there are two.
        self._fresh, self._copies = build_optimizer(model)
        if not tf.distribute.has_strategy():
            # One replica has nothing to reduce, and Keras' reduction is a custom
            # gradient: TensorFlow keeps those for good, with each graph they are in.
            model.optimizer._all_reduce_sum_gradients = list
        self._slots = model.optimizer.variables  # a callback may untrack one
        self.loaded: Arrays = []  # the weights that the model holds
        self.recipe, self.xla, self.n_outputs = recipe, xla, n_outputs
        self._forget_traces()
        self.may_pad = may_pad(model, self.forward, n_outputs, self.metrics)
        self._read = read_by_traces(model)

    def _forget_traces(self) -> None:
        parts = self._specs(None)
        self.run_short = lru_cache(COMPILED_LENGTHS)(self._short)
        self.run_compiled = lru_cache(COMPILED_LENGTHS)(self._compiled)
        self.evaluate = _traced(self._evaluate, False, parts)
        self.forward = _traced(self._forward, False, parts[:1])

    def look_for_changes(self) -> bool:
        """Return whether a callback changed more than values: no other fit follows."""
        read, before = read_by_traces(self.model), self._read
        same, self._read = reads_the_same(read, before), read
        self.changed |= not same
        return not same

    def follow_changes(self) -> None:
        """Let a fit train what its callbacks have made of the network before it."""
        if self.look_for_changes():
            self._forget_traces()
            self.model.make_train_function(force=True)
            self.model.make_test_function(force=True)

    def fresh_optimizer(self) -> Arrays:
        """Return the optimizer's state before it changes the weights held now."""
        start = list(self._fresh)
        for i, weight in self._copies.items():
            start[i] = weight.numpy()
        return start

    def optimizer_values(self) -> Arrays:
        """Return the optimizer's state, of the variables that it was made with."""
        return [v.numpy() for v in self._slots]

    def _specs(self, *axes: int | None, n_steps: int | None = None) -> list:
        """Return those of windows, targets and weights, all with ``axes`` before."""
        _, steps, n_features = self.model.input_shape
        shapes = (n_steps or steps, n_features), (self.n_outputs,), ()
        dtype = self.model.inputs[0].dtype
        return [tf.TensorSpec((*axes, *shape), dtype) for shape in shapes]

    def _blocks(self, n_batches: int | None, n_steps: int | None = None) -> list:
        parts = self._specs(n_batches, self.batch_size, n_steps=n_steps)
        return [*parts, tf.TensorSpec((), tf.int32)]

    def _compiled(self, n_steps: int) -> Callable:
        return _traced(self._block, self.xla, self._blocks(self.n_batches, n_steps))

    def _short(self, n_steps: int | None) -> Callable:
        specs = self._blocks(None, n_steps)
        return _traced(partial(self._block, short=True), False, specs)

    @property
    def _window_bytes(self) -> int:
        item = np.dtype(self.model.inputs[0].dtype).itemsize
        return self.n_steps * self.model.input_shape[2] * item

    @property
    def chunk(self) -> int:
        """Windows that are forecast at once."""
        kept = bytes_of_forward(self.model, self.n_steps)
        return max(1, min(4096, BLOCK_BYTES // max(self._window_bytes, kept)))

    @property
    def n_batches(self) -> int:
        """Batches in one call of the loop."""
        at_most = BLOCK_BYTES // (self._window_bytes * self.batch_size)
        return max(1, min(BLOCK_BATCHES, at_most))

    @property
    def longest_short(self) -> int:
        """Up to how many updates a fit is short: not worth XLA's compiling."""
        one = multiplications(self.model, self.n_steps) * self.batch_size
        at_all = trains_uncompiled(self.model, self.n_steps)
        return min(SHORT_UPDATES, SHORT_MULTIPLICATIONS // one) if at_all else 0

    def loop_for(self, n_updates: int) -> Callable:
        """Return the loop of batches that suits a fit of so many updates.

        XLA takes a second or two to compile, and then an update takes some tenths of a
        millisecond less. What is unrolled is made for one length of windows.
        """
        if n_updates > self.longest_short:
            return self.run_compiled(self.n_steps)
        any_length = not unrolled_steps(self.model, self.n_steps)
        return self.run_short(None if any_length else self.n_steps)

    def load(self, weights: Arrays) -> None:
        """Put ``weights`` into the network, unless they are there already."""
        same = len(weights) == len(self.loaded)
        if not same or any(map(is_not, weights, self.loaded)):
            assign(self.model, weights)
            self.hold(weights)

    def hold(self, weights: Arrays) -> None:
        """Remember that the network has ``weights``; they can no longer be changed."""
        for array in weights:
            array.flags.writeable = False
        self.loaded = list(weights)

    def _forward(self, x: Any) -> Any:
        with whole_sequences(self.model):
            return self.model(x, training=False)

    def _block(self, x: Any, y: Any, w: Any, count: Any, short: bool = False) -> Any:
        def step(i: Any, losses: Any) -> tuple:
            with self._layers(short):
                loss = self._train_batch(x[i], y[i], w[i])
            return i + 1, tf.tensor_scatter_nd_update(losses, [[i]], [loss])

        start = tf.constant(0), tf.zeros(tf.shape(x)[:1], x.dtype)
        return tf.while_loop(lambda i, losses: i < count, step, start)[1]

    def _layers(self, short: bool) -> AbstractContextManager:
        """Return the context in which layers are traced as a loop of batches needs."""
        if short or self.xla:
            return whole_sequences(self.model, loops=not short, unrolled=short)
        return nullcontext()

    def _train_batch(self, x: Any, y: Any, w: Any) -> Any:
        # Padding has weight 0. A loss that is a mean over the batch counts it all the
        # same, so the others weigh more; one that is a plain sum does not.
        real = tf.cast(w > 0, w.dtype)
        padded = tf.cast(tf.size(w), w.dtype) / tf.reduce_sum(real)
        w = w if self.model.loss.reduction == "sum" else w * padded
        variables = self.model.trainable_variables
        loss, y_pred = self._objective(x, y, w, training=True)
        optimizer = self.model.optimizer  # takes the scale of the loss out again
        gradients = tf.gradients(
            optimizer.scale_loss(loss), [v.value for v in variables]
        )
        optimizer.apply(gradients, variables)
        for metric in self.metrics:
            metric.update_state(y, y_pred, sample_weight=real)
        return loss

    def _evaluate(self, x: Any, y: Any, w: Any) -> Any:
        with whole_sequences(self.model):
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
    key = key, tf.distribute.get_strategy()  # variables belong to a strategy
    with _lock:
        waiting = _idle.get(key)
        program = waiting.pop() if waiting else None
        if not waiting:
            _idle.pop(key, None)
    program = program or make()
    yield program  # after an exception its state is unknown: it does not come back
    if program.changed:
        return
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
