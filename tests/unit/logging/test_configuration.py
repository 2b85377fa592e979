"""The set-up of loggers: by settings, by a file, by variables."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

import pytest

from prefect.exceptions import ConfigurationError
from prefect.logging import configuration, get_run_logger
from prefect.logging.configuration import (
    PROCESS_LOGGING_CONFIG,
    ensure_logging_setup,
    load_logging_config,
    setup_logging,
    to_envvar,
)
from prefect.logging.handlers import APILogHandler, ConsoleHandler
from prefect.settings import Settings, get_current_settings
from tests.unit.logging.building import Inside, Line, program, scope

FILE = """
version: 1
formatters:
  mine:
    "()": prefect.logging.formatters.PrefectFormatter
    format: "MINE %(name)s %(message)s"
    flow_run_fmt: "MINE %(flow_run_name)s %(message)s"
handlers:
  console: {class: prefect.logging.handlers.PrefectConsoleHandler, formatter: mine}
  api: {class: prefect.logging.handlers.APILogHandler}
  file: {class: logging.FileHandler, filename: "${PREFECT_HOME}/runs.log", formatter: mine, delay: true}
loggers:
  prefect: {level: "${PREFECT_LOGGING_LEVEL}"}
  prefect.extra: {level: WARNING, handlers: [api]}
  prefect.flow_runs: {level: NOTSET, handlers: [api, file]}
root: {level: WARNING, handlers: [console]}
"""


def handlers(name: str) -> list[str]:
    """Return the kinds of handlers on a logger."""
    return [type(handler).__name__ for handler in logging.getLogger(name).handlers]


def write(home: Path, text: str = FILE) -> Path:
    """Write the file that configures logging."""
    home.mkdir(exist_ok=True)
    path = home / "logging.yml"
    path.write_text(text, encoding="utf-8")
    return path


# --- by settings -------------------------------------------------------------------------------------------------


def test_setting_up_again_adds_nothing(lines: list[Line]) -> None:
    """However often logging is set up, a line is written once; handlers and levels of the program's own stay."""
    mine = logging.NullHandler()
    logging.getLogger("prefect.flow_runs").addHandler(mine)
    try:
        with program():
            for level in ("INFO", "DEBUG", "INFO"):
                ensure_logging_setup(Settings(logging={"level": level}))
            assert handlers("prefect.flow_runs") == ["NullHandler", "APILogHandler"]
            assert [type(handler) for handler in logging.getLogger().handlers] == [ConsoleHandler]
    finally:
        logging.getLogger("prefect.flow_runs").removeHandler(mine)


def test_the_console_of_the_program_is_left_alone(lines: list[Line]) -> None:
    """Where the root logger has handlers already, lines go to those, and to no console of ours."""
    root = logging.getLogger()
    assert root.handlers
    assert ConsoleHandler not in [type(handler) for handler in root.handlers]
    assert logging.getLogger("prefect").propagate


def test_recording_can_be_switched_off(lines: list[Line]) -> None:
    """Then lines go to the console only."""
    ensure_logging_setup(Settings(logging={"to_api_enabled": False}))
    with Inside(scope(lines)):
        get_run_logger().info("x")
    assert lines == []


def test_what_a_set_up_changed_is_as_before_when_it_is_gone(lines: list[Line]) -> None:
    """A logger that is not an extra one any more has its own level again, and no handler of ours."""
    theirs = logging.getLogger("their.library")
    assert (theirs.level, handlers("their.library")) == (logging.DEBUG, ["APILogHandler"])
    ensure_logging_setup(Settings())
    assert (theirs.level, handlers("their.library")) == (logging.NOTSET, [])


def test_an_extra_logger_keeps_its_own_level(lines: list[Line]) -> None:
    """A level that the program gave to a library's logger is not changed."""
    loud = logging.getLogger("their.loud")
    loud.setLevel(logging.ERROR)
    ensure_logging_setup(Settings(logging={"extra_loggers": ["their.loud"]}))
    assert loud.level == logging.ERROR


def test_other_levels_are_set_by_settings(lines: list[Line]) -> None:
    """The library's own lines and the server's have levels of their own."""
    settings = Settings(internal={"logging_level": "CRITICAL"}, server={"logging_level": "DEBUG"})
    ensure_logging_setup(settings)
    assert logging.getLogger("prefect._internal").level == logging.CRITICAL
    assert logging.getLogger("prefect.server").level == logging.DEBUG


def test_any_key_is_overridden_by_a_variable(lines: list[Line], monkeypatch: pytest.MonkeyPatch) -> None:
    """PREFECT_LOGGING_ and the path to a key of the set-up set the level of a single logger, for example."""
    monkeypatch.setenv("PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL", "ERROR")
    ensure_logging_setup()
    assert logging.getLogger("prefect.task_runs").level == logging.ERROR
    assert logging.getLogger("prefect.flow_runs").level == logging.NOTSET
    assert PROCESS_LOGGING_CONFIG["loggers"]["prefect.task_runs"]["level"] == "ERROR"
    assert to_envvar("a.b-c d") == "PREFECT_LOGGING_A_B_C_D"


def test_the_set_up_costs_nothing_the_second_time(
    lines: list[Line], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Each run asks for the set-up; the file is read once per process."""
    write(home)
    reads: list[Path] = []
    monkeypatch.setattr(
        configuration, "load_logging_config", lambda path: reads.append(path) or load_logging_config(path)
    )
    for _ in range(3):
        ensure_logging_setup(get_current_settings())
        ensure_logging_setup(Settings())
    assert reads == [home / "logging.yml"]


def test_changing_the_set_up_loses_no_line(lines: list[Line]) -> None:
    """While one thread changes the set-up again and again, the lines of another one are all recorded."""
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            ensure_logging_setup(
                Settings(logging={"level": "DEBUG", "extra_loggers": [f"extra{number % 2}"]})
            )

    thread = threading.Thread(target=change)
    thread.start()
    try:
        with Inside(scope(lines)):
            logger = get_run_logger()
            for number in range(3000):
                logger.info("%d", number)
    finally:
        stop.set()
        thread.join()
    assert [line.message for line in lines] == [str(number) for number in range(3000)]


# --- by a file ---------------------------------------------------------------------------------------------------


def test_a_file_in_the_home_configures_logging(lines: list[Line], home: Path) -> None:
    """`logging.yml` decides about formats, handlers and levels; settings stand in it by their variables."""
    write(home)
    with program() as console:
        with Inside(scope(lines)):
            get_run_logger().info("hello")
        logging.getLogger("prefect.other").info("there")
        assert PROCESS_LOGGING_CONFIG["loggers"]["prefect"] == {"level": "INFO"}
    assert console.getvalue() == "MINE run 1 hello\nMINE prefect.other there\n"
    assert [line.message for line in lines] == ["hello"]
    assert (home / "runs.log").read_text() == "MINE run 1 hello\n"


ALL_CLASSES = """
version: 1
filters: {key: {"()": prefect.logging.filters.ObfuscateApiKeyFilter}}
formatters:
  standard: {"()": prefect.logging.formatters.PrefectFormatter, format: "%(message)s"}
  json: {class: prefect.logging.formatters.JsonFormatter, format: default}
handlers:
  console:
    level: 0
    class: prefect.logging.handlers.PrefectConsoleHandler
    formatter: standard
    filters: [key]
    stream: ext://sys.stderr
    highlighter: ext://prefect.logging.highlighters.PrefectConsoleHighlighter
    styles: {log.web_url: bright_blue}
  debug: {class: prefect.logging.handlers._SafeStreamHandler, formatter: json, stream: ext://sys.stderr}
  api: {level: 0, class: prefect.logging.handlers.APILogHandler}
  worker_api: {class: prefect.logging.handlers.WorkerAPILogHandler}
loggers:
  prefect: {level: INFO}
  prefect.flow_runs: {level: NOTSET, handlers: [api, console, debug]}
  prefect.workers: {handlers: [worker_api]}
"""


def test_a_file_can_name_every_documented_class(lines: list[Line], home: Path) -> None:
    """A file that was made for the original finds its handlers, formatters, filters and highlighters here."""
    write(home, ALL_CLASSES)
    with program() as console, Inside(scope(lines)):
        get_run_logger().info("hello")
    plain, document = console.getvalue().splitlines()
    assert (plain, json.loads(document)["message"]) == ("hello", "hello")
    assert [line.message for line in lines] == ["hello"]


def test_a_file_can_be_elsewhere(lines: list[Line], tmp_path: Path) -> None:
    """PREFECT_LOGGING_CONFIG_PATH names it; one that is not there is told, and runs go on with the usual set-up."""
    path = write(tmp_path / "etc", "version: 1\nloggers: {prefect: {level: ERROR}}\n")
    ensure_logging_setup(Settings(logging={"config_path": path}))
    assert logging.getLogger("prefect").level == logging.ERROR
    with pytest.warns(UserWarning, match="does not exist"):
        ensure_logging_setup(Settings(logging={"config_path": tmp_path / "none.yml"}))
    assert logging.getLogger("prefect").level == logging.INFO


def test_settings_and_dollar_signs_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings have their types, older variables work, and two dollar signs are one."""
    monkeypatch.setenv("PREFECT_LOGGING_COLORS", "false")
    text = (
        'a: "$PREFECT_LOGGING_LEVEL $$ ${PREFECT_LOGGING_EXTRA_LOGGERS}"\n'
        "b: ${PREFECT_LOGGING_COLORS}\nc: ${PREFECT_LOGGING_INTERNAL_LEVEL}\n"
    )
    assert load_logging_config(write(tmp_path, text)) == {"a": "INFO $ ", "b": False, "c": "ERROR"}


def test_variables_override_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is overridden keeps its kind; what is not in the file is not added, and an empty variable says nothing."""
    text = "version: 1\nloggers:\n  a.b-c: {level: X, handlers: [a], propagate: true}\n"
    for key, value in {"LEVEL": "ERROR", "HANDLERS": "x, y", "PROPAGATE": "false", "MORE": "1"}.items():
        monkeypatch.setenv(f"PREFECT_LOGGING_LOGGERS_A_B_C_{key}", value)
    monkeypatch.setenv("PREFECT_LOGGING_VERSION", "")
    assert load_logging_config(write(tmp_path, text)) == {
        "version": 1,
        "loggers": {"a.b-c": {"level": "ERROR", "handlers": ["x", "y"], "propagate": False}},
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "(?s)not valid YAML.*line 1"),
        ("- a", "not a mapping"),
        ("", "not a mapping"),
        ("a: ${PREFECT_API_URL}", "PREFECT_API_URL.*no setting that has a value"),
        ("a: 50$", "dollar sign"),
        ("handlers: {}", "version: 1"),
        ("version: 1\nhandlers: {h: {class: no.Such}}", "handlers → h: .*no"),
        ("version: 1\nformatters: {f: {format: '%(x'}}", "formatters → f"),
        ("version: 1\nloggers: {prefect: {handlers: [nowhere]}}", "'nowhere', which is not configured"),
        ("version: 1\nloggers: {prefect: {level: LOUD}}", "LOUD"),
    ],
)
def test_a_mistake_in_a_file_is_told(text: str, told: str, home: Path) -> None:
    """The error names the file, and what in it cannot be used."""
    path = write(home, text)
    with pytest.raises(ConfigurationError, match=told) as caught:
        setup_logging()
    assert str(path) in str(caught.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder in the place of the file is such a thing."""
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_logging_config(tmp_path)


def test_a_set_up_can_disable_other_loggers(lines: list[Line], home: Path) -> None:
    """`disable_existing_loggers: true` silences loggers that are neither configured nor below one that is."""
    write(home, "version: 1\ndisable_existing_loggers: true\nloggers: {kept: {level: INFO}}\n")
    other, child = logging.getLogger("silenced"), logging.getLogger("kept.child")
    named = {
        name: logger
        for name, logger in logging.root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger)
    }
    before = {name: logger.disabled for name, logger in named.items()}
    try:
        ensure_logging_setup(Settings(logging={"level": "ERROR"}))
        assert (other.disabled, child.disabled) == (True, False)
    finally:
        for name, logger in named.items():
            logger.disabled = before[name]


def test_setting_up_returns_the_set_up(lines: list[Line], monkeypatch: pytest.MonkeyPatch) -> None:
    """`setup_logging` applies the present settings at once, or the levels alone, and returns them."""
    applied = setup_logging()
    assert (applied["version"], applied["incremental"]) == (1, False)
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "WARNING")
    assert setup_logging(incremental=True)["incremental"] is True
    assert logging.getLogger("prefect").level == logging.WARNING
    assert [
        type(h) for h in logging.getLogger("prefect.flow_runs").handlers if isinstance(h, APILogHandler)
    ] == [APILogHandler]
