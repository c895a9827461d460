"""The compiled training program and its cache: compile once, train many."""

from skforecast_lstm._interrupts import TrainingInterrupted
from skforecast_lstm.training._program import (
    BLOCK_BYTES,
    Program,
    clear_cache,
    program_for,
)
from skforecast_lstm.training._run import Samples, Training
from skforecast_lstm.training._state import Arrays, assign, values, values_like
from skforecast_lstm.training._threads import follow_omp_num_threads

follow_omp_num_threads()

__all__ = [
    "BLOCK_BYTES",
    "Arrays",
    "Program",
    "Samples",
    "Training",
    "TrainingInterrupted",
    "assign",
    "clear_cache",
    "program_for",
    "values",
    "values_like",
]
