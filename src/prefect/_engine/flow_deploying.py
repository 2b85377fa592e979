"""The half of `Flow` that declares, stores and serves deployments.

What does it lies above flows, so it is loaded by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from prefect._dual.dispatch import async_dispatch, is_in_async_context
from prefect._dual.signatures import called_like
from prefect._imports import load
from prefect._internal.entrypoint_type import EntrypointType

if TYPE_CHECKING:
    from uuid import UUID

    from prefect._internal.versioning import VersionType
    from prefect.deployments.runner import RunnerDeployment
    from prefect.deployments.schedules import FlexibleScheduleList
    from prefect.docker import DockerImage
    from prefect.schedules import Schedule
    from prefect.schemas.automation_triggers import Trigger
    from prefect.schemas.deployments import ConcurrencyLimitConfig

Interval: TypeAlias = "float | timedelta"


class DeployableFlow:
    """The half of `Flow` that declares, stores and serves deployments."""

    async def ato_deployment(
        self,
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
        _sla: Any = None,
    ) -> RunnerDeployment:
        """Declare a deployment of this flow; the form for async code. See `to_deployment`."""
        words = {key: value for key, value in locals().items() if key != "self"}
        return load("prefect.deployments.runner", "RunnerDeployment").from_flow(self, **words)

    @async_dispatch(ato_deployment)
    @called_like(ato_deployment)
    def to_deployment(self, *args: Any, **words: Any) -> RunnerDeployment:
        """Declare a deployment of this flow. Nothing is stored yet: hand it to `serve` or `deploy`, or `apply` it.

        Args:
            name: Its name, which with that of the flow tells it from others.
            interval: Run it every so many seconds, or timedelta; or several of these.
            cron: Run it by a cron expression, or several.
            rrule: Run it by a recurrence rule of iCalendar, or several.
            paused: Store it, but make no runs of its schedules.
            schedule: Run it by a schedule of `prefect.schedules`.
            schedules: Run it by several schedules: such objects, or dictionaries of their words.
            concurrency_limit: How many of its runs there may be at once; `ConcurrencyLimitConfig` says what becomes of
                the others.
            parameters: Parameters of its runs.
            triggers: Events after which a run is created.
            description: What it is for; by default the flow's.
            tags: Tags of its runs.
            version: A version, for people; by default the flow's.
            version_type: What the version is told by: `VersionType.GIT` is the commit that is checked out.
            enforce_parameter_schema: Refuse runs with parameters that the flow does not take.
            work_pool_name: The work pool whose workers run it; without one, whoever serves it.
            work_queue_name: The queue of the pool.
            job_variables: Values for variables of the pool's job template.
            entrypoint_type: Name the flow by its file, or by its module.

        Raises:
            ValueError: More than one of the words for schedules is given; or the flow is in no file.
            InvalidNameError: The name holds one of the characters / % & > <.

        Example:
            >>> nightly = etl.to_deployment("nightly", cron="0 2 * * *", parameters={"day": "yesterday"})
        """
        return load("prefect.deployments.runner", "RunnerDeployment").from_flow(self, *args, **words)

    async def adeploy(
        self,
        name: str,
        work_pool_name: str | None = None,
        image: str | DockerImage | None = None,
        build: bool = True,
        push: bool = True,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        interval: Interval | None = None,
        cron: str | None = None,
        rrule: str | None = None,
        paused: bool | None = None,
        schedule: Schedule | None = None,
        schedules: list[Schedule] | None = None,
        concurrency_limit: int | ConcurrencyLimitConfig | None = None,
        triggers: list[Trigger] | None = None,
        parameters: dict[str, Any] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        version_type: VersionType | None = None,
        enforce_parameter_schema: bool = True,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
        print_next_steps: bool = True,
        ignore_warnings: bool = False,
        _sla: Any = None,
    ) -> UUID:
        """Store a deployment whose runs workers execute; the form for async code. See `deploy`."""
        words = {key: value for key, value in locals().items() if key != "self"}
        return await load("prefect.deployments.deploying", "adeploy_flow")(self, **words)

    @async_dispatch(adeploy)
    @called_like(adeploy)
    def deploy(self, *args: Any, **words: Any) -> UUID:
        """Store a deployment of this flow whose runs the workers of a work pool execute, and return its id.

        Its code must be where the workers find it: in an image that is built here, or in a storage that the flow was
        loaded from with `from_source`.

        Args:
            name: Its name, which with that of the flow tells it from others.
            work_pool_name: The work pool; by default that of the setting `deployments.default_work_pool_name`.
            image: The image that its runs start from.
            build: Build the image, with the code and what it needs.
            push: Push the image after it was built.
            print_next_steps: Print how to have it executed.
            ignore_warnings: Print no warnings.

        Everything else is as in `to_deployment`.

        Raises:
            ValueError: There is no work pool of this name, it has no images, or nobody could find the code.
            DeploymentApplyError: The deployment was refused.

        Example:
            >>> flow.from_source("https://github.com/org/repo.git", "etl.py:etl").deploy("nightly", "my-pool")
        """
        from prefect._dual.awaiting import finish  # loads asyncio, which the front door must not

        return finish(self.adeploy(*args, **words))

    def serve(
        self,
        name: str | None = None,
        interval: Iterable[Interval] | Interval | None = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Schedule | None = None,
        schedules: FlexibleScheduleList | None = None,
        global_limit: int | ConcurrencyLimitConfig | None = None,
        triggers: list[Trigger] | None = None,
        parameters: dict[str, Any] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        enforce_parameter_schema: bool = True,
        pause_on_shutdown: bool = True,
        print_starting_message: bool = True,
        limit: int | None = None,
        webserver: bool = False,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
    ) -> None:
        """Store a deployment of this flow, and execute its runs on this machine until the process is ended.

        Args:
            name: Its name; by default that of the flow.
            global_limit: How many of its runs there may be at once, wherever; see `concurrency_limit` of
                `to_deployment`.
            pause_on_shutdown: Pause the schedules when serving ends, so that no runs wait for nobody.
            print_starting_message: Print how to start a run.
            limit: How many runs this process executes at once.
            webserver: Tell the state of this process by HTTP.

        Everything else is as in `to_deployment`.

        Raises:
            RuntimeError: Called in async code; serve with `await aserve(await flow.ato_deployment(...))` there.

        Example:
            >>> if __name__ == "__main__":
            ...     etl.serve("nightly", cron="0 2 * * *")
        """
        if is_in_async_context():
            raise RuntimeError(
                "Cannot call `serve` in an asynchronous context: it would block the loop. "
                "Use `await aserve(await flow.ato_deployment(...))` instead."
            )
        words: dict[str, Any] = {key: value for key, value in locals().items() if key not in _OF_SERVING}
        words |= {"name": name or vars(self)["name"], "concurrency_limit": global_limit}
        deployment = self.to_deployment(**words)
        load("prefect.deployments.serving", "serve")(
            deployment,
            pause_on_shutdown=pause_on_shutdown,
            print_starting_message=print_starting_message,
            limit=limit,
            webserver=webserver,
            name=deployment.name,
        )


_OF_SERVING = frozenset(
    {"self", "global_limit", "pause_on_shutdown", "print_starting_message", "limit", "webserver"}
)
