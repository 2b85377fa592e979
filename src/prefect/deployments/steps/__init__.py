"""The steps that come with this library; `prefect.yaml` names them as `prefect.deployments.steps.NAME`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._imports import forwarding

if TYPE_CHECKING:
    from prefect._deployment_steps.running import run_step
    from prefect.deployments.steps.pull import (
        agit_clone,
        git_clone,
        pull_from_remote_storage,
        pull_with_block,
    )
    from prefect.deployments.steps.utility import pip_install_requirements, run_shell_script
    from prefect.deployments.steps.working_directory import set_working_directory

__all__ = [
    "agit_clone",
    "git_clone",
    "pip_install_requirements",
    "pull_from_remote_storage",
    "pull_with_block",
    "run_shell_script",
    "run_step",
    "set_working_directory",
]

_PULL, _UTILITY = "prefect.deployments.steps.pull", "prefect.deployments.steps.utility"

# A run that only goes to a directory does not wait for what fetches code.
__getattr__ = forwarding(
    __name__,
    {
        **dict.fromkeys(("agit_clone", "git_clone", "pull_from_remote_storage", "pull_with_block"), _PULL),
        **dict.fromkeys(("pip_install_requirements", "run_shell_script"), _UTILITY),
        "run_step": "prefect._deployment_steps.running",
        "set_working_directory": "prefect.deployments.steps.working_directory",
    },
)
