"""Background calls: how a task is left to a task worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun
from prefect._engine.parameters import get_call_parameters
from prefect._imports import load
from prefect.utilities.visualization import raise_if_drawing

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.context import FlowRunContext, TaskRunContext
    from prefect.futures import PrefectDistributedFuture
    from prefect.schemas.run_inputs import RunInput
    from prefect.schemas.task_runs import TaskRun
    from prefect.tasks import Task

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class BackgroundTask(Generic[P, R_co]):
    """The part of `Task` that leaves runs to task workers."""

    fn: Callable[P, R_co]

    def apply_async(
        self,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
        wait_for: Iterable[Any] | None = None,
        dependencies: dict[str, set[RunInput]] | None = None,
    ) -> PrefectDistributedFuture[Any]:
        """Store a run for a task worker and return its future at once.

        Args:
            args: Arguments of the function.
            kwargs: Arguments of the function, by name.
            wait_for: Futures and states that must have completed first.
            dependencies: Further inputs to record, by parameter name.

        Raises:
            ParameterBindError: The function cannot be called with these arguments.
            SerializationError: An argument cannot be pickled.
        """
        raise_if_drawing("task.apply_async()")
        from prefect._engine.scheduling import schedule  # loads pydantic: not where tasks are defined

        parameters = get_call_parameters(self.fn, args or (), kwargs or {})
        return schedule(
            cast("Task[..., Any]", self), parameters, wait_for=wait_for, dependencies=dependencies
        )

    def delay(self, *args: P.args, **kwargs: P.kwargs) -> PrefectDistributedFuture[R_co]:
        """Store a run for a task worker and return its future at once. See `apply_async` for more options.

        Example:
            >>> future = send_mail.delay("to@example.com")  # and in another process: send_mail.serve()
        """
        return self.apply_async(args=args, kwargs=kwargs)

    async def create_run(
        self,
        client: Any = None,
        id: UUID | None = None,
        parameters: dict[str, Any] | None = None,
        flow_run_context: FlowRunContext | None = None,
        parent_task_run_context: TaskRunContext | None = None,
        wait_for: Any = None,
        extra_task_inputs: dict[str, set[RunInput]] | None = None,
        deferred: bool = False,
    ) -> TaskRun:
        """Make a run of this task and record it, without running it.

        Args:
            client: Accepted for compatibility; the settings say where runs are recorded.
            id: The id of the run; by default a new one.
            parameters: What the task is called with, by parameter name.
            flow_run_context: The flow run that it belongs to; by default the one that runs here.
            parent_task_run_context: The task run that it is called by; by default the one that runs here.
            wait_for: Futures and states that must have completed first.
            extra_task_inputs: Further inputs to record, by parameter name.
            deferred: Leave the run to a task worker.

        Returns:
            The run: Pending, or Scheduled when it is deferred.
        """
        made = await self.create_local_run(
            client,
            id,
            parameters,
            flow_run_context,
            parent_task_run_context,
            wait_for,
            extra_task_inputs,
            deferred,
        )
        return await arun(load("prefect._engine.created_runs", "recording")(made))

    async def create_local_run(
        self,
        client: Any = None,
        id: UUID | None = None,
        parameters: dict[str, Any] | None = None,
        flow_run_context: FlowRunContext | None = None,
        parent_task_run_context: TaskRunContext | None = None,
        wait_for: Any = None,
        extra_task_inputs: dict[str, set[RunInput]] | None = None,
        deferred: bool = False,
    ) -> TaskRun:
        """Make a run of this task that is not recorded, also not when it is run; see `create_run`."""
        del client
        return load("prefect._engine.created_runs", "made")(
            self,
            parameters,
            task_run_id=id,
            flow_run_context=flow_run_context,
            parent_task_run_context=parent_task_run_context,
            wait_for=wait_for,
            extra_task_inputs=extra_task_inputs,
            deferred=deferred,
        )

    async def aserve(self) -> None:
        """Run what is left to task workers of this task; see `serve`."""
        await load("prefect.task_worker", "aserve")(self)

    @async_dispatch(aserve)
    def serve(self) -> None:
        """Run what is left to task workers of this task, in this process, until it is told to end."""
        load("prefect.task_worker", "serve")(self, _sync=True)
