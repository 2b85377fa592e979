from __future__ import annotations

import asyncio
import inspect
import threading
from typing import Any

import pytest

from prefect._dual.dispatch import async_dispatch, is_in_async_context, run_is_async


async def aread(name: str, *, times: int = 1) -> str:
    """Read, in async code."""
    await asyncio.sleep(0)
    return f"async {name * times}"


@async_dispatch(aread)
def read(name: str, *, times: int = 1) -> str:
    """Read something."""
    return f"sync {name * times}"


def in_thread(fn: Any) -> Any:
    """Call a function in a new thread, where nothing is known of the caller."""
    got: list[Any] = []
    thread = threading.Thread(target=lambda: got.append(fn()))
    thread.start()
    thread.join(10)
    return got[0]


def test_sync_code_gets_the_value() -> None:
    """In a script the call returns what it reads."""
    assert read("x", times=2) == "sync xx"


async def test_async_code_gets_an_awaitable() -> None:
    """In async code the call is awaited."""
    assert await read("x", times=2) == "async xx"  # type: ignore[misc]


async def test_the_async_form_is_always_at_hand() -> None:
    """`.aio` is async wherever it is called."""
    assert await read.aio("x") == "async x"  # type: ignore[attr-defined]
    coroutine = in_thread(lambda: read.aio("x"))  # type: ignore[attr-defined]
    assert await coroutine == "async x"


async def test_the_guess_can_be_overruled() -> None:
    """`_sync` says which form is wanted, in sync and in async code."""
    assert read("x", _sync=True) == "sync x"  # type: ignore[call-arg]
    assert await in_thread(lambda: read("x", _sync=False)) == "async x"  # type: ignore[call-arg]


async def test_the_run_decides_before_the_loop() -> None:
    """Inside a sync flow under a running loop the value comes, inside an async one an awaitable, in threads too."""
    for inside, wanted in ((False, "sync x"), (True, "async x")):
        token = run_is_async.set(inside)
        try:
            got: Any = read("x")
            assert (await got if inspect.isawaitable(got) else got) == wanted
        finally:
            run_is_async.reset(token)


async def test_a_new_thread_is_sync_although_a_loop_runs_elsewhere() -> None:
    """Only the loop of the calling thread counts."""
    assert is_in_async_context()
    assert in_thread(is_in_async_context) is False
    assert await asyncio.to_thread(is_in_async_context) is False


def test_the_function_keeps_its_name_and_words() -> None:
    """Help and signatures show the sync function."""
    assert read.__name__ == "read"
    assert read.__doc__ == "Read something."
    assert list(inspect.signature(read).parameters) == ["name", "times"]


def test_errors_of_either_form_come_out() -> None:
    """A failure is the failure of the form that was called."""

    async def afail() -> None:
        raise KeyError("async")

    @async_dispatch(afail)
    def fail() -> None:
        raise KeyError("sync")

    with pytest.raises(KeyError, match="sync"):
        fail()
    with pytest.raises(KeyError, match="async"):
        asyncio.run(fail.aio())  # type: ignore[attr-defined]
