"""Wrong use gets an error that names the flow or the task, or the file or setting, and says what to do."""

from __future__ import annotations

import asyncio
import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, get_run_logger, task
from prefect.backend import close_backends, get_backend
from prefect.exceptions import (
    ConfigurationError,
    DatabaseError,
    InvalidNameError,
    MappingLengthMismatch,
    MappingMissingIterable,
    MissingContextError,
    ParameterBindError,
    ParameterTypeError,
    ReservedArgumentError,
    UnfinishedRun,
)
from prefect.futures import as_completed, wait
from prefect.states import Completed, Paused, Running
from prefect.task_runners import ThreadPoolTaskRunner

pytestmark = pytest.mark.timeout(30)  # a hang is a failure, soon


@task
def double(number: int) -> int:
    """Return twice the number."""
    return 2 * number


def states_of(name: str) -> list[str | None]:
    """Return the states of the runs of a flow."""
    return [run.state_name for run in get_backend().list_flow_runs(flow_names=[name])]


# --- parameters --------------------------------------------------------------------------------------------------


@flow(name="Load table")
def load(rows: int, table: str = "users") -> str:
    """Pretend to load rows."""
    return f"{rows} {table}"


def test_a_parameter_of_the_wrong_type_is_named() -> None:
    """The error of a bad value names flow, parameter and value, and the run is recorded as failed."""
    with pytest.raises(ParameterTypeError, match=r"(?s)'Load table'.*rows: .*'many'"):
        load("many")
    assert states_of("Load table") == ["Failed"]


def test_all_bad_parameters_are_named_at_once() -> None:
    """Who got two arguments wrong learns of both."""
    with pytest.raises(ParameterTypeError, match=r"(?s)rows: .*table: "):
        load("many", 5)


@pytest.mark.parametrize(
    ("arguments", "options", "what"),
    [
        ((1,), {"tabel": "x"}, "tabel"),
        ((), {}, "rows"),
        ((1, "a", 3), {}, "too many"),
        ((1,), {"rows": 2}, "rows"),
    ],
    ids=["unknown", "missing", "too many", "twice"],
)
def test_arguments_that_do_not_fit_are_named(arguments: Any, options: Any, what: str) -> None:
    """The error says what is wrong, which flow it was and what it takes; no run is recorded."""
    with pytest.raises(ParameterBindError, match=rf"(?s)load.*{what}.*rows: ") as caught:
        load(*arguments, **options)
    assert isinstance(caught.value, TypeError)
    assert get_backend().list_flow_runs() == []


def test_arguments_that_do_not_fit_a_task_are_named() -> None:
    """Tasks, submitted or called, say the same about their arguments."""
    with pytest.raises(ParameterBindError, match=r"double.*takes double\(number.*nubmer"):
        double(nubmer=1)


class Shy:
    def __repr__(self) -> str:
        raise LookupError("this object does not want to be seen")


def test_the_error_is_told_also_when_an_argument_cannot_be_shown() -> None:
    """An argument whose repr fails does not hide what was wrong with the call."""
    with pytest.raises(ParameterBindError, match="tabel"):
        load(Shy(), tabel=1)
    with pytest.raises(ParameterTypeError, match="rows"):
        load(Shy())


def test_a_reserved_argument_is_refused_when_the_function_is_decorated() -> None:
    """An argument that is an option of every call would never reach the function."""
    with pytest.raises(ReservedArgumentError, match=r"'clever'.*'wait_for'"):

        @task
        def clever(wait_for: int) -> None: ...


def circular() -> list[Any]:
    """Return a list that holds itself."""
    inside: list[Any] = []
    inside.append(inside)
    return inside


def deep() -> list[Any]:
    """Return a list in a list, two thousand times."""
    value: list[Any] = []
    for _ in range(2000):
        value = [value]
    return value


UNSTORABLE: dict[str, Callable[[], Any]] = {
    "a lock": threading.Lock,
    "a function": lambda: circular,
    "a generator": lambda: (n for n in range(3)),
    "an object without repr": Shy,
    "a circular list": circular,
    "a deep list": deep,
    "bytes": lambda: b"\xff\x00",
    "a file name that is no UTF-8": lambda: os.fsdecode(b"caf\xe9.csv"),
    "not a number": lambda: [math.nan, math.inf, 2**70],
    "a huge integer": lambda: 2**200,
    "tuples as keys": lambda: {(1, 2): 3},
    "a class": lambda: Shy,
    "an exception": lambda: ValueError("x"),
    "a module": lambda: os,
    "a set of objects": lambda: {object()},
    "text with a zero": lambda: "a\x00b",
}


@pytest.mark.parametrize("kind", UNSTORABLE)
def test_what_cannot_be_stored_can_be_passed(kind: str) -> None:
    """Flows and tasks take and return any object; what JSON cannot hold is recorded as text, and lists can be read."""

    @task
    def keep(value: Any) -> Any:
        return value

    @flow(name="Any value", validate_parameters=False)
    def any_value(value: Any) -> Any:
        get_run_logger().info("given")
        assert keep.submit(value).result() is value
        return keep(value)

    value = UNSTORABLE[kind]()
    assert any_value(value) is value
    (run,) = get_backend().list_flow_runs()
    assert run.state_name == "Completed"
    assert "value" in run.parameters
    assert {task_run.state_name for task_run in get_backend().list_task_runs()} == {"Completed"}


def test_a_line_that_cannot_be_stored_does_not_end_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    """A log line with an impossible level is left out of the record; run and later lines are recorded."""

    @flow
    def odd() -> int:
        get_run_logger().log(2**70, "impossible")
        get_run_logger().info("possible")
        return 1

    assert odd() == 1
    (run,) = get_backend().list_flow_runs()
    assert "possible" in [line.message for line in get_backend().list_logs(flow_run_id=run.id)]
    capfd.readouterr()


# --- failures ----------------------------------------------------------------------------------------------------


@task
def broken() -> None:
    """Fail."""
    raise ValueError("the table is gone")


def test_the_result_of_a_failed_future_is_its_exception() -> None:
    """`.result()` of a task that failed raises what the task raised, every time it is asked."""

    @flow
    def asks() -> list[Any]:
        future = broken.submit()
        for _ in range(2):
            with pytest.raises(ValueError, match="the table is gone"):
                future.result()
        return [future.result(raise_on_failure=False), future.state.name]

    error, name = asks()
    assert isinstance(error, ValueError)
    assert name == "Failed"


def test_a_task_after_a_failed_one_says_which_run_failed() -> None:
    """A task that depends on a failed one does not start, and names that run and what can be done."""

    @flow
    def chain() -> tuple[str, Any]:
        failed = broken.submit()
        future = double.submit(failed)
        future.wait()
        assert double(failed, return_state=True).name == "NotReady"
        with pytest.raises(UnfinishedRun):
            future.result()
        return str(failed.task_run_id), future.state

    run_id, state = chain()
    assert state.name == "NotReady"
    assert run_id in state.message


@pytest.mark.parametrize("made", [Running, lambda: [Running(), Completed()]], ids=["one", "several"])
def test_a_state_that_is_not_final_cannot_be_returned(made: Callable[[], Any]) -> None:
    """A flow whose function returns such a state fails with a sentence, instead of seeming to run for ever."""

    @flow(name="Half done")
    def half_done() -> Any:
        return made()

    state = half_done(return_state=True)
    assert state.is_failed()
    assert "not final" in (state.message or "")
    assert states_of("Half done") == ["Failed"]


def test_a_task_cannot_return_a_state_that_is_not_final() -> None:
    """The same for a task: it fails and is named."""

    @task(name="half task")
    def half_task() -> Any:
        return Paused()

    state = half_task(return_state=True)
    assert state.is_failed()
    assert "half task" in (state.message or "")


@pytest.mark.parametrize("error", [ValueError("hook"), RecursionError("deep"), SystemError("odd")])
def test_an_exception_in_a_hook_changes_nothing(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """Hooks are beside the run: their errors are logged with the hook's name, and the next hook is called."""
    called: list[str] = []

    def careless(*_: Any) -> None:
        raise error

    def careful(*_: Any) -> None:
        called.append("careful")

    hooks: dict[str, Any] = {"on_running": [careless, careful], "on_completion": [careless, careful]}

    @task(**hooks)
    def hooked_task() -> int:
        return 1

    @flow(**hooks)
    def hooked() -> int:
        return hooked_task()

    assert hooked() == 1
    assert called == ["careful"] * 4
    (run,) = get_backend().list_flow_runs()
    told = [
        line.message for line in get_backend().list_logs(flow_run_id=run.id) if "careless" in line.message
    ]
    assert len(told) == 4


# --- endless recursion -------------------------------------------------------------------------------------------


@flow
def flow_calls_itself() -> Any:
    """Never stop."""
    return flow_calls_itself()


@task
def task_calls_itself() -> Any:
    """Never stop."""
    return task_calls_itself()


@task
def task_submits_itself() -> Any:
    """Never stop."""
    return task_submits_itself.submit().result()


@flow
async def async_flow_calls_itself() -> Any:
    """Never stop."""
    return await async_flow_calls_itself()


@pytest.mark.parametrize(
    "endless", [flow_calls_itself, task_calls_itself, task_submits_itself, async_flow_calls_itself]
)
def test_endless_recursion_ends_with_an_error_that_says_so(endless: Any) -> None:
    """A run that calls itself without end is stopped with its name, neither by a crash nor by a hang."""

    @flow
    def outer() -> Any:
        made = endless()
        return asyncio.run(made) if asyncio.iscoroutine(made) else made

    with pytest.raises(RecursionError, match=rf"{endless.name}.*call itself"):
        outer()
    assert get_backend().count_flow_runs(state_names=["Running", "Pending"]) == 0


def test_recursion_with_an_end_is_fine() -> None:
    """A task that calls itself twenty times is no mistake."""

    @task
    def sum_up(n: int) -> int:
        return n + sum_up(n - 1) if n else 0

    assert flow(name="sums")(sum_up.fn)(20) == 210


# --- where runs are recorded -------------------------------------------------------------------------------------


@flow(name="Recorded")
def recorded_flow() -> int:
    """Run one task."""
    return double(1)


def test_a_home_below_a_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that cannot be made is an error that names path and setting, before the flow's code runs."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(DatabaseError, match=r"file/home.*PREFECT_HOME"):
        recorded_flow()
    with pytest.raises(DatabaseError, match=r"file/home.*PREFECT_HOME"):
        double(1)


@pytest.mark.needs("posix")
def test_a_home_where_nobody_can_write_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for a folder of the system."""
    monkeypatch.setenv("PREFECT_HOME", "/proc/prefect")
    with pytest.raises(DatabaseError, match=r"/proc/prefect.*PREFECT_HOME"):
        recorded_flow()


@pytest.mark.needs("unprivileged")
def test_a_folder_without_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for a folder that belongs to somebody else."""
    (tmp_path / "theirs").mkdir(mode=0o500)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "theirs" / "home"))
    with pytest.raises(DatabaseError, match=r"theirs.*PREFECT_HOME"):
        recorded_flow()


def text_file(path: Path) -> None:
    """Put a text file at the path."""
    path.write_text("not a database, " * 100)


def other_program(path: Path) -> None:
    """Put another program's database at the path."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text TEXT)")
    connection.close()


def original_server(path: Path) -> None:
    """Put a database of the original server at the path."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute("CREATE TABLE flow_run (id TEXT)")
    connection.close()


def newer_release(path: Path) -> None:
    """Put a database of a later release of ours at the path."""
    recorded_flow()
    close_backends()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 1000")
    connection.close()


def folder(path: Path) -> None:
    """Put a folder at the path."""
    path.mkdir()


@pytest.mark.parametrize(
    ("put", "what"),
    [
        (text_file, "is not an SQLite database"),
        (other_program, "another program"),
        (original_server, "original Prefect server"),
        (newer_release, "newer release"),
        (folder, "cannot be recorded"),
    ],
)
def test_a_file_that_is_not_ours_is_left_alone(home: Path, put: Callable[[Path], None], what: str) -> None:
    """What stands at our place and is not ours is named, and not touched; no code of the flow runs."""
    home.mkdir()
    put(home / "prefect.db")
    before = (home / "prefect.db").read_bytes() if put is not folder else b""
    with pytest.raises(DatabaseError, match=what) as caught:
        recorded_flow()
    assert str(home / "prefect.db") in str(caught.value)
    assert "PREFECT_HOME" in str(caught.value)
    assert put is folder or (home / "prefect.db").read_bytes() == before


# --- settings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PREFECT_LOGGING_LEVEL", "LOUD"),
        ("PREFECT_LOGGING_LOG_PRINTS", "perhaps"),
        ("PREFECT_FLOWS_DEFAULT_RETRIES", "a few"),
        ("PREFECT_TASK_DEFAULT_RETRIES", "2.5"),
        ("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", "[1, two]"),
        ("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", "[null]"),
        ("PREFECT_TASKS_RUNNER_THREAD_POOL_MAX_WORKERS", "many"),
        ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://localhost/prefect"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error of a bad setting names the variable, so that a person knows where to look."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=variable):
        recorded_flow.with_options(retries=0)()


def test_a_pool_without_threads_is_refused() -> None:
    """A runner that could never run anything cannot be made, by option or by setting."""
    for number in (0, -1):
        with pytest.raises(ValueError, match="max_workers"):
            ThreadPoolTaskRunner(max_workers=number)


# --- in the wrong place ------------------------------------------------------------------------------------------


def test_submit_and_map_want_a_flow() -> None:
    """Outside of a flow there is no task runner; the error names the task and what to do instead."""
    for wrong in (lambda: double.submit(1), lambda: double.map([1])):
        with pytest.raises(RuntimeError, match=r"'double' inside a flow"):
            wrong()


def test_a_run_logger_wants_a_run() -> None:
    """Outside of a run the error says which function to use instead."""
    with pytest.raises(MissingContextError, match=r"get_logger\(\)"):
        get_run_logger()


@pytest.mark.parametrize(
    ("arguments", "error", "what"),
    [
        ((), ParameterBindError, "missing"),
        ((1, 2), MappingMissingIterable, "'add'"),
        (([1], [1, 2]), MappingLengthMismatch, r"'add'.*'a': 1, 'b': 2"),
        (("text", "more"), MappingMissingIterable, "'add'"),
    ],
)
def test_map_wants_lists_of_one_length(arguments: Any, error: type[Exception], what: str) -> None:
    """Mapping over nothing, or over lists that do not match, names the task and the lengths."""

    @task
    def add(a: Any, b: Any) -> Any:
        return a + b

    @flow
    def maps() -> None:
        add.map(*arguments)

    with pytest.raises(error, match=what):
        maps()


def test_map_over_empty_lists_is_no_mistake() -> None:
    """Nothing to do is done at once."""
    assert flow(name="nothing")(lambda: double.map([]).result())() == []


def hook(*_: Any) -> None:
    """Do nothing."""


def body() -> None:
    """Do nothing."""


MISUSES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "a flow of a number": (lambda: flow(3), TypeError, "@flow goes on a function, not on 3"),
    "a task of a text": (lambda: task("load"), TypeError, "@task goes on a function, not on 'load'"),
    "a slash in a name": (lambda: flow(name="a/b")(body), InvalidNameError, "'a/b'"),
    "no name": (lambda: flow(name="")(body), InvalidNameError, "empty"),
    "a name that is a number": (lambda: flow(name=3)(body), TypeError, "name"),
    "a hook that is no list": (lambda: flow(on_failure=hook)(body), TypeError, "on_failure.*'body'"),
    "a hook that is no function": (lambda: task(on_failure=["mail"])(body), TypeError, "on_failure.*'body'"),
    "a tuple of delays": (
        lambda: task(retry_delay_seconds=(1, 2))(body),
        TypeError,
        "retry_delay_seconds.*'body'",
    ),
    "too many delays": (
        lambda: task(retries=99, retry_delay_seconds=[1.0] * 51)(body),
        ValueError,
        "50.*'body'",
    ),
    "a negative jitter": (
        lambda: task(retry_jitter_factor=-1)(body),
        ValueError,
        "retry_jitter_factor.*'body'",
    ),
    "tags that are one text": (lambda: task(tags="nightly")(body), TypeError, "tags.*'body'"),
    "a runner that is none": (lambda: flow(task_runner=3)(body), TypeError, "task_runner.*'body'"),
    "a run name that is a number": (lambda: task(task_run_name=3)(body), TypeError, "task_run_name.*'body'"),
    "an unknown option": (lambda: flow(nmae="x")(body), TypeError, "nmae"),
    "retries that are a text": (lambda: flow(retries="3")(body), TypeError, "retries.*'body'"),
    "a time limit that is a text": (
        lambda: flow(timeout_seconds="long")(body),
        Exception,
        "timeout_seconds.*'body'",
    ),
}


@pytest.mark.parametrize("what", MISUSES)
def test_a_decorator_refuses_what_makes_no_sense(what: str) -> None:
    """A mistake in the options is told where the function is decorated, with its name, not when it first runs."""
    misuse, error, message = MISUSES[what]
    with pytest.raises(error, match=message):
        misuse()


# --- generators closed early -------------------------------------------------------------------------------------


def test_a_generator_flow_that_is_left_early_ends() -> None:
    """A `break` in the loop over a flow's values ends its run; its own clean-up code runs."""
    cleaned: list[str] = []

    @flow(name="Counts")
    def counts() -> Any:
        try:
            yield from range(100)
        finally:
            cleaned.append("up")

    values = counts()
    assert [next(values), next(values)] == [0, 1]
    values.close()
    assert cleaned == ["up"]
    assert states_of("Counts") == ["Completed"]


async def test_an_async_generator_flow_that_is_left_early_ends() -> None:
    """The same for an async generator."""
    cleaned: list[str] = []

    @flow(name="Counts")
    async def counts() -> Any:
        try:
            for number in range(100):
                yield number
        finally:
            cleaned.append("up")

    values = counts()
    assert [await anext(values), await anext(values)] == [0, 1]
    await values.aclose()
    assert cleaned == ["up"]
    assert states_of("Counts") == ["Completed"]


# --- a pool of one thread ----------------------------------------------------------------------------------------


@task
def submits_one() -> int:
    """Wait for another task."""
    return double.submit(1).result()


@task
def submits_chain() -> int:
    """Wait for the last of three tasks that depend on each other."""
    return double.submit(double.submit(double.submit(1))).result()


@task
def calls_with_future() -> int:
    """Call a task here that depends on one in the pool."""
    return double(double.submit(1))


@task
def calls_after_future() -> int:
    """Call a task here that waits for one in the pool."""
    return double(1, wait_for=[double.submit(1)])


@task
def takes_as_completed() -> int:
    """Wait for whichever task ends first."""
    return sum(future.result() for future in as_completed([double.submit(1), double.submit(2)]))


@task
def waits_for_all() -> int:
    """Wait for two tasks."""
    return len(wait([double.submit(1), double.submit(2)]).done)


@task
def maps_and_waits() -> int:
    """Wait for mapped tasks."""
    return sum(double.map([1, 2, 3]).result())


@task
def nests() -> int:
    """Wait for a task that waits for a task, ten deep."""

    @task
    def nest(n: int) -> int:
        return 1 + nest.submit(n - 1).result() if n else 0

    return nest.submit(10).result()


@task
def waits_for_async() -> int:
    """Wait for an async task."""
    return adouble.submit(1).result()


@task
async def adouble(number: int) -> int:
    """Return twice the number."""
    await asyncio.sleep(0)
    return 2 * number


@task
async def async_waits_for_async() -> int:
    """Wait for an async task inside of one."""
    return adouble.submit(1).result()


@task
def runs_a_flow() -> int:
    """Call a flow that submits a task."""
    return flow(name="inner")(lambda: double.submit(1).result())()


WAITING = [
    submits_one, submits_chain, calls_with_future, calls_after_future, takes_as_completed, waits_for_all,
    maps_and_waits, nests, waits_for_async, async_waits_for_async, runs_a_flow,
]  # fmt: skip


@pytest.mark.parametrize("workers", [1, 2, None])
@pytest.mark.parametrize("waiting", WAITING, ids=lambda waiting: waiting.name)
def test_a_task_that_waits_for_tasks_cannot_deadlock(waiting: Any, workers: int | None) -> None:
    """A pool of one thread runs tasks that submit and wait for other tasks, in every way to wait."""

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=workers))
    def waits() -> list[Any]:
        return [future.result(timeout=20) for future in [waiting.submit(), waiting.submit()]]

    first, second = waits()
    assert first == second
    assert first > 0
    assert {run.state_name for run in get_backend().list_task_runs()} == {"Completed"}


def test_a_chain_on_one_thread_ends() -> None:
    """Fifty tasks that each depend on the one before, and are all submitted at once, run one after the other."""

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
    def chain() -> int:
        future = double.submit(1)
        for _ in range(49):
            future = double.submit(future)
        return future.result()

    assert chain() == 2**50


def test_tasks_that_sleep_share_the_time() -> None:
    """Two hundred tasks that wait for a twentieth of a second each are done long before ten seconds have passed."""

    @task
    def sleeps() -> None:
        time.sleep(0.05)

    @flow
    def many() -> int:
        return len(wait([sleeps.submit() for _ in range(200)]).done)

    began = time.monotonic()
    assert many() == 200
    assert time.monotonic() - began < 5


def test_a_flow_is_stopped_in_time_whatever_its_tasks_do() -> None:
    """A flow's time limit holds while one of its tasks runs and tries again, and while its code catches errors."""

    @task(retries=3, timeout_seconds=30)
    def sleeps() -> None:
        time.sleep(10)

    @flow(timeout_seconds=0.2)
    def limited() -> str:
        with suppress(Exception):
            sleeps()
        return "went on"

    began = time.monotonic()
    state = limited(return_state=True)
    assert time.monotonic() - began < 5
    assert (state.name, state.is_failed()) == ("TimedOut", True)
