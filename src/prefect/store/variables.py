"""Variables: a name has one value."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.schemas.paging import Offset
from prefect.schemas.variables import Variable, VariableCreate, VariableFilter, VariableSort, VariableUpdate
from prefect.store.conditions import Condition, holds_all, holds_text, one_of, together
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.variables import VARIABLE

_ORDER = {
    VariableSort.CREATED_DESC: "created DESC, id DESC",
    VariableSort.UPDATED_DESC: "updated DESC, id DESC",
    VariableSort.NAME_ASC: "name",
    VariableSort.NAME_DESC: "name DESC",
}


@operation("POST", "/variables/", status=201)
def create_variable(variable: VariableCreate) -> Transaction[Variable]:
    """Store a new variable.

    Raises:
        ObjectAlreadyExists: There is one of this name.
    """
    moment = now()
    new = Variable(
        id=uuid7(),
        created=moment,
        updated=moment,
        name=variable.name,
        value=variable.value,
        tags=variable.tags or [],
    )
    rows = yield Statement(f"{VARIABLE.insert} RETURNING id", VARIABLE.encode(dict(new)))
    if not rows:
        raise _already_exists(new.name)
    return new


@operation("GET", "/variables/{id}", reads=True)
def read_variable(id: UUID) -> Transaction[Variable]:
    """Return a variable by its id."""
    return _variable((yield from _found("id", id)))


@operation("GET", "/variables/name/{name}", reads=True)
def read_variable_by_name(name: str) -> Transaction[Variable]:
    """Return a variable by its name."""
    return _variable((yield from _found("name", name)))


@operation("POST", "/variables/filter", reads=True)
def read_variables(
    variables: VariableFilter | None = None,
    sort: VariableSort = VariableSort.NAME_ASC,
    limit: int = 200,
    offset: Offset = 0,
) -> Transaction[list[Variable]]:
    """Return the variables that a filter means.

    Args:
        variables: Which ones; by default all.
        sort: In which order.
        limit: How many at most.
        offset: How many to pass over.
    """
    where = _condition(variables)
    rows = yield Statement(
        f"SELECT * FROM variable WHERE {where.sql} ORDER BY {_ORDER[sort]} LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return [_variable(row) for row in rows]


@operation("POST", "/variables/count", reads=True)
def count_variables(variables: VariableFilter | None = None) -> Transaction[int]:
    """Return how many variables a filter means."""
    where = _condition(variables)
    rows = yield Statement(f"SELECT count(*) AS n FROM variable WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


@operation("PATCH", "/variables/{id}", status=204)
def update_variable(id: UUID, variable: VariableUpdate) -> Transaction[None]:
    """Change the fields of a variable that are set in `variable`.

    Raises:
        ObjectAlreadyExists: It was to have the name of another.
    """
    yield from _change((yield from _found("id", id)), variable)


@operation("PATCH", "/variables/name/{name}", status=204)
def update_variable_by_name(name: str, variable: VariableUpdate) -> Transaction[None]:
    """Change the fields of a variable that are set in `variable`.

    Raises:
        ObjectAlreadyExists: It was to have the name of another.
    """
    yield from _change((yield from _found("name", name)), variable)


@operation("DELETE", "/variables/{id}", status=204)
def delete_variable(id: UUID) -> Transaction[None]:
    """Delete a variable by its id."""
    yield from _delete((yield from _found("id", id)))


@operation("DELETE", "/variables/name/{name}", status=204)
def delete_variable_by_name(name: str) -> Transaction[None]:
    """Delete a variable by its name."""
    yield from _delete((yield from _found("name", name)))


def _found(column: str, value: object) -> Transaction[Row]:
    """Return the row of a variable.

    Raises:
        ObjectNotFound: There is no such variable.
    """
    rows = yield Statement(f"SELECT * FROM variable WHERE {column} = ?", (str(value),))
    if not rows:
        raise ObjectNotFound(
            KeyError(value),
            f"There is no variable with the {column} {str(value)!r}. `prefect variable ls` lists what there is.",
        )
    return rows[0]


def _variable(row: Row) -> Variable:
    return Variable.model_validate(VARIABLE.decode(row))


def _change(row: Row, wanted: VariableUpdate) -> Transaction[None]:
    changes: dict[str, Any] = {"updated": now()}
    given = wanted.model_fields_set
    if wanted.name is not None and wanted.name != row["name"]:
        changes["name"] = wanted.name
        if (yield Statement("SELECT 1 FROM variable WHERE name = ?", (wanted.name,))):
            raise _already_exists(wanted.name)
    if "value" in given:
        changes["value"] = wanted.value
    if "tags" in given:
        changes["tags"] = wanted.tags or []
    names = tuple(changes)
    yield Statement(VARIABLE.update(names), [*VARIABLE.encode(changes, names), row["id"]])


def _delete(row: Row) -> Transaction[None]:
    yield Statement("DELETE FROM variable WHERE id = ?", (row["id"],))


def _already_exists(name: str) -> ObjectAlreadyExists:
    return ObjectAlreadyExists(KeyError(name), f"There is a variable with the name {name!r} already.")


def _condition(wanted: VariableFilter | None) -> Condition:
    if wanted is None:
        return together([])
    conditions: list[Condition] = []
    if wanted.id is not None and wanted.id.any_ is not None:
        conditions.append(one_of("id", wanted.id.any_))
    if wanted.name is not None:
        if wanted.name.any_ is not None:
            conditions.append(one_of("name", wanted.name.any_))
        if wanted.name.like_ is not None:
            conditions.append(holds_text("name", wanted.name.like_))
    if wanted.tags is not None:
        tags: list[Condition] = []
        if wanted.tags.all_ is not None:
            tags.append(holds_all("variable.tags", wanted.tags.all_))
        if wanted.tags.is_null_ is not None:
            tags.append(Condition(f"variable.tags {'=' if wanted.tags.is_null_ else '<>'} '[]'"))
        if tags:
            conditions.append(together(tags, wanted.tags.operator))
    return together(conditions, wanted.operator)
