"""A pool of processes of this machine: a process that dies takes nothing with it but the unit it was at.

Each process has a thread here that sends it a unit, waits for the answer or for the end of the process, and starts
another one when that was the end. (`concurrent.futures.ProcessPoolExecutor` gives all of its work up when one of its
processes dies.) The processes are started anew, not forked: a fork of a process with threads may hang.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from prefect._engine.carried_task_run import run_unit
from prefect._engine.portable import dumps, loads
from prefect.exceptions import CrashedRun

_SECONDS_TO_END = 5.0
"""How long a process that is told to end may take before it is killed."""


class _Item(NamedTuple):
    unit: bytes
    future: Future[bytes]


class ProcessPool:
    """Implements `prefect.task_runners.executor.UnitExecutor`.

    Args:
        limit: How many processes at most; they are started as they are needed.
        initializer: Is called in each process when it starts.
        initargs: What it is called with.
    """

    def __init__(
        self, limit: int, initializer: Callable[..., None] | None = None, initargs: tuple[Any, ...] = ()
    ) -> None:
        self._limit = limit
        self._first = dumps((initializer, initargs), same_script=True) if initializer is not None else b""
        self._queue: deque[_Item] = deque()
        self._work = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._processes: dict[int, BaseProcess] = {}
        self._idle = 0
        self._closed = False
        self._killed = False
        atexit.register(self.kill)

    def submit(self, unit: bytes) -> Future[bytes]:
        """See `UnitExecutor.submit`."""
        future: Future[bytes] = Future()
        with self._work:
            if self._closed:
                raise RuntimeError("This pool takes no more work: its flow run has ended.")
            self._queue.append(_Item(unit, future))
            if len(self._queue) > self._idle and len(self._threads) < self._limit:
                thread = threading.Thread(target=self._serve, name="prefect-process", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._work.notify()
        return future

    def close(self) -> None:
        """See `UnitExecutor.close`."""
        with self._work:
            self._closed = True
            self._work.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
        atexit.unregister(self.kill)

    def kill(self) -> None:
        """See `UnitExecutor.kill`."""
        with self._work:
            self._closed = self._killed = True
            self._work.notify_all()
            processes = list(self._processes.values())
        for process in processes:
            process.kill()
        atexit.unregister(self.kill)

    def _serve(self) -> None:
        worker: _Worker | None = None
        try:
            while (item := self._next()) is not None:
                if not item.future.set_running_or_notify_cancel():
                    continue
                try:
                    worker = worker or self._start()
                    answer = worker.ask(item.unit)
                except Exception as error:
                    if worker is not None:
                        self._forget(worker)
                        error = worker.explain(error)
                        worker = None
                    item.future.set_exception(error)
                else:
                    if answer[:1] == _FAILED:
                        item.future.set_exception(loads(answer[1:]))
                    else:
                        item.future.set_result(answer[1:])
                del item
        finally:
            if worker is not None:
                worker.end()
                self._forget(worker)

    def _next(self) -> _Item | None:
        with self._work:
            while not self._queue:
                if self._closed:
                    return None
                self._idle += 1
                self._work.wait()
                self._idle -= 1
            return None if self._killed else self._queue.popleft()

    def _start(self) -> _Worker:
        worker = _Worker(self._first)
        with self._work:
            self._processes[worker.pid] = worker.process
            if self._killed:
                worker.process.kill()
        return worker

    def _forget(self, worker: _Worker) -> None:
        with self._work:
            self._processes.pop(worker.pid, None)


class _Worker:
    """A process of the pool, seen from here."""

    def __init__(self, first: bytes) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, there = context.Pipe()
        # Not a daemon: tasks may have processes of their own.
        self.process = context.Process(target=_serve_units, args=(there, first), name="prefect-task-process")
        self.process.start()
        there.close()
        self.pid: int = self.process.pid or 0

    def ask(self, unit: bytes) -> bytes:
        """Send a unit and return the answer. Raises EOFError or OSError when the process ends before it answers."""
        self._connection.send_bytes(unit)
        return self._connection.recv_bytes()

    def explain(self, error: Exception) -> Exception:
        """Return what became of the process, after `ask` has failed."""
        if not isinstance(error, (EOFError, OSError)):
            return error
        self._connection.close()
        self.process.join(_SECONDS_TO_END)
        code = self.process.exitcode
        if code is None:
            self.process.kill()
            self.process.join()
            how = "stopped answering and was killed"
        elif code < 0:
            name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
            how = f"was ended by {name}" + (
                ": somebody killed it, or the system had no more memory" if name == "SIGKILL" else ""
            )
        else:
            how = (
                f"ended with exit code {code}; what it said stands in its error output. "
                'Does the script that starts the flow do so below `if __name__ == "__main__":`?'
            )
        return CrashedRun(f"The process {self.pid} that ran the task {how}.")

    def end(self) -> None:
        """Tell the process to end, and wait until it has."""
        self._connection.close()
        self.process.join(_SECONDS_TO_END)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
        self.process.close()


_DONE, _FAILED = b"+", b"!"


def _serve_units(connection: Connection, first: bytes) -> None:
    """Run units until the other side hangs up; the whole life of a process of the pool."""
    # Ctrl-C reaches all processes of a terminal; the one that runs the flow decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if first:
        initializer, arguments = loads(first)
        initializer(*arguments)
    while True:
        try:
            unit = connection.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            answer = _DONE + run_unit(unit)
        except Exception as error:
            answer = _FAILED + _plain(error)
        try:
            connection.send_bytes(answer)
        except OSError:
            os._exit(1)  # nobody is there any more to hear of it


def _plain(error: Exception) -> bytes:
    try:
        blob = dumps(error)
        loads(blob)
    except Exception:  # pickling runs code of the user's classes, which may raise anything
        return dumps(RuntimeError(f"{type(error).__qualname__}: {error}"))
    return blob
