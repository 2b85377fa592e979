"""Results that are kept and found again, transactions that are undone, and what the server is told of them."""

from claims import eventually, same, verdict

from prefect import flow, get_client, task
from prefect.cache_policies import INPUTS
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.transactions import Transaction, transaction

calls: list[int] = []
undone: list[str] = []


@task(cache_policy=INPUTS, persist_result=True)
def kept(number: int) -> int:
    """Be called once for a number."""
    calls.append(number)
    return number * 3


@task
def write(name: str) -> str:
    """Pretend to write something."""
    return name


@write.on_rollback
def erase(_: Transaction) -> None:
    """Note that it was undone."""
    undone.append("written")


@flow
def compat_caching() -> list[int]:
    """Ask twice for the same."""
    return [kept(4), kept(4), kept.submit(5).result()]


@flow(persist_result=True)
def compat_undone() -> None:
    """Fail within a transaction."""
    with transaction():
        write("it")
        raise ValueError("undo")


with get_client(sync_client=True) as client:
    state = compat_caching(return_state=True)
    same("values", state.result(), [12, 12, 15])
    same("calls", calls, [4, 5])
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))

    def ends() -> list[str]:
        """Return the ends of the task runs."""
        return sorted(run.state_name for run in client.read_task_runs(flow_run_filter=of_run))

    eventually("ends of the task runs", ends, ["Cached", "Completed", "Completed"])

    state = compat_undone(return_state=True)
    same("a failing transaction", (state.name, undone), ("Failed", ["written"]))
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    eventually("the task that was undone", ends, ["RolledBack"])

raise SystemExit(verdict())
