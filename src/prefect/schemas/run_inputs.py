"""Where the inputs of a run came from: another run, a parameter of the flow, or a constant."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from prefect.schemas._base import Record


class RunType(str, Enum):
    """Whether a run is a flow run or a task run."""

    FLOW_RUN = "flow_run"
    TASK_RUN = "task_run"


class RunInput(Record):
    """One source of an input. Values are hashable, so that sources can be collected in sets."""

    model_config = ConfigDict(frozen=True)

    input_type: str


class TaskRunResult(RunInput):
    """The input is the result of a task run."""

    input_type: Literal["task_run"] = "task_run"  # pyright: ignore[reportIncompatibleVariableOverride] - narrows the tag
    id: UUID


class FlowRunResult(RunInput):
    """The input is the result of a flow run."""

    input_type: Literal["flow_run"] = "flow_run"  # pyright: ignore[reportIncompatibleVariableOverride] - narrows the tag
    id: UUID


class Parameter(RunInput):
    """The input is a parameter of the flow run, by its name."""

    input_type: Literal["parameter"] = "parameter"  # pyright: ignore[reportIncompatibleVariableOverride] - narrows the tag
    name: str


class Constant(RunInput):
    """The input is a constant, by the name of its type."""

    input_type: Literal["constant"] = "constant"  # pyright: ignore[reportIncompatibleVariableOverride] - narrows the tag
    type: str


TaskInput = Annotated[TaskRunResult | FlowRunResult | Parameter | Constant, Field(discriminator="input_type")]
"""Any source of a task run's input, told apart by `input_type`."""

TaskInputs = dict[str, list[TaskInput]]
"""The sources of a task run's inputs by parameter name."""
