"""Logs of runs: `get_run_logger`, `log_prints`, and what is recorded."""

from __future__ import annotations

import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from prefect import flow, get_run_logger, task
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import MissingContextError


@task
def tells() -> dict[str, str]:
    logger = get_run_logger()
    logger.info("from the %s", "task")
    return {"name": logger.name, **{key: str(value) for key, value in logger.extra.items()}}


def test_user_lines_are_recorded_with_their_run(recorded: Any) -> None:
    """Lines of `get_run_logger` are recorded with level, logger and the ids of the flow run and the task run."""

    @flow(name="told")
    def parent() -> None:
        get_run_logger().warning("from the flow")
        tells()

    parent()
    lines = {line.message: line for line in recorded.logs()}
    of_flow, of_task = lines["from the flow"], lines["from the task"]
    assert (of_flow.name, of_flow.level) == ("prefect.flow_runs", 30)
    assert (of_flow.flow_run_id, of_flow.task_run_id) == (recorded.flow_run().id, None)
    assert (of_task.name, of_task.level) == ("prefect.task_runs", 20)
    assert (of_task.flow_run_id, of_task.task_run_id) == (recorded.flow_run().id, recorded.task_run().id)


def test_the_run_logger_knows_its_run(recorded: Any) -> None:
    """The logger of a run has the names and ids of the run as extra fields, and takes more."""

    @flow(name="told")
    def parent() -> Any:
        logger = get_run_logger(custom="x")
        return {"name": logger.name, **{key: str(value) for key, value in logger.extra.items()}}, tells()

    of_flow, of_task = parent()
    run, task_run = recorded.flow_run(), recorded.task_run()
    assert of_flow["name"] == "prefect.flow_runs"
    assert (of_flow["flow_run_id"], of_flow["flow_run_name"]) == (str(run.id), run.name)
    assert (of_flow["flow_name"], of_flow["custom"]) == ("told", "x")
    assert of_task["name"] == "prefect.task_runs"
    assert (of_task["task_run_id"], of_task["task_run_name"]) == (str(task_run.id), task_run.name)
    assert (of_task["task_name"], of_task["flow_run_name"], of_task["flow_name"]) == (
        "tells",
        run.name,
        "told",
    )


def test_the_run_logger_works_in_a_task_without_a_flow() -> None:
    """A task that is called outside flows has a logger too."""
    fields = tells()
    assert fields["name"] == "prefect.task_runs"
    assert (fields["task_run_name"], fields["task_name"]) == ("tells", "tells")


def test_there_is_no_run_logger_outside_runs() -> None:
    """Outside of runs `get_run_logger` raises MissingContextError."""
    with pytest.raises(MissingContextError):
        get_run_logger()


def test_threads_that_a_run_starts_have_its_logger(recorded: Any) -> None:
    """In a thread of the user's own inside a run `get_run_logger` gives the run's logger."""

    def elsewhere() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: get_run_logger().info("from a thread")).result()

    flow(elsewhere)()
    assert "from a thread" in recorded.messages()


def test_prints_become_log_lines(recorded: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """With `log_prints` a print is an INFO line of its run and does not reach the terminal as such."""

    @task
    def inherits() -> Any:
        print("from the task")
        return TaskRunContext.get().log_prints

    @task(log_prints=False)
    def refuses() -> Any:
        print("not logged")
        return TaskRunContext.get().log_prints

    @flow(log_prints=True)
    def parent() -> Any:
        print("hello", 1, sep="-", end="!")
        return inherits(), inherits.submit().result(), refuses()

    assert parent() == (True, True, False)
    assert capsys.readouterr().out == "not logged\n"
    lines = [(line.name, line.level, line.message) for line in recorded.logs()]
    assert ("prefect.flow_runs", 20, "hello-1!") in lines
    assert lines.count(("prefect.task_runs", 20, "from the task")) == 2


def test_prints_are_printed_by_default(capsys: pytest.CaptureFixture[str], recorded: Any) -> None:
    """Without `log_prints` a print is a print."""

    @flow
    def parent() -> Any:
        print("plain")
        return FlowRunContext.get().log_prints

    assert parent() is False
    assert capsys.readouterr().out == "plain\n"
    assert "plain" not in recorded.messages()


def test_subflows_inherit_log_prints(recorded: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A subflow logs its prints as its caller does, unless it says otherwise."""

    @flow
    def child() -> bool:
        print("from the child")
        return FlowRunContext.get().log_prints

    @flow(log_prints=False)
    def quiet() -> bool:
        print("not logged")
        return FlowRunContext.get().log_prints

    assert flow(lambda: (child(), quiet()), name="parent", log_prints=True)() == (True, False)
    assert "from the child" in recorded.messages()
    assert capsys.readouterr().out == "not logged\n"


def test_prints_to_files_stay_prints(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    """A print to a file of the user's is not a log line."""

    @flow(log_prints=True)
    def parent() -> None:
        with (tmp_path / "out.txt").open("w") as out:
            print("into a file", file=out)

    parent()
    assert (tmp_path / "out.txt").read_text() == "into a file\n"


def test_prints_to_the_error_stream_are_logged(recorded: Any) -> None:
    """With `log_prints`, prints to the error stream are log lines too."""

    @flow(log_prints=True)
    def parent() -> None:
        print("to the error stream", file=sys.stderr)

    parent()
    assert "to the error stream" in recorded.messages()


def test_the_end_of_each_run_is_logged(recorded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of a run is one line of its log: an error line when it failed, a quiet one for a quick success."""
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")

    @task
    def bad() -> None:
        raise ValueError("unlucky")

    @task
    def slow() -> None:
        time.sleep(0.11)

    @flow
    def parent() -> None:
        tells()
        slow()
        bad(return_state=True)

    parent()
    ends = [line.level for line in recorded.logs() if "Completed()" in line.message]
    assert ends == [logging.DEBUG, logging.INFO, logging.INFO]
    (failed,) = [line for line in recorded.logs(minimum_level=logging.ERROR) if "Failed(" in line.message]
    assert "unlucky" in failed.message


def test_the_exception_of_a_run_is_logged_with_its_place(recorded: Any) -> None:
    """An exception that fails a run is an error line with the traceback to the user's code."""

    @flow
    def unlucky() -> None:
        raise ValueError("unlucky")

    unlucky(return_state=True)
    assert any(
        "ValueError: unlucky" in message and "in unlucky" in message
        for message in recorded.messages(minimum_level=40)
    )


def test_retries_are_logged(recorded: Any) -> None:
    """Each retry is a line that tells the exception, below the level of an error."""
    calls: list[int] = []

    @task(retries=3)
    def fails_at_first() -> None:
        calls.append(1)
        if len(calls) < 3:
            raise ValueError(f"attempt {len(calls)}")

    fails_at_first()
    told = [line for line in recorded.logs() if "attempt" in line.message and line.level < 40]
    assert ["attempt 1" in told[0].message, "attempt 2" in told[-1].message] == [True, True]
