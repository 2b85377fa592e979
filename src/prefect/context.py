"""What runs here: the flow run, task run and tags of the present context, kept in context variables.

They follow the code across `await`, and into threads that the engine starts. `get()` never fails: outside of a run it
returns None.
"""

from __future__ import annotations

import copy
import time
import warnings
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from prefect._clock import now
from prefect._imports import forwarding, load
from prefect.exceptions import MissingContextError

if TYPE_CHECKING:
    from uuid import UUID

    from prefect import _context_model
    from prefect._assets import context as asset_context
    from prefect._assets.asset import Asset
    from prefect._engine import carried_context
    from prefect._engine.results_seen import ResultsSeen
    from prefect.backend.protocol import Backend
    from prefect.client import contexts
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.flows import Flow
    from prefect.results import ResultStore
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.task_runs import TaskRun
    from prefect.settings import Settings
    from prefect.settings import context as settings_context
    from prefect.task_runners import TaskRunner
    from prefect.tasks import Task

    AsyncClientContext = contexts.AsyncClientContext
    ContextModel = _context_model.ContextModel
    SyncClientContext = contexts.SyncClientContext
    SettingsContext = settings_context.SettingsContext
    get_settings_context = settings_context.get_settings_context
    refresh_global_settings_context = settings_context.refresh_global_settings_context
    root_settings_context = settings_context.root_settings_context
    use_profile = settings_context.use_profile
    AssetContext = asset_context.AssetContext
    hydrated_context = carried_context.hydrated_context
    serialize_context = carried_context.serialize_context
    with_context = carried_context.with_context


class Context:
    """A light context that is entered with `with` and found with `get()`. It counts as a `ContextModel`."""

    _var: ClassVar[ContextVar[Any]]
    _tokens: list[Token[Any]]

    @classmethod
    def get(cls) -> Self | None:
        """Return the present context of this kind, or None."""
        return cls._var.get()

    @classmethod
    @contextmanager
    def none(cls) -> Generator[None]:
        """Let there be no context of this kind inside the block."""
        token = cls._var.set(None)
        try:
            yield
        finally:
            cls._var.reset(token)

    def __enter__(self) -> Self:
        self._tokens.append(self._var.set(self))
        return self

    def __exit__(self, *_: object) -> None:
        self._var.reset(self._tokens.pop())

    def model_copy(self, *, update: dict[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with new values of some fields, which can be entered even while this one is.

        Args:
            update: New values, by the names of the fields.
            deep: Copy the values too.
        """
        tokens, self._tokens = self._tokens, []
        try:
            copied = copy.deepcopy(self) if deep else copy.copy(self)
        finally:
            self._tokens = tokens
        copied._tokens = []  # noqa: SLF001 - of another object of this class
        for name, value in (update or {}).items():
            setattr(copied, name, value)
        return copied


@dataclass(kw_only=True, eq=False)
class RunContext(Context):
    """What flow run and task run contexts share. `start_time` is UTC."""

    backend: Backend
    settings: Settings
    parameters: dict[str, Any] | None = None
    log_prints: bool = False
    persist_result: bool = False
    find_result_store: Callable[[], ResultStore] | None = None
    start_time: datetime = field(default_factory=now)
    _client: Any = field(default=None, init=False, repr=False)
    _tokens: list[Token[Any]] = field(default_factory=list[Token[Any]], repr=False)

    @property
    def result_store(self) -> ResultStore:
        """The store of the run's results, made when it is first needed.

        Raises:
            MissingContextError: This context was made by hand, without a store.
        """
        if self.find_result_store is None:
            raise MissingContextError("This context has no result store: make it with `find_result_store`.")
        return self.find_result_store()

    @property
    def input_keyset(self) -> dict[str, str] | None:
        """Under which keys the run that is paused waits for its input; None when it waits for none."""
        state = self._run.state
        return state.state_details.run_input_keyset if state is not None else None

    @property
    def client(self) -> SyncPrefectClient:
        """A client for the code of the run, of the server that the settings name. It is made when first asked for."""
        if self._client is None:
            around = load("prefect.client.contexts", "SyncClientContext").get()  # loads an HTTP library
            self._client = (
                load("prefect.client.orchestration", "get_client")(sync_client=True)
                if around is None
                else around.client
            )
        return self._client

    @property
    def _run(self) -> FlowRun | TaskRun:
        raise NotImplementedError

    def serialize(self, include_secrets: bool = True) -> dict[str, Any]:
        """Return what `hydrated_context` needs of this context in another process.

        Args:
            include_secrets: Accepted for compatibility; parameters go along as they are.
        """
        del include_secrets
        return load("prefect._engine.carried_context", "serialized")(
            self
        )  # pickling is loaded when it is needed


@dataclass
class Pauses:
    """What one attempt of a flow run knows of its pauses.

    Attributes:
        counted: How many pauses the code has come to.
        waits_here: Whether the code waits in a pause of its own.
        asked_for: Whether somebody paused the run from outside, so that its next step has to wait.
        looked_at: When it was last looked for that, on the clock of `time.monotonic`.
    """

    counted: int = 0
    waits_here: bool = False
    asked_for: bool = False
    looked_at: float = field(default_factory=time.monotonic)


@dataclass
class TimeoutScope:
    """The time limit of a flow run: `seconds` for each attempt, and whether an attempt was ended by it."""

    seconds: float
    cancel_called: bool = False


@dataclass(kw_only=True, eq=False)
class EngineContext(RunContext):
    """The flow run that runs here."""

    _var: ClassVar[ContextVar[EngineContext | None]] = ContextVar("flow_run_context", default=None)

    flow: Flow[..., Any]
    flow_run: FlowRun
    task_runner: TaskRunner[Any]
    results_seen: ResultsSeen
    detached: bool = False
    refreshed: set[str] = field(default_factory=set[str])
    subflow_task_runs: dict[tuple[str, str], TaskRun] = field(
        default_factory=dict["tuple[str, str]", "TaskRun"]
    )
    task_run_dynamic_keys: dict[str, int | str] = field(default_factory=dict[str, "int | str"])
    task_run_assets: dict[UUID, set[Asset]] = field(default_factory=dict["UUID", "set[Asset]"])
    pauses: Pauses = field(default_factory=Pauses)
    timeout_scope: TimeoutScope | None = None

    @property
    def _run(self) -> FlowRun:
        return self.flow_run


FlowRunContext = EngineContext


@dataclass(kw_only=True, eq=False)
class TaskRunContext(RunContext):
    """The task run that runs here."""

    _var: ClassVar[ContextVar[TaskRunContext | None]] = ContextVar("task_run_context", default=None)

    task: Task[..., Any]
    task_run: TaskRun

    @property
    def _run(self) -> TaskRun:
        return self.task_run


_current_tags: ContextVar[frozenset[str]] = ContextVar("current_tags", default=frozenset())


class TagsContext:
    """The tags that runs started here receive."""

    def __init__(self, current_tags: Iterable[str] = ()) -> None:
        self.current_tags = set(current_tags)
        self._tokens: list[Token[frozenset[str]]] = []

    @classmethod
    def get(cls) -> TagsContext:
        """Return the present tags; there is always such a context."""
        return cls(_current_tags.get())

    def __enter__(self) -> Self:
        self._tokens.append(_current_tags.set(frozenset(self.current_tags)))
        return self

    def __exit__(self, *_: object) -> None:
        _current_tags.reset(self._tokens.pop())

    def model_copy(self, *, update: dict[str, Any] | None = None, deep: bool = False) -> TagsContext:
        """Return a copy, with other tags if `update` has some."""
        del deep  # tags are texts
        return TagsContext(**{"current_tags": self.current_tags, **(update or {})})

    def serialize(self, include_secrets: bool = True) -> dict[str, Any]:
        """Return the tags by the name of their field."""
        del include_secrets  # tags are none
        return {"current_tags": set(self.current_tags)}


@contextmanager
def tags(*new_tags: str, **options: Any) -> Generator[set[str]]:
    """Give tags to every flow run and task run that is started inside the block.

    Options by name are taken because an older signature had them; they have no effect, and a warning says so.

    Example:
        >>> with tags("nightly", "eu"):
        ...     my_flow()
    """
    if options:
        told = ", ".join(options)
        warnings.warn(f"tags() takes texts; {told} given by name has no effect.", UserWarning, stacklevel=3)
    together = _current_tags.get() | set(new_tags)
    token = _current_tags.set(together)
    try:
        yield set(together)
    finally:
        _current_tags.reset(token)


@contextmanager
def only_tags(those: Iterable[str]) -> Generator[None]:
    """Give these tags, and none of those around, to runs that are started inside the block."""
    token = _current_tags.set(frozenset(those))
    try:
        yield
    finally:
        _current_tags.reset(token)


def current_tags() -> frozenset[str]:
    """Return the tags that a run started here receives."""
    return _current_tags.get()


def get_run_context() -> EngineContext | TaskRunContext:
    """Return the context of the task run that runs here, or else of the flow run.

    Raises:
        MissingContextError: No flow or task runs here.
    """
    context = TaskRunContext.get() or EngineContext.get()
    if context is None:
        raise MissingContextError("No flow or task is running here. Call this from inside a flow or a task.")
    return context


# Most scripts never ask for these.
_forwarded = forwarding(
    __name__,
    {
        **dict.fromkeys(
            (
                "SettingsContext",
                "get_settings_context",
                "refresh_global_settings_context",
                "root_settings_context",
                "use_profile",
            ),
            "prefect.settings.context",
        ),
        "ContextModel": "prefect._context_model",
        **dict.fromkeys(("AsyncClientContext", "SyncClientContext"), "prefect.client.contexts"),
        **dict.fromkeys(
            ("hydrated_context", "serialize_context", "with_context"), "prefect._engine.carried_context"
        ),
        "AssetContext": "prefect._assets.context",
    },
)


def __getattr__(name: str) -> Any:
    if name == "GLOBAL_SETTINGS_CONTEXT":  # the settings that hold outside of any block, as they are now
        return load("prefect.settings.context", "root_settings_context")()
    return _forwarded(name)
