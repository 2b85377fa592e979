"""Lines that are given as mappings, and documents of lines."""

from __future__ import annotations

import json
import logging
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.logging.formatters import JsonFormatter
from prefect.logging.handlers import APILogWorker
from prefect.runtime import flow_run
from prefect.serializers import JSONSerializer


def test_lines_that_are_given_are_recorded() -> None:
    """A line that is given as a mapping is recorded with its run; draining waits until it is."""

    @flow
    def outer() -> str:
        worker = APILogWorker.instance()
        worker.send(
            {
                "name": "mine",
                "level": 20,
                "message": "given",
                "timestamp": "2024-01-01T00:00:00+00:00",
                "flow_run_id": flow_run.id,
                "task_run_id": None,
            }
        )
        assert worker.drain()
        worker.wait_until_empty()
        done, not_done = APILogWorker.drain_all(timeout=60)
        assert all(each.done() for each in done)
        assert not not_done
        return flow_run.id

    wanted = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[UUID(outer())]))
    with get_client(sync_client=True) as client:
        assert "given" in [line.message for line in client.read_logs(wanted)]


def test_there_is_one_in_a_process() -> None:
    """The worker is the same wherever it is asked for, and tells how much may gather."""
    assert APILogWorker.instance() is APILogWorker.instance("ignored")
    assert APILogWorker.instance().max_batch_size == 3_000_000
    assert APILogWorker.instance().min_interval == 2.0


def test_another_serializer_writes_the_document() -> None:
    """The serializer of the JSON formatter can be another one, such as that of results."""
    record = logging.makeLogRecord({"name": "mine", "msg": "hello", "levelname": "INFO"})
    formatter = JsonFormatter("default")
    plain: dict[str, Any] = json.loads(formatter.format(record))
    formatter.serializer = JSONSerializer()
    assert json.loads(formatter.format(record))["message"] == plain["message"] == "hello"
    assert plain["severity"] == "INFO"
