"""Branches of deployments, which Prefect Cloud knows."""

from __future__ import annotations

from enum import Enum

from pydantic import Field

from prefect.schemas._base import Body, Identified
from prefect.schemas.deployments import DeploymentUpdate


class BranchingScheduleHandling(str, Enum):
    """What becomes of the schedules on a branch."""

    KEEP = "keep"
    REMOVE = "remove"
    INACTIVE = "inactive"


class DeploymentBranchingOptions(Identified):
    """How a branch goes off."""

    schedule_handling: BranchingScheduleHandling = BranchingScheduleHandling.REMOVE


class DeploymentBranch(Body):
    """Let a branch go off."""

    branch: str = Field(min_length=1)
    options: DeploymentBranchingOptions = Field(default_factory=DeploymentBranchingOptions)
    overrides: DeploymentUpdate | None = None
