"""The inputs of a flow run, one by one, as they arrive: for `for`, for `async for`, or with `next()`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, sleep
from prefect.input.actions import ensure_flow_run_id, filtering
from prefect.schemas.flow_run_inputs import FlowRunInput

if TYPE_CHECKING:
    from prefect.input.run_input import AutomaticRunInput, BaseRunInput

R = TypeVar("R", bound="BaseRunInput")
T = TypeVar("T")
Item = TypeVar("Item")

_OFTEN = 0.25
"""How many seconds pass at most between two looks; a look into a database of this machine costs next to nothing."""


class _Inputs(Generic[Item]):
    """The inputs of a flow run as they arrive, each once.

    Args:
        run_input_cls: The model of the inputs.
        key_prefix: What their keys begin with.
        timeout: Seconds to wait for the next one; None waits for ever, 0 takes what is there.
        poll_interval: Seconds between two looks, at most.
        raise_timeout_error: Raise TimeoutError when no input came in time; otherwise the iteration ends.
        exclude_keys: Keys of inputs to pass over.
        flow_run_id: The flow run that receives; by default the one that runs here.

    Raises:
        RuntimeError: No id is given and no flow runs here.
    """

    def __init__(
        self,
        run_input_cls: type[Any],
        key_prefix: str,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: set[str] | None = None,
        flow_run_id: UUID | None = None,
    ) -> None:
        self.run_input_cls = run_input_cls
        self.key_prefix = key_prefix
        self.timeout = timeout
        self.poll_interval = poll_interval
        self.exclude_keys = set(exclude_keys or ())
        self.raise_timeout_error = raise_timeout_error
        self.flow_run_id = ensure_flow_run_id(flow_run_id)

    def to_instance(self, flow_run_input: FlowRunInput) -> Item:
        """Return what is given for an input that arrived."""
        raise NotImplementedError

    def __iter__(self) -> _Inputs[Item]:
        return self

    def __next__(self) -> Item:
        try:
            return run(self._next_steps())
        except TimeoutError:
            if self.raise_timeout_error:
                raise
            raise StopIteration from None

    def __aiter__(self) -> _Inputs[Item]:
        return self

    async def __anext__(self) -> Item:
        try:
            return await arun(self._next_steps())
        except TimeoutError:
            if self.raise_timeout_error:
                raise
            raise StopAsyncIteration from None

    async def filter_for_inputs(self) -> list[FlowRunInput]:
        """Return the next input, if it is there; the form for async code."""
        return await arun(self._look())

    def filter_for_inputs_sync(self) -> list[FlowRunInput]:
        """Return the next input, if it is there."""
        return run(self._look())

    async def anext(self) -> Item:
        """Wait for the next input; the form for async code. See `next`."""
        return await arun(self._next_steps())

    @async_dispatch(anext)  # noqa: A003 - the method above, a name of the API
    def next(self) -> Item:
        """Wait for the next input and return it.

        Raises:
            TimeoutError: None came in time.
        """
        return run(self._next_steps())

    def _look(self) -> Steps[list[FlowRunInput]]:
        found = yield from filtering(
            self.key_prefix, limit=1, exclude_keys=self.exclude_keys, flow_run_id=self.flow_run_id
        )
        self.exclude_keys.update(one.key for one in found)
        return found

    def _next_steps(self) -> Steps[Item]:
        began = time.monotonic()
        pause = 0.01
        while True:
            found = yield from self._look()
            if found:
                return self.to_instance(found[0])
            left = None if self.timeout is None else self.timeout - (time.monotonic() - began)
            if left is not None and left <= 0:
                raise TimeoutError("Timed out waiting for input")
            yield from sleep(min(pause, _OFTEN if left is None else left))
            pause = min(pause * 2, _OFTEN, max(self.poll_interval, 0.01))


class GetInputHandler(_Inputs[R]):
    """The inputs of a flow run that are of one model, as they arrive."""

    def to_instance(self, flow_run_input: FlowRunInput) -> R:
        """Return the model of an input that arrived."""
        return self.run_input_cls.load_from_flow_run_input(flow_run_input)


class GetAutomaticInputHandler(_Inputs[Any], Generic[T]):
    """The inputs of a flow run that are of one plain type, as they arrive.

    Args:
        run_input_cls: The model around the plain type.
        key_prefix: What the keys begin with.
        with_metadata: Give the model, which knows the sender, instead of the value.
        **options: Those of `GetInputHandler`.
    """

    def __init__(
        self,
        run_input_cls: type[AutomaticRunInput[T]],
        key_prefix: str,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: set[str] | None = None,
        flow_run_id: UUID | None = None,
        with_metadata: bool = False,
    ) -> None:
        super().__init__(
            run_input_cls,
            key_prefix,
            timeout,
            poll_interval,
            raise_timeout_error,
            exclude_keys,
            flow_run_id,
        )
        self.with_metadata = with_metadata

    def to_instance(self, flow_run_input: FlowRunInput) -> T | AutomaticRunInput[T]:
        """Return the value of an input that arrived, or its model."""
        model = self.run_input_cls.load_from_flow_run_input(flow_run_input)
        return model if self.with_metadata else model.value
