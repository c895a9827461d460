"""Series in, forecast out."""

from __future__ import annotations

from typing import Any

from sklearn.utils.validation import check_is_fitted

from skforecast_lstm._counts import check_count
from skforecast_lstm._unchanged import unchanged_on_error
from skforecast_lstm.forecaster._intervals import Intervals
from skforecast_lstm.forecaster._panel import WHO
from skforecast_lstm.forecaster._rolling import Backtests
from skforecast_lstm.forecaster._saving import Saving
from skforecast_lstm.forecaster._updating import (
    check_trainable,
    counted_on,
    train_further,
)


class LSTMForecaster(Intervals, Backtests, Saving):
    """Forecast one series, several at once or a panel of thousands.

    Built from the windows, transformers and regressors of this package, for who has a
    frame and wants the next values. The roles of columns are named here, once.

    Parameters
    ----------
    regressor : regressor, default=None
        Any scikit-learn regressor or pipeline over windows; one that reads plain rows
        gets each window as a row. None: a vanilla LSTM that reads one season a step,
        with ``normalization="auto"``, ``log="auto"`` and ``decay="cosine"``, averaged
        with a linear map for one series alone, with smoothing for short series.
    horizon : int, default=1
        Steps to forecast at once.
    n_steps : int, default=None
        Steps of history that a forecast reads. None: two seasons (fewer for short
        series), and up to fourteen where there is data enough for them.
    season_length : int, default=None
        Steps in a season. None: what is usual for the frequency (12 for months, 7 for
        days, 24 for hours, 96 for quarters of an hour).
    target : column name or list of them, default=None
        What to forecast. None: every column without another role. With it, columns
        without a role count as ``past``.
    group, time : column name, default=None
        Of a long frame: the name of the series, and the time (by default the index).
    past : list of column names, default=()
        Covariates known up to now.
    future : list of column names, default=()
        Covariates known ahead, as a calendar or a price.
    static : list of column names, default=()
        Covariates with one value a series; needs ``group``.
    n_members : int, default=None
        Seeds trained. None: 5 for the default network of a panel of up to 100,000
        values, otherwise 1. The forecast is their median.
    fill : {"interpolate", "ffill", "seasonal"} or callable, default=None
        Fills missing values in each series: between neighbours, with the last value or
        that of a season ago; a function takes a Series and returns one, or a number,
        for the gaps. None: refuses them.
    freq : str or pandas offset, default=None
        Frequency of the times. None: inferred.
    architecture : str, default="vanilla"
        Where ``regressor`` is None: "vanilla", "stacked", "bidirectional", "cnn",
        "convlstm" or "encoder_decoder".
    epochs : int, default=None
        Where ``regressor`` is None. None: fewer, the more windows there are.
    linear_weight : float, default=None
        Where ``regressor`` is None: the weight, from 0 to 1, of a linear map of the
        window in the forecast, as in :class:`VanillaLSTMRegressor`. None: 0.75 up to
        250 values a series and 2,500 in all; else, and with covariates, 0.5 for one
        series alone, 0 for a panel.
    smoothing_weight : float, default=None
        The weight, from 0 to 1, of exponential smoothing by the models that forecast
        each series best so far. None: 2/3 up to 250 values a series; up to 5,000, and
        above 100,000 values in all, what is best on the newest fifth of the windows
        beside a network fitted without it; 0 beyond, above 500,000 values in all,
        with covariates and beside a ``regressor``.
    random_state : int, RandomState instance or None, default=None
        Seeds the members.
    verbose : int, default=0
        1 shows the default regressor's progress.

    Attributes
    ----------
    estimator_ : the fitted members
    season_length_, n_steps_, n_series_, n_members_, linear_weight_, smoothing_weight_,
    dtype_
        Given or chosen.
    history_ : Panel
        The data that forecasts start from.

    See Also
    --------
    make_supervised, backtest : What it is made of.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from skforecast_lstm import LSTMForecaster
    >>> from skforecast_lstm.datasets import load_airline
    >>> forecaster = LSTMForecaster(Ridge(), horizon=3, n_steps=24)
    >>> forecaster.fit(load_airline()).predict().round()
    month
    1961-01-01    457.0
    1961-02-01    413.0
    1961-03-01    460.0
    Freq: MS, Name: passengers, dtype: float64
    """

    @unchanged_on_error
    def fit(self, data: Any, y: Any = None) -> LSTMForecaster:
        """Learn from the history of one or many series.

        Parameters
        ----------
        data : Series or DataFrame
            One series; a wide frame, one column a series or covariate; or a long frame
            with ``group``. Oldest row first. Pandas or polars.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For missing values without ``fill``, irregular times, a column that does not
            exist, or too few rows. Without ``fill`` also where more than one time in
            100 is absent, two in a row, or one of the last ``n_steps_``.

        Warns
        -----
        UserWarning
            Where single absent times, such as holidays, are closed up as if the rows
            were consecutive.
        """
        panel = self._read(data)
        self._choose(panel)
        panel = self._closed_up(panel, self.n_steps_)
        X, y = self._samples(panel)
        complete = X.complete
        self.estimator_ = self._estimator(complete.sum()).fit(X[complete], y[complete])
        self.smoothing_weight_ = self.estimator_.smoothing_weight_
        self.history_ = panel
        self._keep_parameters()
        self.__dict__.pop("calibration_", None)
        return self

    def predict(
        self, horizon: int | None = None, *, future: Any = None, data: Any = None
    ) -> Any:
        """Return the forecast of the steps after the history.

        Parameters
        ----------
        horizon : int, default=None
            Steps; None: those trained for. Beyond them, forecasts are taken for history
            and forecast from again: errors add up, and no interval covers them.
        future : DataFrame, default=None
            The ``future`` covariates of the coming times, with their time (and group),
            of whole blocks of the steps trained for: all are read for each step.
        data : Series or DataFrame, default=None
            Another history than that of ``fit``, of series known or never seen, to
            forecast from without fitting; of the same frequency, and without absent
            times as in :meth:`fit`. Shorter than ``n_steps_``, its earliest value is
            repeated, with a warning.

        Returns
        -------
        forecast : Series or DataFrame
            In the form of the data: a Series; a wide frame with one column a target; a
            long frame with group, time and targets.
        """
        panel, table = self._as_fitted()._ahead(horizon, future, data)
        forecast, name = panel.in_form(table), getattr(data, "name", None)
        if panel.form == "series" and name is not None:
            forecast = forecast.rename(name)
        return forecast

    def update(self, data: Any, *, epochs: int = 0) -> LSTMForecaster:
        """Put new observations at the end of the history.

        Parameters
        ----------
        data : Series or DataFrame
            As in :meth:`fit`, with rows after those known; of a panel also series that
            are new. An array, or a long frame without times, counts on; the index of a
            Series or a wide frame is kept, and must go on where the history ends.
        epochs : int, default=0
            Epochs to train further on all windows, with the transformers and scales as
            they were. 0: the model stays as it is.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For rows that do not follow the history; for times absent between or within
            them as in :meth:`fit`; with ``epochs``, for a regressor without
            ``partial_fit``. The forecaster is then as it was.

        Examples
        --------
        >>> from sklearn.linear_model import Ridge
        >>> from skforecast_lstm import LSTMForecaster
        >>> from skforecast_lstm.datasets import load_airline
        >>> data = load_airline()
        >>> forecaster = LSTMForecaster(Ridge(), n_steps=24).fit(data[:-2])
        >>> forecaster.update(data[-2:]).predict().index[0]
        Timestamp('1961-01-01 00:00:00')
        """
        check_is_fitted(self, "estimator_")
        epochs = check_count(WHO, "epochs", epochs, least=0)
        if epochs:
            check_trainable(self.estimator_)
        panel = self._as_fitted()._continued(counted_on(self.history_, data))
        if epochs:
            X, y = self._as_fitted()._samples(panel)
            train_further(self.estimator_, X[X.complete], y[X.complete], epochs)
        self.history_ = panel
        self.__dict__.pop("calibration_", None)
        return self
