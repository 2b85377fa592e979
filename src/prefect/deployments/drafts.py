"""From what is declared to what is stored: the flow is loaded, steps are run, placeholders are filled in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from prefect._deployment_steps.running import Step, run_steps
from prefect._flow_loading import load_flow_from_entrypoint
from prefect._internal.versioning import VersionType
from prefect.blocks.template_values import resolve_block_document_references, resolve_variables
from prefect.deployments.declared import DeclaredDeployment, DeclaredLimit
from prefect.deployments.project_files import ProjectFile
from prefect.deployments.runner_deployment import RunnerDeployment
from prefect.exceptions import MissingFlowError, PrefectException, ProjectFileError, ScriptError
from prefect.runner.storages.base import RunnerStorage
from prefect.schemas.automation_triggers import Trigger
from prefect.schemas.deployment_triggers import DeploymentTriggerTypes
from prefect.schemas.deployments import ConcurrencyLimitConfig
from prefect.settings import get_current_settings
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.templating import apply_values

if TYPE_CHECKING:
    from prefect.flows import Flow

_FILLED_IN_LATER = frozenset({"build", "push", "pull", "triggers"})
"""What has placeholders of its own: steps get theirs when they run, triggers when they fire."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A deployment that is declared, and the flow that it is of.

    Attributes:
        declared: What is declared, by a file or at the command line.
        flow: Its flow.
        project: The file that declares it, or that has steps for it.
        index: Which deployment of the file it is; None if it is of the command line only.
    """

    declared: DeclaredDeployment
    flow: Flow[..., Any]
    project: ProjectFile | None = None
    index: int | None = None

    @property
    def full_name(self) -> str:
        """The name of the flow, a slash, and the name of the deployment."""
        return f"{self.flow.name}/{self.declared.name}"

    def steps(self, kind: str) -> list[Step] | None:
        """Return the steps of a kind: its own, or those of the file."""
        shared = getattr(self.project.declared, kind) if self.project is not None else None
        return self.declared.steps(kind, shared)

    def refused(self, error: Exception) -> PrefectException:
        """Return the error that says in which deployment something is wrong, and in which line if a file says it."""
        if self.project is not None and self.index is not None:
            if isinstance(error, ValidationError) and error.title == DeclaredDeployment.__name__:
                return self.project.refused(error, "deployments", self.index)
            return ProjectFileError(f"{self.project.place('deployments', self.index)}: {_in_words(error)}")
        return ProjectFileError(f"Deployment {self.declared.name!r}: {_in_words(error)}")


class Wanted(NamedTuple):
    """What is to be stored: of which flow, the fields of `DeploymentCreate`, and the triggers; None leaves those."""

    flow_name: str
    fields: dict[str, Any]
    triggers: list[Trigger] | None


def draft_of(
    declared: DeclaredDeployment, project: ProjectFile | None = None, index: int | None = None
) -> Draft:
    """Return a draft of what is declared, with its flow.

    Raises:
        ProjectFileError: It has no name, no work pool, or its flow cannot be loaded.
    """
    place = f"{project.place('deployments', index)}: " if project is not None and index is not None else ""
    if not declared.name:
        raise ProjectFileError(f"{place}A deployment name must be provided. Give it with --name.")
    if not declared.entrypoint:
        raise ProjectFileError(
            f"{place}Deployment {declared.name!r} has no entrypoint: it must say where its flow is, as "
            "path/to/file.py:flow_function."
        )
    try:
        flow = load_flow_from_entrypoint(declared.entrypoint)
    except (MissingFlowError, ScriptError, OSError, ImportError, ValueError) as error:
        raise ProjectFileError(
            f"{place}The flow of deployment {declared.name!r} cannot be loaded from {declared.entrypoint!r}: {error}"
        ) from error
    return Draft(declared, flow, project, index)


class StepRunner:
    """Runs the build and push steps of several deployments. Steps that are the same are run once, for all of them."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self._known: dict[str, dict[str, Any]] = {}

    async def outputs(self, draft: Draft) -> dict[str, Any]:
        """Run the build and push steps of a deployment and return their outputs.

        Raises:
            StepExecutionError: A step failed.
        """
        outputs: dict[str, Any] = {}
        for kind in ("build", "push"):
            steps = draft.steps(kind)
            if not steps:
                continue
            key = json.dumps([kind, steps, outputs], sort_keys=True, default=str)
            if key not in self._known:
                self._tell(f"Running deployment {kind} steps...")
                self._known[key] = await run_steps(steps, outputs, print_function=self._tell)
            outputs = self._known[key]
        return outputs


async def wanted_of(draft: Draft, outputs: Mapping[str, Any], *, final: bool = True) -> Wanted:
    """Return what is to be stored of a draft.

    Args:
        draft: The draft.
        outputs: The outputs of its build and push steps.
        final: The outputs are all there; otherwise placeholders without a value stay, to be shown.

    Raises:
        ProjectFileError: A value has a wrong type.
        ObjectNotFound: A placeholder names a block that does not exist.
    """
    try:
        declared = await _filled(draft, outputs, final=final)
        made = _deployment_of(draft, declared, _pull_steps(draft, outputs))
        fields = made.fields()
        triggers = await _triggers(draft, outputs)
    except (ValidationError, ValueError, TypeError) as error:
        raise draft.refused(error) from error
    fields["infrastructure_retries"] = declared.infrastructure_retries
    # What is not said of a deployment stays what somebody made of it since.
    for name, said in (
        ("schedules", declared.wanted_schedules()),
        ("paused", declared.paused),
        ("infrastructure_retries", declared.infrastructure_retries),
    ):
        if said is None:
            del fields[name]
    return Wanted(draft.flow.name, fields, triggers)


async def _filled(draft: Draft, outputs: Mapping[str, Any], *, final: bool) -> DeclaredDeployment:
    """Return what is declared with values in the place of placeholders."""
    kept = {key: getattr(draft.declared, key) for key in _FILLED_IN_LATER}
    told = {
        key: value
        for key, value in draft.declared.model_dump(exclude_unset=True, warnings=False).items()
        if key not in kept
    }
    told = await resolve_block_document_references(told, value_transformer=_secrets_stay_references)
    told = apply_values(
        await resolve_variables(told), dict(outputs), remove_notset=final, warn_on_notset=final
    )
    return DeclaredDeployment.model_validate(
        told | {key: value for key, value in kept.items() if key in draft.declared.model_fields_set}
    )


def _secrets_stay_references(placeholder: str, value: Any) -> Any:
    """A secret is put in where the run starts, not stored in the deployment, where everybody could read it."""
    return placeholder if "prefect.blocks.secret." in placeholder else value


def _deployment_of(draft: Draft, declared: DeclaredDeployment, steps: list[Step]) -> RunnerDeployment:
    pool = declared.work_pool
    tags = [declared.tags] if isinstance(declared.tags, str) else declared.tags
    limit: Any = declared.concurrency_limit
    if isinstance(limit, DeclaredLimit):
        limit = (
            None
            if limit.limit is None
            else ConcurrencyLimitConfig.model_validate(
                {key: value for key, value in limit.model_dump().items() if value is not None}
            )
        )
    made = RunnerDeployment.from_flow(
        draft.flow,
        name=str(declared.name),
        description=declared.description,
        version=declared.version,
        version_type=VersionType(declared.version_type) if declared.version_type else None,
        tags=tags,
        schedules=declared.wanted_schedules() or [],
        concurrency_limit=limit,
        paused=declared.paused,
        parameters=declared.parameters,
        enforce_parameter_schema=declared.enforce_parameter_schema is not False,
        work_pool_name=pool_name(declared),
        work_queue_name=pool.work_queue_name if pool is not None else None,
        job_variables=pool.job_variables if pool is not None else None,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    made.entrypoint, made.storage = declared.entrypoint, _DeclaredSteps(steps)
    return made


def pool_name(declared: DeclaredDeployment) -> str | None:
    """Return the work pool of a deployment: the one that is declared, or that of the settings."""
    pool = declared.work_pool
    return (
        pool.name if pool is not None else None
    ) or get_current_settings().deployments.default_work_pool_name


def _pull_steps(draft: Draft, outputs: Mapping[str, Any]) -> list[Step]:
    """Return the steps by which a run gets its code; without any it is looked for where it is now."""
    steps = draft.steps("pull")
    if not steps:
        return [{"prefect.deployments.steps.set_working_directory": {"directory": str(Path.cwd())}}]
    # Blocks and variables are read when the run starts, and so are the outputs of pull steps.
    return apply_values(steps, dict(outputs), remove_notset=False)


async def _triggers(draft: Draft, outputs: Mapping[str, Any]) -> list[Trigger] | None:
    if draft.declared.triggers is None:
        return None
    filled = apply_values(draft.declared.triggers, dict(outputs), remove_notset=False)
    known: TypeAdapter[Any] = TypeAdapter(DeploymentTriggerTypes)
    return [known.validate_python(trigger) for trigger in filled]


class _DeclaredSteps(RunnerStorage):
    """Pull steps as they are declared, in the form in which deployments made in code have them."""

    def __init__(self, steps: list[Step]) -> None:
        self._steps = steps

    def set_base_path(self, path: Path) -> None:
        """Nothing is fetched here."""

    @property
    def pull_interval(self) -> int | None:
        """Nothing is fetched here."""
        return None

    @property
    def destination(self) -> Path:
        """The code is here."""
        return Path.cwd()

    async def pull_code(self) -> None:
        """Nothing is fetched here."""

    def to_pull_step(self) -> list[dict[str, Any]]:
        """Return the steps."""
        return self._steps


def _in_words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_url=False)
        )
    return str(error)
