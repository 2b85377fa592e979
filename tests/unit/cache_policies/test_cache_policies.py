from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from prefect import cache_policies, task
from prefect.cache_policies import (
    DEFAULT,
    FLOW_PARAMETERS,
    INPUTS,
    NO_CACHE,
    NONE,
    RUN_ID,
    TASK_SOURCE,
    CacheKeyFnPolicy,
    CachePolicy,
)
from prefect.exceptions import HashError
from prefect.locking.memory import MemoryLockManager
from prefect.tasks import task_input_hash
from prefect.utilities.hashing import hash_objects

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "vectors.json").read_text(encoding="utf-8"))[
    "cache_policies"
]
FLOW_RUN, TASK_RUN = UUID(int=5), UUID(int=6)


@task
def add(x: int, y: int = 1) -> int:
    return x + y


def key(
    policy: CachePolicy,
    inputs: dict[str, Any] | None = None,
    parameters: dict[str, Any] | None = None,
    *,
    of: Any = add,
    flow_run_id: UUID | None = FLOW_RUN,
) -> str | None:
    """Return the key of a run of a task."""
    context: Any = SimpleNamespace(task=of, task_run=SimpleNamespace(id=TASK_RUN, flow_run_id=flow_run_id))
    return policy.compute_key(task_ctx=context, inputs=inputs or {}, flow_parameters=parameters or {})


def test_the_documented_keys() -> None:
    """Keys are those that the same policies give elsewhere."""
    assert key(INPUTS, {"x": 1}) == VECTORS['INPUTS({"x":1})']
    assert key(INPUTS - "y", {"x": 1, "y": 2}) == VECTORS['(INPUTS-"y")({"x":1,"y":2})']
    assert key(FLOW_PARAMETERS, parameters={"n": 1}) == VECTORS['FLOW_PARAMETERS({"n":1})']
    assert key(NO_CACHE, {"x": 1}) is None
    assert [type(policy).__name__ for policy in DEFAULT.policies] == VECTORS["DEFAULT_members"]
    assert NONE is not NO_CACHE
    assert NONE == NO_CACHE


def test_the_run_is_the_flow_run_or_else_the_task_run() -> None:
    """RUN_ID keeps results within one flow run, or one task run outside of flows."""
    assert key(RUN_ID) == str(FLOW_RUN)
    assert key(RUN_ID, flow_run_id=None) == str(TASK_RUN)


def test_nothing_to_look_at_is_no_key() -> None:
    """A task without inputs, or a flow without parameters, is not cached by them."""
    assert key(INPUTS) is None
    assert key(FLOW_PARAMETERS) is None
    assert key(INPUTS + FLOW_PARAMETERS) is None


def test_the_source_of_the_function_counts() -> None:
    """Two functions with different code have different keys; the same one has the same key."""

    @task
    def other(x: int) -> int:
        return x * 2

    assert key(TASK_SOURCE) == key(TASK_SOURCE) != key(TASK_SOURCE, of=other)


def test_a_function_without_source_has_a_key_too() -> None:
    """A function that was built at run time, or is not written in Python, can be cached."""
    made: dict[str, Any] = {}
    exec("def made(x): return x\ndef other(x): return -x", made)  # noqa: S102 - it has no source
    assert key(TASK_SOURCE, of=task(made["made"])) != key(TASK_SOURCE, of=task(made["other"]))
    assert key(TASK_SOURCE, of=SimpleNamespace(fn=len)) is not None


def test_adding_does_not_depend_on_where_inputs_stand() -> None:
    """What policies say about inputs is put together, so that both orders give one key."""
    assert key(INPUTS + TASK_SOURCE, {"x": 1}) == key(TASK_SOURCE + INPUTS, {"x": 1})
    both = (INPUTS - "a") + TASK_SOURCE + (INPUTS - "b")
    assert key(both, {"a": 1, "b": 1, "c": 1}) == key(both, {"a": 2, "b": 2, "c": 1})


def test_inputs_can_be_taken_out_of_any_policy() -> None:
    """`DEFAULT - "x"` does not look at x; a policy that looks at no input stays as it is."""
    assert key(DEFAULT - "y", {"x": 1, "y": 1}) == key(DEFAULT - "y", {"x": 1, "y": 2})
    assert key(DEFAULT, {"x": 1, "y": 1}) != key(DEFAULT, {"x": 1, "y": 2})
    assert TASK_SOURCE - "x" == TASK_SOURCE
    with pytest.raises(TypeError, match="Can only subtract strings"):
        INPUTS - 1  # type: ignore[operator]


def test_no_cache_adds_nothing() -> None:
    """Adding NO_CACHE to a policy, or a policy to it, gives the policy."""
    assert INPUTS + NO_CACHE == INPUTS == NO_CACHE + INPUTS
    with pytest.raises(TypeError, match="Only cache policies can be added"):
        INPUTS + 1  # type: ignore[operator]


def test_a_function_can_give_the_key() -> None:
    """The key is what the function of (context, inputs) returns; None is no key."""
    policy = CachePolicy.from_cache_key_fn(lambda context, inputs: f"{context.task.name}-{inputs['x']}")
    assert isinstance(policy, CacheKeyFnPolicy)
    assert key(policy, {"x": 7}) == "add-7"
    assert key(policy + INPUTS, {"x": 7}) not in {None, "add-7"}
    assert key(CachePolicy.from_cache_key_fn(lambda context, inputs: None)) is None


def test_a_policy_can_be_configured(tmp_path: Path) -> None:
    """Storage, isolation and locks are set on a copy, and survive addition."""
    locks = MemoryLockManager()
    policy = INPUTS.configure(key_storage=tmp_path, isolation_level="SERIALIZABLE", lock_manager=locks)
    assert INPUTS.key_storage is None
    together = policy + TASK_SOURCE
    assert (together.key_storage, together.isolation_level, together.lock_manager) == (
        tmp_path,
        "SERIALIZABLE",
        locks,
    )


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ({"key_storage": "a"}, {"key_storage": "b"}, "storage locations"),
        ({"isolation_level": "SERIALIZABLE"}, {"isolation_level": "READ_COMMITTED"}, "isolation levels"),
    ],
)
def test_policies_that_contradict_each_other_cannot_be_added(
    one: dict[str, Any], other: dict[str, Any], what: str
) -> None:
    """Two different storages or isolation levels are an error where they are added."""
    with pytest.raises(ValueError, match=what):
        INPUTS.configure(**one) + TASK_SOURCE.configure(**other)


@pytest.mark.parametrize("policy", [INPUTS, DEFAULT])
def test_an_input_without_a_hash_is_named_with_the_way_out(policy: CachePolicy) -> None:
    """A lock among the inputs is an error that names the parameter and what to do."""
    with pytest.raises(HashError, match=r"input 'conn'.*INPUTS - 'conn'.*cache_key_fn.*NO_CACHE") as caught:
        key(policy, {"x": 1, "conn": threading.Lock()})
    assert isinstance(caught.value, ValueError)
    assert key(policy - "conn", {"x": 1, "conn": threading.Lock()}) is not None


def test_a_registered_transform_stands_for_an_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """An integration can say what stands for inputs that have no hash of their own."""
    lock_type = type(threading.Lock())
    monkeypatch.setitem(cache_policies.STABLE_TRANSFORMS, lock_type, lambda lock: "a lock")
    assert key(INPUTS, {"x": threading.Lock()}) == key(INPUTS, {"x": "a lock"})


def test_task_input_hash_looks_at_task_code_and_arguments() -> None:
    """The documented `cache_key_fn` gives one key for equal arguments of one task, and None where there is no hash."""
    context: Any = SimpleNamespace(task=add)
    found = task_input_hash(context, {"x": 1, "y": 2})
    assert found == hash_objects(add.task_key, add.fn.__code__.co_code.hex(), {"y": 2, "x": 1})
    assert found != task_input_hash(context, {"x": 1, "y": 3})
    assert task_input_hash(context, {"x": threading.Lock()}) is None


def test_policies_are_cheap_to_import(tmp_path: Path) -> None:
    """A script that names a cache policy does not pay for pydantic or an event loop."""
    import subprocess
    import sys

    code = (
        "import sys; from prefect.cache_policies import INPUTS\n"
        "print('pydantic' in sys.modules, 'asyncio' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["False", "False"]
