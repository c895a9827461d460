"""save and load: bit-equal, in another process too; nothing foreign is read."""

import io
import json
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Lasso, LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

import skforecast_lstm as sl
from skforecast_lstm import LSTMForecaster, PerFeature, SlidingWindow
from skforecast_lstm.transformers import Flatten

NET = {"units": 2, "epochs": 1, "random_state": 0}


@pytest.fixture(autouse=True)
def no_xla(monkeypatch):
    """Compiling takes longer than all the rest here."""
    monkeypatch.setattr(sl.VanillaLSTMRegressor, "_use_xla", lambda self: False)
    for name in ("Stacked", "Bidirectional", "CNN", "ConvLSTM", "EncoderDecoder"):
        own = getattr(sl, f"{name.removesuffix('LSTM')}LSTMRegressor")
        monkeypatch.setattr(own, "_use_xla", lambda self: False)


def history(n=60, **index):
    values = np.sin(np.arange(n)) + np.random.default_rng(0).normal(size=n)
    return pd.Series(values, pd.date_range("2024", periods=n, **index), name="v")


def again(forecaster, folder, **options):
    forecaster.save(folder / "f.zip", **options)
    return LSTMForecaster.load(folder / "f.zip", **options)


def own_half(values):
    return values.fillna(0.5)


# ---- what comes back is the same
@pytest.mark.parametrize(
    "regressor",
    [
        Ridge(),
        make_pipeline(SlidingWindow(3), PerFeature(RobustScaler()), Flatten(), Ridge()),
        make_pipeline(MinMaxScaler(), LinearRegression()),
        sl.VanillaLSTMRegressor(**NET, normalization="standard", dropout=0.1),
        sl.StackedLSTMRegressor(**{**NET, "units": (2, 2)}),
        sl.BidirectionalLSTMRegressor(**NET, quantiles=(0.1, 0.5, 0.9)),
        sl.CNNLSTMRegressor(**NET, n_subsequences=2),
        sl.ConvLSTMRegressor(**NET, n_subsequences=2),
        sl.EncoderDecoderLSTMRegressor(**NET, normalization="mean"),
        make_pipeline(PerFeature(StandardScaler()), sl.VanillaLSTMRegressor(**NET)),
    ],
    ids=lambda r: type(r[-1] if hasattr(r, "steps") else r).__name__,
)
def test_regressors_come_back(regressor, tmp_path):
    model = LSTMForecaster(regressor, horizon=2, n_steps=6).fit(history())
    model.predict_interval()
    model.backtest_ = "dropped"
    same = again(model, tmp_path)
    pd.testing.assert_series_equal(same.predict(5), model.predict(5), check_exact=True)
    assert "calibration_" in vars(same)
    pd.testing.assert_frame_equal(
        same.predict_interval(), model.predict_interval(), check_exact=True
    )
    pd.testing.assert_series_equal(
        same.predict(data=history()[:20]),
        model.predict(data=history()[:20]),
        check_exact=True,
    )
    assert not hasattr(same, "backtest_")
    assert repr(same) == repr(model)
    refitted = same.fit(history(), None).predict()
    pd.testing.assert_series_equal(refitted, model.predict(), check_exact=True)


def test_default_and_members_come_back(tmp_path):
    model = LSTMForecaster(horizon=3, epochs=1, n_members=2, random_state=0, n_steps=6)
    model.fit(history())
    same = again(model, tmp_path)
    pd.testing.assert_series_equal(same.predict(), model.predict(), check_exact=True)
    before, after = (m.estimator_.members_[1] for m in (model, same))
    for part in ("weights_", "optimizer_values_"):
        pairs = zip(getattr(before, part), getattr(after, part), strict=True)
        assert all(np.array_equal(*pair) for pair in pairs)


def test_parameters_set_after_a_fit_do_not_change_what_is_saved(tmp_path):
    model = LSTMForecaster(horizon=2, epochs=1, n_members=1, random_state=0, n_steps=6)
    expected = model.fit(history()).predict()
    model.estimator_.members_[0].set_params(units=5)
    same = again(model, tmp_path)
    pd.testing.assert_series_equal(same.predict(), expected, check_exact=True)


@pytest.mark.parametrize("name", [lambda k: f"s{k}", lambda k: k, lambda k: k / 2])
def test_panel_comes_back(name, tmp_path):
    data = pd.concat(
        [
            history(40 + k).rename_axis("t").reset_index().assign(id=name(k))
            for k in (0, 5)
        ]
    )
    model = LSTMForecaster(
        Ridge(), horizon=2, n_steps=4, group="id", time="t", freq=pd.offsets.Day()
    ).fit(data)
    pd.testing.assert_frame_equal(
        again(model, tmp_path).predict(), model.predict(), check_exact=True
    )


@pytest.mark.parametrize(
    "times",
    [
        pd.date_range("2024", periods=60, freq="h", tz="Europe/Berlin"),
        pd.date_range("2024", periods=60, freq="W-WED", unit="s"),
        pd.date_range("2024", periods=60, freq="h", tz="+05:30"),
        pd.period_range("2024", periods=60, freq="Q-NOV"),
        pd.RangeIndex(3, 183, 3),
    ],
    ids=["zone", "week", "offset", "quarter", "number"],
)
def test_times_come_back(times, tmp_path):
    model = LSTMForecaster(Ridge(), horizon=2, n_steps=4)
    model.fit(pd.DataFrame({0: history().to_numpy(), ("a", 1): 1.0}, times))
    same = again(model, tmp_path)
    pd.testing.assert_frame_equal(same.predict(), model.predict(), check_exact=True)
    pd.testing.assert_frame_equal(same.history_.frame, model.history_.frame)


def test_same_in_another_process(tmp_path):
    net = sl.VanillaLSTMRegressor(**NET)
    model = LSTMForecaster(net, horizon=3, n_steps=6).fit(history())
    model.save(tmp_path / "f.zip")
    code = (
        "import sys; from skforecast_lstm import LSTMForecaster\n"
        "values = LSTMForecaster.load(sys.argv[1]).predict().to_numpy()\n"
        "print(values.tobytes().hex())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "f.zip")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.strip() == model.predict().to_numpy().tobytes().hex()


# ---- trust
def test_classes_and_functions_from_outside_need_trust(tmp_path):
    model = LSTMForecaster(Lasso(0.01), horizon=2, n_steps=4, fill=own_half)
    model.fit(history())
    path = tmp_path / "f.zip"
    with pytest.raises(ValueError, match=r"linear_model.*Lasso.*trusted=\[Lasso\]"):
        model.save(path, trusted=[own_half])
    with pytest.raises(ValueError, match=r"fill: .*own_half.*trusted=\[own_half\]"):
        model.save(path, trusted=[Lasso])
    assert not path.exists()
    same = again(model, tmp_path, trusted=[own_half, Lasso])
    pd.testing.assert_series_equal(same.predict(), model.predict(), check_exact=True)
    assert same.fill is own_half
    with pytest.raises(ValueError, match=r"Lasso, which is not trusted"):
        LSTMForecaster.load(path, trusted=[own_half])


def test_what_cannot_be_written_is_named(tmp_path):
    for regressor in (
        RandomForestRegressor(2),
        sl.VanillaLSTMRegressor(**{**NET, "random_state": np.random.RandomState(0)}),
    ):
        model = LSTMForecaster(regressor, n_steps=4).fit(history())
        with pytest.raises(
            ValueError, match=r"save can't write .*(trusted|random_state=0)"
        ):
            model.save(tmp_path / "f.zip")
    with pytest.raises(ValueError, match="not fitted"):
        LSTMForecaster(Ridge()).save(tmp_path / "f.zip")


# ---- damaged and foreign files
@pytest.fixture
def saved(tmp_path):
    model = LSTMForecaster(Ridge(), horizon=2, n_steps=4).fit(history())
    model.save(tmp_path / "f.zip")
    return tmp_path / "f.zip"


def rewritten(path, change):
    """Replace parts of the zip; ``change`` gets a dict of its parts."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_truncated_file(saved, share):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ValueError, match=r"f\.zip is damaged"):
        LSTMForecaster.load(saved)


def test_flipped_bytes_never_load_as_something_else(saved):
    content, expected = saved.read_bytes(), LSTMForecaster.load(saved).predict()
    for place in range(40, len(content), 97):
        saved.write_bytes(
            content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        )
        try:
            forecast = LSTMForecaster.load(saved).predict()
        except ValueError:
            continue
        pd.testing.assert_series_equal(forecast, expected)  # a time stamp of the zip


@pytest.mark.parametrize("mask", [0x01, 0x55, 0x80])
def test_damaged_directory_of_the_zip(saved, mask):
    content, refused = saved.read_bytes(), 0
    end = content.rindex(b"PK\5\6")
    for place in [*range(content.index(b"PK\1\2"), end + 22), *range(30)]:
        damaged = bytearray(content)
        damaged[place] ^= mask
        saved.write_bytes(damaged)
        try:
            LSTMForecaster.load(saved)
        except ValueError:
            refused += 1
    assert refused > 50  # the others are time stamps and the like


def test_foreign_files(saved, tmp_path):
    text = tmp_path / "text.zip"
    text.write_text("date,value\n2024-01-01,3\n")
    with pytest.raises(ValueError, match=r"text\.zip is damaged, or no file that save"):
        LSTMForecaster.load(text)
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("readme.txt", "hello")
    with pytest.raises(ValueError, match="no file that save wrote"):
        LSTMForecaster.load(other)
    with pytest.raises(FileNotFoundError):
        LSTMForecaster.load(tmp_path / "none.zip")
    pickled = tmp_path / "model.pkl"
    pickled.write_bytes(pickle.dumps(Ridge()))
    with pytest.raises(ValueError, match="no file that save wrote"):
        LSTMForecaster.load(pickled)


def test_changed_version(saved):
    def change(parts):
        head = json.loads(parts["forecaster.json"])
        parts["forecaster.json"] = json.dumps(head | {"format_version": 2})

    rewritten(saved, change)
    with pytest.raises(ValueError, match=r"format version 2, but .* reads 1"):
        LSTMForecaster.load(saved)


class Bomb:
    def __reduce__(self):
        return exec, ("import builtins; builtins.exploded = True",)


def test_a_pickle_inside_is_not_run(saved):
    import builtins

    def hide(parts):
        arrays = io.BytesIO()
        with np.load(io.BytesIO(parts["arrays.npz"])) as stored:
            kept = dict(stored)
        bomb = np.empty(1, dtype=object)
        bomb[0] = Bomb()
        np.savez(arrays, **(kept | {next(iter(kept)): bomb}))
        parts["arrays.npz"] = arrays.getvalue()

    content = saved.read_bytes()
    rewritten(saved, hide)
    with pytest.raises(ValueError, match=r"is damaged: .*allow_pickle"):
        LSTMForecaster.load(saved)
    saved.write_bytes(content)
    rewritten(saved, lambda parts: parts.update({"x.pkl": pickle.dumps(Bomb())}))
    with pytest.raises(ValueError, match=r"holds too much: \['x.pkl'\]"):
        LSTMForecaster.load(saved)
    assert not hasattr(builtins, "exploded")


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "subprocess.Popen"])
def test_a_file_cannot_name_other_classes(saved, name):
    def change(parts):
        head = json.loads(parts["forecaster.json"])
        head["state"]["estimator_"]["class"] = name
        parts["forecaster.json"] = json.dumps(head)

    rewritten(saved, change)
    with pytest.raises(ValueError, match=f"needs {name}, which is not trusted"):
        LSTMForecaster.load(saved)
