"""Cache policies: what the key of a task run's result is made of.

Runs with the same key share a result. Policies are added (`INPUTS + TASK_SOURCE`), and inputs are taken out of them
(`INPUTS - "debug"`). A policy whose key is None does not cache.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias
from weakref import WeakKeyDictionary

from prefect._hashing import hash_objects
from prefect.exceptions import HashError

if TYPE_CHECKING:
    from prefect.context import TaskRunContext
    from prefect.filesystems import WritableFileSystem
    from prefect.locking.isolation import IsolationLevel
    from prefect.locking.protocol import LockManager

KeyStorage: TypeAlias = "WritableFileSystem | str | Path | None"
Isolation: TypeAlias = "Literal['READ_COMMITTED', 'SERIALIZABLE'] | IsolationLevel | None"
CacheKeyFn: TypeAlias = "Callable[[TaskRunContext, dict[str, Any]], str | None]"

STABLE_TRANSFORMS: dict[type, Callable[[Any], Any]] = {}
"""What stands for inputs of a type before they are hashed: functions of the input that integrations register."""


class UnhashableInputError(HashError, ValueError):
    """An input of a task has no stable hash."""


@dataclass
class CachePolicy:
    """Base of all policies. Subclass it and define `compute_key` to make one of your own.

    Args:
        key_storage: Where it is kept which keys have results; by default beside the results.
        isolation_level: SERIALIZABLE lets only one run with a key go on at a time.
        lock_manager: What that is done with.
    """

    key_storage: KeyStorage = None
    isolation_level: Isolation = None
    lock_manager: LockManager | None = None

    @classmethod
    def from_cache_key_fn(cls, cache_key_fn: CacheKeyFn) -> CacheKeyFnPolicy:
        """Return a policy whose key a function of (context, inputs) returns."""
        return CacheKeyFnPolicy(cache_key_fn=cache_key_fn)

    def configure(
        self,
        key_storage: KeyStorage = None,
        lock_manager: LockManager | None = None,
        isolation_level: Isolation = None,
    ) -> Self:
        """Return the same policy with some of its settings changed."""
        given = {"key_storage": key_storage, "lock_manager": lock_manager, "isolation_level": isolation_level}
        return replace(self, **{name: value for name, value in given.items() if value is not None})

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        """Return the key of a task run, or None if it is not to be cached.

        Args:
            task_ctx: The context of the run.
            inputs: What the task is called with, by parameter name.
            flow_parameters: What the flow around it was called with.
            **kwargs: What later releases may pass.
        """
        raise NotImplementedError(f"{type(self).__name__} has to define `compute_key`.")

    def __sub__(self, other: str) -> CachePolicy:
        """Return a policy that does not look at one of the inputs."""
        _check_name(other)
        return self

    def __add__(self, other: CachePolicy) -> CachePolicy:
        """Return a policy whose key changes when the key of either of them does."""
        if not isinstance(other, CachePolicy):  # pyright: ignore[reportUnnecessaryIsInstance] - not all callers are type checked
            raise TypeError(f"Only cache policies can be added to {self!r}, not {other!r}.")
        if isinstance(other, _None):
            return self
        if isinstance(self, _None):
            return other
        return CompoundCachePolicy(
            key_storage=_agreed(self, other, "key_storage", "storage locations"),
            isolation_level=_agreed(self, other, "isolation_level", "isolation levels"),
            lock_manager=_agreed(self, other, "lock_manager", "lock implementations"),
            policies=[self, other],
        )


@dataclass
class CacheKeyFnPolicy(CachePolicy):
    """The key is what a function of (context, inputs) returns."""

    cache_key_fn: CacheKeyFn | None = None

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        """Return what the function returns."""
        return self.cache_key_fn(task_ctx, inputs) if self.cache_key_fn else None


@dataclass
class CompoundCachePolicy(CachePolicy):
    """Several policies at once. What they say about inputs is put together and comes last."""

    policies: list[CachePolicy] = field(default_factory=list[CachePolicy])

    def __post_init__(self) -> None:
        flat: list[CachePolicy] = []
        for policy in self.policies:
            flat += policy.policies if isinstance(policy, CompoundCachePolicy) else [policy]
        over_inputs = [policy for policy in flat if isinstance(policy, Inputs)]
        self.policies = [policy for policy in flat if not isinstance(policy, (Inputs, _None))]
        if over_inputs:
            excluded = sorted({name for policy in over_inputs for name in policy.exclude})
            self.policies.append(Inputs(exclude=excluded))

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        """Return a hash of the keys of all policies; None if none of them has a key."""
        keys = [
            policy.compute_key(task_ctx=task_ctx, inputs=inputs, flow_parameters=flow_parameters, **kwargs)
            for policy in self.policies
        ]
        known = [key for key in keys if key is not None]
        return hash_objects(*known, raise_on_failure=True) if known else None

    def __sub__(self, other: str) -> CachePolicy:
        """Return a policy that does not look at one of the inputs."""
        _check_name(other)
        return replace(self, policies=[policy - other for policy in self.policies])


@dataclass
class _None(CachePolicy):
    """Never caches."""

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        """Return None."""
        return None


@dataclass
class TaskSource(CachePolicy):
    """The key changes with the code of the task's function; code that it calls does not matter."""

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any] | None,
        flow_parameters: dict[str, Any] | None,
        **kwargs: Any,
    ) -> str | None:
        """Return a hash of the function's source, or of its code where there is no source."""
        return _source_key(task_ctx.task.fn)


@dataclass
class FlowParameters(CachePolicy):
    """The key changes with the parameters of the flow around the task."""

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        """Return a hash of the flow's parameters."""
        if not flow_parameters:
            return None
        return _hash_of_values(flow_parameters, "flow parameter", "INPUTS instead of FLOW_PARAMETERS")


@dataclass
class RunId(CachePolicy):
    """The key is the id of the flow run, or of the task run outside of flows: retries find what is done."""

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        """Return the id."""
        run = task_ctx.task_run
        return str(run.flow_run_id or run.id)


@dataclass
class Inputs(CachePolicy):
    """The key changes with what the task is called with."""

    exclude: list[str] = field(default_factory=list[str])

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        """Return a hash of the inputs that are not excluded."""
        looked_at = {name: _stable(value) for name, value in inputs.items() if name not in self.exclude}
        if not looked_at:
            return None
        return _hash_of_values(looked_at, "input", "leave it out of the key: cache_policy=INPUTS - {name!r}")

    def __sub__(self, other: str) -> CachePolicy:
        """Return a policy that does not look at one of the inputs."""
        _check_name(other)
        return replace(self, exclude=[*self.exclude, other])


def _hash_of_values(values: dict[str, Any], kind: str, way_out: str) -> str | None:
    try:
        return hash_objects(values, raise_on_failure=True)
    except HashError as error:
        for name, value in values.items():
            try:
                hash_objects(value, raise_on_failure=True)
            except HashError as reason:
                raise UnhashableInputError(
                    f"The cache key cannot be computed: the {kind} {name!r} has no stable hash. {reason} "
                    f"Do one of these: {way_out.format(name=name)}; give a `cache_key_fn` that makes the key of "
                    "something else; or turn caching off with cache_policy=NO_CACHE."
                ) from error
        raise


def _stable(value: Any) -> Any:
    for kind, transform in STABLE_TRANSFORMS.items():
        if isinstance(value, kind):
            return transform(value)
    return value


_keys_by_code: WeakKeyDictionary[CodeType, str | None] = WeakKeyDictionary()


def _source_key(fn: Any) -> str | None:
    """Reading source is slow, and it does not change while it runs: each function's is read once."""
    fn = inspect.unwrap(fn)
    code: CodeType | None = getattr(fn, "__code__", None)
    if code is not None and code in _keys_by_code:
        return _keys_by_code[code]
    try:
        key = hash_objects(inspect.getsource(fn))
    except (OSError, TypeError):  # typed into a prompt, built at run time, or not written in Python
        key = hash_objects(fn if code is None else code.co_code.hex())
    if code is not None:
        _keys_by_code[code] = key
    return key


def _agreed(one: CachePolicy, other: CachePolicy, name: str, what: str) -> Any:
    here, there = getattr(one, name), getattr(other, name)
    if here is not None and there is not None and here != there:
        raise ValueError(f"Cannot add CachePolicies with different {what}.")
    return there if here is None else here


def _check_name(name: object) -> None:
    if not isinstance(name, str):
        raise TypeError("Can only subtract strings from key policies.")


INPUTS = Inputs()
TASK_SOURCE = TaskSource()
FLOW_PARAMETERS = FlowParameters()
RUN_ID = RunId()
NONE = _None()
NO_CACHE = _None()
DEFAULT = TASK_SOURCE + RUN_ID + INPUTS
