"""The guides do what they say."""

import doctest
import runpy
from pathlib import Path

import joblib
import pytest
from pandas.testing import assert_frame_equal

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("name", ["guide_forecaster.md"])
def test_examples_run(name):
    failures, tried = doctest.testfile(
        str(DOCS / name),
        module_relative=False,
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )
    assert tried > 10
    assert failures == 0


def test_one_network_for_a_hundred_short_series():
    example = runpy.run_path(str(DOCS / "examples" / "many_series.py"))
    network, seasonal_naive = example["errors"]()
    assert network < 0.7 * seasonal_naive


@pytest.mark.parametrize("job", ["search", "backtest", "by_group"])
def test_a_cluster_gives_the_same(job):
    distributed = pytest.importorskip("distributed")
    work = runpy.run_path(str(DOCS / "examples" / "cluster.py"))[job]
    wanted = work(epochs=2)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0"
    )
    with cluster, distributed.Client(cluster), joblib.parallel_backend("dask"):
        found = work(n_jobs=-1, epochs=2)
    if job == "backtest":
        assert_frame_equal(found, wanted)
    elif job == "by_group":
        assert list(found) == list(wanted)
        for name, forecast in wanted.items():
            assert_frame_equal(found[name], forecast)
    else:
        assert found == wanted
