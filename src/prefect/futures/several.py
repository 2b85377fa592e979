"""Several futures: waiting for all of them, for the next one, and for those inside a value."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterable, Iterator
from typing import Any, Generic, NamedTuple

from typing_extensions import TypeVar

from prefect._elastic_pool import idle_in_pool
from prefect._outcome import wait_attentively
from prefect._visiting import replace
from prefect.futures.future import PrefectFuture
from prefect.schemas.states import State

R = TypeVar("R", default=Any)


class PrefectFutureList(list["PrefectFuture[R]"], Iterator["PrefectFuture[R]"], Generic[R]):  # pyright: ignore[reportIncompatibleMethodOverride] - documented as both
    """The futures of a mapped task, in the order of what was mapped over."""

    def __next__(self) -> PrefectFuture[R]:
        """Refuse: the list counts as an iterator, but has no place that it is at. Use `for`, or `next(iter(...))`.

        Raises:
            StopIteration: Always.
        """
        raise StopIteration

    def wait(self, timeout: float | None = None) -> None:
        """Wait until all runs have ended, at most `timeout` seconds."""
        wait(self, timeout=timeout)

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> list[R]:
        """Wait for all results.

        Args:
            timeout: How long to wait for all of them together, in seconds.
            raise_on_failure: Raise the exception of the first run that failed.

        Raises:
            TimeoutError: Not all runs have ended in time.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        results: list[R] = []
        for future in self:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            try:
                results.append(future.result(timeout=left, raise_on_failure=raise_on_failure))
            except TimeoutError:
                if deadline is None or time.monotonic() < deadline:
                    raise
                raise TimeoutError(
                    f"Timed out waiting for all futures to complete within {timeout} seconds: "
                    f"{len(self) - len(results)} of {len(self)} have not ended."
                ) from None
        return results


class DoneAndNotDoneFutures(NamedTuple, Generic[R]):
    """The answer of `wait`."""

    done: set[PrefectFuture[R]]
    not_done: set[PrefectFuture[R]]


def wait(futures: Iterable[PrefectFuture[R]], timeout: float | None = None) -> DoneAndNotDoneFutures[R]:
    """Wait until all runs have ended, at most `timeout` seconds, and return which have and which have not."""
    waiting = list(futures)
    deadline = None if timeout is None else time.monotonic() + timeout
    for future in waiting:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        future.wait(left)
    done = {future for future in waiting if future.state.is_final()}
    return DoneAndNotDoneFutures(done, set(waiting) - done)


def as_completed(
    futures: Iterable[PrefectFuture[R]], timeout: float | None = None
) -> Generator[PrefectFuture[R], None, None]:
    """Yield futures as their runs end.

    Raises:
        TimeoutError: Not all runs have ended within `timeout` seconds.
    """
    waiting = list(dict.fromkeys(futures))
    ended: list[PrefectFuture[R]] = []
    bell = threading.Condition()

    def ring(future: PrefectFuture[R]) -> None:
        with bell:
            ended.append(future)
            bell.notify()

    for future in waiting:
        future.add_done_callback(ring)
    deadline = None if timeout is None else time.monotonic() + timeout
    for yielded in range(len(waiting)):
        with bell:
            left = None if deadline is None else deadline - time.monotonic()
            if not ended:
                with idle_in_pool():
                    wait_attentively(lambda slice_: bool(bell.wait_for(lambda: ended, slice_)), left)
            if not ended:
                raise TimeoutError(f"{len(waiting) - yielded} (of {len(waiting)}) futures unfinished")
            future = ended.pop(0)
        yield future


def resolve_futures_to_results(expr: PrefectFuture[R] | Any) -> Any:
    """Return `expr` with each future inside it replaced by its result, waiting for it.

    Raises:
        Exception: A run did not complete; its own exception is the cause.
    """

    def result(future: PrefectFuture[Any], _: bool) -> Any:
        try:
            return future.result()
        except Exception as error:
            raise Exception("At least one result did not complete successfully") from error  # noqa: TRY002 - the documented type

    return replace(expr, PrefectFuture, result, unwrap=False)


def resolve_futures_to_states(expr: PrefectFuture[R] | Any) -> Any:
    """Return `expr` with each future inside it replaced by its final state, waiting for it."""

    def final_state(future: PrefectFuture[Any], _: bool) -> State[Any]:
        future.wait()
        return future.state

    return replace(expr, PrefectFuture, final_state, unwrap=False)
