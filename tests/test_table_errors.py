"""What can't be windowed is refused once, naming the place."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from skforecast_lstm import make_supervised, make_windows


def frame(n=10, **changes):
    """Return a daily frame of two columns, with some values overwritten."""
    days = pd.date_range("2024-01-01", periods=n, name="day")
    values = pd.DataFrame({"load": np.arange(n) + 1.0, "temp": 5.0}, index=days)
    for column, cells in changes.items():
        for row, value in cells.items():
            values.iloc[row, values.columns.get_loc(column)] = value
    return values


def long(a=6, b=6):
    """Return a long frame of two interleaved series with a column of times."""
    parts = [
        frame(n).reset_index().assign(shop=name) for name, n in (("a", a), ("b", b))
    ]
    return pd.concat(parts).sort_values("day", kind="stable", ignore_index=True)


def refuse(message, data, *args, error=ValueError, make=make_supervised, **options):
    """Assert that it is refused with exactly this text."""
    with pytest.raises(error, match=f"^{re.escape(f'{make.__name__}: {message}')}$"):
        make(data, *args, **options)


FILL = "Fill or drop them first, for example with data.interpolate()"


# ------------------------------------------------------------- NaN and infinity
def test_missing_values_are_counted_for_each_column():
    for first in ({"load": 2, "temp": 3}, {"load": 3, "temp": 2}):
        faults = {name: {row: np.nan} for name, row in first.items()}
        faults["load"][7] = np.nan
        refuse(
            "the data has NaN or infinity: 2 missing in column 'load'; 1 missing in "
            f"column 'temp' (the first at row 2, 2024-01-03 00:00:00). {FILL}",
            frame(**faults),
        )


def test_infinite_values_are_counted_apart():
    data = frame(load={3: np.inf, 4: -np.inf, 5: np.nan})
    refuse(
        "the data has NaN or infinity: 1 missing and 2 infinite in column 'load' "
        f"(the first at row 3, 2024-01-04 00:00:00). {FILL}",
        data,
        make=make_windows,
    )


def test_missing_values_of_arrays_are_placed_by_number():
    refuse(
        "the data has NaN or infinity: 1 missing in column 1 (the first at row 4). "
        f"{FILL}",
        np.where(np.arange(12).reshape(6, 2) == 9, np.nan, 1.0),
    )


@pytest.mark.parametrize("dtype", ["Float64", object])
def test_missing_values_of_pandas_types_are_found(dtype):
    values = pd.Series([1.0, None, pd.NA, 4.0], dtype=dtype, name="load")
    refuse(
        "the data has NaN or infinity: 2 missing in column 'load' (the first at row 1)"
        f". {FILL}",
        values,
    )


def test_missing_values_of_a_panel_name_the_series():
    data = long()
    data.loc[(data["shop"] == "b") & (data["day"] == "2024-01-04"), "load"] = np.nan
    refuse(
        "the data has NaN or infinity: 1 missing in column 'load' (the first at row 3, "
        f"2024-01-04 00:00:00, group 'b'). {FILL}",
        data,
        group="shop",
        time="day",
    )
    refuse(
        "the data has NaN or infinity: 1 missing in column 'load' (the first at row 3, "
        f"group 'b'). {FILL}",
        data.drop(columns="day"),
        group="shop",
    )


def test_missing_future_values_are_refused_to_the_end():
    data = frame(temp={9: np.nan})
    refuse(
        "the data has NaN or infinity: 1 missing in column 'temp' (the first at row 9, "
        f"2024-01-10 00:00:00). {FILL}",
        data,
        make=make_windows,
        target="load",
        future="temp",
        horizon=2,
    )


def test_a_column_that_is_neither_feature_nor_target_may_miss_values():
    data = frame(load={9: np.nan})
    X = make_windows(data, target="load", include_target=False)
    assert X.feature_names == ["temp"]


def test_values_beyond_float32_are_refused():
    refuse(
        "column 'load' holds values up to 1e+300, which float32 can't; rescale it "
        "first",
        frame(load={2: -1e300}),
    )


# ------------------------------------------------------------------ too few rows
def test_fewer_rows_than_a_window():
    refuse(
        "the series has 10 rows, but n_steps=9 and 2 rows ahead need at least 11",
        frame(),
        9,
        horizon=2,
    )
    refuse(
        "the series has 10 rows, but n_steps=11 and 0 rows ahead need at least 11",
        frame(),
        11,
        make=make_windows,
    )
    assert make_supervised(frame(), 8, horizon=2)[0].shape == (1, 8, 2)


def test_a_group_with_too_few_rows_is_named():
    refuse(
        "group 'b' has 3 rows, but n_steps=3 and 1 rows ahead need at least 4",
        long(b=3),
        3,
        group="shop",
        time="day",
    )
    refuse(
        "group 'a' has 6 rows, but n_steps=9 and 1 rows ahead need at least 10 "
        "(2 groups are too short)",
        long(),
        9,
        group="shop",
        time="day",
    )


@pytest.mark.parametrize("group", [None, "shop"])
def test_no_rows_at_all(group):
    data = long().drop(columns=["day"] + ["shop"] * (group is None))
    refuse("the data has no rows", data.iloc[:0], group=group)


# ------------------------------------------------------------------------- times
def test_unsorted_times():
    data = frame().iloc[[0, 1, 2, 4, 3, 5, 6, 7, 9, 8]]
    refuse(
        "times must increase, but 2 rows do not come after the row before them, 0 of "
        "them with the same time; the first is unsorted: row 4, 2024-01-04 00:00:00",
        data,
    )


def test_duplicate_times():
    data = frame().iloc[[0, 1, 1, 2, 2, 2]]
    refuse(
        "times must increase, but 3 rows do not come after the row before them, 3 of "
        "them with the same time; the first is duplicate: row 2, 2024-01-02 00:00:00",
        data,
    )


@pytest.mark.parametrize("text", [False, True])
def test_duplicate_times_of_a_panel_name_the_series(text):
    data = long()
    data = pd.concat([data, data[data["shop"] == "b"].tail(1)], ignore_index=True)
    data["day"] = data["day"].dt.strftime("%Y-%m-%d") if text else data["day"]
    refuse(
        "times must increase, but 1 rows do not come after the row before them, 1 of "
        "them with the same time; the first is duplicate: row 6, 2024-01-06 00:00:00, "
        "group 'b'",
        data,
        group="shop",
        time="day",
    )


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(5)[::-1],
        pd.Index([1.0, 2.0, 2.0, 3.0, 4.0]),
        pd.period_range("2024", periods=5, freq="M")[::-1],
        pd.timedelta_range("1h", periods=5)[::-1],
        pd.date_range("2024", periods=5, tz="Europe/Paris")[::-1],
        pd.Index(pd.date_range("2024", periods=5)[::-1]).astype(
            "timestamp[ns][pyarrow]"
        ),
    ],
    ids=lambda index: str(index.dtype),
)
def test_every_kind_of_time_must_increase(index):
    with pytest.raises(ValueError, match="make_windows: times must increase, but"):
        make_windows(pd.Series(np.arange(5.0), index=index))
    in_order = index.unique().sort_values()
    assert len(make_windows(pd.Series(1.0, index=in_order))) == len(in_order)


@pytest.mark.parametrize(
    "index", [pd.DatetimeIndex(["2024", None, "2025"]), pd.Index([1.0, np.nan, 3.0])]
)
def test_rows_without_a_time(index):
    refuse("1 rows have no time", pd.Series(np.arange(3.0), index=index))


def test_rows_without_a_time_or_group_in_their_column():
    data = long()
    data.loc[[2, 3], "day"] = pd.NaT
    refuse("2 rows have no time (column 'day')", data, group="shop", time="day")
    data = long()
    data.loc[1, "shop"] = None
    refuse("1 rows have no group (column 'shop')", data, group="shop", time="day")


def test_times_of_text_that_is_no_date():
    data = frame().reset_index(drop=True).assign(month=[f"1-{k:02}" for k in range(10)])
    refuse(
        "time column 'month' holds text that is no ISO 8601 date, such as '1-00'; "
        "convert it with pandas.to_datetime first",
        data,
        time="month",
    )


def test_the_levels_of_an_index_are_no_times():
    data = long().set_index(["shop", "day"])
    levels = "the index has the levels ['shop', 'day']; name them as columns: "
    refuse(f"{levels}data.reset_index(), then group=... and time=...", data)
    X, _ = make_supervised(data.reset_index(), group="shop", time="day")
    assert set(X.groups) == {"a", "b"}


@pytest.mark.parametrize("as_index", [False, True])
def test_text_whose_offset_changes(as_index):
    hours = pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Berlin")
    data = pd.DataFrame({"at": [t.isoformat() for t in hours], "v": np.arange(60.0)})
    where = {} if as_index else {"time": "at"}
    refuse(
        "the UTC offset of the times changes, as where summer time begins, or some "
        "have none; convert them with pandas.to_datetime(times, utc=True), and to a "
        "time zone with tz_convert",
        data.set_index("at") if as_index else data,
        **where,
    )


@pytest.mark.parametrize("dtype", ["int8", "uint8", "uint64", "Int8"])
def test_times_of_any_whole_numbers_are_counted(dtype):
    data = pd.DataFrame({"t": np.arange(40), "v": np.arange(40.0)})
    X, y = make_supervised(data.astype({"t": dtype}), 3, 2, time="t")
    expected = make_supervised(data, 3, 2, time="t")
    np.testing.assert_array_equal(X.times, expected[0].times)
    np.testing.assert_array_equal(y, expected[1])


# ------------------------------------------------------------------------ columns
@pytest.mark.parametrize("role", ["target", "future"])
def test_an_absent_column_brings_the_nearest_name(role):
    refuse(
        f"{role}='laod' is not a column of the data; did you mean 'load'? "
        "(columns: 'load', 'temp')",
        frame(),
        **{role: "laod"},
    )


@pytest.mark.parametrize("role", ["group", "time"])
def test_an_absent_group_or_time_column(role):
    refuse(
        f"{role}='shopp' is not a column of the data; did you mean 'shop'? "
        "(columns: 'day', 'load', 'temp', 'shop')",
        long(),
        **{role: "shopp"},
    )


def test_an_absent_position():
    refuse(
        "target=2 is not a column of the data (columns: 0, 1)",
        np.ones((9, 2)),
        target=2,
    )


def test_positions_are_those_of_the_whole_array():
    data = np.column_stack([np.repeat([0, 1], 6), np.arange(12.0), np.arange(12.0)])
    _, y = make_supervised(data, group=0, target=2)
    assert_array_equal(y, [*range(1, 6), *range(7, 12)])
    said = "target=0 is not a column of the data (columns: 1, 2)"
    refuse(said, data, group=0, target=0)


def test_named_columns_have_no_positions():
    data = pd.DataFrame({"a": np.ones(9), "b": np.ones(9)})
    said = "target=1 is not a column of the data (columns: 'a', 'b')"
    refuse(said, data, target=1)


def test_the_target_can_t_stand_in_its_own_window():
    refuse(
        "with lead=0 the target 'load' would stand in its own window; use "
        "include_target=False, or lead=1",
        frame(),
        target="load",
        lead=0,
    )


def test_columns_that_leave_nothing():
    refuse(
        "include_target=False leaves no feature: every column is a target",
        frame(),
        include_target=False,
    )
    refuse(
        "every column is named as future, which leaves nothing to forecast",
        frame(),
        future=["load", "temp"],
    )
    refuse(
        "'load' is named both as target and as future",
        frame(),
        target="load",
        future="load",
    )
    refuse("target=['load', 'load'] names a column twice", frame(), target=["load"] * 2)
    data = pd.concat([frame(), frame()[["temp"]]], axis=1)
    refuse("the data has two columns called 'temp'", data)
    refuse("the data has no column of values", frame()[[]])


def test_columns_of_text():
    data = frame().assign(wind=["NW", "SE"] * 5)
    refuse("column 'wind' holds str, not numbers; encode or drop it", data)
    data = frame().assign(wind=pd.Series(["NW", 1] * 5, dtype=object).array)
    refuse("column 'wind' holds object, not numbers; encode or drop it", data)
    refuse("column 'at' is complex", frame().assign(at=1j))


def test_data_of_three_dimensions():
    refuse(
        "data must be 1-D (rows,) or 2-D (rows, columns), got an array of shape "
        "(2, 3, 4)",
        np.ones((2, 3, 4)),
    )


# ------------------------------------------------------------------------ counts
@pytest.mark.parametrize("name", ["n_steps", "horizon", "stride", "lead"])
@pytest.mark.parametrize("value", ["3", 2.0, True, None, [1]])
def test_counts_must_be_ints(name, value):
    refuse(
        f"{name} must be an int, got {value!r}",
        frame(),
        error=TypeError,
        **{name: value},
    )


@pytest.mark.parametrize(
    ("name", "least"), [("n_steps", 1), ("horizon", 1), ("stride", 1), ("lead", 0)]
)
def test_counts_have_a_least_value(name, least):
    value = least - 1
    refuse(f"{name} must be at least {least}, got {value}", frame(), **{name: value})
    assert make_supervised(frame(), **{name: np.int64(least + 1)})


def test_future_columns_need_a_horizon():
    refuse(
        "future columns need horizon, got horizon=None",
        frame(),
        make=make_windows,
        future="temp",
    )


def test_with_steps_checks_too():
    with pytest.raises(ValueError, match=r"^SeriesWindows: n_steps must be at least 1"):
        make_windows(frame()).with_steps(0)


# --------------------------------------------------------------------- real files
def test_beijing_counts_its_missing_values(shared_file):
    data = pd.read_csv(shared_file("beijing_pm25.csv")).drop(columns=["No", "cbwd"])
    assert data["pm2.5"].isna().sum() == 2067
    refuse(
        "the data has NaN or infinity: 2067 missing in column 'pm2.5' (the first at "
        f"row 0). {FILL}",
        data,
        24,
        target="pm2.5",
    )
    X, y = make_supervised(data.iloc[24:].interpolate(), 24, target="pm2.5")
    assert X.shape == (43776, 24, 11)
    assert len(y) == 43776


def test_beijing_refuses_the_wind_s_direction(shared_file):
    data = pd.read_csv(shared_file("beijing_pm25.csv"))
    refuse("column 'cbwd' holds str, not numbers; encode or drop it", data)


def test_nn5_counts_the_missing_values_of_every_column(shared_file):
    data = pd.read_csv(
        shared_file("nn5_daily_train.csv"), index_col=0, parse_dates=True
    )
    missing = data.isna().sum()
    with pytest.raises(ValueError, match="make_supervised: the data has NaN") as error:
        make_supervised(data, 28, 56)
    named = re.findall(r"(\d+) missing in column '([^']+)'", str(error.value))
    assert len(named) > 50
    assert {name: int(count) for count, name in named} == dict(missing[missing > 0])


def test_etth1_works(shared_file):
    data = pd.read_csv(shared_file("ETTh1.csv"))
    X, y = make_supervised(data, 168, 24, time="date")
    assert X.shape == (17420 - 168 - 23, 168, 7)
    assert y.shape == (len(X), 24 * 7)
    assert X.times[0] == pd.Timestamp("2016-07-07 23:00")
    assert y[0, 0] == data["HUFL"][168]


def test_cif_is_a_panel(shared_file):
    data = pd.read_csv(shared_file("cif2016_train.csv"))
    X = make_windows(data, 6, group="unique_id", time="t")
    assert X.groups.nunique() == 72
    assert len(X) == len(data) - 72 * 5


def test_a_file_with_an_hour_twice_is_refused(shared_file):
    data = pd.read_csv(shared_file("ETTh1.csv"), parse_dates=["date"]).iloc[:100]
    data.loc[50, "date"] = data.loc[49, "date"]
    refuse(
        "times must increase, but 1 rows do not come after the row before them, 1 of "
        "them with the same time; the first is duplicate: row 50, 2016-07-03 01:00:00",
        data,
        24,
        time="date",
    )


# ------------------------------------------------------------------ empty lists
@pytest.mark.parametrize("none", [[], (), np.array([]), pd.Index([])], ids=repr)
def test_no_column_is_no_future_and_no_target(none):
    for make, options in ((make_windows, {}), (make_supervised, {"target": "load"})):
        found, wanted = (make(frame(), 2, future=f, **options) for f in (none, None))
        found, wanted = (x if make is make_windows else x[0] for x in (found, wanted))
        assert_array_equal(np.asarray(found), np.asarray(wanted))
        with pytest.raises(ValueError, match=r"target=.* names no column; name"):
            make(frame(), 2, target=none)


# ------------------------------------------------------------------ forms of data
@pytest.mark.parametrize("make", [make_supervised, make_windows])
@pytest.mark.parametrize(
    ("data", "got"),
    [
        (csr_array(np.eye(4)), "csr_array; call its .toarray() first"),
        (pl.LazyFrame({"a": [1.0, 2.0]}), "LazyFrame; call its .collect() first"),
        ({"a": [1.0, 2.0]}, "dict"),
        ((x for x in range(4)), "generator"),
        ("1, 2", "str"),
        (None, "NoneType"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_table_is_named(make, data, got):
    refuse(
        "data must be a Series, a DataFrame (pandas or polars) or an array, got "
        f"{got}", data, make=make, error=TypeError,
    )  # fmt: skip
