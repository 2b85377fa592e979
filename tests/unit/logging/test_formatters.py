"""How lines look."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any
from uuid import UUID

import pytest

from prefect.logging.formatters import JsonFormatter, PrefectFormatter, format_exception_info
from tests.unit.logging.building import Inside, scope

FORMATTER = PrefectFormatter(
    "S %(name)s %(message)s",
    flow_run_fmt="F %(flow_run_name)s %(message)s",
    task_run_fmt="T %(task_run_name)s %(message)s",
)


def record(name: str, **fields: Any) -> logging.LogRecord:
    """Return a line."""
    made = logging.LogRecord(name, logging.INFO, "/p/x.py", 12, "hi %s", ("you",), None)
    made.__dict__.update(fields)
    return made


@pytest.mark.parametrize(
    ("name", "fields", "shown"),
    [
        ("n", {}, "S n hi you"),
        ("prefect.flow_runs", {"flow_run_name": "fr"}, "F fr hi you"),
        ("prefect.task_runs", {"flow_run_name": "fr", "task_run_name": "tr"}, "T tr hi you"),
        ("prefect.flow_runs.child", {"flow_run_name": "fr"}, "S prefect.flow_runs.child hi you"),
        ("prefect.flow_runs", {}, "F <unknown> hi you"),
    ],
)
def test_runs_have_formats_of_their_own(name: str, fields: dict[str, Any], shown: str) -> None:
    """Lines of flow runs and task runs name their run; others look as any line."""
    assert FORMATTER.format(record(name, **fields)) == shown


def test_a_line_of_the_plain_logger_names_the_run_it_is_in() -> None:
    """Code that logs through `logging.getLogger("prefect.flow_runs")` is in a run too."""
    with Inside(scope([], 4)):
        assert FORMATTER.format(record("prefect.flow_runs")) == "F run 4 hi you"


def test_formats_have_styles_and_defaults() -> None:
    """All formats share style and defaults; without a format of its own a run has the common one."""
    formatter = PrefectFormatter("S {message}", style="{", defaults={"d": 1}, flow_run_fmt="F {message} {d}")
    assert formatter.format(record("prefect.flow_runs", flow_run_name="x")) == "F hi you 1"
    assert formatter.format(record("prefect.task_runs", flow_run_name="x")) == "S hi you"
    with pytest.raises(ValueError, match="Style"):
        PrefectFormatter("x", style="x")  # type: ignore[arg-type]


def test_times_are_those_of_the_clock_on_the_wall() -> None:
    """Times look as asked for, and as `logging` has them without a wish."""
    now = time.time()
    shown = PrefectFormatter("%(asctime)s", datefmt="%H:%M:%S").format(record("n", created=now))
    assert shown == time.strftime("%H:%M:%S", time.localtime(now))
    of_run = PrefectFormatter("%(message)s", datefmt="%H", flow_run_fmt="%(asctime)s")
    assert of_run.format(record("prefect.flow_runs", created=now)) == time.strftime("%H", time.localtime(now))
    plain = logging.Formatter("%(asctime)s").format(record("n", created=now))
    assert PrefectFormatter("%(asctime)s").format(record("n", created=now)) == plain


@pytest.mark.parametrize("layout", ["default", "pretty"])
def test_a_line_as_json(layout: Any) -> None:
    """A JSON line holds what the line carries: the message, its parts, the ids of the run, an exception."""
    line = record("n", run_scope=scope([]), flow_run_id=UUID(int=1))
    try:
        raise ValueError("oops")
    except ValueError:
        line.exc_info = sys.exc_info()
    text = JsonFormatter(layout, None, "%").format(line)
    document = json.loads(text)
    assert ("\n" in text) is (layout == "pretty")
    assert (document["message"], document["msg"], document["args"]) == ("hi you", "hi %s", ["you"])
    assert (document["severity"], document["flow_run_id"]) == ("INFO", str(UUID(int=1)))
    assert "run_scope" not in document
    assert (document["exc_info"]["type"], document["exc_info"]["message"]) == ("ValueError", "oops")
    assert "raise ValueError" in document["exc_info"]["traceback"]


def test_there_are_two_json_formats() -> None:
    """Another one is refused with the names of the two."""
    with pytest.raises(ValueError, match="'default' or 'pretty'"):
        JsonFormatter("long")  # type: ignore[arg-type]


def test_no_exception_has_no_parts() -> None:
    """`format_exception_info` takes what `sys.exc_info()` gives outside of a handler too."""
    assert format_exception_info((None, None, None)) == dict.fromkeys(("type", "message", "traceback"))
