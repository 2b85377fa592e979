"""Handlers of recorded lines: whose a line is, how long it may be, where else it can go."""

from __future__ import annotations

import logging
import warnings
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger, handlers, recording
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.handlers import APILogHandler, WorkerAPILogHandler, emit_api_log, set_api_log_sink
from prefect.logging.recording import register_recorder, shortened
from prefect.settings import Settings, temporary_settings
from tests.unit.logging.building import Inside, Line, scope


@pytest.fixture
def recorded(lines: list[Line], monkeypatch: pytest.MonkeyPatch) -> list[Line]:
    """What the process records for runs that do not run here."""
    monkeypatch.setattr(recording, "_recorder", None)
    monkeypatch.setattr(recording, "_flush", None)
    register_recorder(lambda *line: lines.append(Line(*line)), list)
    return lines


def a_record(**extra: Any) -> logging.LogRecord:
    """Return a line."""
    record = logging.LogRecord("prefect.x", logging.INFO, __file__, 1, "%s rows", (5,), None)
    record.__dict__.update(extra)
    return record


# --- lines without a run -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["prefect.flow_runs", "their.library"])
def test_a_line_without_a_run_is_told(recorded: list[Line], name: str) -> None:
    """It is not recorded; by default a warning at the place of the line says so and how to be spared it."""
    with pytest.warns(UserWarning, match="WHEN_MISSING_FLOW=ignore") as told:
        logging.getLogger(name).warning("outside")
    assert told[0].filename == __file__
    assert recorded == []


def test_a_line_without_a_run_can_be_an_error(recorded: list[Line]) -> None:
    """With "error" the logging call raises, which names the logger."""
    with (
        temporary_settings({"logging.to_api.when_missing_flow": "error"}),
        pytest.raises(MissingContextError, match=r"their\.library"),
    ):
        logging.getLogger("their.library").warning("outside")


def test_a_line_without_a_run_can_be_ignored(recorded: list[Line]) -> None:
    """With "ignore" nothing is said; a line that need not be recorded is never told."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        logging.getLogger("their.library").warning("outside", extra={"send_to_api": False})
        with temporary_settings({"logging.to_api.when_missing_flow": "ignore"}):
            logging.getLogger("their.library").warning("outside")
    assert recorded == []


def test_a_line_can_name_its_run(recorded: list[Line]) -> None:
    """A line that carries the id of a flow run is recorded with that run, from anywhere."""
    logging.getLogger("their.library").warning("outside", extra={"flow_run_id": str(UUID(int=3))})
    assert [(line.message, line.flow_run_id) for line in recorded] == [("outside", UUID(int=3))]


# --- how long ----------------------------------------------------------------------------------------------------


def test_a_long_line_is_cut_and_says_so(lines: list[Line]) -> None:
    """A message takes at most the set number of bytes; its end tells that it was cut."""
    ensure_logging_setup(Settings(logging={"to_api": {"max_log_size": 100}}))
    with Inside(scope(lines)):
        get_run_logger().info("x" * 100)
        get_run_logger().info("x" * 101)
        get_run_logger().info("é" * 60)
    assert lines[0].message == "x" * 100
    assert lines[1].message == "x" * 85 + "... [truncated]"
    assert lines[2].message == "é" * 42 + "... [truncated]"
    assert len(lines[2].message.encode()) <= 100


@pytest.mark.parametrize("limit", [0, 5, 15, 16])
def test_no_limit_is_too_small(limit: int) -> None:
    """However small the limit, a cut line says that it was cut."""
    assert shortened("x" * 50, limit).endswith("... [truncated]")


# --- the form of the API, and sinks ------------------------------------------------------------------------------


def test_a_line_as_the_api_takes_it(lines: list[Line]) -> None:
    """`prepare` gives names, level, message, time and ids of a line, and refuses one that belongs to no run."""
    handler = APILogHandler()
    with Inside(scope(lines)):
        prepared = handler.prepare(a_record())
    moment = datetime.fromisoformat(prepared.pop("timestamp"))
    assert moment.utcoffset() is not None
    assert prepared == {
        "name": "prefect.x", "level": 20, "message": "5 rows",
        "flow_run_id": str(UUID(int=1)), "task_run_id": None,
    }  # fmt: skip
    with pytest.raises(MissingContextError, match=r"prefect\.x"):
        handler.prepare(a_record())


def test_a_handler_can_have_a_format(lines: list[Line]) -> None:
    """A formatter on the handler decides what is recorded; without one that is message, traceback and stack."""
    handler = APILogHandler()
    with Inside(scope(lines)):
        assert handler.prepare(a_record(stack_info="the stack"))["message"] == "5 rows\nthe stack"
        handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
        assert handler.prepare(a_record())["message"] == "INFO: 5 rows"


def test_lines_can_be_sent_elsewhere(recorded: list[Line]) -> None:
    """A sink gets lines in the place of the record; in the process it sends them to, `emit_api_log` records them."""
    sent: list[dict[str, Any]] = []
    set_api_log_sink(sent.append)
    with Inside(scope(recorded)):
        get_run_logger().info("to be sent")
    assert recorded == []
    emit_api_log(sent[0])
    assert len(sent) == 2
    set_api_log_sink(None)
    emit_api_log(sent[0])
    (line,) = recorded
    assert (line.name, line.message, line.flow_run_id) == ("prefect.flow_runs", "to be sent", UUID(int=1))
    assert line.moment.isoformat().replace("+00:00", "Z") == sent[0]["timestamp"]


def test_lines_of_a_worker_need_no_run(recorded: list[Line]) -> None:
    """A worker's line carries its id; without one it is not recorded."""
    handler = WorkerAPILogHandler()
    handler.emit(a_record())
    assert recorded == []
    handler.emit(a_record(worker_id="w"))
    assert [(line.message, line.flow_run_id) for line in recorded] == [("5 rows", None)]
    assert handler.prepare(a_record(worker_id="w"))["worker_id"] == "w"
    assert "worker_id" not in handler.prepare(a_record())


def test_the_documented_handlers_are_found_in_one_place() -> None:
    """`prefect.logging.handlers` has the console of Rich too, and loads it when it is asked for."""
    from prefect.logging.rich_console import PrefectConsoleHandler

    assert handlers.PrefectConsoleHandler is PrefectConsoleHandler
    with pytest.raises(AttributeError, match="Nope"):
        handlers.Nope  # noqa: B018 - reading it is the test
