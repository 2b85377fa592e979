from __future__ import annotations

import builtins
import io
import logging
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from prefect.exceptions import MissingContextError
from prefect.logging import disable_run_logger, get_logger, get_run_logger
from prefect.logging.configuration import setup_logging
from prefect.logging.handlers import ConsoleHandler, RecordingHandler
from prefect.logging.loggers import LogEavesdropper, adapter_for, disable_logger
from prefect.logging.prints import patch_print
from prefect.logging.run_scope import RunScope, current_scope
from prefect.settings.models.logging import LoggingSettings


class Line(NamedTuple):
    """A recorded line."""

    name: str
    level: int
    message: str
    moment: datetime
    flow_run_id: UUID | None
    task_run_id: UUID | None


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    """What is recorded; the logging of a program is set up as for a run."""
    setup_logging(LoggingSettings(level="DEBUG", extra_loggers=["their.library"]))
    yield []
    setup_logging(LoggingSettings())


def scope(lines: list[Line], number: int = 1, *, log_prints: bool = False) -> RunScope:
    """Return the scope of flow run number so-and-so, whose lines are kept in the list."""
    return RunScope(
        lambda *line: lines.append(Line(*line)), log_prints, UUID(int=number), f"run {number}", "Load"
    )


class Inside:
    """The context of a run."""

    def __init__(self, scope: RunScope) -> None:
        self._scope = scope

    def __enter__(self) -> None:
        self._token = current_scope.set(self._scope)

    def __exit__(self, *_: object) -> None:
        current_scope.reset(self._token)


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
    """Lines of an extra logger belong to the run in which they were written; outside of one they are not recorded."""
    with Inside(scope(lines)):
        logging.getLogger("their.library.part").error("theirs")
        logging.getLogger("another").error("not asked for")
    logging.getLogger("their.library").error("outside")
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
    setup_logging(LoggingSettings(level="ERROR"))
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
    """A mistake in a logging call is told on the console as Python does it, and the code goes on."""
    logger = logging.getLogger("prefect")
    monkeypatch.setattr(
        logger, "handlers", [h for h in logger.handlers if type(h) in ours("prefect")]
    )  # pytest's raises
    with Inside(scope(lines)):
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


# --- set-up ------------------------------------------------------------------------------------------------------


def ours(name: str) -> list[type]:
    """Return the kinds of our handlers on a logger."""
    return [
        type(h) for h in logging.getLogger(name).handlers if isinstance(h, (ConsoleHandler, RecordingHandler))
    ]


def test_setting_up_again_adds_nothing(lines: list[Line]) -> None:
    """However often logging is set up, a line is written once; handlers of the program's own stay."""
    mine = logging.NullHandler()
    logging.getLogger("prefect").addHandler(mine)
    try:
        for level in ("INFO", "DEBUG", "INFO"):
            setup_logging(LoggingSettings(level=level))
        assert ours("prefect") == [ConsoleHandler, RecordingHandler]
        assert mine in logging.getLogger("prefect").handlers
    finally:
        logging.getLogger("prefect").removeHandler(mine)


def test_recording_can_be_switched_off(lines: list[Line]) -> None:
    """Then lines go to the console only."""
    setup_logging(LoggingSettings(to_api_enabled=False))
    assert ours("prefect") == [ConsoleHandler]
    with Inside(scope(lines)):
        get_run_logger().info("x")
    assert lines == []


def test_the_console_is_the_stream_of_the_moment(lines: list[Line], monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook or test that replaces stderr gets the lines, without colours, naming their run."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Inside(scope(lines)):
        get_run_logger().error("here")
    assert "Flow run 'run 1' - here" in stream.getvalue()
    assert "\033" not in stream.getvalue()


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
