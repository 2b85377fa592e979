"""`prefect work-pool storage`: where a pool keeps the code and the results of runs that were submitted to it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from prefect.cli.inert import inert
from prefect.cli.operations import found, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.records import show_facts
from prefect.cli.screen import show_json
from prefect.cli.slots_of_pools import pool_missing

app = App(
    name="storage",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="Example:\n  prefect work-pool storage inspect my-pool",
)


app.command(
    "prefect.cli.work_pool_storage_configuration:app",
    name="configure",
    help="Say where a work pool keeps the code and the results of its runs.",
)


@app.command(help_epilogue="Example:\n  prefect work-pool storage inspect my-pool --output json")
def inspect(
    work_pool_name: Annotated[str, Parameter(help="The pool's name.")], *, output: Output = None
) -> None:
    """Show where a work pool keeps the code and the results of its runs."""
    from prefect.store.work_pools import read_work_pool  # loads pydantic: not for the help pages

    kept = found(pool_missing(work_pool_name), read_work_pool, work_pool_name).storage_configuration
    facts = {
        "Code is uploaded": kept.bundle_upload_step,
        "Code is run": kept.bundle_execution_step,
        "Results are kept in": kept.default_result_storage_block_id,
    }
    if output:
        show_json(plain(kept))
    elif any(facts.values()):
        show_facts(facts)
    else:
        print(f"Work pool {inert(work_pool_name)!r} has no storage.")
