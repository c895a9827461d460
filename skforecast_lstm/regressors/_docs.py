"""What all architectures share in their docstrings, written once."""

SHARED_PARAMETERS = """\
    activation : str or callable, default="tanh"
        Of the recurrent layers.
    segment : int, default=1
        Values read at one step of the network: a window of ``n_steps`` becomes
        ``n_steps / segment`` steps of ``segment * n_features`` values, one season a
        step for instance. Must divide ``n_steps``. See [2]_.
    dropout : float, default=0.0
        Share of the encoder's inputs left out in training.
    normalization : {"global", "auto", "last", "mean", "standard", None}, \
default="global"
        What the model does around the network. None: nothing. "global": features and
        targets are standardised with training statistics. "last", "mean", "standard":
        before that, the window's own last value, mean, or mean and standard deviation
        is taken out of the target features and of ``y``, and put back on the output
        [1]_. "auto" chooses the last value or the mean, whichever was closer to the
        next value in training, and for windows of several series takes a scale out,
        too. These four need ``y`` in the units of the windows: lazy ones
        are checked, of arrays it is not known.
    log : bool or "auto", default=False
        Whether logarithms of the target features and of ``y`` are taken first, each
        plus 0.3 times the mean of its window; forecasts are then never negative.
        "auto": where no target is negative.
    linear_weight : float, default=0.0
        Weight, from 0 to 1, in the forecast of a linear map of the normalised window,
        fitted in closed form (ridge regression); the network has the rest. Where
        windows are few, the mean of the two is often better than either [3]_. Loss and
        ``model_`` are the network's alone, and training it further leaves the map as it
        is. The penalty is chosen by leaving windows out one by one: to the map, a
        window of weight 2 is not quite the same as the window twice.
    n_targets : int, default=None
        Targets in each step of ``y``, which has ``horizon * n_targets`` columns. None:
        what the windows say, for arrays 1.
    target_features : array-like of int, default=None
        Features that are the history of the targets, used by ``log`` and by the
        last four forms of ``normalization``. None: what the windows say, for arrays the
        first ``n_targets``.
    quantiles : tuple of float, default=None
        Increasing, 0.5 among them: trains with the pinball loss instead of ``loss``.
        ``predict`` returns the median, ``predict_quantiles`` all.
    loss : str, callable or keras.losses.Loss, default="mse"
        On normalised targets.
    metrics : list of str, callable or keras.metrics.Metric, default=None
        Followed in ``history_`` beside the loss; not with ``quantiles``.
    optimizer : str, class or keras.optimizers.Optimizer, default="adam"
        An instance is copied and never changed.
    learning_rate : float or LearningRateSchedule, default=None
        None: that of an optimizer given as an instance, otherwise 0.005. Training
        further goes on with what a callback has made of it.
    decay : {"cosine", None}, default=None
        "cosine": the learning rate falls to 0 over the epochs of a fit, along half a
        cosine; that of ``partial_fit``, a single epoch, is constant.
    epochs : int, default=100
        Most passes over the training windows.
    batch_size : int, default=32
        Windows in a batch.
    shuffle : bool, default=True
        Whether each epoch has an order of its own.
    validation_split : float, default=0.0
        Share of the windows, the newest ones, that only ``val_loss`` sees; the
        ``horizon - 1`` times before them are left out of both.
    patience : int, default=None
        Epochs without a better ``val_loss`` (without validation windows: ``loss``)
        after which training stops. The best weights are kept.
    callbacks : list, default=None
        Keras callbacks (copied for each fit), classes or functions that make one.
    dtype : {"float32", "float64"}, default=None
        The network's float type. None: that of X, for lazy windows the one that they
        were made with.
    warm_start : bool, default=False
        Whether ``fit`` goes on from the weights of the last fit.
    random_state : int, RandomState instance or None, default=None
        Seeds weights, order and dropout. None draws a new seed. Nothing depends on a
        global generator.
    verbose : int, default=0
        1 shows a progress bar.
"""

SHARED_ATTRIBUTES = """\
    model_ : keras.Model
        The network, which reads normalised windows.
    history_ : dict of str to list of float
        Loss and metrics of each epoch; NaN where training went on without one.
    n_iter_ : int
        Epochs run.
    weights_ : list of ndarray
        The network's weights, read-only; to change them, change those of ``model_``.
    linear_map_ : object
        With a ``linear_weight``; has ``coef_`` and ``intercept_``.
    n_features_in_ : int
        Features a step; for 2-D X its columns.
    n_outputs_ : int
        Columns of y.
    n_targets_ : int
        Targets a step.
"""

SHARED_REFERENCES = """\
    .. [1] Kim, T. et al. (2022). Reversible instance normalization for accurate
       time-series forecasting against distribution shift. ICLR.
       https://openreview.net/forum?id=cGDAkQo1C0p
    .. [2] Lin, S. et al. (2023). SegRNN: segment recurrent neural network for
       long-term time series forecasting. https://doi.org/10.48550/arXiv.2308.11200
    .. [3] Bates, J. M. and Granger, C. W. J. (1969). The combination of forecasts.
       Operational Research Quarterly, 20(4). https://doi.org/10.1057/jors.1969.103
"""


def share_docs(doc: str | None) -> str | None:
    """Return ``doc`` with the shared parts in the place of their names."""
    if doc is None:
        return None
    return (
        doc.replace("    {shared parameters}\n", SHARED_PARAMETERS)
        .replace("    {shared attributes}\n", SHARED_ATTRIBUTES)
        .replace("    {shared references}\n", SHARED_REFERENCES)
    )
