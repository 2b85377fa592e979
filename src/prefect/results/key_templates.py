"""Keys of results that are made of a template, with what runs at that time."""

from __future__ import annotations

from dataclasses import dataclass

from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import ConfigurationError


@dataclass(frozen=True)
class StorageKeyTemplate:
    """Makes a result's key of a template such as "{flow_run.name}-{parameters[x]}", with what runs at that time."""

    template: str

    def __call__(self) -> str:
        """Return the key."""
        from prefect import runtime  # only for those who use templates

        context = TaskRunContext.get()
        flow_context = FlowRunContext.get()
        known = {
            "parameters": (context.parameters if context else None) or {},
            "task_run": runtime.task_run if context is None else context.task_run,
            "flow_run": runtime.flow_run if flow_context is None else flow_context.flow_run,
        }
        try:
            return self.template.format(**known)
        except (KeyError, IndexError, AttributeError) as error:
            raise ConfigurationError(
                f"The result_storage_key {self.template!r} cannot be filled in: {error}. "
                "It may use {parameters[NAME]}, {task_run...} and {flow_run...}."
            ) from error
