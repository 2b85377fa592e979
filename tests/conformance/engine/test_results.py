"""Results of tasks and flows: persisted, found again, read in other processes, and refused when they cannot be."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, task
from prefect.cache_policies import FLOW_PARAMETERS, INPUTS, NO_CACHE, RUN_ID, TASK_SOURCE, Inputs
from prefect.exceptions import MissingResult, UnwritableResult
from prefect.filesystems import LocalFileSystem
from prefect.results import StoredRecord
from prefect.settings import PREFECT_HOME, get_current_settings, temporary_settings


def stored_files() -> list[Path]:
    """The files of the default result storage."""
    return [path for path in (get_current_settings().home / "storage").rglob("*") if path.is_file()]


def test_a_result_is_found_by_the_next_run_with_the_same_inputs(recorded: Any) -> None:
    """With INPUTS a second run with equal inputs is Cached and does not call the function."""
    calls: list[int] = []

    @task(cache_policy=INPUTS)
    def double(x: int) -> int:
        calls.append(x)
        return x * 2

    states = [double(x, return_state=True) for x in (1, 1, 2)]
    assert [state.name for state in states] == ["Completed", "Cached", "Completed"]
    assert calls == [1, 2]
    assert [state.result() for state in states] == [2, 2, 4]
    assert recorded.task_run_states(states[1]) == ["PENDING/Pending", "RUNNING/Running", "COMPLETED/Cached"]


async def test_the_same_holds_for_async_tasks() -> None:
    """An async task finds its results too."""
    calls: list[int] = []

    @task(cache_policy=INPUTS)
    async def double(x: int) -> int:
        calls.append(x)
        return x * 2

    states = [await double(x, return_state=True) for x in (1, 1, 2)]
    assert [state.name for state in states] == ["Completed", "Cached", "Completed"]
    assert calls == [1, 2]
    assert [await state.aresult() for state in states] == [2, 2, 4]


def test_nothing_is_written_unless_it_is_asked_for() -> None:
    """Without an option about results no file is made."""

    @task
    def plain() -> int:
        return 1

    assert plain() == 1
    assert stored_files() == []


@pytest.mark.parametrize(
    "options", [{"persist_result": True}, {"cache_policy": INPUTS}, {"result_storage_key": "k"}]
)
def test_options_about_results_make_a_task_persist(options: dict[str, Any]) -> None:
    """Asking for a cache, a key or persistence writes the result."""
    kept = task(lambda: [1, 2], name="kept", **options)
    assert kept() == [1, 2]
    assert len(stored_files()) == 1


def test_a_flow_that_persists_makes_its_tasks_persist() -> None:
    """Tasks do as their flow says, where they do not say otherwise."""

    @task
    def one() -> int:
        return 1

    @task(persist_result=False)
    def not_this() -> int:
        return 2

    @flow(persist_result=True)
    def parent() -> int:
        return one() + not_this()

    assert parent() == 3
    assert len(stored_files()) == 2  # of the task and of the flow


def test_the_setting_persists_by_default() -> None:
    """PREFECT_RESULTS_PERSIST_BY_DEFAULT makes flows and tasks persist."""
    from prefect.settings import PREFECT_RESULTS_PERSIST_BY_DEFAULT

    with temporary_settings({PREFECT_RESULTS_PERSIST_BY_DEFAULT: True}):
        assert task(lambda: 4, name="by-default")() == 4
    assert len(stored_files()) == 1


def test_a_stored_result_is_read_in_another_process(tmp_path: Path) -> None:
    """The state of a run that was read from the record gives the persisted result."""

    @flow(persist_result=True)
    def numbers() -> dict[str, list[int]]:
        return {"n": [1, 2, 3]}

    state = numbers(return_state=True)
    program = tmp_path / "reads.py"
    program.write_text(
        "import sys, uuid\n"
        "from prefect.backend import get_backend\n"
        "print(get_backend().read_flow_run(uuid.UUID(sys.argv[1])).state.result())\n"
    )
    ran = subprocess.run(
        [sys.executable, program, str(state.state_details.flow_run_id)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == "{'n': [1, 2, 3]}", ran.stderr


def test_the_exception_of_a_failed_run_is_raised_elsewhere(recorded: Any) -> None:
    """A task that persists keeps its exception too, so that the recorded state raises it."""

    @task(persist_result=True)
    def fails() -> None:
        raise KeyError("lost")

    fails(return_state=True)
    with pytest.raises(KeyError, match="lost"):
        recorded.task_run().state.result()


def test_a_result_that_was_not_persisted_is_missing_elsewhere(recorded: Any) -> None:
    """The record of a run without persistence says that its result was not kept, and what to do."""
    task(lambda: 5, name="forgets")()
    with pytest.raises(MissingResult, match="persist_result=True"):
        recorded.task_run().state.result()


@pytest.mark.parametrize("retries", [0, 3])
def test_a_task_whose_result_cannot_be_written_fails_at_once(retries: int) -> None:
    """The error names the type, the serializer and the way out; it is not tried again, since that would not help."""
    calls: list[int] = []

    @task(persist_result=True, retries=retries)
    def locks() -> Any:
        calls.append(1)
        return threading.Lock()

    with pytest.raises(UnwritableResult, match=r"'lock' with serializer 'pickle'.*result_serializer='json'"):
        locks()
    assert calls == [1]


def test_a_flow_whose_result_cannot_be_written_fails() -> None:
    """The same for a flow: it is Failed, and says why."""

    @flow(persist_result=True, retries=2)
    def locks() -> Any:
        return threading.Lock()

    state = locks(return_state=True)
    assert state.is_failed()
    assert "'lock'" in (state.message or "")


def test_a_result_that_cannot_be_written_fails_its_task_inside_a_transaction() -> None:
    """A result that is to be written later, with the transaction around it, is tried before the task ends."""
    from prefect.transactions import transaction

    @task(persist_result=True)
    def locks() -> Any:
        return threading.Lock()

    with transaction(), pytest.raises(UnwritableResult):
        locks()


def test_a_storage_that_refuses_fails_the_task(tmp_path: Path) -> None:
    """An error of the storage is the failure of the task; nothing is reported as kept that is not."""

    class Full:
        def read_path(self, path: str) -> bytes:
            raise ValueError(path)

        def write_path(self, path: str, content: bytes) -> None:
            raise OSError(28, "No space left on device")

    state = task(lambda: 1, name="full", persist_result=True, result_storage=Full())(return_state=True)
    assert state.is_failed()
    assert "No space left" in (state.message or "")


def test_an_unreadable_cached_result_is_made_anew() -> None:
    """A damaged file counts as no result: the function is called and the file is replaced."""
    calls: list[int] = []

    @task(cache_policy=INPUTS)
    def again(x: int) -> int:
        calls.append(x)
        return x

    again(1)
    (file,) = stored_files()
    file.write_text('{"torn')
    assert again.with_options(name="other")(1) == 1
    assert calls == [1, 1]


@pytest.mark.parametrize(
    ("policy", "same", "other"),
    [
        (INPUTS, "Cached", "Completed"),
        (TASK_SOURCE, "Cached", "Cached"),
        (INPUTS + TASK_SOURCE, "Cached", "Completed"),
        (INPUTS - "x", "Completed", "Completed"),
        (RUN_ID, "Cached", "Cached"),
        (NO_CACHE, "Completed", "Completed"),
        (FLOW_PARAMETERS, "Cached", "Cached"),
        (Inputs(exclude=["y"]), "Cached", "Completed"),
        (None, "Completed", "Completed"),
    ],
    ids=["inputs", "source", "both", "minus", "run", "none", "parameters", "exclude", "null"],
)
def test_cache_policies_decide_what_is_found(policy: Any, same: str, other: str) -> None:
    """Each policy finds the result of a run that is alike in what it looks at."""
    once = task(lambda x: x, name="once", cache_policy=policy, persist_result=True)

    @flow
    def parent(day: str) -> list[str]:
        return [once(x, return_state=True).name for x in (1, 1, 2)]

    assert parent("monday") == ["Completed", same, other]


def test_a_key_function_makes_the_key() -> None:
    """`cache_key_fn` gets the context and the inputs; None means no cache."""

    @task(
        cache_key_fn=lambda context, inputs: f"{context.task.name}-{inputs['x'] % 2}" if inputs["x"] else None
    )
    def parity(x: int) -> int:
        return x

    assert [parity(x, return_state=True).name for x in (1, 3, 0, 0)] == [
        "Completed",
        "Cached",
        "Completed",
        "Completed",
    ]
    assert parity(5) == 1


def test_an_expired_result_is_made_anew() -> None:
    """A result is not found after its expiration, and is before."""
    old = task(lambda x: x, name="old", cache_policy=INPUTS, cache_expiration=timedelta(seconds=-1))
    fresh = task(
        lambda x: x, name="fresh", cache_policy=INPUTS + TASK_SOURCE, cache_expiration=timedelta(hours=1)
    )
    assert [old(1, return_state=True).name for _ in "ab"] == ["Completed", "Completed"]
    assert [fresh(1, return_state=True).name for _ in "ab"] == ["Completed", "Cached"]


def test_refreshing_calls_the_function_and_replaces_the_result() -> None:
    """`refresh_cache` does not look for a result, but writes one."""
    answers = iter([1, 2, 3])
    source = task(lambda: next(answers), name="source", cache_policy=TASK_SOURCE)
    assert source() == 1
    assert source.with_options(refresh_cache=True)() == 2
    assert source() == 2


def test_storage_key_templates_name_the_file(tmp_path: Path) -> None:
    """`result_storage_key` may use parameters; the file has that name, and the next run finds it."""
    storage = LocalFileSystem(basepath=tmp_path / "results")

    @task(
        result_storage_key="report-{parameters[day]}.json", result_storage=storage, result_serializer="json"
    )
    def report(day: str) -> str:
        return day

    assert [report("mon", return_state=True).name for _ in "ab"] == ["Completed", "Cached"]
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["report-mon.json"]


def test_hooks_of_a_cached_run_are_called_but_not_its_commit_hooks() -> None:
    """A Cached run calls on_running and on_completion, and commits nothing."""
    told: list[str] = []

    @task(
        cache_policy=INPUTS,
        on_running=[lambda *_: told.append("running")],
        on_completion=[lambda _task, _run, state: told.append(state.name)],
    )
    def hooked(x: int) -> int:
        return x

    @hooked.on_commit
    def committed(_: Any) -> None:
        told.append("commit")

    hooked(1)
    hooked(1)
    assert told == ["running", "commit", "Completed", "running", "Cached"]


def test_completed_tasks_are_not_called_again_when_their_flow_is_retried() -> None:
    """With the default policy a retry of the flow goes on from the tasks that completed."""
    calls: list[str] = []
    failures = iter([True, False])

    @task(persist_result=True)
    def step(name: str) -> str:
        calls.append(name)
        return name

    @flow(retries=1)
    def pipeline() -> list[str]:
        names = [step("a", return_state=True).name, step("b", return_state=True).name]
        if next(failures):
            raise ValueError("once")
        return names

    assert pipeline() == ["Cached", "Cached"]
    assert calls == ["a", "b"]


def test_a_cached_generator_gives_its_values_again() -> None:
    """Iterating over a generator task whose result is found yields the same values."""
    calls: list[int] = []

    @task(cache_policy=INPUTS)
    def numbers(n: int) -> Any:
        calls.append(n)
        yield from range(n)

    assert list(numbers(3)) == list(numbers(3)) == [0, 1, 2]
    assert calls == [3]


def test_a_key_that_cannot_be_made_is_told_and_the_task_runs(recorded: Any) -> None:
    """An input without a stable hash means no cache, not a failure; the log names the input."""
    runs = task(lambda x: 1, name="runs", cache_policy=INPUTS)
    assert runs(threading.Lock()) == 1
    assert any("the input 'x' has no stable hash" in message for message in recorded.messages())


def test_states_hold_no_large_results() -> None:
    """The state of a persisted result reads it back once the store has no more room for it in memory."""

    @task(persist_result=True)
    def large(n: int) -> bytes:
        return bytes([n]) * 2**20

    @flow
    def parent() -> list[Any]:
        return [large(n, return_state=True) for n in range(40)]

    states = parent(return_state=True).result()
    records = [state.data for state in states]
    assert all(isinstance(record, StoredRecord) for record in records)
    assert records[0].result == bytes(2**20)
    assert records[0].result is not records[0].result  # it was read twice
    assert records[-1].result is records[-1].result  # it is in memory


def test_persisting_is_refused_by_false() -> None:
    """`persist_result=False` goes before a cache policy, and says so."""
    loud = task(lambda x: x, name="loud", cache_policy=INPUTS, persist_result=False)
    assert [loud(1, return_state=True).name for _ in "ab"] == ["Completed", "Completed"]
    assert stored_files() == []


def test_options_survive_with_options() -> None:
    """A copy with another name persists and caches like its original, no more and no less."""
    plain = task(lambda x: x, name="plain")
    cached = task(lambda x: x, name="cached", cache_policy=INPUTS)
    assert plain.with_options(name="p").persist_result is None
    assert cached.with_options(name="c").persist_result is True
    assert cached.with_options(persist_result=False).cache_policy is NO_CACHE


def test_home_decides_where_results_go(tmp_path: Path) -> None:
    """The default storage is the folder `storage` of the home."""
    with temporary_settings({PREFECT_HOME: tmp_path / "elsewhere"}):
        task(lambda: 1, name="elsewhere", persist_result=True)()
    assert len(list((tmp_path / "elsewhere" / "storage").iterdir())) == 1
