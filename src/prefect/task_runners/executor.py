"""The port between task runs and what runs them in other processes."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol


class UnitExecutor(Protocol):
    """Runs units of work, `prefect._engine.carried_task_run.run_unit`, in other processes.

    Methods may be called from any thread. A unit whose process ended is not run again,
    unless a cluster that was there before is set up to do so.
    """

    def submit(self, unit: bytes) -> Future[bytes]:
        """Run a unit as soon as there is room for it; the future is done when it has answered.

        The future can be cancelled until the unit begins. It fails when the process ended before it answered; other
        units are not affected by that.
        """
        ...

    def close(self) -> None:
        """Take no more units, wait for those there are, and let go of the processes."""
        ...

    def kill(self) -> None:
        """Let go of the processes at once; what they were doing is lost."""
        ...
