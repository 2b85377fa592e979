"""What every task runner does: it is entered, given tasks, and knows which of their runs have not ended."""

from __future__ import annotations

import abc
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, Self

from typing_extensions import TypeVar

from prefect._engine.inputs import collect_inputs, resolve
from prefect._engine.mapping import mapped_parameters
from prefect._engine.parameters import (
    collapse_variadic_parameters,
    explode_variadic_parameter,
    get_parameter_defaults,
)
from prefect._outcome import Outcome
from prefect.exceptions import MappingMissingIterable
from prefect.futures import PrefectConcurrentFuture, PrefectFuture, PrefectFutureList
from prefect.logging.loggers import get_logger
from prefect.schemas.run_inputs import RunInput
from prefect.schemas.states import State

if TYPE_CHECKING:
    from prefect.tasks import Task

F = TypeVar("F", bound="PrefectFuture[Any]", default="PrefectConcurrentFuture[Any]")


class TaskRunner(abc.ABC, Generic[F]):
    """Runs submitted tasks while it is entered with `with`; a flow run enters a duplicate of its flow's runner."""

    def __init__(self) -> None:
        self.logger = get_logger("task_runner").getChild(self.name)
        self._started = False

    @property
    def name(self) -> str:
        """The runner's name for people."""
        return type(self).__name__.lower().replace("taskrunner", "")

    @abc.abstractmethod
    def duplicate(self) -> Self:
        """Return a new runner with the same options."""

    @abc.abstractmethod
    def submit(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: dict[str, set[RunInput]] | None = None,
    ) -> F:
        """Start a run of a task as soon as the runs it depends on have ended, and return its future at once."""

    def map(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
    ) -> PrefectFutureList[Any]:
        """Start a run of a task for each element of the iterables among the parameters.

        Raises:
            RuntimeError: The runner is not started.
            MappingMissingIterable: There is nothing to map over.
            MappingLengthMismatch: The iterables have different lengths.
        """
        self._check_started()
        if not parameters:
            raise MappingMissingIterable(
                f"No parameters were given to {task.name!r}.map(). Give a list to map over."
            )
        given = explode_variadic_parameter(task.fn, parameters)
        origins = {
            name: collect_inputs(value, None)
            for name, value in given.items()
            if isinstance(value, (PrefectFuture, State))
        }
        given = {name: _unpacked(value) for name, value in given.items()}
        each = mapped_parameters(task.name, given, get_parameter_defaults(task.fn))
        waited = list(wait_for) if wait_for is not None else None
        return PrefectFutureList(
            self.submit(
                task,
                collapse_variadic_parameters(task.fn, one),
                wait_for=waited,
                dependencies=origins or None,
            )
            for one in each
        )

    def unfinished(self) -> list[Outcome[State[Any]]]:
        """Return what holds the final states of the runs that have not ended."""
        return []

    def cancel_waiting(self) -> None:
        """Give up the runs that have not begun; those that have go on."""

    def abandon(self, error: BaseException) -> None:
        """Record the runs that have not ended as crashed by `error`: their process is about to end."""

    def cancel_all(self) -> None:
        """Give up the runs that have not begun; the documented name of `cancel_waiting`."""
        self.cancel_waiting()

    def inside_a_task(self) -> TaskRunner[Any] | None:
        """Return the runner for tasks that a task submits in another process; None stands for a pool of threads."""
        return None

    def _check_started(self) -> None:
        if not self._started:
            raise RuntimeError(
                f"The task runner {self.name!r} is not started. Use it inside a flow, or with `with`."
            )

    def __enter__(self) -> Self:
        if self._started:
            raise RuntimeError(
                f"The task runner {self.name!r} is started already. Use .duplicate() for another one."
            )
        self._started = True
        return self

    def __exit__(self, *error: object) -> None:
        self._started = False


def _unpacked(value: Any) -> Any:
    """Return what is to be mapped over: the result of a single future or state, anything else as it is."""
    if isinstance(value, PrefectFuture):
        value.wait()
    return resolve(value) if isinstance(value, (PrefectFuture, State)) else value


class Countdown:
    """Calls a function when all of some futures are done."""

    def __init__(self, futures: list[PrefectFuture[Any]], then: Callable[[], None]) -> None:
        self._left = len(futures)
        self._then = then
        self._lock = threading.Lock()
        for future in futures:
            future.add_done_callback(self._one_done)

    def _one_done(self, _: Any) -> None:
        with self._lock:
            self._left -= 1
            last = self._left == 0
        if last:
            self._then()
