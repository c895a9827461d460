"""The series that ships with the package."""

from importlib.resources import files

import pandas as pd


def load_airline() -> pd.Series:
    """Return the monthly totals of international airline passengers, 1949 to 1960.

    The classic series of Box and Jenkins: a trend, and a season of 12 months whose
    swing grows with the level.

    Returns
    -------
    passengers : Series of shape (144,), thousands of passengers per month
        Named "passengers"; the index is a `DatetimeIndex` named "month" with the
        first day of each month (``freq="MS"``).

    See Also
    --------
    make_trend_season : A trend and a season of any size, without or with noise.

    References
    ----------
    .. [1] G. E. P. Box, G. M. Jenkins, "Time Series Analysis: Forecasting and
       Control", Holden-Day, 1976, series G.

    Examples
    --------
    >>> from skforecast_lstm.datasets import load_airline
    >>> passengers = load_airline()
    >>> passengers.head(3)
    month
    1949-01-01    112
    1949-02-01    118
    1949-03-01    132
    Freq: MS, Name: passengers, dtype: int64
    """
    with files(__package__).joinpath("airline.csv").open(encoding="utf-8") as csv:
        frame = pd.read_csv(csv, index_col="month", parse_dates=["month"])
    return frame["passengers"].asfreq("MS")
