"""Who holds concurrency slots."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class ConcurrencyLeaseHolder(BaseModel):
    """The run or the deployment for which slots are held."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["flow_run", "task_run", "deployment"]
    id: UUID
