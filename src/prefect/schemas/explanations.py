"""Why a flow run waits, is late, is stuck, or ended badly."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Record
from prefect.schemas.states import StateType


class RelatedObject(Record):
    """Something that has a part in it: its kind as paths of the API have it (`flow_run`, `work_pool`), id and name."""

    kind: str
    id: str
    name: str | None = None


class Cause(Record):
    """One reason.

    Attributes:
        code: Which one it is, for programs: `pool-paused`, for example. New ones may come.
        message: What is the matter, for people.
        advice: What they can do.
        since: Since when it is so, in UTC, where that is known.
        related: What has a part in it: who holds the slots, for example.
    """

    code: str
    message: str
    advice: str
    since: datetime | None = None
    related: list[RelatedObject] = Field(default_factory=list[RelatedObject])


class Explanation(Record):
    """Why a flow run is as it is.

    Attributes:
        flow_run_id: The flow run.
        name: Its name.
        state_type: The type of its state.
        state_name: The name of its state.
        summary: All in a sentence.
        causes: The reasons, the most decisive first; none if the run goes on as it should.
    """

    flow_run_id: UUID
    name: str
    state_type: StateType | None = None
    state_name: str | None = None
    summary: str
    causes: list[Cause] = Field(default_factory=list[Cause])
