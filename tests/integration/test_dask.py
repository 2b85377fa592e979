"""DaskTaskRunner on a real cluster of this machine."""

from __future__ import annotations

from typing import Any

import pytest

from prefect import flow, tags
from prefect.exceptions import PrefectImportError
from prefect.task_runners import DaskTaskRunner, RayTaskRunner
from tests.integration.programs.process_tasks import (
    Plain,
    double,
    double_in_a_subtask,
    double_later,
    fails,
    is_killed,
    whereabouts,
)

CLUSTER = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}


@pytest.mark.needs("dask")
def test_tasks_run_on_a_dask_cluster_as_they_do_in_a_pool_of_processes() -> None:
    """Context, dependencies, failures, async tasks and killed workers: the same machinery carries them."""
    seen: dict[str, Any] = {}

    @flow(task_runner=DaskTaskRunner(cluster_kwargs=CLUSTER), name="on dask")
    def parent() -> Any:
        with tags("eu"):
            first = whereabouts.submit("one")
        seen["first"] = first.result()
        one = double.submit(1)
        with pytest.raises(Plain, match="plain"):
            fails.submit("plain").result()
        results = double.map([one, 5]).result(), double_later.submit(one).result()
        nested = double_in_a_subtask.submit(1).result()
        killed = is_killed.submit()
        killed.wait()
        return results, nested, killed.state.name, double.submit(3).result()

    assert parent() == (([4, 10], 4), 4, "Crashed", 6)
    assert (seen["first"]["flow"], seen["first"]["tags"]) == ("on dask", ["eu"])


def test_a_cluster_is_named_in_one_way() -> None:
    """An address and options of a new cluster contradict each other; equal options make equal runners."""
    with pytest.raises(ValueError, match="address"):
        DaskTaskRunner(address="tcp://host:8786", cluster_kwargs={"n_workers": 2})
    with pytest.raises(ValueError, match="is a cluster already"):
        DaskTaskRunner(cluster=object(), cluster_kwargs={"n_workers": 2})
    runner = DaskTaskRunner(address="tcp://host:8786")
    assert runner.duplicate() == runner
    assert RayTaskRunner("auto", {"num_cpus": 1}).duplicate() == RayTaskRunner("auto", {"num_cpus": 1})


@pytest.mark.parametrize(("runner", "package"), [(DaskTaskRunner(), "distributed"), (RayTaskRunner(), "ray")])
def test_a_missing_package_is_named(runner: Any, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which extra to install."""
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with runner, pytest.raises(PrefectImportError, match=r"pip install 'prefect\["):
        runner.submit(double, {"number": 1})
