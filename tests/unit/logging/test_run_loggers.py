"""What user code calls: loggers of runs, prints, silence."""

from __future__ import annotations

import builtins
import io
import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from prefect.exceptions import MissingContextError
from prefect.logging import disable_run_logger, get_logger, get_run_logger
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import (
    LogEavesdropper,
    adapter_for,
    disable_logger,
    flow_run_logger,
    get_worker_logger,
    task_run_logger,
)
from prefect.logging.prints import patch_print
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.task_runs import TaskRun
from prefect.settings import Settings
from tests.unit.logging.building import Inside, Line, scope

# --- loggers -----------------------------------------------------------------------------------------------------


def test_lines_go_to_the_record_of_their_run(lines: list[Line]) -> None:
    """A line of `get_run_logger` is recorded with its level, its run and its moment."""
    with Inside(scope(lines)):
        get_run_logger().warning("%s rows", 5)
    (line,) = lines
    assert (line.name, line.level, line.message) == ("prefect.flow_runs", logging.WARNING, "5 rows")
    assert (line.flow_run_id, line.task_run_id) == (UUID(int=1), None)
    assert line.moment.utcoffset() is not None


def test_lines_of_a_task_name_task_and_flow_run(lines: list[Line]) -> None:
    """In a task run the line belongs to the task run and to the flow run around it."""
    inside = scope(lines)._replace(task_run_id=UUID(int=9), task_run_name="t", task_name="T")
    with Inside(inside):
        get_run_logger().info("x")
    assert (lines[0].name, lines[0].flow_run_id, lines[0].task_run_id) == (
        "prefect.task_runs", UUID(int=1), UUID(int=9),
    )  # fmt: skip


def test_a_library_that_is_named_in_the_settings_is_recorded(lines: list[Line]) -> None:
    """Lines of an extra logger, from the set level on, belong to the run in which they were written."""
    with Inside(scope(lines)):
        logging.getLogger("their.library.part").info("theirs")
        logging.getLogger("another").error("not asked for")
    assert [line.message for line in lines] == ["theirs"]


def test_a_logger_remembers_its_run(lines: list[Line]) -> None:
    """A logger that is handed to a thread writes for the run from which it was taken."""
    with Inside(scope(lines)):
        logger = get_run_logger()
    thread = threading.Thread(target=lambda: logger.info("from a thread"))
    thread.start()
    thread.join()
    assert lines[0].flow_run_id == UUID(int=1)


def test_lines_below_the_level_are_not_recorded(lines: list[Line]) -> None:
    """The level of the settings counts for the record too."""
    ensure_logging_setup(Settings(logging={"level": "ERROR"}))
    with Inside(scope(lines)):
        get_run_logger().warning("too low")
        get_run_logger().error("recorded")
    assert [line.message for line in lines] == ["recorded"]


def test_a_line_can_stay_off_the_record(lines: list[Line]) -> None:
    """`extra={"send_to_api": False}` keeps a line on the console."""
    with Inside(scope(lines)):
        get_run_logger().info("secret", extra={"send_to_api": False})
        get_run_logger().info("open", extra={"mine": 1})
    assert [line.message for line in lines] == ["open"]


def test_an_exception_is_recorded_with_its_traceback(lines: list[Line]) -> None:
    """`logger.exception` records what led to it."""
    with Inside(scope(lines)):
        try:
            raise KeyError("missing")
        except KeyError:
            get_run_logger().exception("failed")
    assert lines[0].message.startswith("failed\nTraceback")
    assert "KeyError: 'missing'" in lines[0].message


def test_a_line_that_cannot_be_made_does_not_end_the_run(
    lines: list[Line], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake in a logging call is told on the console as Python does it, not recorded, and the code goes on."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest's raise
    with Inside(scope(lines, log_prints=True)), patch_print():
        get_run_logger().info("%d rows", "many")
        get_run_logger().info("next")
    assert [line.message for line in lines] == ["next"]
    assert "Logging error" in capsys.readouterr().err


def test_fields_of_a_call_win_over_those_of_the_logger(lines: list[Line]) -> None:
    """Every line carries its run's fields; what a call gives stands beside them or in their place."""
    seen: list[Any] = []

    class Seeing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append((record.__dict__["flow_run_name"], record.__dict__["mine"]))

    handler = Seeing()
    logging.getLogger("prefect.flow_runs").addHandler(handler)
    try:
        adapter = adapter_for(scope(lines), mine="mine")
        adapter.info("a")
        adapter.info("b", extra={"mine": "yours"})
        adapter.getChild("part").info("c")
    finally:
        logging.getLogger("prefect.flow_runs").removeHandler(handler)
    assert seen == [("run 1", "mine"), ("run 1", "yours"), ("run 1", "mine")]


def test_outside_of_a_run_there_is_no_run_logger() -> None:
    """The error says so; `get_logger` is for such code."""
    with pytest.raises(MissingContextError, match="get_run_logger"):
        get_run_logger()
    assert get_logger("mine").name == "prefect.mine"
    assert get_logger("prefect.mine") is get_logger("mine")
    assert get_logger().name == "prefect"


# --- switched off ------------------------------------------------------------------------------------------------


def test_run_loggers_can_be_silenced(lines: list[Line]) -> None:
    """In a test of a task's function `get_run_logger` works without a run, and says nothing."""
    with disable_run_logger():
        get_run_logger().error("nobody hears this")
        logging.getLogger("prefect.task_runs").error("nor this")
        with disable_run_logger():
            get_run_logger().error("nor this")
        get_run_logger().error("nor this")
    with Inside(scope(lines)):
        get_run_logger().info("heard")
    assert [line.message for line in lines] == ["heard"]
    with pytest.raises(MissingContextError):
        get_run_logger()


def test_silence_ends_when_the_last_block_ends() -> None:
    """Blocks that overlap, as in two threads, leave the loggers as they were."""
    first, second = disable_run_logger(), disable_run_logger()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    get_run_logger().info("still silent")
    second.__exit__(None, None, None)
    with pytest.raises(MissingContextError):
        get_run_logger()


def test_a_logger_can_be_silenced_by_name() -> None:
    """Inside the block the logger says nothing, afterwards it does, also when the block failed."""
    with LogEavesdropper("noisy", level=logging.INFO) as heard:
        logging.getLogger("noisy").setLevel(logging.INFO)
        with suppress(KeyError), disable_logger("noisy"):
            logging.getLogger("noisy").error("inside")
            raise KeyError
        logging.getLogger("noisy").error("after")
    logging.getLogger("noisy").error("when nobody listens")
    assert heard.text() == "[ERROR]: after"


# --- runs that do not run here -----------------------------------------------------------------------------------


def fields(logger: Any) -> dict[str, Any]:
    """Return what each line of a logger carries."""
    return {name: value for name, value in logger.extra.items() if name != "run_scope"}


def test_a_line_can_be_written_for_another_flow_run() -> None:
    """`flow_run_logger` names the flow run and the flow; it needs the run or its id."""
    run = FlowRun(id=UUID(int=2), name="fr", flow_id=UUID(int=3))
    expected = {"flow_run_id": str(UUID(int=2)), "flow_run_name": "fr", "flow_name": "<unknown>", "x": 1}
    assert fields(flow_run_logger(run, x=1)) == expected
    by_id = flow_run_logger(flow_run_id=UUID(int=2))
    assert fields(by_id) == {
        **dict.fromkeys(("flow_run_name", "flow_name"), "<unknown>"),
        "flow_run_id": str(UUID(int=2)),
    }
    assert by_id.logger.name == "prefect.flow_runs"
    with pytest.raises(ValueError, match="flow_run_id"):
        flow_run_logger()


def test_a_line_can_be_written_for_another_task_run() -> None:
    """`task_run_logger` names the task run, and what is known around it."""
    run = TaskRun(id=UUID(int=1), name="tr", flow_run_id=UUID(int=2), task_key="k", dynamic_key="0")
    assert fields(task_run_logger(run)) == {
        "task_run_id": str(UUID(int=1)), "task_run_name": "tr", "task_name": "<unknown>",
        "flow_run_id": str(UUID(int=2)), "flow_run_name": "<unknown>", "flow_name": "<unknown>",
    }  # fmt: skip


def test_lines_of_another_run_are_recorded(lines: list[Line]) -> None:
    """Inside of a run, a line of another run's logger is recorded with that other run."""
    with Inside(scope(lines)):
        flow_run_logger(flow_run_id=UUID(int=7)).info("about another")
    assert [(line.message, line.flow_run_id) for line in lines] == [("about another", UUID(int=7))]


class Worker:
    """A worker as far as its logger asks."""

    type = "process"
    name = "My Worker"
    backend_id: UUID | None = None


def test_a_worker_has_a_logger_of_its_name() -> None:
    """The logger names the worker; once the worker is known to a server, its lines carry that id."""
    worker = Worker()
    assert get_worker_logger(worker) is logging.getLogger("prefect.workers.process.my worker")
    assert get_worker_logger(worker, "mine") is logging.getLogger("prefect.mine")
    worker.backend_id = UUID(int=5)
    logger: Any = get_worker_logger(worker)
    assert (logger.logger.name, logger.extra) == (
        "prefect.workers.process.my worker", {"worker_id": str(UUID(int=5))},
    )  # fmt: skip


# --- prints ------------------------------------------------------------------------------------------------------


def test_prints_go_to_the_log_of_a_run_that_wants_them(
    lines: list[Line], capsys: pytest.CaptureFixture[str]
) -> None:
    """With log_prints what is printed is a line of the run, on stderr too; other files and runs are left alone."""
    other = io.StringIO()
    with patch_print():
        with Inside(scope(lines, log_prints=True)):
            print("one", 2, sep="-", end="!\n")
            print("to stderr", file=sys.stderr)
            print("to a file", file=other)
        with Inside(scope(lines, 2)):
            print("does not want it")
    assert [line.message for line in lines] == ["one-2!", "to stderr"]
    assert other.getvalue() == "to a file\n"
    assert capsys.readouterr().out == "does not want it\n"


def test_print_is_itself_again_after_the_last_run() -> None:
    """Runs that overlap in any order give `print` back when the last one ends, also when one fails."""
    before = builtins.print
    first, second = patch_print(), patch_print()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert builtins.print is not before
    assert second.__exit__(KeyError, KeyError(), None) is not True
    assert builtins.print is before


def test_threads_print_each_to_its_own_run(lines: list[Line]) -> None:
    """Runs in threads print at the same time, and each line is recorded with the run that printed it."""
    before = builtins.print

    def run(number: int) -> None:
        with patch_print(), Inside(scope(lines, number, log_prints=True)):
            for _ in range(20):
                print(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(1, 33)))
    assert builtins.print is before
    assert len(lines) == 32 * 20
    assert {(line.message, line.flow_run_id) for line in lines} == {
        (str(n), UUID(int=n)) for n in range(1, 33)
    }
