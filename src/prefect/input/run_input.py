"""Models of what a flow run is sent: by whoever resumes it, or by another run while it runs.

    class Approval(RunInput):
        approved: bool

    approval = pause_flow_run(wait_for_input=Approval)      # a paused run waits for one
    for approval in Approval.receive(timeout=60): ...       # a running one takes what comes

A plain type such as `int` works too: a model with the one field `value` is put around it.
"""

from __future__ import annotations

import types
from copy import copy
from inspect import isclass
from typing import Any, ClassVar, Generic, Self, TypeVar, cast, overload
from uuid import UUID

import pydantic
from pydantic import BaseModel, ConfigDict, PrivateAttr
from pydantic.fields import FieldInfo

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps
from prefect._ids import uuid4
from prefect.input.actions import creating_from_model, ensure_flow_run_id, reading, replacing
from prefect.input.keysets import Keyset, keyset_from_base_key, keyset_from_paused_state
from prefect.input.receiving import GetAutomaticInputHandler, GetInputHandler
from prefect.schemas.flow_run_inputs import FlowRunInput

__all__ = [
    "AutomaticRunInput",
    "BaseRunInput",
    "GetAutomaticInputHandler",
    "GetInputHandler",
    "Keyset",
    "RunInput",
    "RunInputMetadata",
    "asend_input",
    "keyset_from_base_key",
    "keyset_from_paused_state",
    "receive_input",
    "run_input_subclass_from_type",
    "send_input",
]

R = TypeVar("R", bound="BaseRunInput")
T = TypeVar("T")


class RunInputMetadata(BaseModel):
    """Under which key an input came, from whom, and to which flow run."""

    key: str
    sender: str | None = None
    receiver: UUID


class BaseRunInput(BaseModel):
    """What the models of inputs have in common. Make your own from `RunInput`."""

    model_config = ConfigDict(extra="forbid")

    _description: ClassVar[str | None] = None
    _metadata: RunInputMetadata = PrivateAttr()

    @property
    def metadata(self) -> RunInputMetadata:
        """Under which key it came, from whom, and to which flow run."""
        return self._metadata

    @classmethod
    def keyset_from_type(cls) -> Keyset:
        """Return keys that are made of the name of the model."""
        return keyset_from_base_key(cls.__name__.lower())

    @classmethod
    def saving(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> Steps[None]:
        """The steps of `save`."""
        yield from replacing(keyset["schema"], cls.model_json_schema(by_alias=True), flow_run_id)
        if cls._description:
            yield from replacing(keyset["description"], cls._description, flow_run_id)

    @classmethod
    async def asave(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> None:
        """Store what an input must look like; the form for async code. See `save`."""
        await arun(cls.saving(keyset, flow_run_id))

    @classmethod
    @async_dispatch(asave.__func__)  # pyright: ignore[reportFunctionMemberAccess] - a class method here, in the body of its class
    def save(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> None:
        """Store what an input must look like: its JSON schema and its description, for whoever fills it in.

        Args:
            keyset: The keys to store them under; what was there before is replaced.
            flow_run_id: The flow run that waits for the input; by default the one that runs here.
        """
        run(cls.saving(keyset, flow_run_id))

    @classmethod
    def loading(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> Steps[Any]:
        """The steps of `load`."""
        run_id = ensure_flow_run_id(flow_run_id)
        response = yield from reading(keyset["response"], run_id)
        loaded = cls(**(response or {}))
        loaded._metadata = RunInputMetadata(key=keyset["response"], receiver=run_id)
        return loaded

    @classmethod
    async def aload(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> Self:
        """Return the input that came; the form for async code. See `load`."""
        return await arun(cls.loading(keyset, flow_run_id))

    @classmethod
    @async_dispatch(aload.__func__)  # pyright: ignore[reportFunctionMemberAccess] - the same
    def load(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> Self:
        """Return the input that came under the keys of `keyset`.

        Raises:
            ValidationError: It does not fit the model, or none came and the model has fields without a default.
        """
        return run(cls.loading(keyset, flow_run_id))

    @classmethod
    def load_from_flow_run_input(cls, flow_run_input: FlowRunInput) -> Self:
        """Return the model of an input that was sent."""
        loaded = cls(**flow_run_input.decoded_value)
        loaded._metadata = RunInputMetadata(
            key=flow_run_input.key, sender=flow_run_input.sender, receiver=flow_run_input.flow_run_id
        )
        return loaded

    @classmethod
    def with_initial_data(cls, description: str | None = None, **kwargs: Any) -> type[Self]:
        """Return a model whose form is filled in beforehand.

        Args:
            description: What the input is for, in Markdown.
            **kwargs: First values of fields; they are taken where whoever fills in the form leaves them.
        """
        fields: dict[str, Any] = {}
        for name, value in kwargs.items():
            field = cls.model_fields.get(name)
            filled = FieldInfo(default=value) if field is None else copy(field)
            filled.default = value
            fields[name] = (type(value) if field is None else field.annotation, filled)
        model = pydantic.create_model(cls.__name__, __base__=cls, __module__=__name__, **fields)
        if description is not None:
            model._description = description  # noqa: SLF001 - its own
        return model

    def sending(self, flow_run_id: UUID, sender: str | None, key_prefix: str | None) -> Steps[None]:
        """The steps of `send_to`."""
        prefix = key_prefix or _prefix_of(type(self))
        yield from creating_from_model(f"{prefix}-{uuid4()}", self, UUID(str(flow_run_id)), sender)

    def _responding(self, run_input: Any, sender: str | None, key_prefix: str | None) -> Steps[None]:
        came_from = self.metadata.sender
        if came_from is None or not came_from.startswith("prefect.flow-run."):
            raise RuntimeError(
                f"There is nobody to respond to: this input was sent by {came_from!r}, which is not a flow run."
            )
        flow_run_id = UUID(came_from.removeprefix("prefect.flow-run."))
        yield from _as_model(run_input).sending(flow_run_id, sender, key_prefix)

    async def asend_to(
        self, flow_run_id: UUID, sender: str | None = None, key_prefix: str | None = None
    ) -> None:
        """Send this input to a flow run; the form for async code. See `send_to`."""
        await arun(self.sending(flow_run_id, sender, key_prefix))

    @async_dispatch(asend_to)
    def send_to(self, flow_run_id: UUID, sender: str | None = None, key_prefix: str | None = None) -> None:
        """Send this input to a flow run.

        Args:
            flow_run_id: The flow run.
            sender: Who sends it; by default the flow run that runs here.
            key_prefix: What its key begins with, if whoever receives it asks for a prefix.
        """
        run(self.sending(flow_run_id, sender, key_prefix))

    async def arespond(
        self, run_input: Any, sender: str | None = None, key_prefix: str | None = None
    ) -> None:
        """Send an input to the flow run that sent this one; the form for async code. See `respond`."""
        await arun(self._responding(run_input, sender, key_prefix))

    @async_dispatch(arespond)
    def respond(self, run_input: Any, sender: str | None = None, key_prefix: str | None = None) -> None:
        """Send an input to the flow run that sent this one.

        Raises:
            RuntimeError: This input was not sent by a flow run.
        """
        run(self._responding(run_input, sender, key_prefix))


class RunInput(BaseRunInput):
    """A model of an input. Make a subclass with the fields that you ask for.

    Example:
        >>> class Approval(RunInput):
        ...     approved: bool
        ...     comment: str = ""
        >>> approval = pause_flow_run(wait_for_input=Approval)
    """

    @classmethod
    def receive(
        cls,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: set[str] | None = None,
        key_prefix: str | None = None,
        flow_run_id: UUID | None = None,
    ) -> GetInputHandler[Self]:
        """Return an iterator over the inputs of this model, as they arrive. See `receive_input`."""
        return GetInputHandler(
            cls,
            key_prefix or _prefix_of(cls),
            timeout,
            poll_interval,
            raise_timeout_error,
            exclude_keys,
            flow_run_id,
        )

    @classmethod
    def subclass_from_base_model_type(cls, model_cls: type[BaseModel]) -> type[RunInput]:
        """Return a model of an input with the fields of a pydantic model."""
        name = f"{model_cls.__name__}RunInput"
        made = types.new_class(name, (RunInput, model_cls), {}, _in_this_module)
        return cast("type[RunInput]", made)


class AutomaticRunInput(BaseRunInput, Generic[T]):
    """A model around one value of a plain type."""

    value: T

    @classmethod
    def loading(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> Steps[Any]:
        """The steps of `load`, which gives the value itself."""
        return (yield from super().loading(keyset, flow_run_id)).value

    @classmethod
    def subclass_from_type(cls, _type: type[T]) -> type[AutomaticRunInput[T]]:
        """Return the model around a type."""
        name = getattr(_type, "__name__", "").lower()
        model = pydantic.create_model(
            f"{name}AutomaticRunInput", __base__=AutomaticRunInput, __module__=__name__, value=(_type, ...)
        )
        return cast("type[AutomaticRunInput[T]]", model)

    @classmethod
    def receive(
        cls,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: set[str] | None = None,
        key_prefix: str | None = None,
        flow_run_id: UUID | None = None,
        with_metadata: bool = False,
    ) -> GetAutomaticInputHandler[T]:
        """Return an iterator over the values of this type, as they arrive. See `receive_input`."""
        return GetAutomaticInputHandler(
            cls,
            key_prefix or _prefix_of(cls),
            timeout,
            poll_interval,
            raise_timeout_error,
            exclude_keys,
            flow_run_id,
            with_metadata,
        )


def run_input_subclass_from_type(_type: Any) -> type[BaseRunInput]:
    """Return the model of an input for a type: a `RunInput` is its own, a pydantic model or a plain type gets one."""
    if isclass(_type) and not isinstance(_type, types.GenericAlias):
        if issubclass(_type, BaseRunInput):
            return _type
        if issubclass(_type, BaseModel):
            return RunInput.subclass_from_base_model_type(_type)
    return AutomaticRunInput[Any].subclass_from_type(_type)


async def asend_input(
    run_input: Any, flow_run_id: UUID, sender: str | None = None, key_prefix: str | None = None
) -> None:
    """Send an input to a flow run; the form for async code. See `send_input`."""
    await _as_model(run_input).asend_to(flow_run_id, sender, key_prefix)


@async_dispatch(asend_input)
def send_input(
    run_input: Any, flow_run_id: UUID, sender: str | None = None, key_prefix: str | None = None
) -> None:
    """Send an input to a flow run, which takes it with `receive_input`.

    Args:
        run_input: A `RunInput`, another pydantic model, or a plain value.
        flow_run_id: The flow run.
        sender: Who sends it; by default the flow run that runs here.
        key_prefix: What its key begins with, if whoever receives it asks for a prefix.

    Example:
        >>> send_input("Marvin", flow_run_id=greeter_id)
    """
    _as_model(run_input).send_to(flow_run_id, sender, key_prefix, _sync=True)  # pyright: ignore[reportCallIssue] - taken by the dispatch


@overload
def receive_input(  # pyright: ignore[reportOverlappingOverload] - what is no model of an input falls through to the next
    input_type: type[R],
    timeout: float | None = 3600,
    poll_interval: float = 10,
    raise_timeout_error: bool = False,
    exclude_keys: set[str] | None = None,
    key_prefix: str | None = None,
    flow_run_id: UUID | None = None,
    with_metadata: bool = False,
) -> GetInputHandler[R]: ...
@overload
def receive_input(
    input_type: type[T],
    timeout: float | None = 3600,
    poll_interval: float = 10,
    raise_timeout_error: bool = False,
    exclude_keys: set[str] | None = None,
    key_prefix: str | None = None,
    flow_run_id: UUID | None = None,
    with_metadata: bool = False,
) -> GetAutomaticInputHandler[T]: ...
def receive_input(
    input_type: Any,
    timeout: float | None = 3600,
    poll_interval: float = 10,
    raise_timeout_error: bool = False,
    exclude_keys: set[str] | None = None,
    key_prefix: str | None = None,
    flow_run_id: UUID | None = None,
    with_metadata: bool = False,
) -> GetInputHandler[Any] | GetAutomaticInputHandler[Any]:
    """Return an iterator over the inputs of one type that a flow run is sent, as they arrive.

    Args:
        input_type: A `RunInput`, another pydantic model, or a plain type such as `str`.
        timeout: Seconds to wait for the next one; None waits for ever, 0 takes what is there.
        poll_interval: Seconds between two looks, at most.
        raise_timeout_error: Raise TimeoutError when no input came in time; otherwise the iteration ends.
        exclude_keys: Keys of inputs to pass over.
        key_prefix: Take the inputs whose keys begin with this, instead of those of the type.
        flow_run_id: The flow run that receives; by default the one that runs here.
        with_metadata: Give models, which know the sender, also for a plain type.

    Example:
        >>> for name in receive_input(str, timeout=60):
        ...     print(f"Hello, {name}!")
    """
    model = run_input_subclass_from_type(input_type)
    options = (timeout, poll_interval, raise_timeout_error, exclude_keys, key_prefix, flow_run_id)
    if issubclass(model, AutomaticRunInput):
        automatic = cast("type[AutomaticRunInput[Any]]", model)
        return automatic.receive(*options, with_metadata)
    return cast("type[RunInput]", model).receive(*options)


def _prefix_of(model: type[BaseRunInput]) -> str:
    return f"{model.__name__.lower()}-auto"


def _as_model(value: Any) -> BaseRunInput:
    """Return a value as the model of an input."""
    if isinstance(value, BaseRunInput):
        return value
    model = run_input_subclass_from_type(type(value))
    return model(**dict(value)) if isinstance(value, BaseModel) else model(value=value)  # pyright: ignore[reportCallIssue] - an automatic one has it


def _in_this_module(namespace: dict[str, Any]) -> None:
    namespace["__module__"] = __name__
