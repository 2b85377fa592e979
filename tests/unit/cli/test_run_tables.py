from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from prefect.cli.run_tables import flow_run_table, more_runs, run_duration, short_ids, task_name
from prefect.cli.screen import Screen
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def flow_run(**fields) -> FlowRun:
    """A flow run."""
    return FlowRun(**{"flow_id": uuid4(), "name": "swift-heron", **fields})


def test_short_ids_tell_the_listed_runs_apart():
    """Ids are cut to a common length, at which they still differ, and never end in a dash."""
    alike = [UUID("0197a1b2-c3d4-7000-8000-000000000001"), UUID("0197a1b2-c3d4-7000-9000-000000000002")]
    assert short_ids(alike) == ["0197a1b2-c3d4-7000-8", "0197a1b2-c3d4-7000-9"]
    assert short_ids(alike[:1]) == ["0197a1b2-c3d4"]
    assert short_ids([]) == []


def test_running_run_is_measured_until_now():
    """The duration of a running run grows; earlier attempts count, the waiting between them does not."""
    state = State(type=StateType.RUNNING, timestamp=NOW - timedelta(seconds=5))
    run = flow_run(
        state=state,
        state_type=StateType.RUNNING,
        start_time=NOW - timedelta(seconds=60),
        total_run_time=timedelta(seconds=10),
    )
    assert run_duration(run, NOW) == timedelta(seconds=15)
    ended = run.model_copy(update={"state_type": StateType.FAILED})
    assert run_duration(ended, NOW) == timedelta(seconds=10)
    assert run_duration(flow_run(), NOW) is None


def test_task_names_have_no_digest():
    """A task is named without the digest of its source; a name that has none stays whole."""
    assert task_name(TaskRun(task_key="load-data-9fabecf9", dynamic_key="0")) == "load-data"
    assert task_name(TaskRun(task_key="load-data", dynamic_key="0")) == "load-data"
    assert task_name(TaskRun(task_key="load", dynamic_key="0")) == "load"


def test_scheduled_run_tells_when_it_will_start():
    """A run that has not started shows its expected start, and no duration."""
    run = flow_run(
        state_type=StateType.SCHEDULED, state_name="Scheduled", expected_start_time=NOW + timedelta(minutes=5)
    )
    screen = Screen()
    line = screen.render(flow_run_table([run], lambda _: "Reports", screen, NOW)).splitlines()[1]
    assert line.split("  ") == [str(run.id), "swift-heron", "Reports", "○ Scheduled", "in 5 minutes"]


def test_long_flow_name_is_cut_before_anything_else():
    """On a narrow terminal the flow's name gives way; name, state and times stay whole."""
    run = flow_run(state_type=StateType.COMPLETED, state_name="Completed", expected_start_time=NOW)
    screen = Screen(width=80)
    text = screen.render(flow_run_table([run], lambda _: "a very long name of a flow " * 5, screen, NOW))
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "swift-heron" in text
    assert "✓ Completed" in text
    assert "a very" in text


def test_rest_of_a_list_is_counted():
    """The line below a list appears only when something was left out."""
    assert more_runs(15, 15) == ""
    assert more_runs(15, 1234).strip() == "1,219 more; `--limit 1234` lists all."
