"""Running steps: each is a function named in data, with inputs in which placeholders stand for earlier outputs."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from prefect._deployment_steps.requirements import ensure_installed
from prefect._secrets import register_secret
from prefect.blocks.template_values import resolve_block_document_references, resolve_variables
from prefect.events.emitting import emit_event
from prefect.exceptions import StepExecutionError
from prefect.utilities.importtools import import_object
from prefect.utilities.templating import apply_values

RESERVED_KEYWORDS = {"id", "requires"}
"""Inputs that are not for the function: the name of the step's outputs, and what it needs installed."""

KNOWN_EXTRAS_FOR_PACKAGES = {
    f"prefect-{place}": f"prefect[{place}]" for place in ("kubernetes", "aws", "gcp", "azure", "docker")
}

Step = dict[str, Any]
"""A function's full name, and its inputs."""


def named_step(step: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the full name of a step's function, and its inputs.

    Raises:
        ValueError: It is not one name with a mapping of inputs.
    """
    if not isinstance(step, Mapping) or not step:  # pyright: ignore[reportUnnecessaryIsInstance] - it is read from a file
        raise ValueError(
            f"{step!r} is no step. Write it as the full name of a function, and below it its inputs."
        )
    name, *more = step
    if more:
        raise ValueError(
            f"Step has unexpected additional keys: {', '.join(map(str, more))}. "
            f"Indent the inputs of {name} below it, and write each step as an entry of its own."
        )
    inputs = step[name]
    if inputs is None:
        return name, {}
    if not isinstance(inputs, Mapping):
        raise ValueError(  # noqa: TRY004 - what is read from a file has a wrong value
            f"The inputs of step {name} are {inputs!r}; they must be a mapping of names to values."
        )
    return name, dict(cast("Mapping[str, Any]", inputs))


async def run_step(step: Step, upstream_outputs: dict[str, Any] | None = None) -> dict[str, Any]:
    """Run a step and return what its function returns.

    In its inputs `{{ id.name }}` stands for an output of an earlier step, `{{ $NAME }}` for an environment variable,
    `{{ prefect.blocks.… }}` and `{{ prefect.variables.… }}` for what is stored. An input that is one placeholder gets
    the value itself; in a longer text the value is written as it is, without any quoting, so a value that others
    choose does not belong into a shell script: give it to the script in `env`.

    Args:
        step: The full name of a function, and its inputs. `requires` among these names packages that it needs, which
            are installed if they are missing; `id` names its outputs.
        upstream_outputs: What placeholders stand for.

    Raises:
        ValueError: It is no step.
        StepExecutionError: There is no such function, or what it requires cannot be installed.

    Example:
        ```python
        import asyncio
        from prefect.deployments.steps import run_step

        asyncio.run(run_step({"prefect.deployments.steps.set_working_directory": {"directory": "/srv"}}))
        ```
    """
    return await _run(step, upstream_outputs or {}, print)


async def run_steps(
    steps: list[Step],
    upstream_outputs: dict[str, Any] | None = None,
    print_function: Callable[[str], object] = print,
    deployment: Any | None = None,
    flow_run: Any | None = None,
    logger: Any | None = None,
) -> dict[str, Any]:
    """Run steps one after another and return all of their outputs.

    The outputs of a step are known by their own names, and under its `id` if it has one, to the steps after it.

    Args:
        steps: The steps; see `run_step`.
        upstream_outputs: Outputs of earlier steps.
        print_function: Called with a line before each step.
        deployment: The deployment whose code is pulled, for events.
        flow_run: The flow run for which it is pulled: an event is recorded for each step.
        logger: Gets the error of a step that fails.

    Raises:
        StepExecutionError: A step failed.
    """
    outputs = dict(upstream_outputs or {})
    for index, step in enumerate(steps):
        name, inputs = named_step(step)
        print_function(f" > Running {name.rpartition('.')[2]} step...")
        try:
            output: Any = await _run(step, outputs, print_function)
        except Exception as error:
            _tell("failed", index, name, inputs, deployment, flow_run)
            if isinstance(logger, logging.Logger | logging.LoggerAdapter):
                logger.error("Step %s failed: %s", name, error)  # noqa: TRY400 - who runs the steps gets the error itself
            raise StepExecutionError(f"Encountered error while running {name}: {error}") from error
        _tell("executed", index, name, inputs, deployment, flow_run)
        if isinstance(output, Mapping):
            told = dict(cast("Mapping[str, Any]", output))
            if inputs.get("id"):
                outputs[inputs["id"]] = told
            outputs.update(told)
    return outputs


async def _run(step: Step, outputs: Mapping[str, Any], tell: Callable[[str], object]) -> Any:
    name, inputs = named_step(step)
    requires = inputs.get("requires")
    if requires:
        await ensure_installed([requires] if isinstance(requires, str) else requires, name, tell)
    function = _function(name)
    given = {key: value for key, value in inputs.items() if key not in RESERVED_KEYWORDS}
    # What is stored comes first, so that an output, which others may have chosen, cannot name a secret to be put in.
    given = await resolve_variables(
        await resolve_block_document_references(given, value_transformer=_kept_from_logs)
    )
    given = apply_values(given, outputs, warn_on_notset=True)
    result = function(**given)
    return await result if inspect.isawaitable(result) else result


def _function(name: str) -> Callable[..., Any]:
    try:
        return import_object(name)
    except (ImportError, AttributeError, ValueError) as error:
        raise StepExecutionError(
            f"There is no step {name!r}: {error}. A step is the full name of a function that can be imported here; "
            "`requires` names the package that it is in."
        ) from error


def _kept_from_logs(placeholder: str, value: Any) -> Any:
    if "prefect.blocks.secret." in placeholder:
        register_secret(value)
    return value


def _tell(what: str, index: int, name: str, inputs: Any, deployment: Any, flow_run: Any) -> None:
    """Record what became of a pull step. Inputs are told as they are written, placeholders included."""
    if flow_run is None:
        return
    related: Sequence[dict[str, str]] = ()
    deployment_id: UUID | None = getattr(deployment, "id", None) or getattr(flow_run, "deployment_id", None)
    if deployment_id is not None:
        related = [
            {
                "prefect.resource.id": f"prefect.deployment.{deployment_id}",
                "prefect.resource.role": "deployment",
            }
        ]
    emit_event(
        f"prefect.flow-run.pull-step.{what}",
        {"prefect.resource.id": f"prefect.flow-run.{flow_run.id}"},
        related=list(related),
        payload={
            "index": index,
            "qualified_name": name,
            "step_name": name.rpartition(".")[2],
            "id": inputs.get("id"),
            "inputs": {key: value for key, value in inputs.items() if key not in RESERVED_KEYWORDS},
        },
    )
