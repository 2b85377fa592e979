"""Flows, mapped tasks, subflows and logs: run on the server, and read again from it."""

from claims import eventually, same, verdict

from prefect import flow, get_client, get_run_logger, tags, task, unmapped
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    LogFilter,
    LogFilterFlowRunId,
    TaskRunFilter,
    TaskRunFilterName,
)
from prefect.client.schemas.sorting import LogSort, TaskRunSort
from prefect.states import State


@task
def add(number: int, more: int) -> int:
    """Return a sum."""
    get_run_logger().info("adding to %s", number)
    return number + more


@flow
def compat_inner(number: int) -> int:
    """Add one in a subflow."""
    return add(number, 1)


@flow(log_prints=True, version="7", description="Outer.")
def compat_outer(size: int, note: str = "none") -> State:
    """Map, submit, call, and call a subflow."""
    print(f"size is {size}")
    get_run_logger().warning("take care")
    with tags("mapped"):
        mapped = add.map(list(range(size)), more=unmapped(10)).result()
    first = add.submit(1, 2)
    second = add.submit(first, 3)
    return [mapped, second.result(), compat_inner(5)]


state = compat_outer(3, return_state=True)
run_id = state.state_details.flow_run_id
same("the flow's value", state.result(), [[10, 11, 12], 6, 6])

with get_client(sync_client=True) as client:
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[run_id]))
    run = client.read_flow_run(run_id)
    same("state of the run", (run.state_type.value, run.state_name), ("COMPLETED", "Completed"))
    same("parameters", run.parameters, {"size": 3, "note": "none"})
    same("version and count", (run.flow_version, run.run_count), ("7", 1))
    names = [each.name for each in client.read_flow_run_states(run_id)]
    same("states of the run", names, ["Pending", "Running", "Completed"])
    same("flow by name", client.read_flow_by_name("compat-outer").id, run.flow_id)
    same("flow of the run", client.read_flow(run.flow_id).name, "compat-outer")

    def runs_of_tasks() -> list[tuple[str, str]]:
        """Return names and states of the task runs."""
        found = client.read_task_runs(flow_run_filter=of_run)
        return sorted((each.name.rsplit("-", 1)[0], each.state_name) for each in found)

    eventually("task runs", runs_of_tasks, [("add", "Completed")] * 5 + [("compat-inner", "Completed")])
    mapped = [
        each
        for each in client.read_task_runs(flow_run_filter=of_run, sort=TaskRunSort.END_TIME_DESC)
        if "mapped" in each.tags
    ]
    same("tags of mapped task runs", len(mapped), 3)
    like = client.read_task_runs(
        flow_run_filter=of_run, task_run_filter=TaskRunFilter(name=TaskRunFilterName(like_="inner"))
    )
    same("task runs whose name holds a word", len(like), 1)
    child = client.read_flow_run(like[0].state.state_details.child_flow_run_id)
    same("the subflow's run", (child.state_name, child.parent_task_run_id), ("Completed", like[0].id))
    downstream = [
        each for each in client.read_task_runs(flow_run_filter=of_run) if "task_run" in str(each.task_inputs)
    ]
    same("task runs that depend on others", len(downstream), 1)
    one = mapped[0]
    same("one task run", client.read_task_run(one.id).state_name, "Completed")

    def states_of_task() -> list[str]:
        """Return the states that a task run went through."""
        return [each.name for each in client.read_task_run_states(one.id)]

    eventually("states of a task run", states_of_task, ["Pending", "Running", "Completed"])

    of_logs = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]))

    def messages() -> set[str]:
        """Return which of the flow's own messages are stored."""
        lines = client.read_logs(of_logs, limit=200, sort=LogSort.TIMESTAMP_ASC)
        return {line.message for line in lines} & {"size is 3", "take care", "adding to 2"}

    eventually("logs of the run and its tasks", messages, {"size is 3", "take care", "adding to 2"})
    levels = {line.message: line.level for line in client.read_logs(of_logs, limit=200)}
    same("levels of logs", (levels["size is 3"], levels["take care"]), (20, 30))
    same("count", client.count_flow_runs(flow_run_filter=of_run), 1)

raise SystemExit(verdict())
