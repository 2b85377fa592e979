"""The runner as an object: what it is called, what it refuses, and how it is told about."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from prefect import flow
from prefect._clock import now
from prefect.backend import get_backend
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import MissingFlowError
from prefect.runner import Runner
from prefect.runner.launching import starting
from prefect.runner.server import perform_health_check, run_count, shutdown
from prefect.settings import temporary_settings
from prefect.store.deployment_runs import DeploymentFlowRunCreate, create_flow_run_from_deployment
from prefect.store.deployments import read_deployment
from prefect.store.flow_runs import read_flow_run

SOURCE = """
from pathlib import Path
from prefect import flow

@flow
def leaves_a_mark(path: str, text: str = "made") -> None:
    Path(path).write_text(text)
"""


@pytest.mark.parametrize(("given", "name"), [("a", "a"), ("etl.py", "etl"), ("", "")])
def test_names(given: str, name: str) -> None:
    """The ending of a file is no part of a name."""
    assert Runner(name=given).name == name
    assert repr(Runner(name=given)) == f"Runner(name={name!r})"


def test_a_runner_without_a_name_gets_one() -> None:
    """Two of them have two names."""
    assert Runner().name.startswith("runner-")
    assert Runner().name != Runner().name


@pytest.mark.parametrize("name", ["a/b", "a%b"])
def test_names_that_cannot_be(name: str) -> None:
    """A name that could not be part of an address is refused."""
    with pytest.raises(ValueError, match="cannot contain '/' or '%'"):
        Runner(name=name)


def test_what_is_not_said_is_as_the_settings_say() -> None:
    """The limit and the frequency are those of the settings; None is no limit."""
    assert (Runner().limit, Runner().query_seconds) == (5, 10)
    with temporary_settings({"runner.process_limit": 7, "runner.poll_frequency": 3}):
        assert (Runner().limit, Runner().query_seconds) == (7, 3)
    assert Runner(limit=None).limit is None
    assert Runner(limit=None).has_slots_available()
    assert not Runner(limit=0).has_slots_available()


def test_what_needs_a_started_runner_says_so() -> None:
    """Stopping one that was not started is an error with words."""
    with pytest.raises(RuntimeError, match="has not yet started"):
        Runner().stop()
    with pytest.raises(RuntimeError, match="has not yet started"):
        Runner().execute_in_background(print)
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(Runner().cancel_all())


def test_a_due_run_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking once executes the runs that are due in processes, and returns when they have ended."""
    monkeypatch.chdir(tmp_path)
    Path("flows.py").write_text(SOURCE, encoding="utf-8")
    runner = Runner(limit=2)
    id_ = runner.add_deployment(RunnerDeployment.from_entrypoint("flows.py:leaves_a_mark", "marks"))
    runs = [_run(id_, {"path": str(tmp_path / f"mark {number}")}) for number in range(3)]
    asyncio.run(runner.start(run_once=True))
    assert [_state(run) for run in runs] == ["Completed"] * 3
    assert [(tmp_path / f"mark {number}").read_text() for number in range(3)] == ["made"] * 3
    assert runner.last_polled is not None
    assert runner.run_count == 0


def test_a_flow_that_no_file_has_is_executed(tmp_path: Path) -> None:
    """A flow that was defined inside a function goes to its process as it is."""
    text = "of the function around"

    @flow
    def inner(path: str) -> None:
        Path(path).write_text(text, encoding="utf-8")

    runner = Runner()
    id_ = runner.add_deployment(RunnerDeployment.from_flow(inner, "inner"))
    run = _run(id_, {"path": str(tmp_path / "mark")})
    asyncio.run(runner.start(run_once=True))
    assert _state(run) == "Completed"
    assert (tmp_path / "mark").read_text() == text


def test_hooks_of_a_flow_that_no_file_has(tmp_path: Path) -> None:
    """They are called as well when its process ends without a word."""
    called = tmp_path / "called"

    def tell(flow: Any, flow_run: Any, state: Any) -> None:
        called.write_text(f"{flow.name} is {state.name}", encoding="utf-8")

    @flow(on_crashed=[tell])
    def falls_over() -> None:
        os._exit(3)

    runner = Runner()
    _run(runner.add_flow(falls_over, name="here"), {})
    asyncio.run(runner.start(run_once=True))
    assert called.read_text(encoding="utf-8") == "falls-over is Crashed"


def test_one_run_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run can be executed by its id: with an entrypoint, or a command; the process has its exit code."""
    monkeypatch.chdir(tmp_path)
    Path("flows.py").write_text(SOURCE, encoding="utf-8")
    id_ = RunnerDeployment.from_entrypoint("flows.py:leaves_a_mark", "marks").apply()
    run, other, wrong = (_run(id_, {"path": str(tmp_path / name)}) for name in ("one", "other", "wrong"))

    async def execute() -> list[int | None]:
        async with Runner() as runner:
            ended = [
                await runner.execute_flow_run(run, entrypoint="flows.py:leaves_a_mark"),
                await runner.execute_flow_run(other, command=f"{sys.executable} -m prefect flow-run execute"),
                await runner.execute_flow_run(wrong, command="sh -c 'echo no good; exit 4'"),
            ]
            assert await runner.execute_flow_run(run, entrypoint="flows.py:leaves_a_mark") is None
            return [process.returncode if process else None for process in ended]

    assert asyncio.run(execute()) == [0, 0, 4]
    assert (tmp_path / "one").exists()
    assert (tmp_path / "other").exists()
    assert _state(run) == _state(other) == "Completed"
    crashed = get_backend().perform(read_flow_run, wrong).result().state
    assert crashed is not None
    assert crashed.message == "The process of the flow run ended with exit code 4. Its last lines:\nno good"


def test_a_run_that_cannot_be_started_does_not_wait_for_ever(tmp_path: Path) -> None:
    """What is in the way is told in the state of the run, which has crashed."""
    file = tmp_path / "flows.py"
    file.write_text(SOURCE, encoding="utf-8")
    id_ = RunnerDeployment.from_entrypoint(f"{file}:leaves_a_mark", "marks").apply()
    run = _run(id_, {"path": "x"})

    async def execute() -> None:
        async with Runner() as runner:
            assert await runner.execute_flow_run(run, command="/no/such/command") is None

    asyncio.run(execute())
    state = get_backend().perform(read_flow_run, run).result().state
    assert state is not None
    assert state.is_crashed()
    assert "could not be started" in str(state.message)


def test_functions_can_be_called_beside_the_runs() -> None:
    """Both kinds of functions are called in the loop of the runner."""

    async def double(number: int) -> int:
        return 2 * number

    async def call() -> list[Any]:
        async with Runner() as runner:
            called = [runner.execute_in_background(double, 3), runner.execute_in_background(len, "four")]
            return [await asyncio.wrap_future(each) for each in called]

    assert asyncio.run(call()) == [6, 4]


def test_how_a_runner_is_told() -> None:
    """It is well while it looks for runs; its runs are counted; it can be stopped."""
    runner = Runner(query_seconds=10)
    health = perform_health_check(runner)
    assert health() == (200, {"message": "OK"})
    runner.last_polled = now() - timedelta(seconds=19)
    assert health() == (200, {"message": "OK"})
    runner.last_polled = now() - timedelta(seconds=21)
    assert health()[0] == 503
    assert perform_health_check(runner, delay_threshold=60)()[0] == 200
    assert run_count(runner)() == 0
    with pytest.raises(RuntimeError, match="not yet started"):
        shutdown(runner)()


def test_forking_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """PREFECT__LAUNCH_BY_FORK=0 gives each run a new interpreter."""
    monkeypatch.setenv("PREFECT__LAUNCH_BY_FORK", "0")
    assert not starting.forking_is_possible()


def test_runs_of_others_are_refused(tmp_path: Path) -> None:
    """A run of a deployment that is not served here has no process."""
    file = tmp_path / "flows.py"
    file.write_text(SOURCE, encoding="utf-8")
    id_ = RunnerDeployment.from_entrypoint(f"{file}:leaves_a_mark", "marks").apply()
    run = get_backend().perform(read_flow_run, _run(id_, {"path": "x"})).result()
    served = Runner()._served  # pyright: ignore[reportPrivateUsage] - what it hands out is what counts
    with pytest.raises(MissingFlowError, match="not served here"):
        asyncio.run(served.order(run))


def _run(deployment_id: Any, parameters: dict[str, Any]) -> Any:
    wanted = DeploymentFlowRunCreate(parameters=parameters)
    return get_backend().perform(create_flow_run_from_deployment, deployment_id, wanted).result().id


def _state(flow_run_id: Any) -> str | None:
    return get_backend().perform(read_flow_run, flow_run_id).result().state_name


def test_schedules_rest_while_nobody_serves(tmp_path: Path) -> None:
    """They are paused when serving ends, if that is wanted, and go on when it begins; what was paused stays paused."""
    file = tmp_path / "flows.py"
    file.write_text(SOURCE, encoding="utf-8")

    def serve(name: str, *, pause: bool, **options: Any) -> list[bool]:
        runner = Runner(pause_on_shutdown=pause)
        id_ = runner.add_deployment(
            RunnerDeployment.from_entrypoint(f"{file}:leaves_a_mark", name, cron="0 0 1 1 *", **options)
        )
        seen: list[bool] = []

        async def watch() -> None:
            serving = asyncio.create_task(runner.start())
            async with asyncio.timeout(30):
                while runner.last_polled is None:  # noqa: ASYNC110 - the runner has no event for it
                    await asyncio.sleep(0.01)
            seen.append(get_backend().perform(read_deployment, id_).result().paused)
            await runner.astop()
            await serving

        asyncio.run(watch())
        return [*seen, get_backend().perform(read_deployment, id_).result().paused]

    assert serve("a", pause=True) == [False, True]
    assert serve("a", pause=True) == [False, True]
    assert serve("a", pause=False) == [False, False]
    assert serve("b", pause=True, paused=True) == [True, True]
