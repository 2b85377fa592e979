"""Tasks and flows that fail, are tried again, crash or are cancelled, and what is recorded of them."""

from claims import eventually, raises, same, verdict

from prefect import flow, get_client, task
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Scheduled

tries: list[int] = []
flow_tries: list[int] = []


@task(retries=2, retry_delay_seconds=0)
def second_time() -> str:
    """Succeed when called the second time."""
    tries.append(1)
    if len(tries) < 2:
        raise ValueError("too early")
    return "late"


@task(retries=1, retry_delay_seconds=0)
def never() -> None:
    """Fail every time."""
    raise RuntimeError("never")


@flow
def compat_retried() -> str:
    """Fail in one task, and succeed all the same."""
    never(return_state=True)
    return second_time()


@flow(retries=1, retry_delay_seconds=0)
def compat_flow_retried() -> str:
    """Fail once as a whole."""
    flow_tries.append(1)
    if len(flow_tries) < 2:
        raise ValueError("once")
    return "done"


@flow
def compat_failing() -> None:
    """Fail with the task."""
    never()


@flow
def compat_cancelled() -> object:
    """End as cancelled."""
    return Cancelled(message="no more")


with get_client(sync_client=True) as client:
    state = compat_retried(return_state=True)
    same("a flow with retried tasks", (state.name, state.result()), ("Completed", "late"))
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))

    def ends() -> list[tuple[str, str, int]]:
        """Return name, state and number of attempts of each task run."""
        found = client.read_task_runs(flow_run_filter=of_run)
        return sorted((each.name.rsplit("-", 1)[0], each.state_name, each.run_count) for each in found)

    eventually("ends of the task runs", ends, [("never", "Failed", 2), ("second_time", "Completed", 2)])
    late = next(each for each in client.read_task_runs(flow_run_filter=of_run) if "second" in each.name)

    def passed() -> list[str]:
        """Return the states of the task run that was tried twice."""
        return [each.name for each in client.read_task_run_states(late.id)]

    eventually("states of a retried task run", passed, ["Pending", "Running", "Retrying", "Completed"])

    state = compat_flow_retried(return_state=True)
    run = client.read_flow_run(state.state_details.flow_run_id)
    same("a retried flow", (run.state_name, run.run_count, state.result()), ("Completed", 2, "done"))
    names = [each.name for each in client.read_flow_run_states(run.id)]
    same("its states", names, ["Pending", "Running", "AwaitingRetry", "Running", "Completed"])

    state = compat_failing(return_state=True)
    run = client.read_flow_run(state.state_details.flow_run_id)
    same("a failed flow", (run.state_type.value, run.state.message), ("FAILED", state.message))
    raises("its error", RuntimeError, state.result)

    state = compat_cancelled(return_state=True)
    run = client.read_flow_run(state.state_details.flow_run_id)
    same("a cancelled flow", (run.state_name, run.state.message), ("Cancelled", "no more"))

    waiting = client.create_flow_run(compat_failing, name="compat-waiting", state=Scheduled())
    answer = client.set_flow_run_state(waiting.id, Cancelled(message="by hand"))
    same("cancelled before it began", (answer.status.value, answer.state.name), ("ACCEPT", "Cancelled"))
    answer = client.set_flow_run_state(waiting.id, Scheduled())
    same("a refused state", answer.status.value, "ABORT")
    client.update_flow_run(waiting.id, name="compat-renamed", tags=["kept"])
    renamed = client.read_flow_run(waiting.id)
    same("renamed", (renamed.name, renamed.tags), ("compat-renamed", ["kept"]))
    client.delete_flow_run(waiting.id)
    raises("deleted", ObjectNotFound, lambda: client.read_flow_run(waiting.id))

raise SystemExit(verdict())
