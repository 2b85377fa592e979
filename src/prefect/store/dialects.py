"""What SQLite and PostgreSQL say differently, in one place.

Statements are written once, in the subset that both understand. Where they differ the text holds a mark in braces,
which the executor replaces before it runs the statement:

    {ilike}                     LIKE that takes capital and small letters of ASCII for the same
    {json_items(COLUMN)}        a table of the texts in a JSON list, with the column `value`
    {json_members(COLUMN)}      a table of the members of a JSON object, with the columns `key` and `value`, as texts
    {json_text(COLUMN, NAME)}   the member NAME of a JSON object, as text
    {json_has(COLUMN, ?)}       a JSON object has a member of this name
    {json_equals(COLUMN, ?, ?)} it has a member of this name with this value, given as JSON; of numbers, text, true,
                                false and null the value counts, of lists and objects, on SQLite, how they are written
    {seconds(COLUMN)}           a time as seconds since 1970, to the millisecond
    {interval(COLUMN, ?, ?)}    the number of the interval in which a time lies: of those that begin at a time, in
                                seconds since 1970, and are so many seconds long
    {as_list(COLUMN)}           a column of the rows of an ordered subquery, in their order, as a JSON list
    {contains_all(COLUMN, ?)}   the JSON list of texts holds all of those in another list, given as JSON
    {contains_any(COLUMN, ?)}   it holds one of them
    {database_file}             the path of the SQLite file; NULL where the database is no file
    {for_update}                at the end of a SELECT: keep others from changing these rows until the transaction ends
    {order_of(TABLE)}           a number that grows with the rows of an ordered table; a transaction has one for all
    {settled}                   no row with a number below this one will still appear: what is tailed ends here
    {skip_locked}               the same, passing over rows that others keep

`IN ()`, which holds for nothing, is written as it is. Parameters are `?`, or `:name` where a statement has names;
PostgreSQL numbers them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from prefect.store.null_order import with_nulls_first

Dialect: TypeAlias = Literal["sqlite", "postgres"]

_MARK = re.compile(r"\{([a-z_]+)(?:\((.*?)\))?\}", re.DOTALL)
_PARAMETER = re.compile(r"'[^']*'|::|\?|:([a-z_]\w*)")


def _sqlite_member(column: str, name: str) -> str:
    return f"CAST({column} ->> '$.\"{name}\"' AS TEXT)"


def _sqlite_all(column: str, wanted: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM json_each({wanted}) AS wanted WHERE wanted.value NOT IN "
        f"(SELECT present.value FROM json_each({column}) AS present))"
    )


def _sqlite_any(column: str, wanted: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM json_each({column}) AS present WHERE present.value IN "
        f"(SELECT wanted.value FROM json_each({wanted}) AS wanted))"
    )


def _sqlite_has(column: str, name: str) -> str:
    return f"EXISTS (SELECT 1 FROM json_each({column}) AS member WHERE member.key = {name})"


def _sqlite_equals(column: str, name: str, value: str) -> str:
    number = "type IN ('integer', 'real')"
    return (
        f"EXISTS (SELECT 1 FROM (SELECT type, value FROM json_each({column}) WHERE key = {name}) AS member, "
        f"json_each('[' || {value} || ']') AS wanted WHERE member.value IS wanted.value "
        f"AND (member.type = wanted.type OR (member.{number} AND wanted.{number})))"
    )


def _postgres_member(column: str, name: str) -> str:
    return f"(CAST({column} AS JSONB) ->> '{name}')"


# `@>` and `?|` are operators, since of these only operators use an index.


def _postgres_has(column: str, name: str) -> str:
    return f"(CAST({column} AS JSONB) ? {name})"


def _postgres_equals(column: str, name: str, value: str) -> str:
    return f"((CAST({column} AS JSONB) -> {name}) = CAST({value} AS JSONB))"


def _postgres_all(column: str, wanted: str) -> str:
    return f"(CAST({column} AS JSONB) @> CAST({wanted} AS JSONB))"


def _postgres_any(column: str, wanted: str) -> str:
    return f"(CAST({column} AS JSONB) ?| ARRAY(SELECT jsonb_array_elements_text(CAST({wanted} AS JSONB))))"


def _sqlite_seconds(column: str) -> str:
    return f"((julianday({column}) - 2440587.5) * 86400.0)"


def _sqlite_interval(column: str, start: str, length: str) -> str:
    # A day as a number is not exact to the microsecond: what begins with an interval must not fall before it.
    return f"CAST(({_sqlite_seconds(column)} + 0.0005 - {start}) / {length} AS INTEGER)"


def _postgres_seconds(column: str) -> str:
    return f"CAST(EXTRACT(EPOCH FROM CAST({column} AS TIMESTAMPTZ)) AS DOUBLE PRECISION)"


def _postgres_interval(column: str, start: str, length: str) -> str:
    start, length = (f"CAST({each} AS DOUBLE PRECISION)" for each in (start, length))
    return f"CAST(floor(({_postgres_seconds(column)} + 0.0005 - {start}) / {length}) AS BIGINT)"


_Meanings: TypeAlias = dict[str, Callable[..., str]]

_SQLITE: _Meanings = {
    "ilike": lambda: "LIKE",
    "json_items": "json_each({})".format,
    "json_members": "json_each({})".format,
    "json_text": _sqlite_member,
    "json_has": _sqlite_has,
    "json_equals": _sqlite_equals,
    "as_list": "json_group_array({})".format,
    "contains_all": _sqlite_all,
    "contains_any": _sqlite_any,
    "seconds": _sqlite_seconds,
    "interval": _sqlite_interval,
    "database_file": lambda: "(SELECT file FROM pragma_database_list WHERE name = 'main')",
    # Transactions that write have the file to themselves.
    "for_update": lambda: "",
    "skip_locked": lambda: "",
    "order_of": "{}.rowid".format,
    "settled": lambda: "9223372036854775807",
}

_POSTGRES: _Meanings = {
    "ilike": lambda: "ILIKE",
    "json_items": "jsonb_array_elements_text(CAST({} AS JSONB))".format,
    "json_members": "jsonb_each_text(CAST({} AS JSONB))".format,
    "json_text": _postgres_member,
    "json_has": _postgres_has,
    "json_equals": _postgres_equals,
    "as_list": "CAST(coalesce(json_agg({}), '[]') AS TEXT)".format,
    "contains_all": _postgres_all,
    "contains_any": _postgres_any,
    "seconds": _postgres_seconds,
    "interval": _postgres_interval,
    "database_file": lambda: "CAST(NULL AS TEXT)",
    "for_update": lambda: "FOR UPDATE",
    "skip_locked": lambda: "FOR UPDATE SKIP LOCKED",
    "order_of": "{}.number".format,
    "settled": lambda: "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)",
}


def sqlite_text(sql: str) -> str:
    """Return a statement as SQLite takes it."""
    return _replaced_for_sqlite(sql) if "{" in sql else sql


@functools.lru_cache(maxsize=2048)
def _replaced_for_sqlite(sql: str) -> str:
    return _without_marks(sql, _SQLITE)


@functools.lru_cache(maxsize=4096)
def postgres_text(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement as PostgreSQL takes it, and the names of its parameters in their order, if they have names."""
    names: list[str] = []
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "?":
            count += 1
            return f"${count}"
        if found[1] is None:
            return found[0]
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    numbered = _PARAMETER.sub(number, with_nulls_first(sql))
    numbered = numbered.replace("NOT IN ()", "<> ALL ('{}')").replace("IN ()", "= ANY ('{}')")
    return _without_marks(numbered, _POSTGRES), tuple(names)


def _without_marks(sql: str, meanings: _Meanings) -> str:
    def meaning(found: re.Match[str]) -> str:
        name, arguments = found[1], found[2]
        if name not in meanings:
            raise ValueError(f"There is no mark {found[0]} in SQL. Known are: {', '.join(sorted(meanings))}.")
        if arguments is None:
            return meanings[name]()
        return meanings[name](*(part.strip() for part in arguments.rsplit(",", _COMMAS.get(name, 0))))

    return _MARK.sub(meaning, sql)


_COMMAS = {
    "json_text": 1,
    "json_has": 1,
    "json_equals": 2,
    "contains_all": 1,
    "contains_any": 1,
    "interval": 2,
}
