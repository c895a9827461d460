"""One fit: epochs, callbacks, validation and progress around a compiled program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import keras
import numpy as np
from tqdm import tqdm

from skforecast_lstm._interrupts import TrainingInterrupted, ends_all
from skforecast_lstm._warn import warn_the_caller
from skforecast_lstm.training._program import Program


class Samples(Protocol):
    """Windows, targets and weights as the network reads them, made when asked for."""

    def __len__(self) -> int: ...

    def gather(self, index: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return x (b, n_steps, n_features), y (b, n_outputs) and weights (b,)."""


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
    batch_size : int, default=32
        Windows in a batch of validation, where it matters.
    """

    samples: Samples
    epochs: int
    order: Callable[[int], np.ndarray]
    first_epoch: int = 0
    validation: Samples | None = None
    callbacks: list = field(default_factory=list)
    verbose: int = 0
    batch_size: int = 32

    def run(self, program: Program) -> dict[str, list[float]]:
        """Train ``program.model`` in place; return the history, as Keras' of ``fit``.

        Callbacks that look into single batches, distribution strategies, and losses,
        metrics and layers that would see the padding of a batch need Keras' own loop:
        ``model.fit`` is then called on the same batches.
        """
        model, by_batch = program.model, any(map(watches_batches, self.callbacks))
        model._initial_epoch = None  # that of the fit before this one
        by_keras = by_batch or not program.may_pad
        callbacks = keras.callbacks.CallbackList(
            self.callbacks,
            add_history=True,
            add_progbar=bool(by_keras and self.verbose),
            model=model,
            epochs=self.first_epoch + self.epochs,
            steps=self._n_batches(program),
            verbose=self.verbose,
        )
        try:
            (self._run_keras if by_keras else self._run_program)(program, callbacks)
        except KeyboardInterrupt:
            end_all_but_backups(callbacks)
            self._warn_of_interrupt(len(model.history.history.get("loss", ())))
        if self.callbacks:
            program.look_for_changes()
        history = model.history.history
        return {name: [float(v) for v in values] for name, values in history.items()}

    def _warn_of_interrupt(self, done: int) -> None:
        if ends_all():
            raise KeyboardInterrupt
        try:
            warn_the_caller(
                f"training was interrupted after {done} of {self.epochs} epochs; the "
                "estimator keeps what it learned until then",
                TrainingInterrupted,
            )
        except TrainingInterrupted:  # a search with error_score would only note it
            raise KeyboardInterrupt from None

    def _begin(self, model: keras.Model) -> int:
        """Return the first epoch; BackupAndRestore knows of a later one."""
        return model._initial_epoch or self.first_epoch

    def _n_batches(self, program: Program) -> int:
        return -(-len(self.samples) // program.batch_size)

    def _run_program(
        self, program: Program, callbacks: keras.callbacks.CallbackList
    ) -> None:
        model, last = program.model, self.first_epoch + self.epochs
        n_batches = self._n_batches(program)
        watched = self.callbacks or program.metrics or self.validation is not None
        at_once = 1 if watched else max(1, program.n_batches // n_batches)
        model.stop_training = False  # the fit before this one may have stopped early
        callbacks.on_train_begin()
        begin, logs = self._begin(model), {}
        with tqdm(
            total=(last - begin) * n_batches, disable=not self.verbose, unit="batch"
        ) as bar:
            for first in range(begin, last, at_once):
                epochs = range(first, min(first + at_once, last))
                callbacks.on_epoch_begin(first)
                if first == begin and self.callbacks:
                    program.follow_changes()  # up to here Keras has traced nothing
                reset(program.metrics)
                losses = self._run_epochs(program, epochs, bar.update)
                for epoch, loss in zip(epochs, losses, strict=True):
                    logs = {"loss": float(loss), **_results(program.metrics)}
                    if self.validation is not None:
                        logs |= self._evaluate(program, callbacks)
                    callbacks.on_epoch_end(epoch, logs)
                bar.set_postfix({k: f"{v:.4g}" for k, v in logs.items()}, refresh=False)
                if model.stop_training:
                    break
        model.optimizer.finalize_variable_values(model.trainable_variables)
        callbacks.on_train_end(logs)

    def _evaluated_at_once(self, program: Program) -> int:
        """Return how many windows there are in a batch of validation.

        A mean over windows can be taken in chunks of any length; Keras takes all else
        batch by batch, and so its value depends on the batch size.
        """
        mean = program.model.loss.reduction in ("sum_over_batch_size", "mean")
        return program.chunk if mean and program.may_pad else self.batch_size

    def _evaluate(
        self, program: Program, callbacks: keras.callbacks.CallbackList
    ) -> dict[str, float]:
        """Return the validation loss and metrics, as Keras names them."""
        samples, at_once = self.validation, self._evaluated_at_once(program)
        assert samples is not None
        reset(program.metrics)
        callbacks.on_test_begin()
        total = 0.0
        for start in range(0, len(samples), at_once):
            index = np.arange(start, min(start + at_once, len(samples)))
            total += float(program.evaluate(*samples.gather(index))) * len(index)
        results = {"loss": total / len(samples), **_results(program.metrics)}
        callbacks.on_test_end(results)
        return {f"val_{name}": value for name, value in results.items()}

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
        losses, run_block = [], program.loop_for(self.epochs * n_batches)
        for start in range(0, len(index), program.n_batches):
            batches = index[start : start + program.n_batches]
            block = self._block(program, batches)
            losses.append(run_block(*block).numpy()[: len(batches)])
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

    def _run_keras(
        self, program: Program, callbacks: keras.callbacks.CallbackList
    ) -> None:
        validation = None
        if self.validation is not None:
            validation = _Batches(self.validation, self._evaluated_at_once(program))
        batches = _Batches(self.samples, program.batch_size)

        def begin_epoch(epoch: int, logs: dict | None = None) -> None:
            batches.index = self.order(epoch)
            if epoch == self._begin(program.model):
                program.follow_changes()

        # Keras also calls the hooks of a data set when no epoch begins or ends.
        callbacks.callbacks.append(
            keras.callbacks.LambdaCallback(on_epoch_begin=begin_epoch)
        )
        reset(program.metrics)  # Keras does it from the second epoch on
        program.model.fit(
            batches,
            validation_data=validation,
            epochs=self.first_epoch + self.epochs,
            initial_epoch=self.first_epoch,
            callbacks=callbacks,
            verbose=self.verbose,
            shuffle=False,
        )


class _Batches(keras.utils.PyDataset):
    """The batches of the compiled loop, for ``model.fit``."""

    def __init__(self, samples: Samples, batch_size: int) -> None:
        super().__init__()
        self.samples, self.batch_size = samples, batch_size
        self.index = np.arange(len(samples))

    def __len__(self) -> int:
        return -(-len(self.samples) // self.batch_size)

    def __getitem__(self, batch: int) -> tuple:
        start = batch * self.batch_size
        return self.samples.gather(self.index[start : start + self.batch_size])


def end_all_but_backups(callbacks: keras.callbacks.CallbackList) -> None:
    """Close files and the like after Ctrl-C, but keep what a fit can resume from."""
    backup = keras.callbacks.BackupAndRestore
    callbacks.callbacks = [c for c in callbacks.callbacks if not isinstance(c, backup)]
    callbacks.on_train_end()


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
        return callback.update_freq != "epoch" or callback._should_trace
    kinds, ends = ("train_", "test_", ""), ("begin", "end")
    hooks = [f"on_{kind}batch_{end}" for kind in kinds for end in ends]
    plain = keras.callbacks.Callback
    return any(
        getattr(getattr(callback, hook), "__func__", None) is not getattr(plain, hook)
        for hook in hooks
    )


def _results(metrics: Sequence) -> dict[str, float]:
    return {metric.name: float(metric.result()) for metric in metrics}
