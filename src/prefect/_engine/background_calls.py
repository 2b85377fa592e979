"""Background calls: how a task is left to a task worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from prefect._dual.dispatch import async_dispatch
from prefect._engine.parameters import get_call_parameters
from prefect._imports import load
from prefect.utilities.visualization import raise_if_drawing

if TYPE_CHECKING:
    from prefect.futures import PrefectDistributedFuture
    from prefect.schemas.run_inputs import RunInput
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

    async def aserve(self) -> None:
        """Run what is left to task workers of this task; see `serve`."""
        await load("prefect.task_worker", "aserve")(self)

    @async_dispatch(aserve)
    def serve(self) -> None:
        """Run what is left to task workers of this task, in this process, until it is told to end."""
        load("prefect.task_worker", "serve")(self, _sync=True)
