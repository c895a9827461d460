"""Parameters of the forecaster, and what it reads with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from inspect import signature
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from skforecast_lstm._counts import check_count
from skforecast_lstm._names import check_names
from skforecast_lstm._warn import warn_the_caller
from skforecast_lstm.forecaster._absent import (
    after,
    check_closed_up,
    check_same_frequency,
    counts_business_days,
)
from skforecast_lstm.forecaster._defaults import (
    choose_linear_weight,
    choose_members,
    choose_season,
    choose_smoothing_weight,
    choose_steps,
)
from skforecast_lstm.forecaster._forms import (
    SERIES,
    TIME,
    WHO,
    as_frame,
    check_not_reserved,
    check_present,
    check_rows,
)
from skforecast_lstm.forecaster._panel import Panel, Roles, read_panel
from skforecast_lstm.forecaster._regressors import (
    check_regressor,
    dtype_for,
    is_coarse,
)
from skforecast_lstm.forecaster._updating import check_follows, warn_of_none_known

ROLES = ("target", "past", "future", "static", "group", "time")


@dataclass(kw_only=True, eq=False, repr=False)
class Reading(BaseEstimator):
    """Parameters of :class:`LSTMForecaster`; data read in the roles that they name."""

    regressor: Any = field(default=None, kw_only=False)
    horizon: int = 1
    n_steps: int | None = None
    season_length: int | None = None
    target: Any = None
    group: Any = None
    time: Any = None
    past: Any = ()
    future: Any = ()
    static: Any = ()
    n_members: int | None = None
    fill: Any = None
    freq: Any = None
    architecture: str = "vanilla"
    epochs: int | None = None
    linear_weight: float | None = None
    smoothing_weight: float | None = None
    random_state: Any = None
    verbose: int = 0

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # __new__ hides the parameters from help() and from whoever asks for them.
        own = signature(cls.__init__)
        cls.__signature__ = own.replace(parameters=[*own.parameters.values()][1:])

    def __new__(cls, *args: Any, **parameters: Any) -> Self:
        """Refuse wrong names before Python does, which would not name the near one."""
        check_names(WHO, parameters, cls._get_param_names(), TypeError)
        return super().__new__(cls)

    def set_params(self, **params: Any) -> Self:
        """Set parameters; all wrong names are refused in one message."""
        valid = self._get_param_names()
        check_names(WHO, [name.partition("__")[0] for name in params], valid)
        return super().set_params(**params)

    def _read(self, data: Any) -> Panel:
        """Return data to fit, in the roles that the parameters name."""
        frame, form = as_frame(data)
        check_not_reserved(frame.columns, (SERIES, TIME), "of the forecaster's own")
        return read_panel(
            frame,
            {name: getattr(self, name) for name in ROLES},
            freq=self.freq,
            fill=self.fill,
            season_length=self.season_length,
            form=form,
        )

    def _read_more(self, data: Any, times: Any = None) -> Panel:
        """Return data beside the history, in the roles and units found in ``fit``.

        ``times`` is the dtype that they must have to follow the history. Missing values
        are then left, to be filled with the history before them.
        """
        known = self.history_.roles
        frame, form = as_frame(data)
        check_rows(frame)
        if form == "series" and len(known.columns) == 1:
            frame = frame.set_axis(known.targets, axis=1)
        every = [*known.columns, known.group, known.time]
        check_present(every, frame)
        panel = read_panel(
            frame[[c for c in frame.columns if c in every]],
            _named(known, known.group, known.time),
            freq=self.history_.freq,
            fill=self.fill,
            season_length=self.season_length_,
            form=form,
            known=times,
            fill_later=times is not None,
        )
        check_same_frequency(len(panel.frame), len(frame), panel.freq)
        return panel

    def _read_another(self, data: Any) -> Panel:
        """Return data to forecast from in place of the history."""
        panel = self._closed_up(self._read_more(data), self.n_steps_)
        self._warn_of_short(panel, panel.lengths)
        return panel

    def _warn_of_short(self, panel: Panel, lengths: pd.Series) -> None:
        """Warn of series of ``panel``, by their ``lengths``, that no window fits in."""
        short = lengths[lengths < self.n_steps_]
        if len(short):
            named = panel.roles.group is not None
            which = f" of series {short.index.tolist()[0]!r}" if named else ""
            more = f" ({len(short)} of {len(lengths)} series)" if named else ""
            warn_the_caller(
                f"{WHO}: the data{which} has {short.iloc[0]} rows, but the forecast "
                f"reads {self.n_steps_}: its earliest value is repeated{more}"
            )

    def _continued(self, data: Any) -> Panel:
        """Return the history with ``data`` at its end; a gap between is filled.

        So are values that were missing in the history, anew: more is known around them.
        """
        old = self.history_
        new = self._read_more(data, old.frame[TIME].dtype)
        check_follows(old, new)
        group = None if old.roles.group is None else SERIES
        frame = pd.concat([old.unfilled, new.frame])
        whole = read_panel(
            frame if group else frame.drop(columns=SERIES),
            _named(old.roles, group=group, time=TIME),
            freq=old.freq,
            fill=self.fill,
            season_length=self.season_length_,
        )
        ends = old.frame.groupby(SERIES, sort=False)[TIME].last()
        absent = after(whole.absent, ends)
        whole = replace(old, frame=whole.frame, absent=absent, filled=whole.filled)
        whole = self._closed_up(whole, self.n_steps_)
        begun = whole.lengths[~whole.lengths.index.isin(ends.index)]
        warn_of_none_known(begun, len(new.lengths))
        self._warn_of_short(whole, begun)
        return whole

    def _closed_up(self, panel: Panel, n_read: int) -> Panel:
        """Return ``panel``; refuse times absent in its last ``n_read``, warn of others.

        ``n_read=0`` where nothing is forecast from its end.
        """
        named = panel.roles.group is not None
        n_read = 0 if counts_business_days(panel.freq) else n_read
        check_closed_up(panel.absent, panel.frame, n_read, named)
        return replace(panel, absent=())

    def _choose(self, panel: Panel) -> None:
        check_regressor(self.regressor)
        check_count(WHO, "horizon", self.horizon)
        if self.season_length is None:
            self.season_length_ = choose_season(panel)
        else:
            self.season_length_ = check_count(WHO, "season_length", self.season_length)
        if self.n_steps is None:
            self.n_steps_ = choose_steps(panel, self.season_length_, self.horizon)
        else:
            self.n_steps_ = check_count(WHO, "n_steps", self.n_steps)
        warn_of_unread(panel.roles.future, self.n_steps_, self.horizon)
        given = self.regressor is not None
        if self.n_members is None:
            self.n_members_ = 1 if given else choose_members(panel, self.architecture)
        else:
            self.n_members_ = check_count(WHO, "n_members", self.n_members)
        if self.linear_weight is None:
            self.linear_weight_ = 0.0 if given else choose_linear_weight(panel)
        else:
            self.linear_weight_ = check_weight("linear_weight", self.linear_weight)
        if self.smoothing_weight is None:
            self.smoothing_weight_ = 0.0 if given else choose_smoothing_weight(panel)
        else:
            weight = check_weight("smoothing_weight", self.smoothing_weight)
            self.smoothing_weight_ = weight
        if self.epochs is not None:
            check_count(WHO, "epochs", self.epochs)
        self.n_series_ = len(panel.lengths)
        dtype = "float64" if is_coarse(panel) else dtype_for(self.regressor)
        self.dtype_ = np.dtype(dtype).name


def check_weight(name: str, weight: Any) -> float:
    """Return the weight ``name`` as a float, or raise if it is not from 0 to 1."""
    if not isinstance(weight, (int, float, np.number)) or weight is True:
        raise TypeError(f"{WHO}: {name} must be a number, got {weight!r}")
    if not 0 <= weight <= 1:
        raise ValueError(f"{WHO}: {name} must lie between 0 and 1, got {weight}")
    return float(weight)


def warn_of_unread(future: list, n_steps: int, horizon: int) -> None:
    """Warn of windows too short to hold the future columns of all coming steps."""
    if future and n_steps < horizon:
        warn_the_caller(
            f"{WHO}: windows of n_steps={n_steps} hold the future columns {future} of "
            f"the last {n_steps} of horizon={horizon} coming steps only; use "
            f"n_steps={horizon} or more, or a shorter horizon"
        )


def _named(roles: Roles, group: Any, time: Any) -> dict[str, Any]:
    names: dict[str, Any] = {"target": roles.targets, "group": group, "time": time}
    return names | {r: getattr(roles, r) for r in ("past", "future", "static")}
