"""`prefect variable`: list variables, look at one, set it, remove it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect._clock import now
from prefect.cli.durations import local_time_with_zone, relative_time
from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.screen import show_json, stdout_screen
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from prefect.schemas.variables import Variable

app = App(
    name="variable",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect variable set region eu-west-1
  prefect variable get region
  prefect variable ls""",
)

Name = Annotated[str, Parameter(help="The variable's name.")]


@app.command(help_epilogue="Example:\n  prefect variable ls --output json | jq -r '.[].name'")
def ls(
    *,
    limit: Annotated[int, Parameter(validator=Number(gte=1), help="How many to list at most.")] = 100,
    output: Output = None,
) -> None:
    """List variables by name."""
    from prefect.store.variables import read_variables  # loads pydantic: not for the help pages

    variables = perform(read_variables, limit=limit) if anything_recorded() else []
    if output:
        show_json([plain(variable) for variable in variables])
    elif not variables:
        print("No variables yet. `prefect variable set NAME VALUE` makes one.")
    else:
        _show_table(variables)


@app.command(help_epilogue="Example:\n  prefect variable inspect region --output json")
def inspect(name: Name, *, output: Output = None) -> None:
    """Show a variable: its value, its tags, and when it was made and changed."""
    variable = _read(name)
    if output:
        show_json(plain(variable))
        return
    moment = now()
    facts = {
        "Name": variable.name,
        "Value": json.dumps(variable.value, ensure_ascii=False),
        "Tags": ", ".join(variable.tags) or "none",
        "Created": variable.created,
        "Updated": variable.updated,
        "ID": str(variable.id),
    }
    for label, fact in facts.items():
        text = (
            fact
            if isinstance(fact, str)
            else f"{local_time_with_zone(fact)} ({relative_time(fact, moment)})"
            if fact
            else ""
        )
        print(f"{label + ':':<9}{inert(text)}")


@app.command(help_epilogue="Example:\n  prefect variable get region")
def get(name: Name) -> None:
    """Print the value of a variable, as JSON."""
    print(json.dumps(_read(name).value, ensure_ascii=False))


@app.command(
    name="set",
    help_epilogue="""Examples:
  prefect variable set region eu-west-1
  prefect variable set limits '{"rows": 1000}' --tag etl --overwrite""",
)
def set_(
    name: Annotated[str, Parameter(help="The variable's name: lowercase letters, digits, - and _.")],
    value: Annotated[str, Parameter(help="Its value: JSON, or else text.", allow_leading_hyphen=True)],
    *,
    overwrite: Annotated[bool, Parameter(help="Replace the variable if there is one of this name.")] = False,
    tag: Annotated[list[str] | None, Parameter(help="A tag to give it; may be repeated.")] = None,
) -> None:
    """Set a variable."""
    from pydantic import ValidationError  # not for the help pages

    from prefect.variables import Variable

    try:
        Variable.set(name, _parsed(value), tags=tag, overwrite=overwrite)
    except ValidationError as error:
        raise CommandFailed(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
    except ValueError as error:
        raise CommandFailed(f"Variable {name!r} already exists. Use `--overwrite` to update it.") from error
    print(f"Set variable {inert(name)!r}.")


@app.command(alias="delete", help_epilogue="Example:\n  prefect variable unset region")
def unset(name: Name) -> None:
    """Remove a variable. Asks first when a person is at the terminal."""
    from prefect.store.variables import delete_variable_by_name

    variable = _read(name)
    if not confirmed(f"Remove variable {inert(variable.name)!r}?"):
        raise CommandFailed("Nothing was removed.")
    try:
        perform(delete_variable_by_name, name)
    except ObjectNotFound as error:
        raise _not_found(name) from error
    print(f"Unset variable {inert(name)!r}.")


def _read(name: str) -> Variable:
    from prefect.store.variables import read_variable_by_name

    if not anything_recorded():
        raise _not_found(name)
    try:
        return perform(read_variable_by_name, name)
    except ObjectNotFound as error:
        raise _not_found(name) from error


def _not_found(name: str) -> CommandFailed:
    return CommandFailed(f"There is no variable {name!r}. `prefect variable ls` lists what there is.")


def _parsed(text: str) -> Any:
    """Return the value of JSON, or else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _show_table(variables: list[Variable]) -> None:
    from rich.table import Table  # takes its time to load; JSON does without
    from rich.text import Text

    screen, moment = stdout_screen(), now()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("NAME", "VALUE", "TAGS", "UPDATED"):
        table.add_column(column, no_wrap=column in ("NAME", "UPDATED"))
    for variable in variables:
        table.add_row(
            inert(variable.name),
            Text(inert(json.dumps(variable.value, ensure_ascii=False)), no_wrap=True, overflow="ellipsis"),
            inert(", ".join(variable.tags)),
            relative_time(variable.updated, moment) if variable.updated else "",
        )
    screen.show(table)
