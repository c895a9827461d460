"""Forecasts from earlier origins beside what came true, and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from skforecast_lstm._origins import Origins
from skforecast_lstm.forecaster._frequency import turns
from skforecast_lstm.forecaster._panel import SERIES, TIME, Panel
from skforecast_lstm.metrics import naive_scale
from skforecast_lstm.windows import SeriesWindows

METHODS = ("forecast", "seasonal_naive", "naive")


@dataclass(frozen=True)
class BacktestResult:
    """What :meth:`LSTMForecaster.backtest` returns.

    Attributes
    ----------
    forecasts : DataFrame
        A row a series, origin, step and target: ``origin``, ``step``, the time, the
        actual value, the ``forecast`` and those of the seasonal naive and the naive
        method; ``fold`` counts the origins from 0. With ``coverage`` also ``lower`` and
        ``upper``.
    scores : DataFrame
        A row each method: rmse (in the data's units), smape (percent), mase, and skill
        = 1 - rmse / rmse of the seasonal naive. Means over the series; a MASE is left
        out where the history of a series never changes. With ``coverage`` also the
        share of actual values within the bounds, and the mean pinball loss of the two.
    by_step, by_series : DataFrame
        The same for each step ahead and for each series: one of a panel, a column of
        wide data, or both where a panel has several targets. A skill is left out
        where the seasonal naive forecast is without error.
    untested : dict
        Series of the data without a forecast, each with the reason.
    """

    forecasts: pd.DataFrame
    scores: pd.DataFrame
    by_step: pd.DataFrame
    by_series: pd.DataFrame
    untested: dict[Any, str] = field(default_factory=dict)

    def summary(self) -> str:
        """Return one sentence: does the model beat repeating the past?

        And a second one, where some series could not be tested.
        """
        # In this order, because without a season the two are one.
        rivals = self.scores.loc[["naive", "seasonal_naive"]]
        n = self.forecasts["fold"].nunique()
        if self.forecasts["actual"].isna().all():
            return "Nothing was tested: all values that were forecast are missing."
        name = str(rivals["rmse"].idxmin()).replace("_", " ")
        noise = 2 * np.finfo(float).eps * self.forecasts["actual"].abs().mean()
        error, rival = self.scores["rmse"]["forecast"], rivals["rmse"].min()
        verdict = _verdict(error, rival, name, noise)
        told = f"Over {n} origin{'s' * (n > 1)} the model {verdict}."
        return f"{told} {self._on_untested()}" if self.untested else told

    def _on_untested(self) -> str:
        tested, left = self.forecasts.iloc[:, 0].nunique(), len(self.untested)
        key, why = next(iter(self.untested.items()))
        others = f" (the others are in untested, {left} in all)" if left > 1 else ""
        return f"{tested} of {tested + left} series were tested; {key!r} {why}{others}."


def _verdict(error: float, rival: float, name: str, noise: float) -> str:
    if rival <= noise:
        if error <= noise:
            return f"equals the {name} forecast: both are without error"
        return f"does NOT beat the {name} forecast, which is without error"
    skill = 1 - error / rival
    if skill == 0:
        return f"equals the {name} forecast in RMSE"
    if skill > 0:
        return f"beats the {name} forecast by {skill:.1%} in RMSE"
    return f"does NOT beat the {name} forecast: its RMSE is {-skill:.1%} larger"


def folds_from_the_end(
    X: SeriesWindows, panel: Panel, n_origins: int, step: int, horizon: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return (train, test) samples for the newest ``n_origins``, ``step`` rows apart.

    Dated series share their origins: the same time, or where they are at different
    minutes of the hour, the same step of the frequency. Series whose times only count
    rows have each their own, counted from their end. No target of a training window
    lies after the first of its fold's origins.

    Raises
    ------
    ValueError
        Where the first fold has nothing to train on.
    """
    origins = Origins(X, horizon, from_end=panel.counted)
    turn = origins.rank
    if not panel.counted:
        turn = turns(origins.times, panel.freq)[turn]
    folds = []
    for k in reversed(range(n_origins)):
        train = test = np.flatnonzero(turn == turn.max() - k * step)
        if len(test):
            known = origins.known_at(origins.rank[test].min())
            train = np.flatnonzero(known & X.complete)
        if not len(train) or not len(test):
            need = X.n_steps + (n_origins - 1) * step + 2 * horizon
            fewer = f", or fewer n_steps than {X.n_steps}" if X.n_steps > 1 else ""
            raise ValueError(
                f"LSTMForecaster: backtest with n_origins={n_origins}, step={step} and "
                f"horizon={horizon} leaves nothing to train on before the first origin;"
                f" it needs at least {need} rows{fewer}"
            )
        folds.append((train, test))
    return folds


def compare(
    table: pd.DataFrame,
    panels: Sequence[Panel],
    seen: np.ndarray,
    season_length: int,
    coverage: float | None,
) -> BacktestResult:
    """Return the result of a backtest from its long table of forecasts.

    ``table`` has the columns SERIES, origin, step, target, forecast and fold; with
    ``coverage`` also lower and upper. Fold ``k`` saw ``panels[seen[k]]``.
    """
    panel = panels[0]
    table = _beside_naive(table, panels, seen, season_length)
    errors = _errors(table, _scales(table, panels, seen, season_length), coverage)
    names = {SERIES: panel.roles.group, TIME: panel.time_label}
    return BacktestResult(
        _tidy(table, panel).rename(columns=names),
        _scores(errors, []),
        _scores(errors, ["step"]),
        _scores(errors.rename(columns={SERIES: "series"}), _kinds_of_series(panel)),
        _untested(table, panel),
    )


def _untested(table: pd.DataFrame, panel: Panel) -> dict[Any, str]:
    """Return why a series was not tested, for each that was not."""
    ends = panel.frame.groupby(SERIES, sort=False)[TIME].last()
    first = table.loc[table["fold"] == table["fold"].min(), TIME].max()
    day = str(first).removesuffix(" 00:00:00")

    def before(end: Any) -> bool:
        return not panel.counted and end < first

    return {
        key: f"ends before {day}" if before(end) else "is too short"
        for key, end in ends[~ends.index.isin(table[SERIES].unique())].items()
    }


def _kinds_of_series(panel: Panel) -> list[str]:
    """Return what tells series apart in the scores: the group, the target, or both."""
    if panel.form != "long":
        return ["target"]
    return ["series", "target"] if len(panel.roles.targets) > 1 else ["series"]


def _beside_naive(
    table: pd.DataFrame, panels: Sequence[Panel], seen: np.ndarray, season: int
) -> pd.DataFrame:
    panel = panels[0]
    frame, targets = panel.frame, panel.roles.targets
    rows = pd.MultiIndex.from_frame(frame[[SERIES, TIME]])
    origin = rows.get_indexer(pd.MultiIndex.from_frame(table[[SERIES, "origin"]]))
    lengths = panel.lengths
    starts = table[SERIES].map(lengths.cumsum() - lengths).to_numpy()
    step = table["step"].to_numpy()
    last_season = origin + step - season * -(-step // season)
    last_season = np.where(last_season >= starts, last_season, origin)
    values = np.stack([known.frame[targets].to_numpy() for known in panels])
    known = seen[table["fold"]]
    missing = panel.was_missing()[:, : len(targets)]
    actual = np.where(missing, np.nan, values[0])
    column = table["target"].map({name: k for k, name in enumerate(targets)}).to_numpy()
    return table.assign(
        **{TIME: frame[TIME].array[origin + step]},
        actual=actual[origin + step, column],
        seasonal_naive=values[known, last_season, column],
        naive=values[known, origin, column],
    )


def _scales(
    table: pd.DataFrame, panels: Sequence[Panel], seen: np.ndarray, season: int
) -> pd.Series:
    """Return the naive method's error before the first origin, by series and target."""
    first = table.groupby(SERIES, sort=False)[["origin", "fold"]].first()
    scales: dict = {}
    for version, known in enumerate(panels):
        frame, begun = known.frame, first[seen[first["fold"]] == version]
        for series, rows in frame[frame[SERIES].isin(begun.index)].groupby(SERIES):
            past = rows.loc[(rows[TIME] <= begun["origin"][series]).to_numpy()]
            for target in known.roles.targets:
                scale = naive_scale(past[target], season) if len(past) > 1 else 0.0
                scales[series, target] = scale or np.nan  # MASE is undefined there
    return pd.Series(scales, dtype=float)


def _errors(
    table: pd.DataFrame, scales: pd.Series, coverage: float | None
) -> pd.DataFrame:
    keys = pd.MultiIndex.from_frame(table[[SERIES, "target"]])
    scale = scales.reindex(keys).to_numpy()
    parts = []
    for method in METHODS:
        error = (table[method] - table["actual"]).abs()
        size = table[method].abs() + table["actual"].abs()
        errors = {"se": error**2, "smape": 200 * error / size.where(size > 0, 1.0)}
        part = table[[SERIES, "target", "step"]].assign(method=method, **errors)
        parts.append(part.assign(mase=error / scale))
    if coverage is not None:
        parts[0] = parts[0].assign(**_of_interval(table, coverage))
    return pd.concat(parts, ignore_index=True)


def _of_interval(table: pd.DataFrame, coverage: float) -> dict[str, pd.Series]:
    """Return whether the truth lies inside, and the mean pinball loss of the bounds."""
    below = table["lower"] - table["actual"]
    above = table["actual"] - table["upper"]
    tail = (1 - coverage) / 2
    losses = [(d.clip(lower=0) - tail * d) / 2 for d in (below, above)]
    inside = (below <= 0) & (above <= 0)
    coverage_known = inside.astype(float).where(table["actual"].notna())
    return {"coverage": coverage_known, "pinball": losses[0] + losses[1]}


def _scores(errors: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return means over series and targets, for each of ``by`` and method."""
    key = "series" if "series" in errors else SERIES
    each = [level for level in (key, "target") if level not in by]
    keys = [*by, "method"]
    kinds = [c for c in ("se", "smape", "mase", "coverage", "pinball") if c in errors]
    means = errors.groupby([*keys, *each], sort=False)[kinds].mean()
    means.insert(0, "rmse", np.sqrt(means.pop("se")))
    scores = means.groupby(level=keys, sort=False).mean()
    seasonal = scores["rmse"].where(
        scores.index.get_level_values("method") == "seasonal_naive"
    )
    if by:
        seasonal = seasonal.groupby(level=by, sort=False).transform("max")
    seasonal = seasonal.fillna(seasonal.max())
    skill = 1 - scores["rmse"] / seasonal.where(seasonal > 0)  # as in skill_score
    scores.insert(3, "skill", skill)
    return scores


def _tidy(table: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    columns = [SERIES, "fold", "origin", "step", TIME, "target", "actual", *METHODS]
    if panel.form != "long":
        columns.remove(SERIES)
    if len(panel.roles.targets) == 1:
        columns.remove("target")
    columns += [c for c in ("lower", "upper") if c in table]
    return table[columns].reset_index(drop=True)
