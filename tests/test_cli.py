"""The command line: what it prints, writes and refuses."""

import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from skforecast_lstm.cli import main
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
        ("daily_min_temperatures.csv", [], "1991-01-01"),
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
        "epochs": 4, "n_members": 2, "fill": "ffill", "random_state": 7,
        "time": "month", "target": ["sold"],
    }  # fmt: skip
    path = file(monthly().assign(other=1.0).to_csv(index=False))
    code, _, err = run(
        "forecast", path, *"--horizon 2 --steps 6 --season 3 --architecture cnn "
        "--epochs 4 --members 2 --fill ffill --seed 7 --time month "
        "--target sold".split()
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
    ],
)
def test_wrong_calls_take_one_line(run, file, tmp_path, arguments, said):
    file("", "empty.csv")
    file("a,b\n", "header.csv")
    file("a,b\n1,2\n3,4\n", "two.csv")
    file("a,b\n2020-01-01,x\n2020-01-02,y\n", "text.csv")
    file("a", "notes.txt")
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
