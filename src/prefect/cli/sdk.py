"""`prefect sdk`: code that knows the deployments that there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from prefect.cli.deployment_search import all_deployments, full_names
from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import all_pages, perform
from prefect.cli.options import ARGUMENTS, OPTIONS

if TYPE_CHECKING:
    from prefect.schemas.deployments import DeploymentResponse

app = App(
    name="sdk",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="Example:\n  prefect sdk generate --output my_deployments.py",
)


@app.command(
    help_epilogue="""Examples:
  prefect sdk generate --output my_deployments.py
  prefect sdk generate --output etl.py --flow etl --deployment report/weekly

And then, in code:
  from my_deployments import deployments
  deployments.from_name("etl/nightly").run(day="2026-07-01").result()"""
)
def generate(
    *,
    output: Annotated[Path, Parameter(alias="-o", help="The file to write.")],
    flow: Annotated[
        list[str] | None,
        Parameter(alias="-f", negative=(), help="Only deployments of this flow; may be repeated."),
    ] = None,
    deployment: Annotated[
        list[str] | None,
        Parameter(
            alias="-d", negative=(), help="Only this one, as FLOW/DEPLOYMENT or its name; may be repeated."
        ),
    ] = None,
) -> None:
    """Write Python code that runs deployments, with the parameters and types of each for editors and type checkers."""
    import prefect
    from prefect.deployments.typed_code import Known, typed_code  # not for the help pages

    found = all_deployments()
    named = dict(zip(full_names(found), found, strict=True))
    meant = {name: one for name, one in named.items() if _is_meant(name, flow, deployment)}
    if not meant:
        raise CommandFailed(
            "There is no such deployment. `prefect deployment ls` lists those that there are."
        )
    variables = _variables_of_pools() if any(one.work_pool_name for one in meant.values()) else {}
    known = [_known(Known, name, one, variables) for name, one in meant.items()]
    try:
        output.write_text(typed_code(known, prefect.__version__), encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{output} cannot be written: {error.strerror}.") from error
    print(f"Wrote {len(known)} deployment{'' if len(known) == 1 else 's'} to {inert(str(output))}.")
    print(f"  from {inert(output.stem)} import deployments")


def _is_meant(name: str, flows: Sequence[str] | None, deployments: Sequence[str] | None) -> bool:
    flow_name, _, own = name.partition("/")
    if not flows and not deployments:
        return True
    return flow_name in (flows or ()) or bool({name, own} & set(deployments or ()))


def _known(kind: Any, name: str, deployment: DeploymentResponse, variables: dict[str, Any]) -> Any:
    return kind(
        name=name,
        description=deployment.description,
        parameters=deployment.parameter_openapi_schema or {},
        given=deployment.parameters,
        variables=variables.get(deployment.work_pool_name or "", {}),
    )


def _variables_of_pools() -> dict[str, Any]:
    """Return the schema of the variables of jobs, for each work pool."""
    from prefect.store.work_pools import read_work_pools

    pools = all_pages(lambda limit, offset: perform(read_work_pools, limit=limit, offset=offset))
    return {pool.name: pool.base_job_template.get("variables") or {} for pool in pools}
