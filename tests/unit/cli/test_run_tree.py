from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from prefect.cli.run_reports import run_tree_table
from prefect.cli.run_tree import COLLAPSE_ABOVE, Branch, RunTree
from prefect.cli.screen import Screen
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.run_inputs import FlowRunResult, Parameter, TaskRunResult
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun

START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
NOW = START + timedelta(hours=1)


def task_run(name: str, at: float, *, type_=StateType.COMPLETED, message=None, after=(), **fields) -> TaskRun:
    """A task run that started some seconds after START and ran for one second."""
    state = State(type=type_, message=message)
    task = name.partition("-")[0]
    return TaskRun(
        **{
            "name": name,
            "task_key": f"{task}-9fabecf9",
            "dynamic_key": name,
            "state": state,
            "state_type": type_,
            "state_name": state.name,
            "start_time": START + timedelta(seconds=at),
            "end_time": START + timedelta(seconds=at + 1),
            "total_run_time": timedelta(seconds=1),
            "run_count": 1,
            "task_inputs": {"x": [TaskRunResult(id=run.id) for run in after]},
            **fields,
        }
    )


def flow_run(name: str, parent: TaskRun | None = None) -> FlowRun:
    """A flow run, perhaps one that another flow run called."""
    return FlowRun(
        name=name,
        flow_id=uuid4(),
        state_type=StateType.COMPLETED,
        state_name="Completed",
        start_time=parent.start_time if parent else START,
        total_run_time=timedelta(seconds=3),
        parent_task_run_id=parent.id if parent else None,
    )


def nodes(task_runs, children=(), below=None, **options):
    """The nodes of a flow run with these task runs and subflow runs."""
    branches: dict[UUID | None, Branch] = {None: Branch(task_runs, children), **(below or {})}
    tree = RunTree(lambda run_id: branches.get(run_id, branches[None]), lambda _: "Flow", NOW, **options)
    return tree.below(uuid4())


def test_nodes_follow_the_start_of_runs():
    """Runs are shown in the order in which they started, not in the order in which they were made."""
    late, early = task_run("late-1", 5), task_run("early-1", 1)
    assert [node.name for node in nodes([late, early])] == ["early-1", "late-1"]


def test_upstream_runs_are_named_once():
    """A run names what it waited for, each once, and counts those beyond the first three."""
    sources = [task_run(f"s{number}-1", number) for number in range(5)]
    one = task_run("one-1", 9, after=[sources[0], sources[0]])
    many = task_run("many-1", 10, after=sources)
    found = {node.name: node.after for node in nodes([*sources, one, many])}
    assert found["one-1"] == ["s0-1"]
    assert found["many-1"] == ["s0-1", "s1-1", "s2-1", "2 more"]


def test_inputs_that_are_no_runs_are_not_upstream():
    """Parameters of the flow are no dependencies; a run from elsewhere is named by its id."""
    elsewhere = uuid4()
    run = task_run("one-1", 1, task_inputs={"x": [Parameter(name="n"), TaskRunResult(id=elsewhere)]})
    assert nodes([run])[0].after == [str(elsewhere)]


def test_many_runs_of_a_task_become_one_line():
    """More than ten runs of a task are one line with counts, from the first start to the last end."""
    runs = [task_run(f"double-{number}", number) for number in range(COLLAPSE_ABOVE + 1)]
    (node,) = nodes(runs)
    assert node.name == "double (11 runs)"
    assert node.states == {("COMPLETED", "Completed"): 11}
    assert node.duration == timedelta(seconds=11)
    assert not node.children
    assert len(nodes(runs[:-1])) == COLLAPSE_ABOVE
    assert len(nodes(runs, collapse_above=None)) == 11


def test_failures_among_many_runs_are_shown():
    """Below such a line are the first runs that went wrong, with their messages, and a count of the others."""
    runs = [task_run(f"double-{number}", number) for number in range(10)]
    runs += [
        task_run(f"double-{number}", number, type_=StateType.FAILED, message=f"no {number}")
        for number in range(10, 18)
    ]
    (node,) = nodes(runs)
    assert node.states[("FAILED", "Failed")] == 8
    assert [child.name for child in node.children] == [f"double-{number}" for number in range(10, 15)] + [""]
    assert node.children[0].message == "no 10"
    assert node.children[-1].states == {("FAILED", "Failed"): 3}


def test_run_after_many_names_them_together():
    """Who waited for runs that are one line waited for that line; the runs of the line do not wait for themselves."""
    first = task_run("first-1", 0)
    runs = [task_run(f"double-{number}", 1 + number, after=[first]) for number in range(12)]
    last = task_run("last-1", 30, after=runs)
    found = {node.name: node.after for node in nodes([first, *runs, last])}
    assert found["last-1"] == ["double (12 runs)"]
    assert found["double (12 runs)"] == ["first-1"]


def test_line_with_a_running_run_is_measured_until_now():
    """While one of many runs is still running, their line counts up to now."""
    runs = [task_run(f"double-{number}", number) for number in range(11)]
    runs.append(task_run("double-11", 11, type_=StateType.RUNNING, end_time=None))
    assert nodes(runs)[0].duration == NOW - START


def test_subflow_has_its_own_nodes():
    """A subflow run stands in the place of the task run that represents it, with what it called below."""
    stand_in = task_run("inner-0", 2)
    child = flow_run("inner-run", stand_in)
    inside = task_run("leaf-1", 3)
    after = task_run(
        "after-1", 5, task_inputs={"x": [FlowRunResult(id=child.id), TaskRunResult(id=stand_in.id)]}
    )
    found = nodes([stand_in, after], [child], {child.id: Branch([inside])})
    assert [node.name for node in found] == ["inner-run", "after-1"]
    assert found[0].flow_name == "Flow"
    assert found[0].duration == timedelta(seconds=3)
    assert [node.name for node in found[0].children] == ["leaf-1"]
    assert found[1].after == ["inner-run"]


def test_run_that_never_started_comes_with_its_state():
    """A run that never started has no duration, and the message that says why."""
    run = task_run(
        "late-1", 0, type_=StateType.PENDING, message="waits", start_time=None, expected_start_time=START
    )
    (node,) = nodes([run])
    assert node.duration is None
    assert node.states == {("PENDING", "Pending"): 1}


def test_tree_is_drawn_with_guides():
    """Guides connect each line with its caller; the last line of a branch is drawn as such."""
    stand_in = task_run("inner-0", 2)
    child = flow_run("inner-run", stand_in)
    root = flow_run("outer-run")
    branches = {
        root.id: Branch([task_run("first-1", 1), stand_in], [child]),
        child.id: Branch([task_run("leaf-1", 3, run_count=2)]),
    }
    tree = RunTree(branches.__getitem__, lambda _: "Flow", NOW).root(root)
    assert Screen().render(run_tree_table(tree, Screen())).splitlines() == [
        "outer-run       ✓ Completed  3.00s  flow Flow",
        "├── first-1     ✓ Completed  1.00s",
        "└── inner-run   ✓ Completed  3.00s  flow Flow",
        "    └── leaf-1  ✓ Completed  1.00s  2 runs",
    ]
    ascii_screen = Screen(unicode=False)
    assert "`-- inner-run" in ascii_screen.render(run_tree_table(tree, ascii_screen))
