"""`serve`: storing deployments and executing their runs on this machine, until the process is ended."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

from prefect._dual.dispatch import is_in_async_context
from prefect.deployments.runner_deployment import RunnerDeployment
from prefect.runner.runner import Runner


async def aserve(
    *args: RunnerDeployment,
    pause_on_shutdown: bool = True,
    print_starting_message: bool = True,
    limit: int | None = None,
    **kwargs: Any,
) -> None:
    """Serve deployments in async code; see `serve`.

    Example:
        >>> await aserve(await etl.ato_deployment("nightly"), await report.ato_deployment("weekly"))
    """
    if not args:
        raise ValueError("There is nothing to serve. Give deployments: `serve(flow.to_deployment(...))`.")
    runner = Runner(pause_on_shutdown=pause_on_shutdown, limit=limit, **kwargs)
    for deployment in args:
        _check(deployment)
        await runner.aadd_deployment(deployment)
    if print_starting_message:
        print(_message(args))  # noqa: T201 - for the person who serves
    await runner.start()


def serve(
    *args: RunnerDeployment,
    pause_on_shutdown: bool = True,
    print_starting_message: bool = True,
    limit: int | None = None,
    **kwargs: Any,
) -> None:
    """Store deployments, and execute their runs on this machine until the process is ended.

    Args:
        *args: The deployments, made with `flow.to_deployment`.
        pause_on_shutdown: Pause their schedules when serving ends, so that no runs wait for nobody.
        print_starting_message: Print how to start a run.
        limit: How many runs this process executes at once.
        **kwargs: Other options of `prefect.runner.Runner`.

    Raises:
        RuntimeError: Called in async code; use `aserve` there.
        TypeError: There is something among them that is no deployment.

    Example:
        >>> if __name__ == "__main__":
        ...     serve(etl.to_deployment("nightly", cron="0 2 * * *"), report.to_deployment("weekly"))
    """
    if is_in_async_context():
        raise RuntimeError("Cannot call `serve` in an asynchronous context. Use `aserve` instead.")
    asyncio.run(
        aserve(
            *args,
            pause_on_shutdown=pause_on_shutdown,
            print_starting_message=print_starting_message,
            limit=limit,
            **kwargs,
        )
    )


def _check(deployment: Any) -> None:
    if not isinstance(deployment, RunnerDeployment):
        raise TypeError(
            f"{deployment!r} is no deployment, so it cannot be served. Make one: `flow.to_deployment('name')`."
        )
    if deployment.work_pool_name is not None:
        warnings.warn(
            f"Deployment {deployment.full_name!r} is served, so its runs are executed here and not by the work pool "
            f"{deployment.work_pool_name!r}; the work pool is ignored.",
            UserWarning,
            stacklevel=4,
        )
    # Said, not left out: the stored one may be in a work pool, whose workers would take its runs as well.
    deployment.work_pool_name = deployment.work_queue_name = None


def _message(deployments: tuple[RunnerDeployment, ...]) -> str:
    names = [deployment.full_name for deployment in deployments]
    if len(names) == 1:
        head, shown = f"Flow {deployments[0].flow_name!r} is being served as {names[0]!r}.", repr(names[0])
    else:
        head = "These deployments are being served:\n" + "".join(f"\n  {name}" for name in names) + "\n"
        shown = "DEPLOYMENT"
    return f"{head}\nTo start a run:\n\n  $ prefect deployment run {shown}\n\nCtrl-C ends serving."
