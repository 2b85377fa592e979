"""Threads and executors that the code of a run starts have its context."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from prefect import flow, get_run_logger, runtime, tags, task
from prefect.context import TagsContext, TaskRunContext, with_context
from prefect.exceptions import MissingContextError


def where_am_i(*_: object) -> tuple[Any, list[str]]:
    get_run_logger().info("here")
    return runtime.flow_run.id, sorted(TagsContext.get().current_tags)


def in_thread(fn: Any) -> Any:
    answer: Future[Any] = Future()

    def run() -> None:
        try:
            answer.set_result(fn())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            answer.set_exception(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answer.result()


def test_a_thread_that_a_flow_starts_has_its_logger_and_tags() -> None:
    """`threading.Thread`, a subclass of it and `asyncio.to_thread` belong to the run that starts them."""

    class Own(threading.Thread):
        found: Any = None

        def run(self) -> None:
            self.found = where_am_i()

    @flow
    def parent() -> Any:
        own = Own()
        with tags("t"):
            own.start()
            own.join()
            found = [own.found, in_thread(where_am_i), asyncio.run(asyncio.to_thread(where_am_i))]
        return found, runtime.flow_run.id

    found, run_id = parent()
    assert found == [(run_id, ["t"])] * 3


def test_a_thread_that_a_task_starts_belongs_to_the_task_run() -> None:
    """The task run's context goes along too."""

    @task
    def child() -> Any:
        context = TaskRunContext.get()
        assert context is not None
        return in_thread(lambda: TaskRunContext.get() is context)

    @flow
    def parent() -> Any:
        return child(), child.submit().result()

    assert parent() == (True, True)


def test_work_in_an_executor_belongs_to_the_run_that_submits_it() -> None:
    """One executor serves two flow runs and code outside of any; its threads keep nothing of a run."""
    with ThreadPoolExecutor(1) as executor:

        @flow
        def parent() -> Any:
            return runtime.flow_run.id, *executor.map(where_am_i, [1]), executor.submit(where_am_i).result()

        for _ in range(2):
            run_id, mapped, submitted = parent()
            assert (mapped, submitted) == ((run_id, []), (run_id, []))
        with pytest.raises(MissingContextError):
            executor.submit(where_am_i).result()


def test_threads_outside_of_runs_are_as_ever() -> None:
    """Nothing is inherited where no run is around."""

    @flow
    def parent() -> None: ...

    parent()
    with tags("t"):
        assert in_thread(lambda: TagsContext.get().current_tags) == set()
    with pytest.raises(MissingContextError):
        in_thread(get_run_logger)


def test_a_wrapped_function_keeps_the_context_it_was_wrapped_in() -> None:
    """`with_context` holds the run for calls that come later, also from elsewhere and at the same time."""
    kept: list[Any] = []

    @flow
    def parent() -> str:
        with tags("t"):
            kept.append(with_context(where_am_i))
        return runtime.flow_run.id

    run_id = parent()
    assert kept[0]() == (run_id, ["t"])
    assert kept[0].__name__ == "where_am_i"
    assert with_context(len)([1]) == 1
