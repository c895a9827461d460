"""What the metrics share: checking the arrays and averaging the losses."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import mean_absolute_error
from sklearn.utils import check_array, check_consistent_length

from skforecast_lstm._names import check_word

Score = float | np.ndarray
MultiOutput = str | ArrayLike
AVERAGES = ("raw_values", "uniform_average")


def check_outputs(
    metric: str, multioutput: MultiOutput, **arrays: ArrayLike
) -> list[np.ndarray]:
    """Return the arrays as float64, all of one shape (n_samples, n_outputs)."""
    check_multioutput(metric, multioutput)
    checked = []
    for name, given in arrays.items():
        array = check_array(
            given, ensure_2d=False, dtype=np.float64, input_name=name, estimator=metric
        )
        checked.append(array.reshape(len(array), -1))
    check_consistent_length(*checked)
    n_outputs = {name: a.shape[1] for name, a in zip(arrays, checked, strict=True)}
    if len(set(n_outputs.values())) > 1:
        counts = ", ".join(f"{name} has {count}" for name, count in n_outputs.items())
        raise ValueError(
            f"{metric}: the number of outputs (columns) must be one: {counts}"
        )
    return checked


def check_multioutput(metric: str, multioutput: MultiOutput) -> None:
    """Refuse what scikit-learn would, in whose words it is another metric's."""
    if isinstance(multioutput, str):
        check_word(metric, "multioutput", multioutput, AVERAGES)
    elif np.ndim(multioutput) != 1:
        raise ValueError(
            f"{metric}: multioutput must be one of {list(AVERAGES)} or a weight for "
            f"each output, got {multioutput!r}"
        )


def mean_loss(
    losses: np.ndarray, sample_weight: ArrayLike | None, multioutput: MultiOutput
) -> Score:
    """Return the mean of non-negative losses (n_samples, n_outputs)."""
    # Their mean is their mean absolute distance from zero; put that way, scikit-learn
    # does the averaging, and checks the weights.
    return mean_absolute_error(
        np.zeros_like(losses),
        losses,
        sample_weight=sample_weight,
        multioutput=multioutput,
    )
