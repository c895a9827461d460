"""The command line: what it prints, writes and refuses."""

import json
import os
import re
import subprocess
import sys
import warnings
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from skforecast_lstm import LSTMForecaster
from skforecast_lstm._files import as_history, write_table
from skforecast_lstm.cli import HELP, main
from skforecast_lstm.cli._show import neat
from skforecast_lstm.datasets import load_airline

QUICK = ["--epochs", "1", "--horizon", "2", "--steps", "3"]


@pytest.fixture
def run(monkeypatch, capsys):
    """Return a function from arguments to exit code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["skforecast-lstm", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return end.value.code or 0, out, err

    return run


@pytest.fixture
def file(tmp_path):
    """Return a function that writes text to a CSV and returns its path."""

    def write(text, name="sales.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def monthly(n=40):
    times = pd.date_range("2020-01-01", periods=n, freq="MS").strftime("%Y-%m")
    values = 100 + np.arange(n) + 10 * np.sin(np.arange(n) * np.pi / 6)
    return pd.DataFrame({"month": times, "sold": values.round(3)})


# ---- the main job
def test_without_a_file_forecasts_the_airline_passengers(run):
    code, out, _ = run("forecast", *QUICK)
    assert code == 0
    assert re.search(r" month +passengers\n *1961-01-01 +\d+\.\d\n *1961-02-01", out)
    rows = {
        line[:15].strip(): [float(v) for v in line[15:].split()]
        for line in out.splitlines()
        if line.startswith(("LSTM", "seasonal naive", "naive"))
    }
    assert list(rows) == ["LSTM", "seasonal naive", "naive"]
    truth, past = load_airline()[-2:].to_numpy(), load_airline()[:-2].to_numpy()
    for name, forecast in (
        ("seasonal naive", past[-12:-10]), ("naive", past[[-1, -1]])
    ):  # fmt: skip
        error = np.abs(truth - forecast)
        expected = [
            np.sqrt(np.mean(error**2)),
            np.mean(200 * error / (truth + forecast)),
            error.mean() / np.abs(past[12:] - past[:-12]).mean(),
        ]
        np.testing.assert_allclose(rows[name][:3], expected, atol=0.06)
    skill = 1 - rows["LSTM"][0] / rows["seasonal naive"][0]
    assert rows["LSTM"][3] == pytest.approx(skill, abs=0.005)
    assert ("does NOT beat" in out) == (
        rows["LSTM"][0] > min(rows["naive"][0], rows["seasonal naive"][0])
    )


@pytest.mark.parametrize(
    ("name", "options", "first"),
    [
        ("airline_passengers.csv", [], "1961-01-01"),
        ("monthly_sunspots.csv", [], "1984-01-01"),
        pytest.param(
            "daily_min_temperatures.csv",
            [],
            "1991-01-01",
            marks=pytest.mark.filterwarnings("ignore:.*2 absent times"),
        ),
        ("shampoo_sales.csv", [], "36"),
        (
            "beijing_pm25.csv",
            ["--target", "pm2.5", "--fill", "interpolate"],
            "2015-01-01 00:00:00",
        ),
    ],
)
def test_files_with_one_series(run, shared_file, tmp_path, name, options, first):
    output = tmp_path / "forecast.csv"
    code, _, err = run(
        "forecast", shared_file(name), *QUICK, *options, "--output", output
    )
    assert code == 0, err
    written = pd.read_csv(output)
    assert len(written) == 2
    assert str(written.iloc[0, 0]) == first
    assert np.isfinite(written.iloc[:, 1]).all()


def test_missing_values_are_counted_and_fill_is_named(run, shared_file):
    code, out, err = run(
        "forecast", shared_file("beijing_pm25.csv"), "--target", "pm2.5", *QUICK
    )
    assert (code, out) == (2, "")
    assert "2067 missing values" in err
    assert "--fill interpolate" in err


def test_each_option_reaches_the_forecaster(run, monkeypatch, file):
    from skforecast_lstm import forecaster

    seen = {}

    class Recorded(forecaster.LSTMForecaster):
        def backtest(self, *args, **kwargs):
            seen.update(self.get_params())
            raise ValueError("enough")

    monkeypatch.setattr(forecaster, "LSTMForecaster", Recorded)
    wanted = {
        "horizon": 2, "n_steps": 6, "season_length": 3, "architecture": "cnn",
        "epochs": 4, "linear_weight": 0.25, "n_members": 2, "fill": "ffill",
        "random_state": 7, "time": "month", "target": ["sold"],
    }  # fmt: skip
    path = file(monthly().assign(other=1.0).to_csv(index=False))
    code, _, err = run(
        "forecast", path, *"--horizon 2 --steps 6 --season 3 --architecture cnn "
        "--epochs 4 --linear-weight 0.25 --members 2 --fill ffill --seed 7 "
        "--time month --target sold".split()
    )  # fmt: skip
    assert code == 2
    assert err.endswith("Error: enough\n")
    assert {name: seen[name] for name in wanted} == wanted


def test_naive_is_printed_once_without_a_season(run, file):
    path = file("\n".join(["sold", *map(str, monthly()["sold"])]))
    code, out, err = run("forecast", path, *QUICK)
    assert code == 0
    assert "counted from 0" in err
    assert len(re.findall(r"^naive ", out, flags=re.M)) == 1
    assert "seasonal" not in out


def test_several_targets(run, file):
    frame = monthly().assign(returned=lambda f: f["sold"] / 10)
    path = file(frame.to_csv(index=False))
    code, out, _ = run(
        "forecast", path, *QUICK, "--target", "sold", "--target", "returned"
    )
    assert code == 0
    assert re.search(r"month +sold +returned\n", out)


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_output_by_its_suffix(run, file, tmp_path, suffix):
    output = tmp_path / f"forecast.{suffix}"
    path = file(monthly().to_csv(index=False))
    code, out, _ = run("forecast", path, *QUICK, "--output", output)
    assert code == 0
    assert f"written to {output}" in out
    if suffix == "json":
        rows = json.loads(output.read_text())
        assert rows[0]["month"].startswith("2023-05-01")
        table = pd.DataFrame(rows)
    else:
        table = pd.read_csv(output) if suffix == "csv" else pd.read_parquet(output)
    assert list(table) == ["month", "sold"]
    assert list(pd.to_datetime(table["month"]).dt.month) == [5, 6]


@pytest.mark.parametrize("indexed", [False, True])
def test_parquet_in(run, tmp_path, indexed):
    frame = monthly().assign(month=lambda f: pd.to_datetime(f["month"]))
    path = tmp_path / "sales.parquet"
    (frame.set_index("month") if indexed else frame).to_parquet(path)
    code, out, err = run("forecast", path, *QUICK)
    assert code == 0, err
    assert re.search(r"month +sold\n *2023-05-01 ", out)


@pytest.mark.parametrize("named", [[], ["--time", "month"]])
@pytest.mark.parametrize("indexed", [False, True])
def test_periods_in_parquet(run, file, tmp_path, indexed, named):
    frame = monthly(42).assign(price=lambda f: f.index % 5)
    ahead = file(frame[40:].drop(columns="sold").to_csv(index=False))
    frame["month"] = pd.PeriodIndex(frame["month"], freq="M")
    path, table = tmp_path / "p.parquet", tmp_path / "f.csv"
    frame[:40].set_index("month" if indexed else "sold").to_parquet(path)
    call = [path, *QUICK, "--target", "sold", "--future", "price", *named]
    code, out, err = run(
        "forecast", *call, "--future-file", ahead, "--output", table,
        "--output", tmp_path / "f.png",
    )  # fmt: skip
    assert code == 0, err
    assert re.search(r"\n2023-06 ", out)
    assert list(pd.read_csv(table)["month"]) == ["2023-05", "2023-06"]
    code, out, _ = run("info", path, *named)
    assert re.search(r"month +date +0 *\n", out)
    assert "usual season: 12" in out


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_times_are_made_of_calendar_columns(run, file, tmp_path, depth):
    freq = ["YS", "MS", "D", "h"][depth - 1]
    times = pd.date_range("2001-01-01", periods=40, freq=freq)
    units = ["year", "month", "day", "hour"][:depth]
    frame = pd.DataFrame({unit.title(): getattr(times, unit) for unit in units})
    path = file(frame.assign(sold=np.arange(40.0)).to_csv(index=False))
    output = tmp_path / "f.csv"
    code, _, err = run("forecast", path, *QUICK, "--output", output)
    assert code == 0, err
    expected = pd.date_range(times[-1], periods=3, freq=freq)[1:]
    assert list(pd.to_datetime(pd.read_csv(output)["time"])) == list(expected)


def test_rows_that_end_in_a_comma(run, file, tmp_path):
    # pandas by itself would take the first column for an index, and shift the others.
    plain = monthly().assign(price=3.0).to_csv(index=False)
    header, _, rows = plain.partition("\n")
    outputs = []
    for text in (plain, header + "\n" + rows.replace("\n", ",\n")):
        outputs.append(tmp_path / f"{len(outputs)}.csv")
        options = [*QUICK, "--target", "sold", "--past", "price"]
        code, _, err = run("forecast", file(text), *options, "--output", outputs[-1])
        assert code == 0, err
    assert outputs[0].read_text() == outputs[1].read_text()


# ---- what is refused
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.csv"], "absent.csv is not there"),
        (["{folder}"], "a folder"),
        (["--architecture", "vanila"], "'vanila' is not one of 'vanilla'"),
        (["--horizon", "0"], "'--horizon'"),
        (["--horizon", "two"], "'--horizon'"),
        (["--epochs", "0"], "'--epochs'"),
        (["--linear-weight", "1.5"], "'--linear-weight'"),
        (["--fill", "zero"], "'zero' is not one of 'interpolate'"),
        (["--horizn", "3"], "--horizon"),
        (["--target", "passenger"], "did you mean 'passengers'"),
        (["--time", "week"], "no column 'week' to be the time"),
        (["--steps", "500"], "need 512 rows"),
        (["--horizon", "200"], "needs more than 200 rows"),
        (["--output", "{folder}/none/f.csv"], "is not there"),
        (["--output", "{folder}/f.xls"], "one of .csv, .json, .parquet"),
        (["{folder}/empty.csv"], "empty.csv can't be read as CSV"),
        (["{folder}/header.csv"], "header.csv has no rows"),
        (["{folder}/two.csv"], "2 columns of numbers; name one"),
        (["{folder}/text.csv"], "no column of numbers"),
        (["{folder}/text.csv", "--target", "b"], "'b' holds str, not numbers"),
        (["{folder}/two.csv", "--time", "a", "--target", "a"], "two roles"),
        (["{folder}/text.csv", "--time", "b"], "no ISO 8601 dates, such as 'x'"),
        (["{folder}/notes.txt"], "one of .csv, .parquet"),
        (["{folder}/more.csv"], "CSV: rows have more fields than the header has names"),
        (["{folder}/comma.csv"], "names; its header has semicolons, but the separator"),
        (["{folder}/later.csv"], "line 3, saw 2; its header has semicolons"),
        (["{folder}/points.csv"], "single column; its header has semicolons, but the"),
        (["{folder}/tabs.csv"], "single column; its header has tabs, but the"),
    ],
)
def test_wrong_calls_take_one_line(run, file, tmp_path, arguments, said):
    file("", "empty.csv")
    file("a,b\n", "header.csv")
    file("a,b\n1,2\n3,4\n", "two.csv")
    file("a,b\n2020-01-01,x\n2020-01-02,y\n", "text.csv")
    file("a", "notes.txt")
    file("a;b\n1.5;2.5\n", "points.csv")
    file("a\tb\n1.5\t2.5\n", "tabs.csv")
    file("a,b\n1,2,\n3,4,5\n", "more.csv")
    file("a;b\n1;2,5\n3;4,5\n", "comma.csv")
    file("a;b\n1;2\n3;4,5\n", "later.csv")
    arguments = [a.format(folder=tmp_path) for a in arguments]
    code, out, err = run("forecast", *arguments)
    assert (code, out) == (2, "")
    lines = [line for line in err.splitlines() if not line.endswith((":", "season."))]
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert said in lines[0]


def test_no_command_shows_the_help(run):
    code, out, _ = run()
    assert code == 0
    assert "forecast" in out


def test_a_process_of_its_own_writes_nothing_of_tensorflow():
    command = "from skforecast_lstm.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "forecast", *QUICK],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = [line for line in re.split("[\r\n]", done.stderr) if line]
    bars = [line for line in lines if re.match(r" *\d+%\|", line)]
    assert bars
    assert [line for line in lines if line not in bars] == [
        "Testing on the last 2 steps, which are held out:",
        "Fitting on all 144 rows:",
    ]


@pytest.fixture
def no_training(monkeypatch):
    from skforecast_lstm.training import Training

    def run(self, program):
        raise AssertionError("a network was trained")

    monkeypatch.setattr(Training, "run", run)


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        ("forecast", "{f} --output {f}", "would overwrite a file that is read"),
        ("backtest", "{f} --output {d}/./sales.csv", "overwrite a file that is read"),
        ("search", "{f} --output {d}/link.csv", "overwrite a file that is read"),
        ("forecast", "{f} --save {f}", "--save {f} would overwrite a file"),
        ("forecast", "{f} --future sold --future-file {g} --output {g}", "overwrite"),
        ("forecast", "--load {g} --output {g}", "overwrite a file that is read"),
        ("forecast", "--output {d}/a.csv --output {d}/a.csv", "what --output writes"),
        ("search", "--output {d}/a.csv --save {d}/a.csv", "what --output writes"),
        ("forecast", "{f} --save {d}", "is a folder, not a file"),
        ("forecast", "{f} --output {d}/d.csv", "is a folder, not a file"),
        ("forecast", "{f} --save {d}/locked", "locked may not be written"),
        ("forecast", "{f} --interval 80", "got 80; for 80 percent give 0.8"),
        ("forecast", "{f} --interval 1", "must lie between 0 and 1, got 1"),
        ("forecast", "--load nope.model", "nope.model is not there"),
        (
            "forecast",
            "{f} --target sold --future price --future-file {g}",
            "future lacks ['price'] at 11 of the 12 times to come: 2023-06-01",
        ),
    ],
)
def test_files_and_bounds_are_checked_before_any_work(
    run, no_training, monkeypatch, file, tmp_path, command, arguments, said
):
    frame = monthly(41).assign(price=1.0)
    path = file(frame[:40].to_csv(index=False))
    ahead = file(frame[["month", "price"]].to_csv(index=False), "ahead.csv")
    (tmp_path / "link.csv").symlink_to(path)
    (tmp_path / "d.csv").mkdir()
    (tmp_path / "locked").write_text("")
    # Root may write anywhere.
    monkeypatch.setattr(
        os, "access", lambda p, mode: mode != os.W_OK or "locked" not in str(p)
    )
    before = path.read_bytes()
    names = {"f": path, "g": ahead, "d": tmp_path}
    code, out, err = run(command, *arguments.format(**names).split())
    assert (code, out) == (2, "")
    assert said.format(**names) in err
    assert err.count("\n") == 1
    assert path.read_bytes() == before


@pytest.fixture
def ctrl_c(monkeypatch):
    """Send an interrupt in the middle of the n-th fit of a network."""
    from skforecast_lstm.training import Training

    run = Training.run

    def at(n):
        def epoch(self, *args):
            if fits[0] == n:
                raise KeyboardInterrupt
            return run_epochs(self, *args)

        def counted(self, program):
            fits[0] += 1
            return run(self, program)

        fits, run_epochs = [0], Training._run_epochs
        monkeypatch.setattr(Training, "run", counted)
        monkeypatch.setattr(Training, "_run_epochs", epoch)

    return at


@pytest.mark.parametrize(
    ("command", "nth"),
    [("forecast", 1), ("forecast", 2), ("backtest", 2), ("search", 3)],
)
def test_ctrl_c_ends_every_command(run, ctrl_c, file, tmp_path, command, nth):
    path, output = file(monthly().to_csv(index=False)), tmp_path / "out.csv"
    ctrl_c(nth)
    quick = ["--epochs", "1", "--horizon", "2", "--steps", "3", "--output", output]
    code, out, err = run(command, path, *quick)
    assert (code, out) == (130, "")
    assert err.endswith("\nStopped by Ctrl-C\n")
    assert not output.exists()


def test_a_constant_series_gives_no_warning(run, file):
    path = file(monthly().assign(sold=5.0).to_csv(index=False))
    code, _, err = run("forecast", path, *QUICK)
    assert code == 0, err
    assert "Warning" not in err


def test_warnings_take_one_line(run, monkeypatch):
    from skforecast_lstm import datasets

    def warned():
        warnings.warn("the numbers\nare old", FutureWarning, stacklevel=1)
        raise ValueError("enough")

    monkeypatch.setattr(datasets, "load_airline", warned)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        _, _, err = run("forecast")
    assert err == "Warning: the numbers are old\nError: enough\n"


ODD = {
    "malformed": monthly().replace({"month": {"2021-05": "2021-5x"}}),
    "slashes": monthly().assign(
        month=lambda f: pd.to_datetime(f["month"]).dt.strftime("%d/%m/%Y"),
        shop="north",
    ),
    "codes": pd.DataFrame(
        {"code": ["1001", "1002", "x"] * 14, "sold": np.arange(42.0)}
    ),
    "one": monthly(1),
    "two": monthly(2),
    "irregular": monthly().assign(
        month=pd.Timestamp("2020") + pd.to_timedelta(np.arange(40) ** 2, "D")
    ),
    "panel": pd.concat([monthly(2).assign(shop=s) for s in "ab"]),
    "offsets": pd.DataFrame(
        {
            "at": [
                t.isoformat()
                for t in pd.date_range(
                    "2024-03-30", periods=48, freq="h", tz="Europe/Berlin"
                )
            ],
            "sold": monthly(48)["sold"],
        }
    ),
    "partly": pd.DataFrame(
        {
            "at": ["2024-03-31T00:00+01:00", "2024-04-01T00:00+02:00", "2024-04-02"],
            "sold": 1.0,
        }
    ),
}


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("malformed", [], "has 1 values that are no ISO 8601 dates, such as '2021-5x'"),
        ("one", [], "one.csv: the times are 1, too few"),
        ("two", [], "two.csv: the times are 2, too few"),
        ("panel", ["--group", "shop"], "the times of the longest series are 2, too"),
        ("irregular", [], "; resample the data, or name another column with --time"),
        ("partly", [], "has 1 values that are no ISO 8601 dates, such as '2024-04-02'"),
    ],
)
def test_times_that_are_refused(run, no_training, file, name, options, said):
    path = file(ODD[name].to_csv(index=False), f"{name}.csv")
    code, out, err = run("forecast", path, *options)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert "freq" not in err.replace("frequency", "")
    code, out, err = run("info", path, *options)
    assert code == 0, err
    assert said.removeprefix(f"{name}.csv: ") in out


def test_without_dates_the_text_is_named(run, file):
    slashes = file(ODD["slashes"].to_csv(index=False), "slashes.csv")
    code, _, err = run("forecast", slashes, *QUICK)
    assert code == 0, err
    assert "no column of dates" in err
    assert "only text: 'month', as '01/01/2020'; 'shop', as 'north'" in err
    codes = file(ODD["codes"].to_csv(index=False), "codes.csv")
    code, _, err = run("forecast", codes, *QUICK)
    assert code == 0, err
    assert "counted from 0" in err


@pytest.mark.parametrize(("first", "time"), [(1001, None), (1950, "code")])
def test_text_codes_are_no_years(first, time):
    codes = [str(first + k) for k in range(12)]
    found = as_history(pd.DataFrame({"code": codes, "v": np.arange(12.0)}), "f")
    assert found.roles["time"] == time


def test_a_model_with_future_columns_says_that_it_needs_them(run, file, tmp_path):
    data = monthly(30).assign(price=1.0)
    path, model = file(data[:28].to_csv(index=False)), tmp_path / "m.model"
    ahead = file(data[28:].drop(columns="sold").to_csv(index=False), "next.csv")
    given = ["--target", "sold", "--future", "price", "--future-file", ahead]
    code, _, err = run("forecast", path, *given, *QUICK, "--save", model)
    assert code == 0, err
    code, _, err = run("forecast", path, "--load", model)
    assert code == 2
    assert "reads the future columns price; give --future-file" in err


def test_offsets_that_change_are_read_as_utc_and_others_kept(run, file, tmp_path):
    outputs = [tmp_path / "f.csv", tmp_path / "f.json"]
    written = [a for path in outputs for a in ("--output", path)]
    path = file(ODD["offsets"].to_csv(index=False))
    code, _, err = run("forecast", path, *QUICK, *written)
    assert code == 0, err
    assert "the UTC offset of 'at' changes; read as UTC." in err
    last = pd.Timestamp(ODD["offsets"]["at"].iloc[-1])
    first = [
        pd.read_csv(outputs[0])["at"][0],
        json.loads(outputs[1].read_text())[0]["at"],
    ]
    assert {pd.Timestamp(t) for t in first} == {last + pd.Timedelta("1h")}
    summer = ODD["offsets"].assign(
        at=pd.date_range("2024-06-30", periods=48, freq="h", tz="Europe/Berlin")
    )
    code, _, err = run("forecast", file(summer.to_csv(index=False)), *QUICK, *written)
    assert code == 0, err
    assert "UTC" not in err
    assert json.loads(outputs[1].read_text())[0]["at"] == "2024-07-02T00:00:00+02:00"
    assert pd.read_csv(outputs[0])["at"][0] == "2024-07-02 00:00:00+02:00"


def test_covariates_of_another_offset(run, file):
    times = pd.date_range("2024-03-30", periods=50, freq="h", tz="Europe/Berlin")
    frame = pd.DataFrame({"at": times.map(pd.Timestamp.isoformat), "price": 1.0})
    frame["sold"] = np.arange(50.0)
    winter, summer = (
        file(frame[:20].to_csv(index=False)),
        frame[20:].drop(columns="sold"),
    )
    ahead = file(summer.to_csv(index=False), "ahead.csv")
    roles = ["--target", "sold", "--future", "price", "--future-file", ahead]
    code, out, err = run("forecast", winter, *QUICK, *roles)
    assert code == 0, err
    assert "2024-03-30 20:00:00+01:00" in out


@pytest.mark.parametrize("role", ["group", "time"])
@pytest.mark.parametrize(
    ("command", "name", "options"),
    [
        ("backtest", "step", []),
        ("backtest", "naive", []),
        ("forecast", "lower", ["--interval", "0.8"]),
    ],
)
def test_columns_called_like_results(
    run, no_training, file, role, command, name, options
):
    frame = pd.concat([monthly().assign(shop=shop) for shop in "ab"])
    roles = {"group": "shop", "time": "month"}
    path = file(frame.rename(columns={roles[role]: name}).to_csv(index=False))
    roles[role] = name
    named = [a for r, column in roles.items() for a in (f"--{r}", column)]
    code, out, err = run(command, path, *named, *options)
    assert (code, out) == (2, "")
    assert f"sales.csv: column {name!r} can't be the {role}" in err
    assert err.count("\n") == 1


def test_a_target_called_row(run, file, tmp_path):
    path, output = file(monthly()[["sold"]].to_csv(index=False)), tmp_path / "f.csv"
    path.write_text(path.read_text().replace("sold", "row"))
    picture = ["--output", tmp_path / "f.png"]
    code, _, err = run("forecast", path, *QUICK, "--output", output, *picture)
    assert code == 0, err
    assert list(pd.read_csv(output)) == ["row number", "row"]


def test_help_says_what_a_command_does(run):
    said = {
        command: re.sub(r"[│\s]+", " ", run(command, "--help")[1])
        for command in ("forecast", "backtest", "search", "info")
    }
    needs = [c for c, text in said.items() if "Needs --future-file" in text]
    assert needs == ["forecast"]
    shipped = [c for c, text in said.items() if "the airline passengers" in text]
    assert shipped == ["forecast", "backtest", "search"]
    assert "Without it: the versions of this package" in said["info"]


# ---- the other commands and options
@pytest.mark.parametrize("many", ["", "shop", "returned"])
def test_what_a_picture_lacks_is_said(run, file, tmp_path, many):
    frame = monthly().assign(returned=lambda f: f["sold"] / 10)
    named = ["--target", "sold"]
    if many == "shop":
        frame = pd.concat([frame.assign(shop=k) for k in "ab"])
        named += ["--group", "shop"]
    elif many:
        named += ["--target", "returned"]
    path = file(frame.to_csv(index=False))
    picture, table = tmp_path / "p.png", tmp_path / "t.csv"
    files = ["--output", table, "--output", picture]
    code, out, err = run("backtest", path, *QUICK, *named, "--n-origins", "1", *files)
    assert code == 0, err
    remark = ", as errors by step: there are several series" if many else ""
    said = "Forecasts written to {}\nForecasts written to {}{}\n"
    assert out.endswith(said.format(table, picture, remark))
    call = ["forecast", path, *QUICK, *named, *files]
    code, out, err = run(*call)
    said = said.replace("sts", "st")
    assert out.endswith(said.format(table, picture, "")), err
    code, out, err = run(*call, "--interval", "0.5")
    remark = ", without the bounds: it shows several series" if many else ""
    assert out.endswith(said.format(table, picture, remark)), err


def test_interval_adds_bounds(run, tmp_path):
    output = tmp_path / "f.csv"
    code, out, _ = run("forecast", *QUICK, "--interval", "0.8", "--output", output)
    assert code == 0
    assert re.search(r"month +forecast +lower +upper\n", out)
    table = pd.read_csv(output)
    assert (table["lower"] < table["forecast"]).all()
    assert (table["forecast"] < table["upper"]).all()
    code, _, err = run("forecast", *QUICK, "--interval", "80")
    assert code == 2
    assert "between 0 and 1" in err


def test_a_saved_model_forecasts_the_same(run, file, tmp_path):
    path = file(monthly().to_csv(index=False))
    model, first, again = (tmp_path / n for n in ("m.model", "a.csv", "b.csv"))
    code, _, _ = run("forecast", path, *QUICK, "--save", model, "--output", first)
    assert code == 0
    for data in ([], [path]):
        code, out, _ = run("forecast", *data, "--load", model, "--output", again)
        assert code == 0
        assert "m.model" in out
        assert again.read_bytes() == first.read_bytes()
    code, _, _ = run("forecast", "--load", model, "--horizon", "3", "--output", again)
    assert len(pd.read_csv(again)) == 3
    newer = monthly(41).iloc[1:]
    newer = file(newer.to_csv(index=False), "newer.csv")
    code, _, _ = run("forecast", newer, "--load", model, "--output", again)
    assert pd.read_csv(again)["month"][0].startswith("2023-06-01")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--load", "{model}", "--epochs", "3"], "leave out --epochs"),
        (["--load", "{model}", "--linear-weight", "0"], "leave out --linear-weight"),
        (["--load", "{model}"], "is damaged"),
        (["--load", "absent.model"], "absent.model"),
        (["--load", "{model}", "--output", "a.png"], "is damaged"),
        (["--save", "{folder}/none/m.model"], "is not there"),
    ],
)
def test_wrong_calls_with_models(run, tmp_path, arguments, said):
    (tmp_path / "bad.model").write_text("no model")
    named = {"model": tmp_path / "bad.model", "folder": tmp_path}
    code, out, err = run("forecast", *(a.format(**named) for a in arguments))
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_model_saved_in_python(run, file, tmp_path):
    frame = monthly().assign(month=lambda f: pd.to_datetime(f["month"]))
    model = LSTMForecaster(Ridge(), n_steps=3, horizon=2, time="month", target="sold")
    model.fit(frame).save(tmp_path / "m.model")
    path = file(frame.to_csv(index=False))
    code, out, err = run("forecast", path, "--load", tmp_path / "m.model")
    assert code == 0, err
    assert re.search(r"month +sold\n *2023-05-01 ", out)


def test_a_panel(run, file, tmp_path):
    rows = [monthly(n).assign(shop=shop) for shop, n in (("b", 40), ("a", 30))]
    path = file(pd.concat(rows).to_csv(index=False))
    table, picture = tmp_path / "f.csv", tmp_path / "f.png"
    code, out, err = run(
        "forecast", path, *QUICK, "--group", "shop", "--output", table,
        "--output", picture,
    )  # fmt: skip
    assert code == 0, err
    assert re.search(r"shop +month +sold\n", out)
    forecast = pd.read_csv(table)
    assert list(forecast["shop"]) == ["b", "b", "a", "a"]
    assert forecast["month"][2].startswith("2022-07-01")
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_names_of_series_stay_text(run, file, tmp_path, suffix):
    names = ["007", "7", "0101", "NA"]
    rows = pd.concat([monthly().assign(shop=name) for name in names])
    path, table = file(rows.to_csv(index=False)), tmp_path / f"f{suffix}"
    code, _, err = run("forecast", path, *QUICK, "--group", "shop", "--output", table)
    assert code == 0, err
    if suffix == ".parquet":
        written = list(pd.read_parquet(table)["shop"])
    elif suffix == ".json":
        written = [row["shop"] for row in json.loads(table.read_text())]
    else:
        written = [line.split(",")[0] for line in table.read_text().split()[1:]]
    assert written == np.repeat(names, 2).tolist()


def test_a_row_without_a_name_is_refused(run, file):
    rows = monthly().assign(shop=["7"] * 39 + [None])
    path = file(rows.to_csv(index=False))
    code, _, err = run("forecast", path, *QUICK, "--group", "shop")
    assert code == 2
    assert "1 rows have no group (column 'shop')" in err
    code, out, _ = run("info", path, "--group", "shop")
    assert re.search(r"shop +text +1 *\n", out)


@pytest.mark.parametrize("history", [".csv", ".parquet", "of python"])
@pytest.mark.parametrize("ahead", [".csv", ".parquet"])
def test_series_of_both_files_have_the_same_names(run, tmp_path, history, ahead):
    frame = pd.concat(
        [monthly(42).assign(shop=k, price=np.arange(42) % 5) for k in (1, 12)]
    )
    known = frame["month"] < "2023-05"
    model, past, future = (tmp_path / name for name in ("m", "p", "f"))
    past, future = past.with_suffix(".csv"), future.with_suffix(ahead)
    if history == "of python":
        LSTMForecaster(
            Ridge(), horizon=2, n_steps=3, group="shop", time="month", future="price"
        ).fit(frame[known]).save(model)
        call = ["--load", model]
    else:
        past = past.with_suffix(history)
        write_table(frame[known], past)
        call = [past, *QUICK, "--group", "shop", "--target", "sold"]
        call += ["--future", "price"]
    write_table(frame[~known].drop(columns="sold"), future)
    code, out, err = run("forecast", *call, "--future-file", future)
    assert code == 0, err
    assert re.search(r"\n +12 2023-06-01 ", out)


def test_static_columns_tell_series_apart(run, file, tmp_path):
    rows = [
        monthly(n).assign(shop=shop, size=size, note="x")
        for shop, n, size in (("b", 40, 1.0), ("a", 30, 5.0))
    ]
    path, model = file(pd.concat(rows).to_csv(index=False)), tmp_path / "s.model"
    named = ["--group", "shop", "--target", "sold"]
    code, _, err = run(
        "forecast", path, *QUICK, *named, "--static", "size", "--save", model
    )
    assert code == 0, err
    kept = LSTMForecaster.load(model)
    assert kept.history_.roles.static == ["size"]
    assert kept.estimator_.members_[0].n_features_in_ == 2
    code, out, err = run("forecast", path, "--load", model)
    assert code == 0, err
    assert re.search(r"shop +month +sold\n", out)
    code, _, err = run("forecast", path, *QUICK, "--target", "sold", "--static", "size")
    assert (code, err.count("\n")) == (2, 1)
    assert "--static needs --group" in err
    code, _, err = run("forecast", path, *QUICK, *named, "--static", "sise")
    assert "no column 'sise' to be the static; did you mean 'size'?" in err


def test_covariates(run, file):
    frame = monthly(42).assign(price=lambda f: f.index % 5, rain=1.0)
    past = file(frame[:40].to_csv(index=False))
    ahead = file(frame[40:][["month", "price"]].to_csv(index=False), "ahead.csv")
    roles = ["--target", "sold", "--past", "rain", "--future", "price"]
    code, out, err = run("forecast", past, *QUICK, *roles, "--future-file", ahead)
    assert code == 0, err
    assert re.search(r"month +sold\n", out)
    code, _, err = run("forecast", past, *QUICK, *roles, "--future-file", past)
    assert code == 2
    assert "future lacks ['price'] at 2 of the 2 times" in err
    code, _, err = run("forecast", past, *QUICK, *roles)
    assert code == 2
    assert "--future and --future-file go together" in err


def test_backtest_prints_scores_and_steps(run, tmp_path):
    table, picture = tmp_path / "b.csv", tmp_path / "b.png"
    code, out, err = run(
        "backtest", *QUICK, "--n-origins", "3", "--step", "4", "--refit", "0",
        "--metric", "mase", "--output", table, "--output", picture,
    )  # fmt: skip
    assert code == 0, err
    assert re.search(r"MASE by step ahead:\n +step +LSTM +seasonal naive +naive\n", out)
    assert "Over 3 origins" in out
    forecasts = pd.read_csv(table)
    assert len(forecasts) == 6
    origins = pd.PeriodIndex(forecasts["origin"].unique(), freq="M")
    assert list(origins.astype(str)) == ["1960-02", "1960-06", "1960-10"]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("given", "wanted"), [("0", False), ("1", True), ("3", 3)])
def test_refit_reaches_the_backtest(run, monkeypatch, given, wanted):
    from skforecast_lstm import forecaster

    seen = {}

    class Recorded(forecaster.LSTMForecaster):
        def backtest(self, data, n_origins, **options):
            seen.update(options, n_origins=n_origins)
            raise ValueError("enough")

    monkeypatch.setattr(forecaster, "LSTMForecaster", Recorded)
    assert run("backtest", "--refit", given)[0] == 2
    assert seen == {"n_origins": 5, "step": 1, "refit": wanted}


def test_search_shows_the_best_first_and_saves_it(run, tmp_path):
    table, model = tmp_path / "s.csv", tmp_path / "best.model"
    grid = "--steps 3 --steps 12 --units 2 --architecture vanilla".split()
    code, out, err = run(
        "search", "--horizon", "2", "--epochs", "1", *grid, "--output", table,
        "--save", model,
    )  # fmt: skip
    assert code == 0, err
    assert "2 of 2 candidates" in out
    assert "naive forecast" in out
    assert pd.read_csv(table)["error"].is_monotonic_increasing
    code, out, _ = run("forecast", "--load", model)
    assert code == 0
    code, out, _ = run(
        "search", "--horizon", "2", "--epochs", "1", *grid, "--budget", "0"
    )
    assert code == 0
    assert "1 of 2 candidates" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--architecture", "gru"], "architecture must be one of"),
        (["--output", "a.png"], "one of .csv, .json, .parquet"),
        (["--steps", "400"], "need 412 rows"),
    ],
)
def test_wrong_searches(run, arguments, said):
    code, out, err = run("search", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_info_without_a_file_names_versions(run):
    code, out, _ = run("info")
    assert code == 0
    assert re.search(r"^skforecast-lstm \d", out, flags=re.M)
    assert re.search(r"^tensorflow \d", out, flags=re.M)


@pytest.mark.parametrize("role", ["time", "group"])
def test_info_refuses_columns_that_are_not_there(run, file, role):
    code, out, err = run(
        "info", file(monthly().to_csv(index=False)), f"--{role}", "mont"
    )
    assert (code, out) == (2, "")
    assert f"no column 'mont' to be the {role}; did you mean 'month'?" in err


def test_info_of_a_file(run, file):
    frame = monthly().assign(shop="a")
    frame.loc[3, "sold"] = np.nan
    code, out, _ = run("info", file(frame.drop(index=5).to_csv(index=False)))
    assert code == 0
    assert "39 rows, 3 columns" in out
    assert re.search(r"sold +number +1 ", out)
    assert re.search(r"shop +text +0 *\n", out)
    for line in ("time: month", "frequency: MS", "absent times: 1", "usual season: 12"):
        assert line in out.splitlines()


GUIDE = Path(__file__).parents[1] / "docs" / "guide_cli.md"
EXAMPLES = re.findall(r"^ +skforecast-lstm (.*)$", HELP + GUIDE.read_text(), re.M)


@pytest.fixture(scope="module")
def example_files(tmp_path_factory):
    """Return a folder with the files that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    monthly(60).to_csv(folder / "sales.csv", index=False)
    monthly(66).to_csv(folder / "newer.csv", index=False)
    shops = [monthly(50).assign(shop=shop) for shop in "ab"]
    pd.concat(shops).to_csv(folder / "shops.csv", index=False)
    air = monthly(60).set_axis(["month", "pm2.5"], axis=1)
    air.loc[7, "pm2.5"] = None
    air.to_csv(folder / "air.csv", index=False)
    return folder


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_of_help_and_guide(run, monkeypatch, example_files, example):
    monkeypatch.chdir(example_files)
    arguments = example.replace("--budget 60", "--budget 0").split()
    load = "--load" in arguments
    if load and not Path(arguments[-1]).exists():
        run("forecast", "sales.csv", *QUICK, "--save", arguments[-1])
    quick = [] if load or arguments[0] == "info" else ["--epochs", "1"]
    code, out, err = run(*arguments, *quick)
    assert code == 0, err
    assert out
    written = [a for a in arguments if a.startswith(("next.", "best.", "sales.model"))]
    assert all(Path(name).exists() for name in written)


def test_there_are_examples_of_every_command():
    commands = {example.split()[0] for example in EXAMPLES}
    assert commands == {"forecast", "backtest", "search", "info"}
    assert len(EXAMPLES) >= 14


def test_help_of_every_command(run):
    code, out, _ = run("--help")
    assert code == 0
    for command in ("forecast", "backtest", "search", "info"):
        assert f"skforecast-lstm {command}" in out
        assert run(command, "--help")[0] == 0


def test_parquet_keeps_dates_in_an_unnamed_index_and_a_column_called_index(
    run, tmp_path
):
    frame = monthly().assign(month=lambda f: pd.to_datetime(f["month"]))
    path = tmp_path / "sales.parquet"
    frame.set_index("month").rename_axis(None).to_parquet(path)
    code, out, err = run("forecast", path, *QUICK)
    assert code == 0, err
    assert re.search(r"time +sold\n *2023-05-01 ", out)
    frame.rename(columns={"sold": "index"}).to_parquet(path)
    code, out, err = run("forecast", path, *QUICK)
    assert code == 0, err
    assert re.search(r"month +index\n *2023-05-01 ", out)
    frame.sample(frac=1, random_state=0).sort_values("month").to_parquet(path)
    code, out, err = run("forecast", path, *QUICK)
    assert code == 0, err
    assert re.search(r"month +sold\n *2023-05-01 ", out)
    frame.set_index("month", drop=False).to_parquet(path)
    code, _, err = run("forecast", path, *QUICK)
    assert code == 2
    assert "'month' is the name of a column and of the index" in err


def test_small_numbers_are_written_to_json_as_they_are(tmp_path):
    days = pd.date_range("2024-03-31", periods=2, freq="h", tz="Europe/Berlin")
    table = pd.DataFrame({"at": days, "y": [1.23456789e-9, np.nan], "id": [1, 2]})
    table["then"] = pd.to_datetime(["2024-03-31", None])
    write_table(table, tmp_path / "f.json")
    assert json.loads((tmp_path / "f.json").read_text()) == [
        {
            "at": "2024-03-31T00:00:00+01:00",
            "y": 1.23456789e-9,
            "id": 1,
            "then": "2024-03-31T00:00:00",
        },
        {"at": "2024-03-31T01:00:00+01:00", "y": None, "id": 2, "then": None},
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "a", "--target", "b", "--output", "f.png"], "a single --target"),
        (["--target", "a", "--interval", "0.99"], "needs at least 99 windows"),
    ],
)
def test_what_can_be_refused_is_refused_before_training(
    run, file, monkeypatch, options, message
):
    rows = monthly().rename(columns={"sold": "a"})
    rows = pd.concat([rows.assign(b=rows["a"], shop=shop) for shop in (1, 2)])
    path = file(rows.to_csv(index=False))
    monkeypatch.setattr(
        LSTMForecaster, "backtest", lambda *args, **kwargs: pytest.fail("trained")
    )
    code, _, err = run("forecast", path, *QUICK, "--group", "shop", *options)
    assert code == 2
    assert message in err


# ---- numbers among text
@pytest.mark.parametrize("text", ["-", "1,002.60"])
def test_a_column_that_is_mostly_numbers_is_not_passed_over(
    run, no_training, tmp_path, text
):
    frame = monthly().assign(price=np.arange(40) % 3)
    frame["sold"] = frame["sold"].astype(object)
    frame.loc[[5, 30], "sold"] = text
    frame.to_csv(tmp_path / "sales.csv", index=False)
    code, out, err = run("forecast", tmp_path / "sales.csv", *QUICK)
    assert (code, out) == (2, "")
    assert f"'sold' are numbers, but 2 are text, such as {text!r}" in err


def test_decimals_of_parquet_are_numbers(run, tmp_path):
    sold = [Decimal(f"{n}.25") for n in range(40)]
    monthly().assign(sold=sold).to_parquet(tmp_path / "sales.parquet")
    _, out, _ = run("info", tmp_path / "sales.parquet")
    assert re.search(r"sold +number +0 +0\.2500 +19\.75", out)


def test_small_numbers_beside_large_ones_are_shown():
    table = pd.DataFrame({"forecast": [1e6, 0.0512, 5e-8, 0.0], "lower": 1e6})
    shown = neat(table, alike=True).split()[2:]
    assert shown[::2] == ["1000000", "0.0512", "5e-08", "0"]


def test_a_column_called_time_stays_beside_year_and_month(run, tmp_path):
    months = pd.date_range("2020", periods=40, freq="MS")
    table = pd.DataFrame({"year": months.year, "month": months.month})
    table.assign(sold=np.arange(40.0), time=np.arange(40) % 3).to_csv(
        tmp_path / "sales.csv", index=False
    )
    code, out, _ = run(
        "forecast", tmp_path / "sales.csv", "--target", "sold", "--past", "time", *QUICK
    )
    assert code == 0
    assert re.search(r"time_ +sold\n2023-05-01", out)
