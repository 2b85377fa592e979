"""The console: where lines go that people read."""

from __future__ import annotations

import io
import logging
import sys
from typing import Any

import pytest

from prefect.logging import get_run_logger
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.console import ConsoleHandler
from prefect.logging.highlighters import (
    LevelHighlighter,
    NameHighlighter,
    PrefectConsoleHighlighter,
    StateHighlighter,
    UrlHighlighter,
)
from prefect.logging.rich_console import PrefectConsoleHandler
from prefect.settings import temporary_settings
from tests.unit.logging.building import Inside, Line, program, scope


class Terminal(io.StringIO):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal about which nothing was said."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def a_line(text: str, level: int = logging.INFO) -> logging.LogRecord:
    """Return a line."""
    return logging.LogRecord("n", level, __file__, 1, text, (), None)


def test_the_console_is_the_stream_of_the_moment(lines: list[Line], monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook or test that replaces stderr gets the lines, without colours, naming their run."""
    stream = io.StringIO()
    with program() as console, Inside(scope(lines)):
        monkeypatch.setattr(sys, "stderr", stream)
        get_run_logger().error("here")
    assert "ERROR   | Flow run 'run 1' - here\n" in stream.getvalue()
    assert "\033" not in stream.getvalue()
    assert console.getvalue() == ""


def test_a_terminal_gets_colours() -> None:
    """Levels, addresses, states and names of runs stand out."""
    terminal = Terminal()
    ConsoleHandler(terminal).handle(a_line("ERROR | Flow run 'x' - http://a.b/c Completed()"))
    assert terminal.getvalue() == (
        "\033[31mERROR\033[0m | Flow run \033[35m'x'\033[0m - \033[94mhttp://a.b/c\033[0m \033[32mCompleted\033[0m()\n"
    )


@pytest.mark.parametrize("refusal", ["setting", "NO_COLOR", "TERM", "pipe"])
def test_colours_can_be_refused(refusal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PREFECT_LOGGING_COLORS, NO_COLOR, a dumb terminal or a pipe: lines are plain."""
    stream = io.StringIO() if refusal == "pipe" else Terminal()
    if refusal in ("NO_COLOR", "TERM"):
        monkeypatch.setenv(refusal, {"NO_COLOR": "1", "TERM": "dumb"}[refusal])
    with temporary_settings({"logging.colors": refusal != "setting"}):
        for kind in (ConsoleHandler, PrefectConsoleHandler):
            kind(stream).handle(a_line("ERROR Completed()"))
    assert stream.getvalue() == "ERROR Completed()\n" * 2


def test_a_pipe_can_be_given_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """FORCE_COLOR is for logs that are shown on a page with colours."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    stream = io.StringIO()
    ConsoleHandler(stream).handle(a_line("ERROR"))
    assert stream.getvalue() == "\033[31mERROR\033[0m\n"


def test_markup_styles_messages_where_that_is_set(lines: list[Line], monkeypatch: pytest.MonkeyPatch) -> None:
    """With PREFECT_LOGGING_MARKUP `[bold]` is a style; without it, it is text."""
    with program() as console, Inside(scope(lines)):
        get_run_logger().info("[bold]loud[/bold]")
        monkeypatch.setenv("PREFECT_LOGGING_MARKUP", "true")
        ensure_logging_setup()
        get_run_logger().info("[bold]loud[/bold] [1, 2]")
    plain, styled = console.getvalue().splitlines()
    assert plain.endswith("[bold]loud[/bold]")
    assert styled.endswith("loud [1, 2]")
    assert [line.message for line in lines] == ["[bold]loud[/bold]", "[bold]loud[/bold] [1, 2]"]


def test_the_console_of_rich_has_styles() -> None:
    """Styles and highlighter are the caller's, and so is the level."""
    terminal = Terminal()
    handler = PrefectConsoleHandler(terminal, styles={"log.error_level": "bold"}, level="ERROR")
    assert (handler.level, handler.console.is_terminal) == (logging.ERROR, True)
    handler.handle(a_line("ERROR Completed()", logging.ERROR))
    assert terminal.getvalue() == "\033[1mERROR\033[0m Completed()\n"
    other = Terminal()
    PrefectConsoleHandler(other, highlighter=LevelHighlighter, styles={"level.info_level": "bold"}).handle(
        a_line("INFO")
    )
    assert other.getvalue() == "\033[1mINFO\033[0m\n"


def test_the_console_of_rich_breaks_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long line stays one line, and the stream is that of the moment."""
    handler = PrefectConsoleHandler()
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    handler.handle(a_line("word " * 100))
    assert stream.getvalue() == "word " * 100 + "\n"


def test_the_console_of_rich_tells_mistakes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake in a logging call does not end the run."""
    monkeypatch.setattr(logging, "raiseExceptions", True)
    PrefectConsoleHandler(io.StringIO()).handle(logging.LogRecord("n", 20, __file__, 1, "%d", ("x",), None))
    assert "Logging error" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("highlighter", "text", "styles"),
    [
        (LevelHighlighter, "INFO CRITICAL", ["level.info_level", "level.critical_level"]),
        (UrlHighlighter, "wss://a/b file:///c", ["url.web_url", "url.local_url"]),
        (NameHighlighter, "Flow run 'a' of flow 'b'", ["name.flow_run_name", "name.flow_name"]),
        (NameHighlighter, "Task run 'a' of task 'b'", ["name.task_run_name", "name.task_name"]),
        (
            StateHighlighter,
            "Completed() Cached Crashed",
            ["state.completed_state", "state.crashed_state", "state.cached_state"],
        ),
        (PrefectConsoleHighlighter, "ERROR Failed", ["log.error_level", "log.failed_state"]),
    ],
)
def test_highlighters_find_what_their_names_say(highlighter: Any, text: str, styles: list[str]) -> None:
    """Styles are given for the documented names of the parts."""
    assert [span.style for span in highlighter()(text).spans] == styles
