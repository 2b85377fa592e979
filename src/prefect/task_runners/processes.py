"""Running tasks in processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable
from typing import Any, Self

from prefect.settings import get_current_settings
from prefect.task_runners.executor import UnitExecutor
from prefect.task_runners.process_pool import ProcessPool
from prefect.task_runners.remote import RemoteTaskRunner


class ProcessPoolTaskRunner(RemoteTaskRunner):
    """Runs tasks in other processes of this machine, so that tasks that compute use all of its processors.

    Tasks, their arguments and their results are pickled. The script that starts the flow must do so below
    `if __name__ == "__main__":`, since each process loads it too. A task whose process dies ends as Crashed; the others
    are not affected. Tasks that such a task submits run in threads of its process.

    Args:
        max_workers: How many processes at most; by default one for each processor.
        subprocess_message_processor_factories: Not used: each process records what happens in it by itself. They are
            kept for programs that read them back.
        initializer: Is called in each process when it starts.
        initargs: What it is called with.

    Example:
        >>> @flow(task_runner=ProcessPoolTaskRunner(max_workers=4))
        ... def simulate(seeds: list[int]):
        ...     return run_model.map(seeds).result()

    Raises:
        ValueError: `max_workers` is less than one.
    """

    _same_script = True

    def __init__(
        self,
        max_workers: int | None = None,
        subprocess_message_processor_factories: Iterable[Callable[..., Any]] | None = None,
        initializer: Callable[..., None] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        super().__init__()
        if max_workers is not None and max_workers < 1:
            raise ValueError(f"max_workers is {max_workers}; at least one process is needed to run tasks.")
        default = get_current_settings().tasks.runner.process_pool_max_workers
        self._given_workers = max_workers
        self._max_workers = max_workers or default or os.cpu_count() or 1
        self._initializer, self._initargs = initializer, initargs
        self.set_subprocess_message_processor_factories(subprocess_message_processor_factories)

    @property
    def subprocess_message_processor_factories(self) -> tuple[Callable[..., Any], ...]:
        """What was given under this name."""
        return self._factories

    @subprocess_message_processor_factories.setter
    def subprocess_message_processor_factories(self, factories: Iterable[Callable[..., Any]] | None) -> None:
        self.set_subprocess_message_processor_factories(factories)

    def set_subprocess_message_processor_factories(
        self, subprocess_message_processor_factories: Iterable[Callable[..., Any]] | None = None
    ) -> None:
        """Keep these under `subprocess_message_processor_factories`."""
        self._factories = tuple(subprocess_message_processor_factories or ())

    def duplicate(self) -> Self:
        """Return a new runner with the same options."""
        return type(self)(self._given_workers, self._factories, self._initializer, self._initargs)

    def open_executor(self) -> UnitExecutor:
        """Return a pool of processes; they are started as they are needed."""
        return ProcessPool(self._max_workers, self._initializer, self._initargs)

    def __enter__(self) -> Self:
        if getattr(multiprocessing.current_process(), "_inheriting", False):
            raise RuntimeError(
                "A flow with a ProcessPoolTaskRunner was started while one of its processes loads the script. "
                'Start the flow below `if __name__ == "__main__":` in the script, so that loading it runs nothing.'
            )
        return super().__enter__()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ProcessPoolTaskRunner) and self._options() == other._options()

    __hash__ = None  # pyright: ignore[reportAssignmentType] - equal runners are not one runner

    def _options(self) -> tuple[Any, ...]:
        return self._max_workers, self._factories, self._initializer, self._initargs

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._given_workers, (), self._initializer, self._initargs)
