"""Parameters: binding, validation by pydantic, and what is recorded of them."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import pydantic
import pytest

from prefect import flow, task
from prefect.context import FlowRunContext
from prefect.exceptions import ParameterBindError, ParameterTypeError, SignatureMismatchError


class Model(pydantic.BaseModel):
    a: int
    b: str = "z"


class Colour(enum.Enum):
    RED = "red"


class Plain:
    """A class that pydantic knows nothing about."""


MODEL = Model(a=1)
PLAIN = Plain()

COERCED: list[tuple[Any, Any, Any]] = [
    (int, "5", 5),
    (int, 5.0, 5),
    (int, True, 1),
    (Model, {"a": "3"}, Model(a=3)),
    (list[int], ["1", 2], [1, 2]),
    (list[int], (1, 2), [1, 2]),
    (dict[str, int], {"a": "1"}, {"a": 1}),
    (int | str, "3", "3"),
    (int | None, None, None),
    (Colour, "red", Colour.RED),
    (dt.datetime, "2024-01-01T00:00:00Z", dt.datetime(2024, 1, 1, tzinfo=dt.UTC)),
    ("int", "7", 7),
]


def flow_with(annotation: Any, **options: Any) -> Any:
    def give(value: Any) -> Any:
        return value

    give.__annotations__ = {"value": annotation}
    return flow(give, **options)


@pytest.mark.parametrize(("annotation", "given", "arrives"), COERCED, ids=lambda value: str(value)[:30])
def test_flow_parameters_become_their_type(annotation: Any, given: Any, arrives: Any) -> None:
    """Parameters of a flow are converted to their annotated types, as pydantic does."""
    value = flow_with(annotation)(given)
    assert value == arrives
    assert type(value) is type(arrives)


@pytest.mark.parametrize(("annotation", "given"), [(Model, MODEL), (Plain, PLAIN), (Any, PLAIN)])
def test_objects_arrive_as_they_are(annotation: Any, given: Any) -> None:
    """A value that already has its type is the same object inside."""
    assert flow_with(annotation)(given) is given


@pytest.mark.parametrize(
    ("annotation", "given", "told"),
    [
        (int, "q", "value: Input should be a valid integer"),
        (int, 5.5, "value: Input should be a valid integer"),
        (int, None, "value: Input should be a valid integer"),
        (Model, {"b": "x"}, "value.a: Field required"),
        (list[int], ["q"], "value.0: Input should be a valid integer"),
        (Plain, 3, "value: Input should be an instance of Plain"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_wrong_types_are_told_by_parameter(annotation: Any, given: Any, told: str) -> None:
    """A parameter that cannot be converted raises ParameterTypeError, one line per parameter."""
    with pytest.raises(ParameterTypeError) as raised:
        flow_with(annotation)(given)
    assert told in str(raised.value)


def test_all_wrong_parameters_are_told_at_once() -> None:
    """The error lists every parameter that is wrong."""

    def two(x: int, y: int) -> None:
        """Do nothing."""

    two.__annotations__ = {"x": int, "y": int}
    with pytest.raises(ParameterTypeError) as raised:
        flow(two)("a", "b")
    assert [line.strip(" -")[:2] for line in str(raised.value).splitlines()[1:]] == ["x:", "y:"]


def test_a_run_with_wrong_types_is_recorded_as_failed(recorded: Any) -> None:
    """A flow called with parameters of the wrong type leaves a failed run that says so."""
    state = flow_with(int)("q", return_state=True)
    assert (state.type.value, state.name) == ("FAILED", "Failed")
    assert state.message.startswith("Validation of flow parameters failed with error:")
    with pytest.raises(ParameterTypeError):
        state.result()
    assert recorded.flow_run().parameters == {"value": "q"}
    assert recorded.flow_run_states() == ["PENDING/Pending", "FAILED/Failed"]


def test_validation_may_be_switched_off() -> None:
    """With `validate_parameters=False` values arrive as given."""
    assert flow_with(int, validate_parameters=False)("5") == "5"


def test_tasks_do_not_convert() -> None:
    """A task gets its arguments as they are."""

    def give(value: int) -> Any:
        return value

    assert task(give)("5") == "5"


def test_defaults_are_converted_too() -> None:
    """A default value is validated like a given one."""

    def give(value: int = "7") -> Any:  # type: ignore[assignment]
        return value

    give.__annotations__ = {"value": int}
    assert flow(give)() == 7


def one(x: Any) -> Any:
    return x


def keyword_only(*, a: Any, b: Any = 4) -> Any:
    return a, b


def positional_only(a: Any, /, b: Any = 2) -> Any:
    return a, b


def varied(*args: Any, **kwargs: Any) -> Any:
    return args, kwargs


def test_every_kind_of_parameter_works() -> None:
    """Keyword-only, positional-only and variable parameters work in flows and tasks."""
    for kind in (flow, task):
        assert kind(keyword_only)(a=3) == (3, 4)
        assert kind(positional_only)(3) == (3, 2)
        assert kind(varied)(1, 2, a=3) == ((1, 2), {"a": 3})


@pytest.mark.parametrize(
    ("fn", "args", "kwargs", "told"),
    [
        (one, (), {}, "missing a required argument: 'x'"),
        (one, (1,), {"zz": 2}, "unexpected keyword argument 'zz'"),
        (one, (1, 2), {}, "too many positional arguments"),
        (one, (1,), {"x": 2}, "multiple values for argument 'x'"),
        (keyword_only, (3,), {}, "too many positional arguments"),
        (positional_only, (), {"a": 3}, "a"),
    ],
    ids=["missing", "unknown", "too many", "twice", "keyword only", "positional only"],
)
@pytest.mark.parametrize("call", ["flow", "task", "return_state", "submit"])
def test_arguments_that_do_not_fit_raise(
    fn: Any, args: Any, kwargs: Any, told: str, call: str, recorded: Any
) -> None:
    """Arguments that the function does not take raise ParameterBindError, which names the function, before any run."""
    wrong: dict[str, Any] = {
        "flow": lambda: flow(fn)(*args, **kwargs),
        "task": lambda: task(fn)(*args, **kwargs),
        "return_state": lambda: flow(fn)(*args, return_state=True, **kwargs),
        "submit": lambda: flow(lambda: task(fn).submit(*args, **kwargs), name="parent")(),
    }
    with pytest.raises(ParameterBindError, match=told) as raised:
        wrong[call]()
    assert fn.__name__ in str(raised.value)
    assert isinstance(raised.value, TypeError)
    assert recorded.task_runs() == []


def test_parameters_are_recorded_as_json(recorded: Any) -> None:
    """The record holds what was given, as JSON."""
    flow(varied)(1, when=dt.date(2024, 1, 1), model=Model(a=3), many=[1, {"a": (2,)}])
    assert recorded.flow_run().parameters == {
        "args": [1],
        "kwargs": {"when": "2024-01-01", "model": {"a": 3, "b": "z"}, "many": [1, {"a": [2]}]},
    }


def test_single_parameters_are_recorded_as_json(recorded: Any) -> None:
    """A parameter that has no JSON is recorded by the name of its type, the others as they are."""

    def takes(n: Any, model: Any, thing: Any, late: Any = 9) -> None:
        """Do nothing."""

    flow(takes)(1, Model(a=3), object())
    assert recorded.flow_run().parameters == {
        "n": 1,
        "model": {"a": 3, "b": "z"},
        "thing": "<object>",
        "late": 9,
    }


def test_the_context_has_the_converted_parameters(recorded: Any) -> None:
    """Inside, the context has the converted values; the record has those that were given."""

    def look(x: int, *rest: Any, z: Any = 3) -> Any:
        return FlowRunContext.get().parameters

    look.__annotations__ = {"x": int}
    inside = flow(look)("1", 9)
    assert (inside["x"], list(inside["rest"]), inside["z"]) == (1, [9], 3)
    assert recorded.flow_runs()[0].parameters == {"x": "1", "rest": [9], "z": 3}


def test_parameters_can_be_checked_without_a_run() -> None:
    """`validate_parameters` gives the converted parameters, or raises as a call would."""
    checked = flow_with(int)
    assert checked.validate_parameters({"value": "4"}) == {"value": 4}
    with pytest.raises(ParameterTypeError):
        checked.validate_parameters({"value": "q"})
    with pytest.raises(SignatureMismatchError, match="other"):
        checked.validate_parameters({"value": "1", "other": 2})
    assert checked.serialize_parameters({"value": 1, "thing": object()}) == {"value": 1, "thing": "<object>"}


def test_the_schema_of_the_parameters_is_known() -> None:
    """`Flow.parameters` is the JSON schema of the parameters, in their order."""

    def takes(x: int = 2, *, name: str) -> None:
        """Do nothing."""

    takes.__annotations__ = {"x": int, "name": str}
    schema = flow(takes).parameters.model_dump()
    assert schema["title"] == "Parameters"
    assert schema["type"] == "object"
    assert schema["required"] == ["name"]
    assert schema["properties"]["x"] == {"default": 2, "position": 0, "title": "x", "type": "integer"}
    assert schema["properties"]["name"]["position"] == 1
