"""When the parts of a flow run ran: as columns, since there may be very many of them."""

from __future__ import annotations

from prefect.schemas._base import Record


class RunTimeline(Record):
    """The task runs of a flow run, each at the same place of all columns.

    Attributes:
        ids: Their ids.
        names: Their names.
        state_types: The types of their states; None for those that have no state.
        state_names: The names of their states.
        starts: When they started, in milliseconds since 1970.
        ends: When they ended.
        expected: When they were to start.
        subflow_run_ids: The flow run that each stands for, if it stands for one.
        tasks: Which task each is a run of: a place in `task_keys`.
        task_keys: The keys of the tasks, each once.
        cursor: What to give as `since` to be told what has changed after this.
    """

    ids: list[str]
    names: list[str]
    state_types: list[str | None]
    state_names: list[str | None]
    starts: list[int | None]
    ends: list[int | None]
    expected: list[int | None]
    subflow_run_ids: list[str | None]
    tasks: list[int]
    task_keys: list[str]
    cursor: str | None = None
