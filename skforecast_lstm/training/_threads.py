"""How many threads TensorFlow may use inside one operation."""

from __future__ import annotations

import os

import tensorflow as tf


def follow_omp_num_threads() -> None:
    """Let TensorFlow follow ``OMP_NUM_THREADS``, as numpy and scikit-learn do.

    joblib and dask set this variable in the processes they start, so that workers share
    the cores; TensorFlow alone does not read it. What the user has set for TensorFlow
    itself, in the environment or by ``tf.config.threading``, holds; and so does the
    state of a TensorFlow that has started already.
    """
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    if not wanted.isdecimal() or int(wanted) == 0:
        return
    if "TF_NUM_INTRAOP_THREADS" in os.environ:
        return
    threading = tf.config.threading
    if threading.get_intra_op_parallelism_threads():
        return
    try:
        threading.set_intra_op_parallelism_threads(int(wanted))
    except RuntimeError:  # TensorFlow has started; nothing can be set any more
        return
