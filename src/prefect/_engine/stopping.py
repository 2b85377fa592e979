"""Stopping a flow run from outside: it was cancelled, or another process has it.

Whoever keeps the run (`Backend.keep_flow_run`) hears of it in a thread of its own. From there the code of the run is
interrupted where it is: in the main thread by a signal, which ends a call that blocks too; in another thread between
two bytecodes; what an event loop awaits is cancelled. The run then ends as cancelled, or says nothing any more.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from prefect._dual.effects import Steps, call
from prefect._engine import signals
from prefect._engine.logs import log
from prefect.backend.notices import Notice
from prefect.exceptions import Abort, CancelledRun
from prefect.states import Cancelled

if TYPE_CHECKING:
    from prefect._engine.flow_run import FlowRunEngine

PATIENCE = 5.0
"""How long, in seconds, a coroutine may block its event loop before it is interrupted like blocking code."""


class Stop:
    """Interrupts the code of one flow run. Made in the thread, and the task, that runs it."""

    def __init__(self, engine: FlowRunEngine[Any]) -> None:
        self._engine = engine
        self._thread = threading.get_ident()
        self._is_main = threading.current_thread() is threading.main_thread()
        self._task: asyncio.Task[object] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        if engine.flow.isasync:
            with suppress(RuntimeError):  # no loop runs here
                self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._lock = threading.Lock()
        self._is_over = False
        self._is_heard = threading.Event()
        self.notice: Notice | None = None

    def noticed(self, error: BaseException) -> Notice | None:
        """Return why the run was to stop, if that is what an exception in it means; it is not interrupted again."""
        meant = signals.RunStopped | asyncio.CancelledError | GeneratorExit
        if self.notice is None or not isinstance(error, meant):
            return None
        with self._lock:
            self._is_over = True
        self._is_heard.set()
        if self._task is not None and self._task.cancelling():
            self._task.uncancel()
        return self.notice

    def __call__(self, notice: Notice) -> None:
        """Stop the run; its end is not waited for."""
        with self._lock:
            if self._is_over or self.notice is not None or self._engine.state.is_final():
                return
            self.notice = notice
            if self._loop is None or self._task is None:
                self._interrupt()
                return
            with suppress(RuntimeError):  # the loop has been closed
                signals.stop_task(self._loop, self._task)
        threading.Thread(target=self._insist, name="prefect-stop", daemon=True).start()

    def _insist(self) -> None:
        if not self._is_heard.wait(PATIENCE):
            with self._lock:
                if not self._is_over:
                    self._interrupt()

    def _interrupt(self) -> None:
        if self._is_main and signals.is_prefect_sigterm_handler_installed():
            signals.stop_main_thread()
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(self._thread), ctypes.py_object(signals.RunStopped)
        )

    def close(self) -> None:
        """The code of the run has ended: nobody else in this thread may be interrupted in its place."""
        with self._lock:
            self._is_over = True
            was_sent, self._is_main = self.notice is not None and not self._is_heard.is_set(), False
        if was_sent:
            signals.forget_stop()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), None)


def stopping(engine: FlowRunEngine[Any], notice: Notice) -> Steps[None]:
    """End a run whose code was stopped.

    Raises:
        Abort: Another process has the run: nothing is recorded any more.
    """
    run = engine.run
    if notice.is_lost:
        engine.error = Abort(
            f"Flow run {run.name!r} is {notice.state}, and not this process's any more. It ends here, and records "
            "nothing more."
        )
        log(engine.scope, logging.WARNING, "%s", engine.error)
        raise engine.error from None
    stored = yield from call(engine.backend.glance_at_flow_run, run.id)
    if stored is not None and stored.state is not None and stored.state.type.value == notice.state:
        engine.take_over(stored.state)
    yield from engine.call_hooks()
    if not engine.state.is_final():
        engine.end(Cancelled(message="The run was cancelled; its code was stopped."))
    engine.error = CancelledRun(f"Flow run {run.name!r} was cancelled.")
    log(engine.scope, logging.WARNING, "Finished in state %s", engine.state)
    engine.flush_at_the_end()
