from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from prefect.backend import get_backend
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.schemas.operators import Operator
from prefect.schemas.variables import (
    VariableCreate,
    VariableFilter,
    VariableFilterId,
    VariableFilterName,
    VariableFilterTags,
    VariableSort,
    VariableUpdate,
)
from prefect.store.operations import route_of
from prefect.store.variables import (
    count_variables,
    create_variable,
    delete_variable,
    delete_variable_by_name,
    read_variable,
    read_variable_by_name,
    read_variables,
    update_variable,
    update_variable_by_name,
)


def ask(operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Perform an operation and return its answer."""
    return get_backend().perform(operation, *args, **kwargs).result()


def some() -> None:
    """Store three variables, with two tags, one tag and none."""
    for name, tags in (("alpha", ["x", "y"]), ("beta", ["x"]), ("gamma", [])):
        ask(create_variable, VariableCreate(name=name, value=len(tags), tags=tags))


def names(wanted: VariableFilter | None = None, **options: Any) -> list[str]:
    """Return the names that a filter finds."""
    found = [variable.name for variable in ask(read_variables, wanted, **options)]
    assert ask(count_variables, wanted) >= len(found)
    return found


@pytest.mark.parametrize(
    "value", ["text", "", 0, 1, True, 2.5, 1.0, None, [1, "a", None], {"a": {"b": [True]}}, "ünïcode 🎉"]
)
def test_a_value_comes_back_as_it_was_given(value: object) -> None:
    """A value keeps its type: 1 is not True, and 1.0 is not 1."""
    created = ask(create_variable, VariableCreate(name="v", value=value))
    stored = ask(read_variable, created.id)
    assert stored == created == ask(read_variable_by_name, "v")
    assert (stored.value, type(stored.value)) == (value, type(value))
    assert stored.tags == []


def test_a_name_is_used_once() -> None:
    """A second variable of the same name is refused, and the first keeps its value."""
    ask(create_variable, VariableCreate(name="v", value=1))
    with pytest.raises(ObjectAlreadyExists, match="'v'"):
        ask(create_variable, VariableCreate(name="v", value=2))
    assert ask(read_variable_by_name, "v").value == 1


def test_only_the_fields_that_are_set_are_changed() -> None:
    """A change of the value keeps name and tags, and is remembered with its time."""
    made = ask(create_variable, VariableCreate(name="v", value=1, tags=["a"]))
    ask(update_variable, made.id, VariableUpdate(value=None))
    changed = ask(read_variable, made.id)
    assert (changed.name, changed.value, changed.tags) == ("v", None, ["a"])
    assert changed.created == made.created
    assert changed.updated > made.updated
    ask(update_variable_by_name, "v", VariableUpdate(name="w", tags=None))
    assert (ask(read_variable_by_name, "w").tags, ask(read_variable_by_name, "w").value) == ([], None)


def test_a_variable_is_not_renamed_onto_another() -> None:
    """Two variables cannot come to have one name."""
    some()
    with pytest.raises(ObjectAlreadyExists, match="'beta'"):
        ask(update_variable_by_name, "alpha", VariableUpdate(name="beta"))
    ask(update_variable_by_name, "alpha", VariableUpdate(name="alpha", value=9))
    assert ask(read_variable_by_name, "alpha").value == 9


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        (read_variable, [UUID(int=1)]),
        (read_variable_by_name, ["nobody"]),
        (update_variable, [UUID(int=1), VariableUpdate(value=1)]),
        (update_variable_by_name, ["nobody", VariableUpdate(value=1)]),
        (delete_variable, [UUID(int=1)]),
        (delete_variable_by_name, ["nobody"]),
    ],
)
def test_what_is_not_there_is_named(operation: Callable[..., Any], arguments: list[Any]) -> None:
    """Asking for a variable that does not exist says which one."""
    with pytest.raises(ObjectNotFound, match=f"'{arguments[0]}'"):
        ask(operation, *arguments)


def test_deleting_by_id_or_by_name() -> None:
    """A deleted variable is gone, and its name is free again."""
    some()
    ask(delete_variable, ask(read_variable_by_name, "alpha").id)
    ask(delete_variable_by_name, "beta")
    assert names() == ["gamma"]
    ask(create_variable, VariableCreate(name="alpha", value=1))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (VariableFilter(), "alpha beta gamma"),
        (VariableFilter(name=VariableFilterName(any_=["beta", "nobody"])), "beta"),
        (VariableFilter(name=VariableFilterName(any_=[])), ""),
        (VariableFilter(name=VariableFilterName(like_="MM")), "gamma"),
        (VariableFilter(name=VariableFilterName(like_="a%a")), "alpha gamma"),
        (VariableFilter(name=VariableFilterName(like_="_ta")), "beta"),
        (VariableFilter(tags=VariableFilterTags(all_=["x"])), "alpha beta"),
        (VariableFilter(tags=VariableFilterTags(all_=["y", "x"])), "alpha"),
        (VariableFilter(tags=VariableFilterTags(all_=[])), "alpha beta gamma"),
        (VariableFilter(tags=VariableFilterTags(is_null_=True)), "gamma"),
        (VariableFilter(tags=VariableFilterTags(is_null_=False)), "alpha beta"),
        (VariableFilter(tags=VariableFilterTags(all_=["y"], is_null_=True)), ""),
        (
            VariableFilter(tags=VariableFilterTags(all_=["y"], is_null_=True, operator=Operator.or_)),
            "alpha gamma",
        ),
        (
            VariableFilter(name=VariableFilterName(any_=["gamma"]), tags=VariableFilterTags(all_=["y"])),
            "",
        ),
        (
            VariableFilter(
                operator=Operator.or_,
                name=VariableFilterName(any_=["gamma"]),
                tags=VariableFilterTags(all_=["y"]),
            ),
            "alpha gamma",
        ),
        (VariableFilter(id=VariableFilterId(any_=[UUID(int=1)])), ""),
    ],
)
def test_filters(wanted: VariableFilter, found: str) -> None:
    """A filter finds what it says, its parts put together with its operator."""
    some()
    assert names(wanted) == found.split()
    assert ask(count_variables, wanted) == len(found.split())


def test_order_and_pages() -> None:
    """Lists are by name unless asked otherwise, and can be read page by page."""
    some()
    ask(update_variable_by_name, "alpha", VariableUpdate(value=5))
    assert names() == ["alpha", "beta", "gamma"]
    assert names(sort=VariableSort.NAME_DESC) == ["gamma", "beta", "alpha"]
    assert names(sort=VariableSort.CREATED_DESC) == ["gamma", "beta", "alpha"]
    assert names(sort=VariableSort.UPDATED_DESC) == ["alpha", "gamma", "beta"]
    assert names(limit=1, offset=1) == ["beta"]
    by_id = VariableFilter(id=VariableFilterId(any_=[ask(read_variable_by_name, "beta").id]))
    assert names(by_id) == ["beta"]


def test_routes_are_those_of_the_rest_api() -> None:
    """A server will offer each operation where clients look for it."""
    routes = {(route_of(each).method, route_of(each).path, route_of(each).status) for each in OPERATIONS}
    assert routes == {
        ("POST", "/variables/", 201),
        ("GET", "/variables/{id}", 200),
        ("PATCH", "/variables/{id}", 204),
        ("DELETE", "/variables/{id}", 204),
        ("GET", "/variables/name/{name}", 200),
        ("PATCH", "/variables/name/{name}", 204),
        ("DELETE", "/variables/name/{name}", 204),
        ("POST", "/variables/filter", 200),
        ("POST", "/variables/count", 200),
    }


OPERATIONS = (
    create_variable,
    read_variable,
    read_variable_by_name,
    read_variables,
    count_variables,
    update_variable,
    update_variable_by_name,
    delete_variable,
    delete_variable_by_name,
)
