"""`prefect deploy`: say how flows are run by others, in a file or by options, and what that would change."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from prefect._dual.drivers import run
from prefect.cli.deploy_flags import NO_FLAGS, Flags, with_flags
from prefect.cli.deploy_report import show_deployed, show_next_steps, show_plans, show_plans_as_json
from prefect.cli.deploy_selection import deployments_meant
from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import somebody_is_there

if TYPE_CHECKING:
    from prefect.deployments.declared import DeclaredDeployment
    from prefect.deployments.drafts import Draft
    from prefect.deployments.plans import Plan
    from prefect.deployments.project_files import ProjectFile

CHANGES = 2
"""Exit code of --plan: deploying would change something."""

app = App(
    name="deploy",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect deploy flows.py:etl --name nightly --pool my-pool --cron "0 2 * * *"
  prefect deploy --all                      all that prefect.yaml declares
  prefect deploy --name 'etl/*' --plan      what would change
  prefect init                              begin a prefect.yaml""",
)
app.command("prefect.cli.init:init", name="init", help="Begin a prefect.yaml in this folder.")

Texts = list[str] | None


@app.default
def deploy(
    entrypoint: Annotated[
        str | None, Parameter(help="Where the flow is, as path/to/file.py:flow_function.")
    ] = None,
    *,
    names: Annotated[
        Texts,
        Parameter(
            name=["--name", "-n"],
            negative=(),
            help="The deployment's name; or which of those that are declared, also as FLOW/DEPLOYMENT or a "
            "pattern such as 'etl/*'. May be repeated.",
        ),
    ] = None,
    flags: Flags = NO_FLAGS,
    deploy_all: Annotated[
        bool, Parameter(name="--all", negative=(), help="Deploy all that is declared.")
    ] = False,
    prefect_file: Annotated[Path, Parameter(help="The file that declares deployments.")] = Path(
        "prefect.yaml"
    ),
    plan: Annotated[
        bool,
        Parameter(
            negative=(),
            help="Show what would change, and change nothing: no step is run. The exit code is 0 if nothing "
            "would change, else 2.",
        ),
    ] = False,
    output: Output = None,
) -> None:
    """Create or change deployments, as prefect.yaml declares them and as options say.

    Deploying what is there already changes nothing, and says so. When a person is at the terminal, what is missing is
    asked for; `prefect --no-prompt deploy` never asks.
    """
    from prefect.deployments.project_files import read_project_file  # loads pydantic: not for the help pages

    if prefect_file.exists() or prefect_file != Path("prefect.yaml"):
        project = read_project_file(prefect_file)
        for warning in project.warnings:
            _warn(warning)
    else:
        project = None
    # Modules are looked for here, as `python -m` does.
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    asks = somebody_is_there() and not plan and output is None
    meant = _meant(project, names or [], entrypoint, flags, every=deploy_all, asks=asks)
    if asks:
        from prefect.cli.deploy_questions import completed

        meant = [completed(declared, index, project, prefect_file) for index, declared in meant]
    drafts = _drafts(project, meant)
    if plan:
        _show(drafts, output=output)
    else:
        _deploy(drafts, output=output)


def _meant(
    project: ProjectFile | None,
    names: Sequence[str],
    entrypoint: str | None,
    flags: Flags,
    *,
    every: bool,
    asks: bool,
) -> list[tuple[int | None, DeclaredDeployment]]:
    """Return what is to be deployed, with its position in the file if that declares it."""
    from prefect.deployments.declared import DeclaredDeployment

    declared = project.deployments if project is not None else {}
    if every and (names or entrypoint):
        raise CommandFailed("Give --all, or --name, or an entrypoint.", exit_code=WRONG_USAGE)
    if every and not declared:
        raise CommandFailed("There is nothing to deploy: no deployment is declared in prefect.yaml.")
    if entrypoint is not None:
        return [_of_entrypoint(declared, names, entrypoint, flags)]
    if every:
        found = declared
    elif names:
        found = deployments_meant(declared, names)
    elif len(declared) == 1:
        found = declared
    elif declared and asks:
        from prefect.cli.deploy_questions import chosen_deployment

        found = chosen_deployment(declared)
    elif declared:
        raise CommandFailed(
            f"{len(declared)} deployments are declared. Say which ones with --name, or give --all.\n"
            + "\n".join(f"  {deployment.name or '(without a name)'}" for deployment in declared.values())
        )
    elif asks:
        return [(None, with_flags(DeclaredDeployment(), flags))]
    else:
        raise CommandFailed(
            "An entrypoint must be provided: prefect deploy path/to/file.py:flow_function --name NAME --pool POOL\n"
            "Or declare deployments in prefect.yaml; `prefect init` begins one.",
            exit_code=WRONG_USAGE,
        )
    if len(found) > 1 and flags.any_given():
        _warn("options for one deployment have no effect where several are deployed.")
        flags = NO_FLAGS
    return [(position, with_flags(deployment, flags)) for position, deployment in found.items()]


def _of_entrypoint(
    declared: dict[int, DeclaredDeployment], names: Sequence[str], entrypoint: str, flags: Flags
) -> tuple[int | None, DeclaredDeployment]:
    """Return the deployment of an entrypoint: one that is declared under this name, or a new one."""
    from prefect.deployments.declared import DeclaredDeployment

    if len(names) > 1:
        raise CommandFailed("Give one --name with an entrypoint.", exit_code=WRONG_USAGE)
    name = names[0] if names else None
    for position, deployment in declared.items():
        if name is not None and deployment.name == name:
            return position, with_flags(deployment, flags, entrypoint=entrypoint)
    return None, with_flags(DeclaredDeployment(), flags, name=name, entrypoint=entrypoint)


def _drafts(
    project: ProjectFile | None, meant: Sequence[tuple[int | None, DeclaredDeployment]]
) -> list[Draft]:
    """Load the flow of each deployment, before anything is done for one of them."""
    from prefect.deployments.drafts import draft_of, pool_name

    drafts = [draft_of(declared, project, index) for index, declared in meant]
    for draft in drafts:
        if not pool_name(draft.declared):
            raise CommandFailed(
                f"Deployment {draft.full_name!r} has no work pool. Name one with --pool, or under `work_pool`; "
                "`prefect work-pool ls` lists those that there are."
            )
        if draft.declared.sla:
            _warn(
                f"{draft.full_name}: agreements on the service level need a hosted service; they have no effect."
            )
    return drafts


def _show(drafts: Sequence[Draft], *, output: str | None) -> None:
    from prefect.deployments.drafts import wanted_of
    from prefect.deployments.plans import planning

    async def all_wanted() -> list[Any]:
        return [
            await wanted_of(draft, {}, final=not (draft.steps("build") or draft.steps("push")))
            for draft in drafts
        ]

    plans = [run(planning(wanted)) for wanted in asyncio.run(all_wanted())]
    if output:
        show_plans_as_json(plans)
    else:
        show_plans(plans)
    if any(plan.outcome != "unchanged" for plan in plans):
        sys.exit(CHANGES)


def _deploy(drafts: Sequence[Draft], *, output: str | None) -> None:
    from prefect.deployments.applying import DeploymentApplyError, applying
    from prefect.deployments.drafts import StepRunner, pool_name, wanted_of
    from prefect.deployments.plans import planning

    steps = StepRunner(print)
    plans: list[Plan] = []
    ids: list[Any] = []
    for draft in drafts:
        # A program that reads the answer gets nothing else on stdout.
        with redirect_stdout(sys.stderr if output else sys.stdout):
            outputs = asyncio.run(steps.outputs(draft))
        wanted = asyncio.run(wanted_of(draft, outputs))
        plans.append(run(planning(wanted)))
        try:
            applied = run(applying(*wanted))
        except DeploymentApplyError as error:
            raise CommandFailed(str(error)) from error
        ids.append(applied.after.id)
        if not output:
            show_deployed(plans[-1], applied.after.id)
    if output:
        show_plans_as_json(plans, ids)
    elif any(plan.outcome == "created" for plan in plans):
        show_next_steps(plans[-1].name, pool_name(drafts[-1].declared))


def _warn(message: str) -> None:
    print(f"Warning: {inert(message)}", file=sys.stderr)
