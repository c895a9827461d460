"""Series to try things on: one real series and seeded generators."""

from skforecast_lstm.datasets._airline import load_airline
from skforecast_lstm.datasets._generators import (
    make_ar,
    make_panel,
    make_random_walk,
    make_trend_season,
)

__all__ = [
    "load_airline",
    "make_ar",
    "make_panel",
    "make_random_walk",
    "make_trend_season",
]
