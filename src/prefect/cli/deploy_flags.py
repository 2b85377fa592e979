"""What the options of `prefect deploy` say of a deployment, put over what a file declares of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

from cyclopts import Parameter
from cyclopts.validators import Number

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.given_values import json_object, pairs, variables

if TYPE_CHECKING:
    from prefect.deployments.declared import DeclaredDeployment


Texts = list[str] | None


@Parameter(name="*")
@dataclass(frozen=True)
class Flags:
    """The options that say something of one deployment; None and empty ones say nothing."""

    description: Annotated[
        str | None, Parameter(alias="-d", help="What it is for; by default the flow's.")
    ] = None
    version_type: Annotated[
        str | None, Parameter(help="What the version is told by: prefect:simple, vcs:git …")
    ] = None
    version: Annotated[str | None, Parameter(help="A version of it, for people.")] = None
    tags: Annotated[
        Texts, Parameter(name=["--tag", "-t"], negative=(), help="A tag of its runs; may be repeated.")
    ] = None
    concurrency_limit: Annotated[
        int | None,
        Parameter(
            name=["--concurrency-limit", "-cl"],
            validator=Number(gte=1),
            help="How many of its runs there may be at once.",
        ),
    ] = None
    collision_strategy: Annotated[
        str | None,
        Parameter(help="What becomes of one more run: it waits (ENQUEUE) or is cancelled (CANCEL_NEW)."),
    ] = None
    pool: Annotated[
        str | None, Parameter(alias="-p", help="The work pool whose workers execute its runs.")
    ] = None
    queue: Annotated[str | None, Parameter(name=["--work-queue", "-q"], help="The queue of the pool.")] = None
    job_variables: Annotated[
        Texts,
        Parameter(
            name=["--job-variable", "-jv"],
            negative=(),
            help="A variable of the job, as NAME=VALUE or a JSON object; may be repeated.",
        ),
    ] = None
    cron: Annotated[Texts, Parameter(negative=(), help="Run it by a cron expression.")] = None
    interval: Annotated[list[float] | None, Parameter(negative=(), help="Run it every so many seconds.")] = (
        None
    )
    anchor_date: Annotated[str | None, Parameter(help="From when an interval counts.")] = None
    rrule: Annotated[Texts, Parameter(negative=(), help="Run it by a recurrence rule (RFC 5545).")] = None
    timezone: Annotated[str | None, Parameter(help="The time zone of the schedules, by its IANA name.")] = (
        None
    )
    triggers: Annotated[
        Texts,
        Parameter(
            name="--trigger",
            negative=(),
            help="What has to happen so that a run is created: JSON, or a file of YAML. May be repeated.",
        ),
    ] = None
    param: Annotated[
        Texts,
        Parameter(
            negative=(), help="A parameter, as NAME=VALUE; the value is JSON, or else text. May be repeated."
        ),
    ] = None
    params: Annotated[
        str | None,
        Parameter(allow_leading_hyphen=True, help="Parameters, as a JSON object; - reads it from the input."),
    ] = None
    enforce_parameter_schema: Annotated[
        bool | None, Parameter(help="Refuse runs with parameters that the flow does not take; the default.")
    ] = None
    sla: Annotated[
        Texts, Parameter(negative=(), help="Accepted; agreements on the service level need a hosted service.")
    ] = None

    def any_given(self) -> bool:
        """Whether something was said."""
        return any(value not in (None, []) for value in vars(self).values())


NO_FLAGS = Flags()


def with_flags(
    declared: DeclaredDeployment, flags: Flags, *, name: str | None = None, entrypoint: str | None = None
) -> DeclaredDeployment:
    """Return what is declared with what the options say. Parameters, job variables and schedules are added to those.

    Raises:
        CommandFailed: An option cannot be understood.
    """
    told = declared.model_dump(exclude_unset=True, warnings=False)
    plain = {
        "name": name,
        "entrypoint": entrypoint,
        "description": flags.description,
        "version": flags.version,
        "version_type": flags.version_type,
        "tags": list(flags.tags) if flags.tags else None,
        "enforce_parameter_schema": flags.enforce_parameter_schema,
        "concurrency_limit": _limit(declared.concurrency_limit, flags),
        "work_pool": _pool(told.get("work_pool"), flags),
        "parameters": _parameters(declared.parameters, flags),
        "schedules": _schedules(declared.wanted_schedules(), flags),
        "triggers": [each for text in flags.triggers for each in triggers_in(text)]
        if flags.triggers
        else None,
    }
    told |= {key: value for key, value in plain.items() if value is not None}
    if plain["schedules"] is not None:
        told.pop("schedule", None)
    from pydantic import ValidationError  # not for the help pages

    from prefect.deployments.declared import DeclaredDeployment

    try:
        return DeclaredDeployment.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CommandFailed(
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}", exit_code=WRONG_USAGE
        ) from error


def triggers_in(text: str) -> list[dict[str, Any]]:
    """Return the triggers that an option gives: JSON, or the path of a file of YAML or JSON.

    Raises:
        CommandFailed: It is neither.
    """
    try:
        if text.lstrip().startswith(("{", "[")):
            told: Any = json.loads(text)
        else:
            from ruamel.yaml import YAML  # takes 0.1 s to load

            told = YAML(typ="safe", pure=True).load(  # pyright: ignore[reportUnknownMemberType] - untyped library
                Path(text).read_text(encoding="utf-8")
            )
    except (OSError, ValueError) as error:
        raise CommandFailed(f"--trigger {text!r} cannot be read: {error}.", exit_code=WRONG_USAGE) from error
    if isinstance(told, dict) and "triggers" in told and "type" not in told:
        told = cast("dict[str, Any]", told)["triggers"]
    listed = cast("list[Any]", told if isinstance(told, list) else [told])
    if not all(isinstance(each, dict) for each in listed):
        raise CommandFailed(f"--trigger {text!r} holds no trigger.", exit_code=WRONG_USAGE)
    return listed


def _limit(declared: Any, flags: Flags) -> Any:
    if flags.concurrency_limit is None and flags.collision_strategy is None:
        return None
    present: dict[str, Any] = {}
    if declared is not None:
        present = (
            {"limit": declared} if isinstance(declared, int | str) else declared.model_dump(exclude_none=True)
        )
    if flags.concurrency_limit is not None:
        present["limit"] = flags.concurrency_limit
    if flags.collision_strategy is not None:
        present["collision_strategy"] = flags.collision_strategy
    if "limit" not in present:
        raise CommandFailed("--collision-strategy needs --concurrency-limit.", exit_code=WRONG_USAGE)
    return present


def _pool(declared: Any, flags: Flags) -> Any:
    given = {
        "name": flags.pool,
        "work_queue_name": flags.queue,
        "job_variables": variables("--job-variable", flags.job_variables) or None,
    }
    given = {key: value for key, value in given.items() if value is not None}
    if not given:
        return None
    present: dict[str, Any] = declared or {}
    if "job_variables" in given:
        given["job_variables"] = {
            **(present.get("job_variables") or {}),
            **cast("Any", given["job_variables"]),
        }
    return {**present, **given}


def _parameters(declared: dict[str, Any] | None, flags: Flags) -> dict[str, Any] | None:
    if flags.param and flags.params is not None:
        raise CommandFailed("Give --param or --params, not both.", exit_code=WRONG_USAGE)
    if flags.params is not None:
        return {**(declared or {}), **json_object("--params", flags.params)}
    return {**(declared or {}), **pairs("--param", flags.param)} if flags.param else None


def _schedules(declared: list[dict[str, Any]] | None, flags: Flags) -> list[dict[str, Any]] | None:
    zone = {"timezone": flags.timezone} if flags.timezone else {}
    anchor = {"anchor_date": flags.anchor_date} if flags.anchor_date else {}
    given: list[dict[str, Any]] = [
        *({"cron": cron, **zone} for cron in flags.cron or ()),
        *({"interval": interval, **anchor, **zone} for interval in flags.interval or ()),
        *({**_rule(rule), **zone} for rule in flags.rrule or ()),
    ]
    if flags.anchor_date and not flags.interval:
        raise CommandFailed("--anchor-date needs --interval.", exit_code=WRONG_USAGE)
    if flags.timezone and not given:
        raise CommandFailed("--timezone needs --cron, --interval or --rrule.", exit_code=WRONG_USAGE)
    return [*(declared or []), *given] if given else None


def _rule(text: str) -> dict[str, Any]:
    return json_object("--rrule", text) if text.lstrip().startswith("{") else {"rrule": text}
