"""Starting processes: what a fork and a new interpreter have in common, how they end, and that nothing is left."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from prefect.runner.launching import groups
from prefect.runner.launching.forks import forking_is_possible
from prefect.runner.launching.orders import LaunchOrder
from prefect.runner.launching.process import LaunchedProcess
from prefect.runner.launching.starting import Launching

pytestmark = [pytest.mark.asyncio, pytest.mark.needs("posix")]

MODULE = "tests.unit.runner.launched_programs"
ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["fork", "interpreter"])
async def launching(request: pytest.FixtureRequest) -> AsyncIterator[Launching]:
    """Both ways to start a process."""
    if request.param == "fork" and not forking_is_possible():
        pytest.skip("this system has no pidfd")
    async with Launching(forks=request.param == "fork") as opened:
        yield opened


def order(*arguments: object, **options: object) -> LaunchOrder:
    """Return an order for one of the programs."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("environment", {})}  # type: ignore[dict-item]
    return LaunchOrder(
        module=MODULE,
        arguments=tuple(map(str, arguments)),
        environment=environment,
        **options,  # type: ignore[arg-type]
    )


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the launcher process find the programs as the tests do."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


async def until_printed(process: LaunchedProcess, text: str) -> str:
    """Return the line that has a text, when it has come."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for line in process.last_lines:
            if text in line:
                return line
        await asyncio.sleep(0.01)
    raise AssertionError(f"{text!r} was never printed, but {process.last_lines}")


async def test_a_process_starts_as_it_was_ordered(
    launching: Launching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the environment, the folder and the arguments that were ordered, no others, and a session of its own."""
    monkeypatch.setenv("TAKEN", "from us")
    lines: list[tuple[str, bool]] = []
    environment = {name: value for name, value in os.environ.items() if name != "TAKEN"} | {"GIVEN": "yes"}
    process = await launching.start(
        LaunchOrder(
            module=MODULE,
            arguments=("report", "a b", "ü"),
            environment=environment,
            cwd=tmp_path,
            on_line=lambda line, is_stderr: lines.append((line, is_stderr)),
        )
    )
    assert await process.wait() == 0, process.last_lines
    assert [line for line, is_stderr in lines if not is_stderr] == [
        f"here {tmp_path}",
        "with yes None",
        "arguments ['a b', 'ü'] alone True threads 1",
        "no end of line",
    ]
    assert ("on stderr", True) in lines
    assert list(process.last_lines).count("on stderr") == 1


async def test_how_a_process_ended_is_told(launching: Launching) -> None:
    """Exit codes, messages and signals are those that a shell would see."""
    expected: list[tuple[tuple[object, ...], int, str | None]] = [
        (("exit", 0), 0, None),
        (("exit", 7), 7, None),
        (("exit", "sorry"), 1, "sorry"),
        (("fail",), 1, "ValueError: as it should"),
        (("die", signal.SIGKILL.value), -signal.SIGKILL, None),
        (("die", signal.SIGTERM.value), -signal.SIGTERM, None),
    ]
    processes = [await launching.start(order(*arguments)) for arguments, _, _ in expected]
    for process, (_, code, said) in zip(processes, expected, strict=True):
        assert await process.wait() == code
        assert said is None or process.last_lines[-1] == said


async def test_what_cannot_be_started_is_an_error(launching: Launching, tmp_path: Path) -> None:
    """A command or a folder that does not exist is told at once, or ends the process with a failure."""
    with pytest.raises(OSError, match="nothing"):
        await launching.start(LaunchOrder(command=("/nothing/of/the/kind",)))
    try:
        process = await launching.start(order("report", cwd=tmp_path / "gone"))
    except OSError:
        return
    assert await process.wait() == 1
    assert "FileNotFoundError" in process.last_lines[-1]


async def test_a_command_of_its_own_is_started(launching: Launching) -> None:
    """Any command can be started in place of a module."""
    process = await launching.start(LaunchOrder(command=("sh", "-c", "echo hello; exit 3")))
    assert await process.wait() == 3
    assert process.last_lines == ("hello",)


async def test_nothing_is_left_of_a_process_that_is_terminated(launching: Launching) -> None:
    """Processes that ignore SIGTERM, and those that have left the group, are gone when it is said so."""
    run_id = uuid4()
    environment = {**os.environ, "PREFECT__FLOW_RUN_ID": str(run_id)}
    process = await launching.start(order("start_others", environment=environment, flow_run_id=run_id))
    line = await until_printed(process, "started")
    family = groups.members(process.pid, run_id)
    while len(family) < 6:  # the shell has to start its own
        await asyncio.sleep(0.01)
        family = groups.members(process.pid, run_id)
    assert {int(pid) for pid in line.split()[1:]} < {member.pid for member in family}
    begun = time.monotonic()
    assert await process.terminate(0.3)
    assert time.monotonic() - begun >= 0.3
    assert not any(groups.is_alive(member) for member in family)
    assert await process.wait() == -signal.SIGKILL


async def test_a_process_that_obeys_is_not_waited_for(launching: Launching) -> None:
    """Termination takes no longer than the process does."""
    process = await launching.start(order("wait_for_the_end"))
    await until_printed(process, "waiting")
    begun = time.monotonic()
    assert await process.terminate(30)
    assert time.monotonic() - begun < 10
    assert await process.wait() == -signal.SIGTERM


async def test_a_process_outlives_who_launched_it_until_its_run_is_anothers(tmp_path: Path) -> None:
    """When nobody looks after it, printing does not fail, and it ends itself once its run is not its own any more."""
    marker, taken = tmp_path / "marker", tmp_path / "taken"
    async with Launching() as launching:
        process = await launching.start(order("outlive", marker, taken))
        await until_printed(process, "printing")
        family = groups.members(process.pid)
        process._close_line()  # pyright: ignore[reportPrivateUsage] - as the end of this process does
        await process._output.finish(0)  # pyright: ignore[reportPrivateUsage] - as above
        await asyncio.sleep(1.5)
        assert any(groups.is_alive(member) for member in family)
        taken.touch()
        async with asyncio.timeout(30):
            assert await process.wait() == -signal.SIGKILL
    assert marker.read_text(encoding="utf-8") == "told to end"


async def test_processes_go_on_without_the_launcher() -> None:
    """When the launcher process dies, what it started goes on, its end is noticed, and a new launcher starts others."""
    if not forking_is_possible():
        pytest.skip("this system has no pidfd")
    async with Launching(forks=True) as launching:
        first = await launching.start(order("wait_for_the_end"))
        await until_printed(first, "waiting")
        launcher = launching.launcher_pid
        assert launcher is not None
        os.kill(launcher, signal.SIGKILL)
        second = await launching.start(order("exit", 5))
        assert await second.wait() == 5
        assert launching.launcher_pid not in {None, launcher}
        assert not first.has_ended
        assert await first.terminate(10)
        assert await first.wait() is None


async def test_a_launcher_that_dies_before_it_answers_starts_nothing_twice() -> None:
    """An order that a dead launcher took is carried out once, by a new interpreter."""
    if not forking_is_possible():
        pytest.skip("this system has no pidfd")
    async with Launching(forks=True) as launching:
        starting = asyncio.create_task(launching.start(order("exit", 6)))
        await asyncio.sleep(0)
        assert launching.launcher_pid is not None
        os.kill(launching.launcher_pid, signal.SIGKILL)
        assert await (await starting).wait() == 6


async def test_what_acts_when_an_interpreter_starts_is_not_forked() -> None:
    """Variables of the interpreter, of the loader and of the C library need a new process."""
    assert LaunchOrder(environment={**os.environ, "A": "b"}).can_be_forked()
    assert LaunchOrder(environment={**os.environ, "PYTHONUNBUFFERED": "1"}).can_be_forked()
    for name in ("PYTHONHASHSEED", "LD_PRELOAD", "MALLOC_ARENA_MAX", "LC_ALL"):
        assert not LaunchOrder(environment={**os.environ, name: "1x"}).can_be_forked()
    assert not LaunchOrder(command=("ls",)).can_be_forked()


async def test_not_more_processes_start_at_once_than_allowed() -> None:
    """The next one is started when the code of the one before begins, or it has ended."""
    async with Launching(forks=False, at_once=1) as launching:
        async with launching.turn() as turn:
            turn.process = await launching.start(order("wait_for_the_end"))
        async with asyncio.timeout(30), launching.turn():
            assert turn.process.started.is_set()
            assert not turn.process.has_ended
        async with asyncio.timeout(30), launching.turn():
            pass  # a turn in which nothing was started is over at once
        assert await turn.process.terminate(5)


async def test_a_line_without_end_is_handed_on_in_parts(launching: Launching) -> None:
    """A process that prints without ends of lines does not fill the memory."""
    process = await launching.start(
        LaunchOrder(command=("sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; echo; echo end"))
    )
    assert await process.wait() == 0, process.last_lines
    assert process.last_lines[-1] == "end"
    assert sum(len(line) for line in process.last_lines[:-1]) == 300_000
