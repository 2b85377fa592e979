"""Running the steps of deployments, under the documented path."""

from prefect._deployment_steps.running import (
    KNOWN_EXTRAS_FOR_PACKAGES,
    RESERVED_KEYWORDS,
    run_step,
    run_steps,
)
from prefect.exceptions import StepExecutionError

__all__ = [
    "KNOWN_EXTRAS_FOR_PACKAGES",
    "RESERVED_KEYWORDS",
    "StepExecutionError",
    "run_step",
    "run_steps",
]
