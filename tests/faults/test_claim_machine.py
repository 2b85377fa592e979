"""Claims against a model: whatever the order of things, a run is executed by one process, and nothing is left over."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from prefect._fences import Fence
from prefect.exceptions import FencedOff
from prefect.schemas.deployments import DeploymentCreate, DeploymentFlowRunCreate
from prefect.schemas.flow_run_claims import ClaimRenewal, FlowRunClaimCreate
from prefect.schemas.flow_runs import FlowRunCreate, FlowRunPolicy
from prefect.schemas.flows import FlowCreate
from prefect.schemas.states import TERMINAL_STATES, State, StateCreate, StateType
from prefect.store.deployment_runs import create_flow_run_from_deployment
from prefect.store.deployments import create_deployment
from prefect.store.fences import check_fences
from prefect.store.flow_run_claims import claim_flow_run, release_claim, renew_claims, report_crash
from prefect.store.flow_run_creation import create_flow_run
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flow_runs import read_flow_run
from prefect.store.flows import create_flow
from prefect.store.lapsed_claims import claims_lapsed, end_lapsed, hold_all_claims
from prefect.store.sqlite_file import connect
from prefect.store.statements import Transaction
from prefect.store.writer import run_transaction
from prefect.testing.clock import hold_clock

R = TypeVar("R")

LEASE = 15.0
LIMIT = 2
IN_PROGRESS = {"PENDING", "RUNNING", "CANCELLING"}
RUNS = st.integers(0, 4)
SOME = st.integers(0, 20)
ENTERED = st.sampled_from(
    [StateType.RUNNING, StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]
)


@dataclass
class Process:
    """A process that executes a run, as far as it knows."""

    run: UUID
    fence: int
    owner: str
    has_ended_it: bool = False


class Claims(RuleBasedStateMachine):
    """Pollers claim, processes execute, fall silent, come back and end; users cancel and retry; the server looks."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.connection = connect(self.folder / "prefect.db")
        self.stack = ExitStack()
        self.clock = self.stack.enter_context(hold_clock(datetime(2026, 6, 1, tzinfo=UTC)))
        self.processes: list[Process] = []
        self.last_fence: dict[UUID, int] = {}
        self.numbers = count()
        flow = self.do(create_flow(FlowCreate(name="f")))
        wanted = DeploymentCreate(
            name="d", flow_id=flow.id, concurrency_limit=LIMIT, infrastructure_retries=1
        )
        deployment = self.do(create_deployment(wanted))
        policy = FlowRunPolicy(retries=1)
        run = DeploymentFlowRunCreate(empirical_policy=policy)
        self.runs = [self.do(create_flow_run_from_deployment(deployment.id, run)).id for _ in range(4)]
        pending = StateCreate(type=StateType.PENDING)
        self.direct = self.do(create_flow_run(FlowRunCreate(flow_id=flow.id, state=pending))).id
        self.runs.append(self.direct)
        self.start_directly()

    def do(self, transaction: Transaction[R]) -> R:
        """Run a transaction whole."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            result = run_transaction(self.connection, transaction)
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        return result

    def begin(self, run: UUID, fence: int, owner: str) -> None:
        """Note that a process has a claim that nobody had before."""
        assert fence > self.last_fence.get(run, 0)
        self.last_fence[run] = fence
        self.processes.append(Process(run, fence, owner))

    def one(self, number: int) -> Process:
        """Return a process."""
        return self.processes[number % len(self.processes)]

    def has_process(self) -> bool:
        """Whether there is one."""
        return bool(self.processes)

    @rule(number=RUNS)
    def claim(self, number: int) -> None:
        """A poller claims a run."""
        owner = f"worker {next(self.numbers)}"
        result = self.do(
            claim_flow_run(self.runs[number], FlowRunClaimCreate(owner=owner, lease_seconds=LEASE))
        )
        if result.claim is not None:
            self.begin(self.runs[number], result.claim.fence, owner)

    @rule()
    def start_directly(self) -> None:
        """A run without a deployment is executed by who started it."""
        owner = f"script {next(self.numbers)}"
        renewal = ClaimRenewal(flow_run_id=self.direct, lease_seconds=LEASE)
        standing = self.do(renew_claims([renewal], owner))[0]
        if standing.is_held:
            assert standing.fence is not None
            self.begin(self.direct, standing.fence, owner)

    @precondition(has_process)
    @rule(number=SOME)
    def renew(self, number: int) -> None:
        """A process says that it is there; one that is fenced off ends."""
        process = self.one(number)
        renewal = ClaimRenewal(flow_run_id=process.run, fence=process.fence, lease_seconds=LEASE)
        if not self.do(renew_claims([renewal], process.owner))[0].is_held:
            self.processes.remove(process)

    @precondition(has_process)
    @rule(number=SOME, kind=ENTERED)
    def enter(self, number: int, kind: StateType) -> None:
        """A process proposes a state, with its fence; if that is over it ends. It runs a run to its end once."""
        process = self.one(number)
        if process.has_ended_it and kind is StateType.RUNNING:
            return

        def write() -> Transaction[None]:
            yield from check_fences([Fence(str(process.run), process.fence)])
            yield from propose_flow_run_state(process.run, State[Any](type=kind))
            run = yield from read_flow_run(process.run)
            process.has_ended_it |= run.state_type in TERMINAL_STATES

        try:
            self.do(write())
        except FencedOff:
            self.processes.remove(process)

    @precondition(has_process)
    @rule(number=SOME, is_reported=st.booleans())
    def end(self, number: int, is_reported: bool) -> None:
        """A process ends, well or not, and who started it says so."""
        process = self.one(number)
        self.processes.remove(process)
        if is_reported:
            self.do(report_crash(process.run, process.fence, "Killed."))
        else:
            self.do(release_claim(process.run, process.fence))

    @rule(seconds=st.integers(1, 12))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.clock.advance(seconds)

    @rule()
    def look(self) -> None:
        """The server looks for claims that have lapsed."""
        moment = self.clock.now()
        for id_ in self.do(claims_lapsed(moment, 100)):
            self.do(end_lapsed(id_, moment))

    @rule()
    def be_away(self) -> None:
        """The server is away for long, and comes back."""
        self.clock.advance(3600)
        self.do(hold_all_claims(self.clock.now()))

    @rule(number=RUNS)
    def cancel(self, number: int) -> None:
        """A user cancels a run."""
        self.do(propose_flow_run_state(self.runs[number], State[Any](type=StateType.CANCELLING)))

    @rule(number=RUNS)
    def retry(self, number: int) -> None:
        """A user lets a run that is over run again."""
        run = self.do(read_flow_run(self.runs[number]))
        if run.state_type in TERMINAL_STATES:
            again: State[Any] = State(type=StateType.SCHEDULED, name="AwaitingRetry")
            self.do(propose_flow_run_state(run.id, again))

    def rows(self, sql: str) -> list[Any]:
        """Return the rows of a query."""
        return self.connection.execute(sql).fetchall()

    @invariant()
    def one_process_may_write(self) -> None:
        """For no run are there two fences that are valid."""
        valid = {row["flow_run_id"]: row["fence"] for row in self.rows("SELECT * FROM flow_run_claim")}
        writing = [str(each.run) for each in self.processes if valid[str(each.run)] == each.fence]
        assert len(set(writing)) == len(writing)

    @invariant()
    def who_executes_has_a_slot(self) -> None:
        """As many slots are taken as runs are in progress, or wait in their process, and not more than there are."""
        held = self.rows("SELECT holder_id FROM concurrency_lease JOIN concurrency_slot ON lease_id = id")
        assert len(held) <= LIMIT
        runs = self.rows(
            "SELECT flow_run.id, state_type, claim.expires_at FROM flow_run "
            "LEFT JOIN flow_run_claim AS claim ON claim.flow_run_id = flow_run.id WHERE deployment_id IS NOT NULL"
        )
        in_progress = {row["id"] for row in runs if row["state_type"] in IN_PROGRESS}
        claimed = {row["id"] for row in runs if row["expires_at"] is not None}
        assert in_progress <= {row["holder_id"] for row in held} <= in_progress | claimed
        assert in_progress <= claimed

    def teardown(self) -> None:
        """In the end everybody is silent: then nothing is in progress, and nothing is taken."""
        self.clock.advance(10 * LEASE)
        self.look()
        assert self.rows(f"SELECT 1 FROM flow_run WHERE state_type IN {tuple(IN_PROGRESS)}") == []
        assert self.rows("SELECT 1 FROM concurrency_lease") == []
        assert self.rows("SELECT 1 FROM flow_run_claim WHERE expires_at IS NOT NULL") == []
        self.connection.close()
        self.stack.close()
        shutil.rmtree(self.folder)


TestClaims = Claims.TestCase
TestClaims.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
