"""`prefect.utilities.processutils`: commands as processes, their output, their signals."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from prefect.utilities.processutils import (
    command_from_string,
    command_to_string,
    forward_signal_handler,
    get_sys_executable,
    open_process,
    run_process,
    sanitize_subprocess_env,
)

SAYS = [sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"]


@pytest.mark.skipif(sys.platform == "win32", reason="the quotes of another system")
def test_a_command_as_one_line() -> None:
    """The words of a command become one line and the same words again."""
    words = ["echo", "a b", "it's"]
    assert command_from_string(command_to_string(words)) == words
    assert get_sys_executable() == sys.executable


def test_variables_without_a_value_are_left_out() -> None:
    """A variable that is None is left out, and unset where it is to be unset."""
    environment = {"A": "x", "B": "y"}
    assert sanitize_subprocess_env({"A": None, "C": "1"}, remove_from=environment) == {"C": "1"}
    assert environment == {"B": "y"}
    assert sanitize_subprocess_env(None) == {}


async def test_a_command_runs_to_its_end() -> None:
    """A command ends with its exit code, and its output goes where it is sent."""
    out, err = io.StringIO(), io.StringIO()
    process = await run_process(SAYS, stream_output=(out, err))
    assert process.returncode == 3
    assert out.getvalue().split() == ["out"]
    assert err.getvalue().split() == ["err"]


async def test_output_goes_to_files(tmp_path: Path) -> None:
    """The output of a command can be written to a file by the event loop; what has no place is dropped."""
    async with await anyio.open_file(tmp_path / "out.txt", "w") as out:
        await run_process(SAYS, stream_output=(out, None))
    assert (tmp_path / "out.txt").read_text().split() == ["out"]


async def test_output_of_the_process_itself(capfd: pytest.CaptureFixture[str]) -> None:
    """The output of a command is written where this process writes, or dropped."""
    await run_process(SAYS)
    assert capfd.readouterr() == ("", "")
    await run_process(SAYS, stream_output=True)
    assert "out" in capfd.readouterr().out


async def test_the_id_is_told_when_it_has_begun() -> None:
    """Who starts a command in a group learns its process id, or what it asks for, before the command has ended."""
    async with anyio.create_task_group() as group:
        pid = await group.start(lambda task_status: run_process(SAYS, task_status=task_status))
        assert isinstance(pid, int)

        async def own(*, task_status: anyio.abc.TaskStatus[str]) -> None:
            await run_process(
                SAYS, task_status=task_status, task_status_handler=lambda process: f"number {process.pid}"
            )

        assert str(await group.start(own)).startswith("number ")


async def test_what_still_runs_is_ended() -> None:
    """A process that still runs at the end of the block is terminated."""
    async with open_process([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        assert process.returncode is None
    assert process.returncode not in {None, 0}


async def test_a_command_is_a_list() -> None:
    """A command that is one text is refused, since it would be taken for a name of a program."""
    with pytest.raises(TypeError, match="must be a list"):
        async with open_process("echo hello"):  # pyright: ignore[reportArgumentType] - that is what is refused
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="there are other signals")
def test_signals_are_passed_on() -> None:
    """A signal to this process reaches the other one: the first time one signal, from then on the last."""
    told: list[str] = []
    before = signal.getsignal(signal.SIGUSR1)
    child = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, lambda *_: os.write(1, b'int\\n'))\n"
        "os.write(1, b'up\\n')\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        try:
            forward_signal_handler(
                process.pid,
                signal.SIGUSR1,
                signal.SIGINT,
                signal.SIGKILL,
                process_name="the child",
                print_fn=told.append,
            )
            os.kill(os.getpid(), signal.SIGUSR1)
            assert process.stdout.readline() == "int\n"
            os.kill(os.getpid(), signal.SIGUSR1)
            assert process.wait(30) == -signal.SIGKILL
        finally:
            signal.signal(signal.SIGUSR1, before)
            process.kill()
    assert told == [
        f"Received SIGUSR1. Sending SIGINT to the child (PID {process.pid})...",
        f"Received SIGUSR1. Sending SIGKILL to the child (PID {process.pid})...",
    ]
