"""Workers of any type: the runs that they take, what becomes of them, and how they are ended."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import Field

from prefect.backend import get_backend
from prefect.exceptions import InfrastructureNotFound, ObjectNotFound
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import StateType
from prefect.schemas.work_pools import WorkPoolCreate, WorkPoolUpdate
from prefect.schemas.work_queues import WorkQueueUpdate
from prefect.states import Cancelling, Completed, Running
from prefect.store.events import read_events
from prefect.store.flow_run_claims import read_flow_run_claim
from prefect.store.work_pools import create_work_pool, read_work_pool, update_work_pool
from prefect.store.work_queues import read_work_queues_of_pool, update_work_queue
from prefect.store.workers import read_workers
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult
from tests.unit.workers.deployed import deployment_in, message_of, perform, pool_of, run_of, seen, states_of


class Job(BaseJobConfiguration):
    """What a job of the test does."""

    does: str = "completes"
    size: int = Field(default=1, json_schema_extra={"template": "{{ size }}"})


class Variables(BaseVariables):
    """The variables in it."""

    does: str = "completes"
    size: Any = 1


class Result(BaseWorkerResult):
    """What became of a job."""


class Cloud(BaseWorker[Job, Variables, Result]):
    """Has runs executed in an infrastructure that does what its job says."""

    type = "cloud"
    job_configuration = Job
    job_configuration_variables = Variables

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jobs: dict[str, Job] = {}
        self.killed: list[tuple[str, int]] = []
        self.going = asyncio.Event()
        self.ended = asyncio.Event()

    async def run(self, flow_run: FlowRun, configuration: Job, task_status: Any = None) -> Result:
        """Do what the job says."""
        self.jobs[flow_run.name] = configuration
        if configuration.does == "cannot start":
            raise RuntimeError("no room")
        task_status.started(f"job-{flow_run.name}")
        self.going.set()
        match configuration.does:
            case "is lost sight of":
                raise RuntimeError("no connection")
            case "waits":
                await self.ended.wait()
            case "completes":
                _propose(flow_run, Running())
                _propose(flow_run, Completed())
            case _:
                pass
        code = int(configuration.does.removeprefix("ends with ")) if "ends with" in configuration.does else 0
        return Result(status_code=code, identifier="x")

    async def kill_infrastructure(
        self, infrastructure_pid: str, configuration: Job, grace_seconds: int = 30
    ) -> None:
        """End what runs."""
        self.killed.append((infrastructure_pid, grace_seconds))
        self.ended.set()
        raise InfrastructureNotFound("gone")


def _propose(run: FlowRun, state: Any) -> None:
    get_backend().propose_flow_run_state(run.id, state, force=True).result(10)


async def executed(worker: Cloud) -> list[str]:
    """Let a worker take what is due, wait until it has ended, and return the names."""
    taken = await worker.get_and_submit_flow_runs()
    await worker.poller.until_done()
    return [run.name for run in taken]


async def test_a_run_is_claimed_and_executed_and_all_is_told() -> None:
    """A run that is due is executed once; the run says by whom and where, and events tell of it."""
    deployment = deployment_in(pool_of(Cloud), job_variables={"env": {"A": "1"}})
    run = run_of(deployment, name="one", job_variables={"env": {"B": "2"}})
    async with Cloud("pool", name="My worker") as worker:
        assert await executed(worker) == ["one"]
        assert await executed(worker) == []
        job = worker.jobs["one"]
        assert (job.env["A"], job.env["B"], job.env["PREFECT__FLOW_RUN_FENCE"]) == ("1", "2", "1")
        related = worker.events.related(job, include_self=True)
        assert [each.role for each in related] == ["deployment", "flow", "flow-run", "work-pool", "worker"]
    after = seen(run)
    assert [state.name for state in states_of(run)] == [
        "Scheduled",
        "Pending",
        "Submitting",
        "Running",
        "Completed",
    ]
    assert after.infrastructure_pid == "job-one"
    assert after.labels is not None
    assert after.labels["prefect.worker.name"] == "My worker"
    assert not perform(read_flow_run_claim, run.id).is_held
    get_backend().flush().result(10)
    told = perform(read_events).events
    names = [event.event for event in told if event.event.startswith("prefect.worker.")]
    assert sorted(names) == [
        "prefect.worker.executed-flow-run",
        "prefect.worker.started",
        "prefect.worker.stopped",
        "prefect.worker.submitted-flow-run",
    ]
    assert {event.resource.id for event in told if event.event in names} == {"prefect.worker.cloud.my-worker"}


@pytest.mark.parametrize(
    ("does", "state", "message"),
    [
        ("cannot start", StateType.CRASHED, "RuntimeError: no room"),
        ("ends with 3", StateType.CRASHED, "exit code 3"),
        ("ends with 137", StateType.CRASHED, "SIGKILL"),
        ("is lost sight of", StateType.PENDING, None),
        ("ends with 0", StateType.PENDING, None),
    ],
)
async def test_what_becomes_of_a_run_whose_infrastructure_does_not_do_its_work(
    does: str, state: StateType, message: str | None
) -> None:
    """Infrastructure that fails is a crash that says why; of what is not known, nothing is said: the claim lapses."""
    run = run_of(deployment_in(pool_of(Cloud)), job_variables={"does": does})
    async with Cloud("pool") as worker:
        await executed(worker)
    after = seen(run).state
    assert after is not None
    assert after.type is state
    assert message is None or message in (after.message or "")


async def test_a_job_that_cannot_be_configured_is_a_crash_that_says_why() -> None:
    """A job variable that does not fit, or a block that is gone, does not leave the run Pending."""
    deployment = deployment_in(pool_of(Cloud))
    wrong = run_of(deployment, job_variables={"size": "many"})
    gone = run_of(deployment, job_variables={"size": "{{ prefect.blocks.secret.gone }}"})
    async with Cloud("pool") as worker:
        await executed(worker)
    assert "unable to parse string as an integer" in message_of(wrong)
    assert "There is no block secret/gone" in message_of(gone)
    assert seen(gone).state_type is StateType.CRASHED


async def test_a_run_that_is_cancelled_has_its_infrastructure_ended() -> None:
    """Cancelling ends the infrastructure, and then the run is Cancelled."""
    run = run_of(deployment_in(pool_of(Cloud)), name="long", job_variables={"does": "waits"})
    async with Cloud("pool") as worker:
        await worker.get_and_submit_flow_runs()
        await asyncio.wait_for(worker.going.wait(), 10)
        _propose(run, Cancelling())
        worker.claims.look_now()
        await asyncio.wait_for(worker.poller.until_done(), 10)
        assert worker.killed == [("job-long", 30)]
    assert seen(run).state_type is StateType.CANCELLED


async def test_runs_that_are_left_go_on() -> None:
    """A worker that is told twice to stop leaves its runs, and says nothing of them."""
    run = run_of(deployment_in(pool_of(Cloud)), job_variables={"does": "waits"})
    async with Cloud("pool") as worker:
        await worker.get_and_submit_flow_runs()
        await asyncio.wait_for(worker.going.wait(), 10)
        worker.abandon_runs()
        await asyncio.wait_for(worker.poller.until_done(), 10)
        assert worker.killed == []
    assert seen(run).state_type is StateType.PENDING
    assert perform(read_flow_run_claim, run.id).is_held


async def test_as_many_runs_as_there_are_places() -> None:
    """A worker takes no more runs at once than its limit, and the next one when one has ended."""
    deployment = deployment_in(pool_of(Cloud), job_variables={"does": "waits"})
    for number in range(3):
        run_of(deployment, name=f"run-{number}")
    async with Cloud("pool", limit=2) as worker:
        assert len(await worker.get_and_submit_flow_runs()) == 2
        assert len(await worker.get_and_submit_flow_runs()) == 0
        worker.ended.set()
        await worker.poller.until_done()
        assert len(await executed(worker)) == 1


async def test_the_pool_its_limit_and_its_queues_are_heeded() -> None:
    """Nothing is taken from a paused pool or queue, nor more than the pool's limit; other queues are left alone."""
    deployment = deployment_in(pool_of(Cloud), job_variables={"does": "waits"})
    for _ in range(2):
        run_of(deployment)
    queue = perform(read_work_queues_of_pool, "pool")[0]
    async with Cloud("pool") as worker:
        perform(update_work_pool, "pool", WorkPoolUpdate(is_paused=True))
        assert await worker.get_and_submit_flow_runs() == []
        perform(update_work_pool, "pool", WorkPoolUpdate(is_paused=False, concurrency_limit=1))
        perform(update_work_queue, queue.id, WorkQueueUpdate(is_paused=True))
        assert await worker.get_and_submit_flow_runs() == []
        perform(update_work_queue, queue.id, WorkQueueUpdate(is_paused=False))
        assert len(await worker.get_and_submit_flow_runs()) == 1
        await asyncio.wait_for(worker.going.wait(), 10)
        assert await worker.get_and_submit_flow_runs() == []
        worker.ended.set()
    async with Cloud("pool", work_queues=["other"]) as worker:
        assert await worker.get_and_submit_flow_runs() == []


async def test_the_pool_is_made_where_there_is_none() -> None:
    """A worker makes its pool with the template of its type, unless it shall not; it is seen in it."""
    async with Cloud("new", name="first", heartbeat_interval_seconds=7) as worker:
        assert worker.work_pool.base_job_template == Cloud.get_default_base_job_template()
    (told,) = perform(read_workers, "new")
    assert (told.name, told.heartbeat_interval_seconds) == ("first", 7)
    before = asyncio.all_tasks()
    with pytest.raises(ObjectNotFound, match="other"):
        async with Cloud("other", create_pool_if_not_found=False):
            pass
    assert asyncio.all_tasks() == before


async def test_a_pool_without_a_template_gets_that_of_the_type() -> None:
    """A pool that was made without a template can be worked in."""
    perform(create_work_pool, WorkPoolCreate(name="bare", type="cloud"))
    async with Cloud("bare"):
        pass
    assert perform(read_work_pool, "bare").base_job_template == Cloud.get_default_base_job_template()


def test_a_worker_says_what_it_is() -> None:
    """A worker has a name that can stand in a path, is found by its type, and tells whether it still looks."""
    worker = Cloud("pool", name="My worker!")
    assert (worker.get_name_slug(), repr(worker)) == ("my-worker", "Worker(pool='pool', name='My worker!')")
    assert worker.get_status() == {
        "name": "My worker!",
        "work_pool": None,
        "settings": {"prefetch_seconds": 10.0},
    }
    assert Cloud("pool").name.startswith("Cloud ")
    assert BaseWorker.get_worker_class_from_type("cloud") is Cloud
    assert BaseWorker.get_worker_class_from_type("nope") is None
    assert {"cloud", "process"} <= set(BaseWorker.get_all_available_worker_types())
    assert worker.is_worker_still_polling(10)
    assert not worker.is_worker_still_polling(-1)
    with pytest.raises(ValueError, match="cannot contain"):
        Cloud("pool", name="a/b")
    with pytest.raises(RuntimeError, match="not open yet"):
        worker.client  # noqa: B018 - reading it is the test


def test_a_result_is_true_if_all_went_well() -> None:
    """What became of infrastructure can be asked like a yes or no."""
    assert Result(status_code=0, identifier="x")
    assert not Result(status_code=1, identifier="x")


async def test_an_error_while_a_worker_is_open_is_that_error() -> None:
    """What is raised in the block comes out of it as it is, and the worker is closed."""
    worker = Cloud(pool_of(Cloud))
    with pytest.raises(KeyError, match="mine"):
        async with worker:
            raise KeyError("mine")
    assert not worker.is_setup
