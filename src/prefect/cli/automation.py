"""`prefect automation`: what to do when something happens."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from cyclopts import App, Parameter

from prefect.cli.automation_files import as_yaml, automations_given
from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import all_pages, anything_recorded, checked, found, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.records import show_facts, show_table
from prefect.cli.run_search import as_id
from prefect.cli.screen import show_json

if TYPE_CHECKING:
    from prefect.schemas.automations import Automation, AutomationFilter, AutomationUpdate

    Body = TypeVar("Body", bound=AutomationUpdate)

app = App(
    name="automation",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect automation create --from-file late-runs.yaml
  prefect automation ls
  prefect automation pause "cancel what is late\"""",
)

Name = Annotated[str | None, Parameter(help="The automation's name, or its id.")]
Id = Annotated[str | None, Parameter(name="--id", help="The automation's id, in place of its name.")]
FromFile = Annotated[str | None, Parameter(alias="-f", help="A YAML or JSON file that holds it.")]
FromJson = Annotated[str | None, Parameter(alias="-j", help="The automation, as JSON.")]

_GIVEN = frozenset({"id", "created", "updated"})
"""What the store gives an automation: it stands in what `inspect` prints, and is nothing to store."""


@app.command(help_epilogue="Example:\n  prefect automation ls --output json | jq -r '.[].name'")
def ls(*, output: Output = None) -> None:
    """List automations by name."""
    automations = _listed(None)
    if output:
        show_json([plain(automation) for automation in automations])
    elif not automations:
        print("No automations yet. `prefect automation create --from-file FILE` makes one.")
    else:
        show_table(
            ("NAME", "ID", "ENABLED", "TRIGGER", "ACTIONS"),
            [
                (
                    automation.name,
                    str(automation.id),
                    automation.enabled,
                    automation.trigger.describe_for_cli().strip().partition("\n")[0],
                    ", ".join(action.describe_for_cli() for action in automation.actions),
                )
                for automation in automations
            ],
        )


@app.command(
    help_epilogue="""Examples:
  prefect automation inspect "cancel what is late"
  prefect automation inspect "cancel what is late" --yaml > late-runs.yaml"""
)
def inspect(
    name: Name = None,
    *,
    id: Id = None,
    yaml: Annotated[bool, Parameter(negative=(), help="Print it as YAML.")] = False,
    json: Annotated[bool, Parameter(negative=(), help="Print it as JSON.")] = False,
    output: Output = None,
) -> None:
    """Show an automation: what it waits for, and what it does then. A name may be that of several."""
    if yaml and (json or output):
        raise CommandFailed("Give --yaml or --json, not both.", exit_code=WRONG_USAGE)
    automations = _find(name, id)
    if yaml:
        print(as_yaml(automations), end="")
    elif json or output:
        show_json(plain(automations[0]) if len(automations) == 1 else [plain(each) for each in automations])
    else:
        for number, automation in enumerate(automations):
            if number:
                print()
            _show(automation)


@app.command(alias="enable", help_epilogue='Example:\n  prefect automation resume "cancel what is late"')
def resume(name: Name = None, *, id: Id = None) -> None:
    """Let an automation do what it does again."""
    _switch(name, id, on=True)


@app.command(alias="disable", help_epilogue='Example:\n  prefect automation pause "cancel what is late"')
def pause(name: Name = None, *, id: Id = None) -> None:
    """Let an automation do nothing."""
    _switch(name, id, on=False)


@app.command(
    help_epilogue="""Examples:
  prefect automation delete "cancel what is late"
  prefect automation delete --all"""
)
def delete(
    name: Name = None,
    *,
    id: Id = None,
    all: Annotated[bool, Parameter(negative=(), help="Delete every automation.")] = False,
) -> None:
    """Delete an automation. Asks first when a person is at the terminal."""
    from prefect.store.automations import delete_automation  # loads pydantic: not for the help pages

    if all and (name is not None or id is not None):
        raise CommandFailed("Give an automation or --all, not both.", exit_code=WRONG_USAGE)
    doomed = _listed(None) if all else [_only(name, id)]
    if not doomed:
        print("There are no automations.")
        return
    what = _called(doomed[0]) if len(doomed) == 1 else f"all {len(doomed):,} automations"
    if not confirmed(f"Delete {what}?"):
        raise CommandFailed("Nothing was deleted.")
    for automation in doomed:
        found(_missing(automation.name), delete_automation, automation.id)
    print(f"Deleted {what}.")


@app.command(
    help_epilogue="""Examples:
  prefect automation create --from-file late-runs.yaml
  prefect automation create --from-json "$(cat late-runs.json)"

A file holds an automation, a list of them, or such a list under `automations`:
  name: cancel what is late
  trigger:
    type: event
    expect: [prefect.flow-run.Late]
  actions:
    - type: cancel-flow-run"""
)
def create(*, from_file: FromFile = None, from_json: FromJson = None) -> None:
    """Create automations."""
    from prefect.schemas.automations import AutomationCreate
    from prefect.store.automations import create_automation

    wanted = [
        _whole(AutomationCreate, _without(each, _GIVEN)) for each in automations_given(from_file, from_json)
    ]
    for each in wanted:
        made = perform(create_automation, each)
        print(f"Created {_called(made)}.")


@app.command(
    help_epilogue="Example:\n  prefect automation update --id 0197a1b2-c3d4-7000-8000-000000000000 -f late-runs.yaml"
)
def update(
    *,
    id: Annotated[str, Parameter(name="--id", help="The automation's id.")],
    from_file: FromFile = None,
    from_json: FromJson = None,
) -> None:
    """Put an automation in place of one that there is."""
    from prefect.schemas.automations import AutomationUpdate
    from prefect.store.automations import update_automation

    given = automations_given(from_file, from_json)
    if len(given) != 1:
        raise CommandFailed(f"One automation is updated, and {len(given)} are given.")
    body = _whole(AutomationUpdate, _without(given[0], _GIVEN | {"owner_resource"}))
    automation = _only(None, id)
    found(_missing(id), update_automation, automation.id, body)
    print(f"Updated automation {inert(body.name)!r} ({automation.id}).")


def _whole(model: type[Body], values: dict[str, Any]) -> Body:
    """Return values as what the API takes, with all that triggers and actions have by default.

    Servers of another make do not know these defaults, and only what is set is sent.
    """
    body = checked(model, values)
    return checked(model, body.model_dump(mode="json", include=body.model_fields_set))


def _without(values: dict[str, Any], fields: Collection[str]) -> dict[str, Any]:
    return {field: value for field, value in values.items() if field not in fields}


def _listed(wanted: AutomationFilter | None) -> list[Automation]:
    from prefect.store.automations import read_automations

    if not anything_recorded():
        return []
    return list(
        all_pages(lambda limit, offset: perform(read_automations, wanted, limit=limit, offset=offset))
    )


def _find(name: str | None, id: str | None) -> list[Automation]:
    """Return the automations that are named, at least one."""
    from prefect.schemas.automations import AutomationFilter, AutomationFilterName
    from prefect.store.automations import read_automation

    if (name is None) == (id is None):
        raise CommandFailed("Give the automation's name or its --id, and not both.", exit_code=WRONG_USAGE)
    text = name if name is not None else str(id)
    exact = as_id(text)
    if exact is not None:
        return [found(_missing(text), read_automation, exact)]
    if id is not None:
        raise CommandFailed(f"{id!r} is no id of an automation.")
    named = _listed(AutomationFilter(name=AutomationFilterName(any_=[text])))
    if not named:
        raise CommandFailed(_missing(text))
    return named


def _only(name: str | None, id: str | None) -> Automation:
    several = _find(name, id)
    if len(several) > 1:
        ids = [f"  {each.id}" for each in several]
        raise CommandFailed(
            "\n".join([f"{len(several)} automations are called {name!r}. Give the --id of one:", *ids])
        )
    return several[0]


def _switch(name: str | None, id: str | None, *, on: bool) -> None:
    from prefect.schemas.automations import AutomationPartialUpdate
    from prefect.store.automations import patch_automation

    automation = _only(name, id)
    found(_missing(automation.name), patch_automation, automation.id, AutomationPartialUpdate(enabled=on))
    print(f"{'Resumed' if on else 'Paused'} {_called(automation)}.")


def _show(automation: Automation) -> None:
    show_facts(
        {
            "Name": automation.name,
            "About": automation.description,
            "Enabled": automation.enabled,
            "Tags": ", ".join(automation.tags),
            "Waits for": automation.trigger.describe_for_cli(),
            "Does": "\n".join(action.describe_for_cli() for action in automation.actions),
            "At the start": "\n".join(action.describe_for_cli() for action in automation.actions_on_trigger),
            "At the end": "\n".join(action.describe_for_cli() for action in automation.actions_on_resolve),
            "Created": automation.created,
            "Updated": automation.updated,
            "ID": automation.id,
        }
    )


def _called(automation: Automation) -> str:
    return f"automation {inert(automation.name)!r} ({automation.id})"


def _missing(text: str) -> str:
    return f"There is no automation {text!r}. `prefect automation ls` lists those that there are."
