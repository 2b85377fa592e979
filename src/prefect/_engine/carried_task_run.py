"""A task run as a unit of work for another process: packed here, run there, its end unpacked here.

The process that runs it records its states and its log lines itself and commits them before it answers, so that who
hears of the end can read all of it. Process pools, Dask and Ray all carry the same bytes.
"""

from __future__ import annotations

import traceback
from typing import Any, NamedTuple

from prefect._dual.effects import Steps
from prefect._engine.carried_context import hydrated_context
from prefect._engine.pool_thread import run_in_thread
from prefect._engine.portable import dumps, loads, portable
from prefect._engine.task_run import TaskRunEngine
from prefect.exceptions import SerializationError
from prefect.results import StoredRecord
from prefect.schemas.results import ResultRecord
from prefect.schemas.states import State


class _Unit(NamedTuple):
    context: bytes
    task: bytes
    task_run: Any
    parameters: dict[str, bytes]
    assets: Any


class _Ended(NamedTuple):
    """The final state without its data, and the data: a result, an exception, or whatever a returned state holds."""

    state: State[Any]
    data: bytes
    metadata: Any
    is_record: bool
    trace: str | None


class ElsewhereTraceback(Exception):
    """Shows, as the cause of an exception from another process, where it was raised there."""

    def __init__(self, trace: str) -> None:
        super().__init__(trace)
        self.trace = trace

    def __str__(self) -> str:
        return f"\n{self.trace}"


def pack(engine: TaskRunEngine[Any], context: bytes, *, same_script: bool) -> bytes:
    """Return a task run, whose parameters have no futures any more, as a unit of work.

    Args:
        engine: The run; it must not have begun.
        context: What `serialize_context` returned, as bytes.
        same_script: The other process has loaded this one's script; see `portable.dumps`.

    Raises:
        SerializationError: The task or an argument cannot be pickled; the message names it.
    """
    name = engine.task_run.name
    return dumps(
        _Unit(
            context,
            portable(engine.task, f"The task {engine.task.name!r}", same_script=same_script),
            engine.task_run,
            {
                key: portable(value, f"Argument {key!r} of task run {name!r}", same_script=same_script)
                for key, value in engine.parameters.items()
            },
            engine.assets,
        ),
        same_script=same_script,
    )


def run_unit(unit: bytes) -> bytes:
    """Run a unit of work in this process and return its end; the counterpart of `pack`."""
    packed: _Unit = loads(unit)
    with hydrated_context(_context_of(packed.context)):
        parameters = {key: loads(value) for key, value in packed.parameters.items()}
        engine = _CarriedTaskRunEngine(loads(packed.task), parameters, task_run=packed.task_run)
        engine.assets = packed.assets  # what runs in the other process have handed on is known only there
        run_in_thread(engine)
        return engine.packed_end()


_last_context: tuple[bytes, dict[str, Any]] | None = None


def _context_of(carried: bytes) -> dict[str, Any]:
    """Return a context; one run of a flow sends the same many times."""
    global _last_context
    if _last_context is None or _last_context[0] != carried:
        _last_context = (carried, loads(carried))
    return _last_context[1]


class _CarriedTaskRunEngine(TaskRunEngine[Any]):
    """A run whose result has to travel: one that cannot makes it fail, so that what is recorded is what is returned."""

    __slots__ = ("_parcel",)

    _parcel: tuple[Any, bytes] | None

    def _call(self) -> Steps[Any]:
        value = yield from super()._call()
        self._parcel = (value, portable(value, f"The result of task run {self.task_run.name!r}"))
        return value

    def packed_end(self) -> bytes:
        """Return the end of the run as bytes."""
        state, data = self.state, self.state.data
        record: Any = data if type(data) in {ResultRecord, StoredRecord} else None
        value: Any = data if record is None else record.result
        trace = None
        parcel: tuple[Any, bytes] | None = getattr(self, "_parcel", None)
        if parcel is not None and parcel[0] is value:
            blob = parcel[1]
        elif isinstance(value, BaseException):
            trace = "".join(traceback.format_exception(value))
            blob = _packed_exception(value, self.task_run.name)
        else:
            blob = portable(value, f"The result of task run {self.task_run.name!r}")
        return dumps(
            _Ended(
                state.model_copy(update={"data": None}),
                blob,
                None if record is None else record.metadata,
                record is not None,
                trace,
            )
        )


def _packed_exception(error: BaseException, name: str) -> bytes:
    """Return an exception as bytes; in place of one that cannot travel, another that says so and what it was."""
    try:
        blob = dumps(error)
        loads(
            blob
        )  # many exceptions can be written and not be read: their arguments are not those of their class
    except Exception as why:
        kind = type(error)
        return dumps(
            SerializationError(
                f"Task run {name!r} failed with {kind.__module__}.{kind.__qualname__}: {error}. The exception itself "
                f"cannot be sent between processes ({type(why).__name__}: {why}): raise one whose arguments are plain "
                "data and are given to its base class."
            )
        )
    return blob


def unpack(reply: bytes) -> State[Any]:
    """Return the final state that `run_unit` answered with.

    Raises:
        SerializationError: What the run returned cannot be read in this process.
    """
    ended: _Ended = loads(reply)
    try:
        value = loads(ended.data)
    except Exception as error:  # a type of the user's may raise anything
        raise SerializationError(
            f"The result of task run {ended.state.state_details.task_run_id} came back from another process and cannot "
            f"be read here: {type(error).__name__}: {error}. Make what it consists of importable here."
        ) from error
    if isinstance(value, BaseException) and ended.trace and value.__cause__ is None:
        value.__cause__ = ElsewhereTraceback(ended.trace)
    data = ResultRecord(value, ended.metadata) if ended.is_record else value
    return ended.state.model_copy(update={"data": data})
