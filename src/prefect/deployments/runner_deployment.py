"""A deployment as it is declared in code, before it is stored."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SkipValidation, TypeAdapter, field_validator

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, call
from prefect._dual.signatures import called_like
from prefect._flow_loading import load_flow_from_entrypoint
from prefect._internal.entrypoint_type import EntrypointType
from prefect._internal.versioning import VersionType
from prefect.deployments.applying import Applied, applying
from prefect.deployments.places import Place, place_in, place_of
from prefect.deployments.schedules import (
    AnySchedule,
    FlexibleScheduleList,
    normalize_to_deployment_schedule,
    schedules_in_words,
)
from prefect.deployments.versions import version_info as inferred_version
from prefect.exceptions import InvalidNameError
from prefect.flows import BANNED_CHARACTERS
from prefect.runner.storages.base import RunnerStorage
from prefect.schedules import Schedule
from prefect.schemas.automation_triggers import Trigger
from prefect.schemas.deployment_triggers import DeploymentTriggerTypes
from prefect.schemas.deployments import ConcurrencyLimitConfig, ConcurrencyOptions, VersionInfo

if TYPE_CHECKING:
    from prefect.flows import Flow

Interval: TypeAlias = float | timedelta
SlaTypes: TypeAlias = Any
"""Agreements on the service level, which only a hosted service keeps."""

_TRIGGERS: TypeAdapter[DeploymentTriggerTypes] = TypeAdapter(DeploymentTriggerTypes)


class RunnerDeployment(BaseModel):
    """A deployment as it is declared in code: which flow is run by others, and how. Make one with `flow.to_deployment`.

    Attributes:
        name: Its name, which with that of the flow tells it from others.
        flow_name: The flow.
        description: What it is for; by default the flow's.
        version: A version, for people; by default that of the flow.
        version_type: What the version is told by, for example the commit that is checked out.
        tags: Tags of its runs.
        schedules: When its runs are due.
        concurrency_limit: How many of its runs there may be at once.
        concurrency_options: What becomes of a run that finds no free slot.
        paused: No runs are made of the schedules.
        parameters: Parameters of its runs.
        entrypoint: Where the flow is: "path/to/file.py:name", from the root of the code; or "module.name".
        triggers: What has to happen so that a run is created.
        enforce_parameter_schema: Refuse runs with parameters that the flow does not take.
        storage: Where the code lies.
        work_pool_name: The work pool whose workers run it; without one, whoever serves it.
        work_queue_name: The queue of the pool.
        job_variables: Values for variables of the pool's job template.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, validate_assignment=True)

    name: str
    flow_name: str | None = None
    description: str | None = None
    version: str | None = None
    version_type: VersionType | None = None
    tags: list[str] = Field(default_factory=list)
    schedules: list[AnySchedule] | None = None
    concurrency_limit: int | None = None
    concurrency_options: ConcurrencyOptions | None = None
    paused: bool | None = Field(default=None, validate_default=True)
    parameters: dict[str, Any] = Field(default_factory=dict)
    entrypoint: str | None = None
    triggers: list[Trigger] = Field(default_factory=list[Trigger])
    enforce_parameter_schema: bool = True
    storage: SkipValidation[RunnerStorage | None] = None
    work_pool_name: str | None = None
    work_queue_name: str | None = None
    job_variables: dict[str, Any] = Field(default_factory=dict)

    _sla: SlaTypes = PrivateAttr(None)
    _entrypoint_type: EntrypointType = PrivateAttr(EntrypointType.FILE_PATH)
    _path: str | None = PrivateAttr(None)
    _parameter_openapi_schema: Any = PrivateAttr(None)
    _version_from_flow: bool = PrivateAttr(False)
    _flow: Any = PrivateAttr(None)  # for a runner, which can execute a flow that no other process could load

    @property
    def entrypoint_type(self) -> EntrypointType:
        """How the flow is named: by file or by module."""
        return self._entrypoint_type

    @property
    def full_name(self) -> str:
        """The name of the flow, a slash, and the name of the deployment."""
        return f"{self.flow_name}/{self.name}"

    @field_validator("name", mode="before")
    @classmethod
    def _is_a_name(cls, name: Any) -> Any:
        return _checked_name(name) if isinstance(name, str) else name

    @field_validator("schedules", mode="before")
    @classmethod
    def _in_any_spelling(cls, schedules: Any) -> Any:
        return None if schedules is None else normalize_to_deployment_schedule(schedules)

    @field_validator("triggers", mode="before")
    @classmethod
    def _in_words(cls, triggers: Any) -> Any:
        return [_TRIGGERS.validate_python(one) if isinstance(one, Mapping) else one for one in triggers]

    @field_validator("paused")
    @classmethod
    def _is_paused_or_not(cls, paused: bool | None) -> bool:
        return bool(paused)

    # Storing

    async def aapply(
        self,
        schedules: list[dict[str, Any]] | None = None,
        work_pool_name: str | None = None,
        image: str | None = None,
        version_info: VersionInfo | None = None,
    ) -> UUID:
        """Store the deployment; the form for async code. See `apply`."""
        return (await arun(self.applying(schedules, work_pool_name, image, version_info))).after.id

    @async_dispatch(aapply)
    def apply(
        self,
        schedules: list[dict[str, Any]] | None = None,
        work_pool_name: str | None = None,
        image: str | None = None,
        version_info: VersionInfo | None = None,
    ) -> UUID:
        """Store the deployment, or change the one of this name, and return its id. Doing it twice changes nothing.

        Args:
            schedules: Schedules in place of its own.
            work_pool_name: A work pool in place of its own.
            image: The image that its runs start from, for work pools that have images.
            version_info: What is known of the version of the code; by default that is found out.

        Raises:
            ValueError: An image is given, but no work pool; or agreements on the service level, which need a hosted
                service.
            DeploymentApplyError: The deployment was refused.

        Example:
            >>> flow.to_deployment("nightly", cron="0 2 * * *").apply()
        """
        return run(self.applying(schedules, work_pool_name, image, version_info)).after.id

    def applying(
        self,
        schedules: list[dict[str, Any]] | None = None,
        work_pool_name: str | None = None,
        image: str | None = None,
        version_info: VersionInfo | None = None,
    ) -> Steps[Applied]:
        """Store the deployment as steps that other steps can take; see `apply`."""
        if self._sla:
            raise ValueError(
                f"Deployment {self.name!r}: agreements on the service level (`_sla`) need a hosted service. "
                "Leave them out."
            )
        fields = yield from call(self.fields, schedules, work_pool_name, image, version_info)
        return (yield from applying(str(self.flow_name), fields, self.triggers))

    def fields(
        self,
        schedules: list[dict[str, Any]] | None = None,
        work_pool_name: str | None = None,
        image: str | None = None,
        version_info: VersionInfo | None = None,
    ) -> dict[str, Any]:
        """Return the fields of `DeploymentCreate` that this deployment says; see `apply`.

        Raises:
            ValueError: An image is given, but no work pool; or the deployment has no flow.
        """
        if not self.flow_name:
            raise ValueError(f"Deployment {self.name!r} has no flow. Make it with `flow.to_deployment`.")
        pool = work_pool_name or self.work_pool_name
        if image and not pool:
            raise ValueError(
                f"Deployment {self.name!r} has an image, but no work pool whose workers would start it. "
                "Give `work_pool_name`."
            )
        steps = self.storage.to_pull_step() if self.storage is not None and pool else []
        info = version_info or inferred_version(
            self.version, self.version_type, from_flow=self._version_from_flow
        )
        version = self.version
        if info is not None and version_info is None and (self._version_from_flow or not version):
            version = info.version
        told: dict[str, Any] = {
            "name": self.name,
            "description": self.description,
            "version": version,
            "version_info": info,
            "tags": self.tags,
            "schedules": self.schedules if schedules is None else normalize_to_deployment_schedule(schedules),
            "concurrency_limit": self.concurrency_limit,
            "concurrency_options": self.concurrency_options,
            "paused": self.paused,
            "parameters": self.parameters,
            "entrypoint": self.entrypoint,
            "path": None if steps else self._path,
            "pull_steps": steps if isinstance(steps, list) else [steps],
            "enforce_parameter_schema": self.enforce_parameter_schema,
            "parameter_openapi_schema": _plain_schema(self._parameter_openapi_schema),
            "work_queue_name": self.work_queue_name,
            "job_variables": {**self.job_variables, "image": image} if image else self.job_variables,
        }
        told["schedules"] = [_as_create(schedule) for schedule in told["schedules"] or ()]
        # A pool that nobody speaks of is not changed.
        return {**told, "work_pool_name": pool} if pool or "work_pool_name" in self.model_fields_set else told

    # Declaring

    @classmethod
    def from_flow(
        cls,
        flow: Flow[..., Any],
        name: str,
        interval: Iterable[Interval] | Interval | None = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Schedule | None = None,
        schedules: FlexibleScheduleList | None = None,
        concurrency_limit: int | ConcurrencyLimitConfig | None = None,
        parameters: dict[str, Any] | None = None,
        triggers: list[Trigger] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        version_type: VersionType | None = None,
        enforce_parameter_schema: bool = True,
        work_pool_name: str | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
        _sla: SlaTypes = None,
    ) -> RunnerDeployment:
        """Declare a deployment of a flow. What the words mean: see `Flow.to_deployment`."""
        words = {key: value for key, value in locals().items() if key not in _NOT_WORDS}
        made = cls._made(flow, place_of(flow, entrypoint_type), **words)
        made._flow = flow  # noqa: SLF001 - of this class
        return made

    @classmethod
    def from_entrypoint(
        cls,
        entrypoint: str,
        name: str,
        flow_name: str | None = None,
        interval: Iterable[Interval] | Interval | None = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Schedule | None = None,
        schedules: FlexibleScheduleList | None = None,
        concurrency_limit: int | ConcurrencyLimitConfig | None = None,
        parameters: dict[str, Any] | None = None,
        triggers: list[Trigger] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        enforce_parameter_schema: bool = True,
        work_pool_name: str | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        _sla: SlaTypes = None,
    ) -> RunnerDeployment:
        """Declare a deployment of the flow that an entrypoint names. What the words mean: see `Flow.to_deployment`.

        Args:
            entrypoint: "path/to/file.py:name", from the current folder; or "module.name".
            name: The name of the deployment.
            flow_name: A name for the flow in place of its own.

        Raises:
            MissingFlowError: There is no such flow.
            FileNotFoundError: There is no such file.
        """
        words = {key: value for key, value in locals().items() if key not in _NOT_WORDS}
        flow = load_flow_from_entrypoint(entrypoint)
        return cls._made(flow, Place(entrypoint, str(Path.cwd())), **words)

    @classmethod
    async def afrom_storage(
        cls,
        storage: RunnerStorage,
        entrypoint: str,
        name: str,
        flow_name: str | None = None,
        interval: Iterable[Interval] | Interval | None = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Schedule | None = None,
        schedules: FlexibleScheduleList | None = None,
        concurrency_limit: int | ConcurrencyLimitConfig | None = None,
        parameters: dict[str, Any] | None = None,
        triggers: list[Trigger] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        version_type: VersionType | None = None,
        enforce_parameter_schema: bool = True,
        work_pool_name: str | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        _sla: SlaTypes = None,
    ) -> RunnerDeployment:
        """Declare a deployment of a flow whose code is fetched; the form for async code. See `from_storage`."""
        words = {key: value for key, value in locals().items() if key not in _NOT_WORDS}
        with tempfile.TemporaryDirectory(prefix="prefect-source-") as folder:
            storage.set_base_path(Path(folder))
            await storage.pull_code()
            flow = load_flow_from_entrypoint(str(storage.destination / entrypoint))
        return cls._made(flow, place_in(storage, entrypoint), **words)

    @classmethod
    @async_dispatch(cast("Any", afrom_storage).__func__)
    @called_like(cast("Any", afrom_storage).__func__)
    def from_storage(cls, *args: Any, **words: Any) -> RunnerDeployment:
        """Declare a deployment of a flow whose code is fetched. What the words mean: see `Flow.to_deployment`.

        Args:
            storage: Where the code lies, for example a `GitRepository`. It is fetched once to look at the flow.
            entrypoint: "path/to/file.py:name", from the root of the code.
            name: The name of the deployment.
            flow_name: A name for the flow in place of its own.

        Raises:
            MissingFlowError: There is no such flow in the code.
            FileNotFoundError: There is no such file in the code.
        """
        from prefect._dual.awaiting import finish  # loads asyncio

        return finish(cls.afrom_storage(*args, **words))

    @classmethod
    def _made(
        cls,
        flow: Flow[..., Any],
        place: Place,
        name: str,
        interval: Any,
        cron: Any,
        rrule: Any,
        schedule: Schedule | None,
        schedules: FlexibleScheduleList | None,
        concurrency_limit: int | ConcurrencyLimitConfig | None,
        *,
        flow_name: str | None = None,
        description: str | None = None,
        version: str | None = None,
        _sla: SlaTypes = None,
        **others: Any,
    ) -> RunnerDeployment:
        options: ConcurrencyOptions | None = None
        if isinstance(concurrency_limit, ConcurrencyLimitConfig):
            given = concurrency_limit
            concurrency_limit = given.limit
            options = ConcurrencyOptions(
                collision_strategy=given.collision_strategy, grace_period_seconds=given.grace_period_seconds
            )
        made = cls(
            name=_checked_name(name),  # here as well, for pydantic makes another error of it
            flow_name=flow_name or flow.name,
            description=description or flow.description,
            version=version or flow.version,
            schedules=schedules_in_words(interval, cron, rrule, schedule, schedules),
            concurrency_limit=concurrency_limit,
            concurrency_options=options,
            **{word: value for word, value in others.items() if value is not None},
        )
        made._version_from_flow = version is None
        made._parameter_openapi_schema = flow.parameters
        made._sla = _sla
        made.entrypoint, made.storage = place.entrypoint, place.storage
        made._path, made._entrypoint_type = place.path, place.kind
        return made


_NOT_WORDS = frozenset({"cls", "storage", "entrypoint", "entrypoint_type", "flow", "folder"})


def _checked_name(name: str) -> str:
    name = name.removesuffix(".py")
    if not name or any(character in name for character in BANNED_CHARACTERS):
        raise InvalidNameError(
            f"Name {name!r} contains an invalid character. Must not contain any of: {BANNED_CHARACTERS}."
            if name
            else "A deployment needs a name; the given one is empty."
        )
    return name


def _plain_schema(schema: Any) -> dict[str, Any]:
    """Return the JSON schema of a flow's parameters, without what is empty."""
    if schema is None:
        return {"type": "object", "properties": {}}
    plain: dict[str, Any] = schema.model_dump_for_openapi()
    return {name: value for name, value in plain.items() if value or name not in {"required", "definitions"}}


def _as_create(schedule: AnySchedule) -> dict[str, Any]:
    """Return what is set of a schedule; an anchor that nobody set stays unset."""
    return {name: getattr(schedule, name) for name in schedule.model_fields_set}
