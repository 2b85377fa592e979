"""What can be declared of deployments in a file: its keys, their types, and where a placeholder may stand."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WrapValidator

from prefect._deployment_steps.running import Step, named_step
from prefect.schemas.deployments import ConcurrencyLimitStrategy
from prefect.utilities.templating import find_placeholders

T = TypeVar("T")


def _or_placeholder(value: Any, check: Callable[[Any], Any]) -> Any:
    return value if isinstance(value, str) and find_placeholders(value) else check(value)


Templated = Annotated[T, WrapValidator(_or_placeholder)]
"""A value, or a text with placeholders that will be one."""


def _a_step(step: Step) -> Step:
    named_step(step)
    return step


Steps = list[Annotated[dict[str, Any], AfterValidator(_a_step)]]
"""Steps, each the name of a function with its inputs."""

Words = Annotated[str, Field(coerce_numbers_to_str=True)]
"""A text, which may look like a number: `version: 1.0`."""


class _Declared(BaseModel):
    """Keys that are not known are kept and told, not refused: files are also read by other releases."""

    model_config = ConfigDict(extra="allow")


class DeclaredSchedule(_Declared):
    """When runs are due: one of `cron`, `interval` (seconds) and `rrule`, and what belongs to it."""

    cron: Words | None = None
    interval: Templated[float | str | None] = None
    rrule: Words | None = None
    timezone: str | None = None
    anchor_date: Any = None
    day_or: Templated[bool | None] = None
    active: Templated[bool | None] = None
    slug: Words | None = None
    parameters: dict[str, Any] | None = None
    max_scheduled_runs: Templated[int | None] = None
    catch_up: str | None = None
    max_lateness: Templated[float | None] = None
    replaces: str | None = None


class DeclaredPool(_Declared):
    """Where runs are executed."""

    name: Words | None = None
    work_queue_name: Words | None = None
    job_variables: dict[str, Any] | None = None


class DeclaredLimit(_Declared):
    """How many runs there may be at once, and what becomes of one more."""

    limit: Templated[int | None] = None
    collision_strategy: Templated[ConcurrencyLimitStrategy | None] = None
    grace_period_seconds: Templated[int | None] = None


class DeclaredDeployment(_Declared):
    """A deployment as a file declares it; what is None is not said."""

    name: Words | None = None
    version: Words | None = None
    version_type: str | None = None
    tags: list[Words] | Words | None = None
    description: str | None = None
    schedule: DeclaredSchedule | None = None
    schedules: list[DeclaredSchedule] | None = None
    flow_name: str | None = None
    entrypoint: str | None = None
    parameters: dict[str, Any] | None = None
    enforce_parameter_schema: Templated[bool | None] = None
    work_pool: DeclaredPool | None = None
    concurrency_limit: Templated[int | DeclaredLimit | None] = None
    infrastructure_retries: Templated[int | None] = None
    paused: Templated[bool | None] = None
    triggers: list[dict[str, Any]] | None = None
    sla: list[dict[str, Any]] | dict[str, Any] | None = None
    build: Steps | None = None
    push: Steps | None = None
    pull: Steps | None = None

    def wanted_schedules(self) -> list[dict[str, Any]] | None:
        """Return the words of its schedules; None if it says nothing of them."""
        if self.schedules is not None:
            return [said(schedule) for schedule in self.schedules]
        if self.schedule is not None and said(self.schedule):
            return [said(self.schedule)]
        return None

    def steps(self, kind: str, otherwise: list[Step] | None) -> list[Step] | None:
        """Return its steps of a kind, or else those of the whole file.

        `build: null` and `push: null` say that there are none; code must be got from somewhere, so `pull: null` does
        not.
        """
        own: list[Step] | None = getattr(self, kind)
        if own is None and (kind == "pull" or kind not in self.model_fields_set):
            return otherwise
        return own or None


class DeclaredProject(_Declared):
    """A whole file: its steps, and its deployments."""

    name: Words | None = None
    prefect_version: Words | None = Field(default=None, alias="prefect-version")
    description: str | None = None
    definitions: Any = None
    build: Steps | None = None
    push: Steps | None = None
    pull: Steps | None = None
    deployments: list[DeclaredDeployment] | None = None


def said(model: BaseModel) -> dict[str, Any]:
    """Return the known keys that have a value, and their values as they are."""
    return {key: value for key in type(model).model_fields if (value := getattr(model, key)) is not None}


def unknown_keys(project: DeclaredProject) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield where a key is that nobody knows, and what may have been meant. At the top a file may hold anything."""
    for key in project.model_extra or {}:
        near = difflib.get_close_matches(
            key, [*DeclaredProject.model_fields, "prefect-version"], n=1, cutoff=0.8
        )
        if near:
            yield (key,), _unknown(key, near[0])
    for index, deployment in enumerate(project.deployments or ()):
        yield from _unknown_in(deployment, ("deployments", index))


def _unknown_in(
    model: BaseModel, place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    known = type(model).model_fields
    for key in model.model_extra or {}:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
        yield (*place, key), _unknown(key, near[0] if near else None)
    for key in known:
        value = getattr(model, key)
        each: Mapping[Any, Any] = (
            dict(enumerate(cast("list[Any]", value))) if isinstance(value, list) else {None: value}
        )
        for index, inner in each.items():
            if isinstance(inner, BaseModel):
                yield from _unknown_in(inner, (*place, key) if index is None else (*place, key, index))


def _unknown(key: str, near: str | None) -> str:
    advice = f"; did you mean {near!r}?" if near else ""
    return f"{key!r} is no key that is known here, and has no effect{advice or '.'}"
