"""Log lines of real flows: how many the engine writes, and that none is lost or out of order."""

from __future__ import annotations

import asyncio
import logging
import threading
from uuid import UUID

import pytest

from prefect import flow, get_run_logger, task
from prefect.backend import get_backend
from prefect.logging.handlers import APILogHandler
from prefect.logging.loggers import flow_run_logger
from prefect.schemas.logs import Log


def recorded(minimum_level: int = 0) -> list[Log]:
    """Return what was recorded, in order."""
    backend = get_backend()
    backend.flush().result(30)
    return backend.list_logs(minimum_level=minimum_level, limit=1_000_000)


@task
def quick(number: int) -> int:
    return number


def test_the_engine_is_brief() -> None:
    """A flow run has at most four lines of the engine at INFO, whatever it calls; a successful task at most one."""

    @flow
    def parent() -> None:
        for future in quick.map(range(20)):
            future.result()

    parent()
    lines = recorded(logging.INFO)
    assert 1 <= len([line for line in lines if line.task_run_id is None]) <= 4
    assert len([line for line in lines if line.task_run_id is not None]) <= 20


def test_a_flow_that_fails_is_brief_too() -> None:
    """A failure and a retry are told without repeating themselves."""

    @flow(retries=1)
    def fails() -> None:
        raise ValueError("unlucky")

    fails(return_state=True)
    assert len(recorded(logging.INFO)) <= 4


def test_no_line_is_lost_or_out_of_order_under_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads that log faster than can be written are held up; every line of each is recorded in its order."""
    monkeypatch.setenv("PREFECT_LOGGING_TO_API_BATCH_SIZE", "20000")
    threads, each = 24, 200

    @flow
    def busy() -> None:
        logger = get_run_logger()
        start = threading.Barrier(threads)

        def write(thread: int) -> None:
            start.wait()
            for number in range(each):
                logger.info("%d %d", thread, number)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(threads)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

    busy()
    pairs = [tuple(map(int, line.message.split())) for line in recorded() if line.message[0].isdigit()]
    assert len(pairs) == threads * each
    for thread in range(threads):
        assert [number for one, number in pairs if one == thread] == list(range(each))


def test_lines_of_tasks_are_complete_when_the_flow_ends() -> None:
    """When a flow has ended, the lines of its tasks are in the record, without waiting."""

    @task
    def chatty(number: int) -> None:
        for line in range(20):
            get_run_logger().info("%d %d", number, line)

    @flow
    def parent() -> None:
        wait_for = [chatty.submit(number) for number in range(10)]
        for future in wait_for:
            future.wait()

    parent()
    assert len([line for line in get_backend().list_logs(limit=1000) if line.task_run_id]) == 200


async def test_waiting_for_lines_to_be_written() -> None:
    """A handler can be asked to wait until what was logged so far can be read, blocking or not."""

    @flow
    def told() -> None:
        get_run_logger().info("first")
        APILogHandler().flush()
        assert "first" in [line.message for line in get_backend().list_logs()]

    await asyncio.to_thread(told)
    flow_run_logger(flow_run_id=UUID(int=5)).info("about another run")
    await APILogHandler.aflush()
    assert [line.message for line in get_backend().list_logs(flow_run_id=UUID(int=5))] == [
        "about another run"
    ]
