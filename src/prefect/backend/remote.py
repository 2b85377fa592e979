"""The remote backend: runs are recorded and orchestrated by a server.

States of flow runs are asked of the server and waited for, with patience while it does not answer. What runs record
besides, their task runs as events, log lines and events, leaves by the outbox behind the work.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID
from weakref import WeakValueDictionary

import httpx2
import orjson

import prefect
from prefect._dual.drivers import run
from prefect._dual.effects import Steps
from prefect._fences import FENCED_OFF, fence_header, writing_for
from prefect._http_errors import PrefectHTTPStatusError, told_by
from prefect._transport.absence import Absence
from prefect._transport.connection import USER_AGENT, Connection
from prefect._transport.patience import Patience
from prefect._transport.proposals import proposal
from prefect._transport.questions import Question
from prefect._transport.versions import check_versions
from prefect.backend.callers import Callers
from prefect.backend.keeper import keeper_for
from prefect.backend.last_states import LAST_STATES, last_state, telling_last_state
from prefect.backend.notices import Listener
from prefect.backend.outbox import Letter, Outbox, Undeliverable
from prefect.backend.remote_reader import RemoteReader
from prefect.backend.spool import Parcel, Spool
from prefect.backend.task_run_events import flow_run_related, task_run_event
from prefect.exceptions import ObjectNotFound
from prefect.logging.loggers import get_logger
from prefect.schemas.events import Event
from prefect.schemas.flow_runs import FlowRun, FlowRunCreate, FlowRunUpdate
from prefect.schemas.flows import Flow, FlowCreate
from prefect.schemas.orchestration import OrchestrationResult, SetStateStatus, StateAcceptDetails
from prefect.schemas.states import State, StateCreate
from prefect.schemas.task_runs import TaskRun, TaskRunCreate
from prefect.settings import get_current_settings
from prefect.store.events import create_events
from prefect.store.flow_run_creation import create_flow_run
from prefect.store.flow_run_states import set_flow_run_state
from prefect.store.flow_runs import delete_flow_run, read_flow_run, update_flow_run
from prefect.store.flows import create_flow
from prefect.store.operations import route_of
from prefect.store.statements import Transaction
from prefect.store.task_runs import create_task_run

P = ParamSpec("P")
R = TypeVar("R")

EVENTS, LOGS = "/events", "/logs/"

OUTAGE = Patience(retries=150, jitter=0.2, first=0.2, longest=5.0)
"""How long a run insists on a server that has answered before: some twelve minutes."""

QUICK = Patience(retries=1, jitter=0, first=0.1, insists=True)
"""How long the outbox insists before it keeps what it has on disk, and goes on."""

DELIVERY = 15.0
"""How long, in seconds, the outbox waits for a server to say that it has a batch."""

CLOSING = 10.0
"""How long, in seconds, the end of a process waits for changes that it has asked for, and for the outbox."""

ENDING = 4.0
"""How long, in seconds, a run that is ended from outside waits for the server to take its last state."""

HURRIED = 1.5
"""What CLOSING is when the server did not do so."""

_REMEMBERED = 10_000


class RemoteBackend(RemoteReader):
    """Implements `prefect.backend.protocol.Backend` on the API of a server.

    Args:
        connection: How the server is reached.
        folder: Where what the server does not take now is kept.
    """

    def __init__(self, connection: Connection, folder: Path) -> None:
        super().__init__(connection)
        self._folder = folder
        self._open()

    def _open(self) -> None:
        server = str(self.connection.url)
        self._absence = Absence(
            server, f"Runs go on; what they record is kept in {self._folder} until it does."
        )
        self._channel = self.connection.open(OUTAGE, absence=self._absence)
        self._callers = Callers()
        self._delivering = self.connection.open(QUICK, DELIVERY, self._absence)
        self._outbox = Outbox(self._deliver, Spool(self._folder), server)
        self._closing = CLOSING
        self._keeper = keeper_for(self.connection)
        self._flows: dict[str, Future[Flow]] = {}
        self._checked = False
        self._changes: set[Future[Any]] = set()
        # What events of task runs tell of the runs around them, and of the states before.
        self._flow_runs: dict[UUID, tuple[str | None, UUID | None, str | None]] = {}
        self._states: dict[UUID, State[Any]] = {}
        self._created: WeakValueDictionary[UUID, TaskRun] = WeakValueDictionary()

    # --- flow runs: asked of the server -------------------------------------------------------------------------

    def register_flow(self, name: str) -> Future[Flow]:
        """See `Backend.register_flow`. A flow is looked up once per process."""
        known = self._flows.get(name)
        if known is None or (known.done() and known.exception()):
            known = self._flows[name] = self._call(lambda: self._register(name))
        return known

    def _register(self, name: str) -> Steps[Flow]:
        yield from self._check_version()
        return (yield from self._channel.ask(create_flow, FlowCreate(name=name)))

    def create_flow_run(self, flow_run: FlowRun) -> Future[FlowRun]:
        """See `Backend.create_flow_run`. The server gives the run its id."""
        return self._call(lambda: self._create_flow_run(flow_run))

    def _create_flow_run(self, flow_run: FlowRun) -> Steps[FlowRun]:
        assert flow_run.state is not None  # a run is created in a state
        parent = flow_run.parent_task_run_id and self._created.get(flow_run.parent_task_run_id)
        if parent:
            yield from self._create_standing(parent)
        state = flow_run.state
        wanted = FlowRunCreate(
            name=flow_run.name,
            flow_id=flow_run.flow_id,
            flow_version=flow_run.flow_version,
            parameters=flow_run.parameters,
            context=flow_run.context,
            parent_task_run_id=flow_run.parent_task_run_id,
            empirical_policy=flow_run.empirical_policy,
            tags=flow_run.tags,
            state=proposal(state, flow_run_id=None),
            # So that it can be sent again when the answer is lost, and is stored once.
            idempotency_key=str(flow_run.id),
        )
        try:
            created = yield from self._channel.ask(create_flow_run, wanted)
        except PrefectHTTPStatusError as error:
            delay = flow_run.empirical_policy.retry_delay
            if error.response.status_code != 422 or not delay or delay == int(delay):
                raise
            # Servers of another make know whole seconds only.
            wanted.empirical_policy = flow_run.empirical_policy.model_copy(
                update={"retry_delay": math.ceil(delay)}
            )
            created = yield from self._channel.ask(create_flow_run, wanted)
        self._remember(created)
        return created

    def _create_standing(self, task_run: TaskRun) -> Steps[None]:
        """Store the task run that stands for a subflow run before that one, which names it."""
        assert task_run.state is not None  # a run is created in a state
        self._outbox.withdraw(task_run.state.id)
        wanted = TaskRunCreate(
            id=task_run.id,
            name=task_run.name,
            flow_run_id=task_run.flow_run_id,
            task_key=task_run.task_key,
            dynamic_key=task_run.dynamic_key,
            task_version=task_run.task_version,
            tags=task_run.tags,
            task_inputs=task_run.task_inputs,
            state=proposal(task_run.state),
        )
        yield from self._channel.ask(create_task_run, wanted)

    def propose_flow_run_state(
        self, flow_run_id: UUID, state: State[Any], *, force: bool = False
    ) -> Future[OrchestrationResult]:
        """See `Backend.propose_flow_run_state`."""
        return self._call(lambda: self._propose(flow_run_id, state, force=force))

    def _propose(self, flow_run_id: UUID, state: State[Any], *, force: bool) -> Steps[OrchestrationResult]:
        wanted = proposal(state, flow_run_id=flow_run_id)
        answer = yield from self._channel.ask(
            set_flow_run_state, flow_run_id, wanted, force=force, user_agent=USER_AGENT
        )
        if answer.status is SetStateStatus.REJECT:
            answer = yield from self._made_already(flow_run_id, wanted, answer)
        if answer.status is SetStateStatus.ACCEPT and answer.state is not None:
            answer.state.data = state.data  # a result that was not persisted has not travelled
        return answer

    def _made_already(
        self, flow_run_id: UUID, wanted: StateCreate, answer: OrchestrationResult
    ) -> Steps[OrchestrationResult]:
        """Return what was answered first to a proposal whose answer was lost, and that was sent again."""
        holds = answer.state
        if holds is None:
            holds = (yield from self._channel.ask(read_flow_run, flow_run_id)).state
        if holds is None or holds.state_details.transition_id != wanted.state_details.transition_id:
            return answer
        return OrchestrationResult(state=holds, status=SetStateStatus.ACCEPT, details=StateAcceptDetails())

    def end_flow_run(self, flow_run_id: UUID, state: State[Any], *, after: UUID) -> State[Any]:
        """See `Backend.end_flow_run`."""
        try:
            answer = self.propose_flow_run_state(flow_run_id, state, force=True).result(ENDING)
        except (TimeoutError, httpx2.TransportError):
            self._outbox.add(last_state(flow_run_id, state, after))
            self._closing = HURRIED
            return state
        return answer.state or state

    def glance_at_flow_run(self, flow_run_id: UUID) -> FlowRun | None:
        """See `Reader.glance_at_flow_run`."""
        if self._outbox.is_waiting:
            return None
        try:
            return run(self._delivering.ask(read_flow_run, flow_run_id))
        except (ObjectNotFound, PrefectHTTPStatusError, httpx2.TransportError):
            return None

    def keep_flow_run(self, flow_run_id: UUID, listener: Listener, *, inside: bool) -> None:
        """See `Backend.keep_flow_run`."""
        if self._keeper is not None:
            self._keeper.keep(flow_run_id, listener, inside=inside)

    def let_go_flow_run(self, flow_run_id: UUID) -> None:
        """See `Backend.let_go_flow_run`."""
        if self._keeper is not None:
            self._keeper.end(flow_run_id)

    def rename_flow_run(self, flow_run_id: UUID, name: str) -> Future[None]:
        """See `Backend.rename_flow_run`."""
        if flow_run_id in self._flow_runs:
            self._flow_runs[flow_run_id] = (name, *self._flow_runs[flow_run_id][1:])
        return self.perform(update_flow_run, flow_run_id, FlowRunUpdate(name=name))

    def delete_flow_run(self, flow_run_id: UUID) -> Future[bool]:
        """See `Backend.delete_flow_run`."""
        return self._call(lambda: self._delete(flow_run_id))

    def _delete(self, flow_run_id: UUID) -> Steps[bool]:
        try:
            yield from self._channel.ask(delete_flow_run, flow_run_id)
        except ObjectNotFound:
            return False
        return True

    def perform(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """See `Backend.perform`. Events leave by the outbox: nobody waits for the server to have them."""
        if cast("object", operation) is create_events:
            return cast("Future[R]", self._send_events(*cast("tuple[list[Event]]", args)))
        answer = self._call(lambda: self.asked(operation, *args, **kwargs))
        if not route_of(operation).reads:
            self._changes.add(answer)
            answer.add_done_callback(self._changes.discard)
        return answer

    def _send_events(self, events: list[Event]) -> Future[None]:
        done: Future[None] = Future()
        for event in events[:-1]:
            self._outbox.add(Letter(EVENTS, _writing(event)))
        self._outbox.add(Letter(EVENTS, _writing(events[-1]), done=done))
        return done

    def _call(self, steps: Callable[[], Steps[R]]) -> Future[R]:
        return self._callers.call(lambda: run(steps()))

    def _check_version(self) -> Steps[None]:
        """Look at the version of the server once, with the first flow of the process."""
        if self._checked or not get_current_settings().client.server_version_check_enabled:
            return
        response = yield from self._channel.send(Question("GET", "/admin/version"))
        check_versions(response.json(), prefect.__version__)
        self._checked = True

    # --- what runs record besides: by the outbox ----------------------------------------------------------------

    def create_task_run(self, task_run: TaskRun) -> None:
        """See `Backend.create_task_run`."""
        assert task_run.state is not None  # a run is created in a state
        self._created[task_run.id] = task_run
        self._record(task_run, task_run.state)

    def record_task_run(self, task_run: TaskRun, state: State[Any]) -> None:
        """See `Backend.record_task_run`."""
        self._record(task_run, state)

    def _record(self, task_run: TaskRun, state: State[Any]) -> None:
        values, before = vars(task_run).copy(), self._states.get(task_run.id)
        if state.is_final():
            self._states.pop(task_run.id, None)
        else:
            self._states[task_run.id] = state
        self._outbox.add(Letter(EVENTS, lambda: self._event(values, state, before), state.id))

    def _event(self, values: dict[str, Any], state: State[Any], before: State[Any] | None) -> bytes:
        flow_run_id = values["flow_run_id"]
        about = self._flow_runs.get(flow_run_id, (None, None, None))
        related = flow_run_related(flow_run_id, *about) if flow_run_id else []
        return task_run_event(values, state, before, related)

    def _remember(self, flow_run: FlowRun) -> None:
        flow = next(
            (
                name
                for name, known in self._flows.items()
                if known.done() and not known.exception() and known.result().id == flow_run.flow_id
            ),
            None,
        )
        self._flow_runs[flow_run.id] = (flow_run.name, flow_run.flow_id, flow)
        if len(self._flow_runs) > _REMEMBERED:
            self._flow_runs.pop(next(iter(self._flow_runs)))

    def record_log(
        self,
        name: str,
        level: int,
        message: str,
        timestamp: datetime,
        flow_run_id: UUID | None,
        task_run_id: UUID | None,
    ) -> None:
        """See `Backend.record_log`."""
        line = {
            "name": name,
            "level": level,
            "message": message,
            "timestamp": timestamp,
            "flow_run_id": flow_run_id,
            "task_run_id": task_run_id,
        }
        self._outbox.add(Letter(LOGS, lambda: _json(line)))

    def flush(self) -> Future[None]:
        """See `Backend.flush`. Changes that were asked for and that nobody waits for are waited for, too."""
        sent, changes = self._outbox.flush(), list(self._changes)
        if not changes:
            return sent
        return self._callers.call(lambda: _wait_for([sent, *changes]))

    def _deliver(self, parcel: Parcel) -> None:
        try:
            with writing_for(_fences_of(parcel)):
                run(self._delivery(parcel))
        except httpx2.TransportError as error:
            raise Undeliverable(f"{type(error).__name__}") from error
        except PrefectHTTPStatusError as error:
            if FENCED_OFF in error.response.headers:
                get_logger("backend").error("Records of a run are left out: %s", told_by(error.response))
                return
            if error.response.status_code not in {400, 413, 422}:
                why = f"status {error.response.status_code}"
                self._absence.missed(why)
                raise Undeliverable(why) from error
            self._deliver_one_by_one(parcel, error)

    def _delivery(self, parcel: Parcel) -> Steps[None]:
        if parcel.path == LAST_STATES:
            for record in parcel.records:
                yield from telling_last_state(self._delivering, record)
            return
        content = b"[" + b",".join(parcel.records) + b"]"
        headers = {"Idempotency-Key": parcel.key}
        yield from self._delivering.send(Question("POST", parcel.path, content=content, headers=headers))

    def _deliver_one_by_one(self, parcel: Parcel, error: PrefectHTTPStatusError) -> None:
        """Deliver what the server takes of a parcel; what it refuses even alone is told, and left out."""
        if len(parcel.records) == 1:
            get_logger("backend").error(
                "The server refuses a record of a run, which is left out: %s", told_by(error.response)
            )
            return
        for index, record in enumerate(parcel.records):
            self._deliver(Parcel(parcel.path, f"{parcel.key}-{index}", [record], parcel.fences))

    # --- its life ---------------------------------------------------------------------------------------------

    def close(self) -> None:
        """See `Reader.close`."""
        seconds = HURRIED if self._absence.is_on else self._closing
        wait(list(self._changes), seconds)
        self._outbox.close(seconds)
        if self._keeper is not None:
            self._keeper.close()
        run(self._delivering.close())
        super().close()

    def forget_after_fork(self) -> None:
        """In a forked child, let go of what belongs to the parent without touching it; open anew."""
        self._outbox.abandon()
        if self._keeper is not None:
            self._keeper.abandon()
        self._open()


def _wait_for(futures: list[Future[Any]]) -> None:
    """Wait for futures, whatever becomes of them: their errors belong to who asked."""
    wait(futures)


def _fences_of(parcel: Parcel) -> str:
    """Return with which fences a parcel is delivered: those of the process that made it.

    Lines that a process left behind when it ended belong to the run whoever has it now. Its states do not.
    """
    return "" if parcel.path == LOGS and parcel.fences != fence_header() else parcel.fences


def _writing(event: Event) -> Callable[[], bytes]:
    return lambda: event.model_dump_json().encode()


def _json(line: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(line)
    except TypeError:  # a lone surrogate, which UTF-8 does not know
        message = str(line["message"]).encode("utf-8", "replace").decode()
        return orjson.dumps({**line, "message": message})
