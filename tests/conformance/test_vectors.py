"""Values that the API fixes: states, attributes of flows and tasks, hashes, bytes, keys. Every one is compared.

Hashes, serializers and cache keys are compared in their unit tests too, beside what else is true of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from prefect import Flow, Task, cache_policies, flow, states, task
from prefect.cache_policies import DEFAULT, FLOW_PARAMETERS, INPUTS, NO_CACHE, NONE
from prefect.client.schemas.objects import State, StateType
from prefect.serializers import CompressedSerializer, JSONSerializer, Serializer
from prefect.utilities.hashing import hash_objects, stable_hash

VECTORS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "vectors.json").read_text(encoding="utf-8")
)
NOT_YET = {"schedule_dump": "schedules come with deployments"}


def my_flow(x: int = 1, y: str = "a") -> None:
    """The flow whose attributes are fixed."""


def add(x: int, y: int) -> int:
    return x + y


def values_of(section: str) -> list[Any]:
    """Return the cases of a section: the name of each and its value."""
    return [pytest.param(name, value, id=name) for name, value in VECTORS[section].items()]


# --- states ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "fixed"), values_of("state_constructors"))
def test_a_constructor_makes_the_fixed_state(name: str, fixed: dict[str, Any]) -> None:
    """Each constructor gives a state of the fixed type and name, with the fixed details set and the fixed text."""
    state: State[Any] = getattr(states, name)()
    plain = State(type=StateType.COMPLETED).state_details.model_dump()
    details = state.state_details.model_dump()
    assert {
        "type": state.type.value,
        "name": state.name,
        "details_set": [key for key, value in details.items() if value != plain[key]],
        "str": str(state),
        "is_final": state.is_final(),
    } == fixed


@pytest.mark.parametrize(("type_", "name"), values_of("state_default_name"))
def test_a_state_without_a_name_has_that_of_its_type(type_: str, name: str) -> None:
    """A state that is made of its type alone has the fixed name."""
    assert State(type=StateType(type_)).name == name


# --- flows and tasks ---------------------------------------------------------------------------------------------

TASK: dict[str, Callable[[Task[..., Any]], Any]] = {
    "task_key_pattern": lambda made: re.sub(
        r"^(.*)-[0-9a-f]{8}$", "{fn-name}-{8 hex}" if made.task_key.startswith("add-") else "", made.task_key
    ),
    "name": lambda made: made.name,
    "version": lambda made: str(made.version),
    "retries": lambda made: made.retries,
    "retry_delay_seconds": lambda made: str(made.retry_delay_seconds),
    "persist_result": lambda made: str(made.persist_result),
    "cache_policy": lambda made: str(made.cache_policy)[: len(VECTORS["task_attrs"]["cache_policy"])],
    "timeout_seconds": lambda made: str(made.timeout_seconds),
    "log_prints": lambda made: str(made.log_prints),
    "viz": lambda made: str(made.viz_return_value),
    "tags": lambda made: str(made.tags),
}
FLOW: dict[str, Callable[[Flow[..., Any]], Any]] = {
    "name": lambda made: made.name,
    "name_rule": lambda made: (
        "fn.__name__ with '_' -> '-'" if made.name == made.fn.__name__.replace("_", "-") else made.name
    ),
    "retries": lambda made: made.retries,
    "retry_delay_seconds": lambda made: str(made.retry_delay_seconds),
    "persist_result": lambda made: str(made.persist_result),
    "timeout_seconds": lambda made: str(made.timeout_seconds),
    "log_prints": lambda made: str(made.log_prints),
    "parameters_schema": lambda made: made.parameters.model_dump(),
    "task_runner": lambda made: type(made.task_runner).__name__,
}


@pytest.mark.parametrize(("name", "fixed"), values_of("task_attrs"))
def test_a_task_has_the_fixed_defaults(name: str, fixed: Any) -> None:
    """A task that is made without options has the fixed attributes."""
    assert TASK[name](task(add)) == fixed


@pytest.mark.parametrize(("name", "fixed"), values_of("flow_attrs"))
def test_a_flow_has_the_fixed_defaults(name: str, fixed: Any) -> None:
    """A flow that is made without options has the fixed attributes."""
    assert FLOW[name](flow(my_flow)) == fixed


# --- hashes, bytes, keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "fixed"), values_of("stable_hash"))
def test_texts_and_bytes_have_the_fixed_hashes(arguments: str, fixed: str) -> None:
    """Texts and bytes hash to the fixed values, together."""
    assert stable_hash(*eval(arguments)) == fixed  # noqa: S307 - a tuple of literals in our own data


@pytest.mark.parametrize(("arguments", "fixed"), values_of("hash_objects"))
def test_values_have_the_fixed_hashes(arguments: str, fixed: str) -> None:
    """Values hash to the fixed values, by the algorithm that is asked for."""
    given, _, algorithm = arguments.partition("), ")
    options = {"hash_algo": getattr(hashlib, algorithm)} if algorithm else {}
    values: tuple[Any, ...] = eval(given + ")" if algorithm else given)  # noqa: S307 - literals in our own data
    assert hash_objects(*values, **options) == fixed


@pytest.mark.parametrize(("arguments", "fixed"), values_of("hash_objects_kwargs"))
def test_named_values_have_the_fixed_hashes(arguments: str, fixed: str) -> None:
    """Values that are given by name hash to the fixed values."""
    assert hash_objects(**eval(f"dict({arguments})")) == fixed  # noqa: S307 - literals in our own data


@pytest.mark.parametrize(("call", "fixed"), values_of("hash_input_bytes"))
def test_the_bytes_that_are_hashed_are_fixed(call: str, fixed: str) -> None:
    """What is hashed is the JSON of the arguments, with sorted keys."""
    values = eval(call.removeprefix("hash_objects"))  # noqa: S307 - a literal in our own data
    assert hash_objects(values) == stable_hash(fixed)


JSON_VALUES: dict[str, Any] = {
    "dict": {"a": 1},
    "bytes": b"ab",
    "datetime": dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
    "uuid": UUID(int=5),
    "timedelta": dt.timedelta(seconds=3),
    "set": {1},
    "tuple": (1, 2),
    "none": None,
    "exception": ValueError("x"),
}


@pytest.mark.parametrize(("name", "fixed"), values_of("json_serializer"))
def test_a_result_has_the_fixed_json(name: str, fixed: str) -> None:
    """What other installations wrote as JSON can be read here, and the other way round."""
    assert JSONSerializer().dumps(JSON_VALUES[name]).decode() == fixed


@pytest.mark.parametrize(("kind", "fixed"), values_of("serializer_types"))
def test_a_serializer_has_the_fixed_fields(kind: str, fixed: dict[str, Any]) -> None:
    """A serializer describes itself by the fixed fields."""
    compresses, _, inside = kind.rpartition("/")
    made = CompressedSerializer(serializer=inside) if compresses else Serializer(type=kind)
    assert made.model_dump() == fixed


def policies(name: str) -> Any:
    """Return what a case of the cache policies comes to."""
    if name == "DEFAULT_members":
        return [type(policy).__name__ for policy in DEFAULT.policies]
    if name == "NONE is NO_CACHE":
        return NONE is NO_CACHE
    if name == "NO_CACHE":
        return NO_CACHE.compute_key(task_ctx=None, inputs={"x": 1}, flow_parameters={})
    expression, _, given = name.rpartition("(")
    policy = eval(expression, vars(cache_policies))  # noqa: S307 - an expression of our own data
    values = json.loads(given.removesuffix(")"))
    parameters = {"n": 1} if policy is FLOW_PARAMETERS else {}
    return policy.compute_key(task_ctx=None, inputs=values, flow_parameters=parameters)


@pytest.mark.parametrize(("name", "fixed"), values_of("cache_policies"))
def test_cache_keys_are_the_fixed_ones(name: str, fixed: Any) -> None:
    """Results that other installations kept under their keys are found here."""
    assert policies(name) == fixed


# --- completeness ------------------------------------------------------------------------------------------------


def test_every_value_is_compared() -> None:
    """No section and no value of the vectors is left out, but those of parts that are not there yet."""
    compared = """
        stable_hash hash_objects hash_objects_kwargs hash_input_bytes json_serializer serializer_types
        state_constructors state_default_name task_attrs flow_attrs cache_policies
    """.split()
    assert sorted(VECTORS) == sorted([*compared, *NOT_YET])
    assert VECTORS["task_attrs"].keys() == TASK.keys()
    assert VECTORS["flow_attrs"].keys() == FLOW.keys()
    assert VECTORS["json_serializer"].keys() == JSON_VALUES.keys()
    assert INPUTS - "y" != INPUTS
