"""`prefect block type`: list types of blocks, look at one, delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.screen import show_json, stdout_screen
from prefect.exceptions import ObjectNotFound, ProtectedBlockError

if TYPE_CHECKING:
    from prefect.schemas.blocks import BlockSchema, BlockType

app = App(
    name="type",
    help="Look at types of blocks, or delete them.",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect block type ls
  prefect block type inspect secret""",
)

Slug = Annotated[str, Parameter(help="The slug of the type.")]


@app.command(help_epilogue="Example:\n  prefect block type ls --output json | jq -r '.[].slug'")
def ls(*, output: Output = None) -> None:
    """List types of blocks: those of this library, and those that were registered."""
    types = _types()
    if output:
        show_json([plain(block_type) for block_type in types])
        return
    from rich.table import Table  # takes its time to load; JSON does without

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("SLUG", "NAME", "DESCRIPTION"):
        table.add_column(column, no_wrap=column != "DESCRIPTION")
    for block_type in types:
        first_line = (block_type.description or "").partition("\n")[0]
        table.add_row(inert(block_type.slug), inert(block_type.name), inert(first_line))
    stdout_screen().show(table)


@app.command(help_epilogue="Example:\n  prefect block type inspect secret --output json")
def inspect(slug: Slug, *, output: Output = None) -> None:
    """Show a type of blocks: what it is for, and its fields."""
    block_type = find_type(slug)
    if block_type is None:
        raise _not_found(slug)
    schema = _schema_of(block_type)
    if output:
        show_json({"block_type": plain(block_type), "schema": plain(schema) if schema else None})
        return
    print(f"{inert(block_type.name)} ({inert(block_type.slug)})")
    for text in (block_type.description, block_type.documentation_url):
        if text:
            print(f"\n{inert(text, lines=True)}")
    fields = schema.fields if schema else {}
    required = fields.get("required", [])
    print("\nFields:")
    for name, field in fields.get("properties", {}).items():
        kind = field.get("type") or " or ".join(x.get("type", "block") for x in field.get("anyOf", [{}]))
        notes = [
            kind,
            *(["required"] if name in required else []),
            *(["secret"] if _is_secret(name, fields) else []),
        ]
        about = field.get("description")
        print(f"  {inert(name)}: {', '.join(notes)}{f'. {inert(about)}' if about else ''}")


@app.command(help_epilogue="Example:\n  prefect block type delete my-block")
def delete(slug: Slug) -> None:
    """Delete a type with all blocks that are saved under it. Asks first when a person is at the terminal."""
    from prefect.store.block_types import delete_block_type, read_block_type_by_slug  # loads pydantic

    if not anything_recorded():
        raise _not_found(slug)
    try:
        block_type = perform(read_block_type_by_slug, slug)
        if not confirmed(f"Delete the block type {inert(slug)!r} and all blocks that are saved under it?"):
            raise CommandFailed("Nothing was deleted.")
        perform(delete_block_type, block_type.id)
    except ObjectNotFound as error:
        raise _not_found(slug) from error
    except ProtectedBlockError as error:
        raise CommandFailed(str(error)) from error
    print(f"Deleted block type {inert(slug)!r}.")


def find_type(slug: str) -> BlockType | None:
    """Return the type with a slug: a registered one, or one of this library."""
    return next((block_type for block_type in _types() if block_type.slug == slug), None)


def known_slugs() -> list[str]:
    """Return the slugs of all types there are."""
    return [block_type.slug for block_type in _types()]


def _types() -> list[BlockType]:
    from prefect.blocks import registry  # loads pydantic: not for the help pages
    from prefect.blocks.records import type_of
    from prefect.store.block_types import read_block_types

    ours = {slug: type_of(registry.lookup(slug)) for slug in registry.ours()}
    known = perform(read_block_types) if anything_recorded() else []
    return sorted({**ours, **{t.slug: t for t in known}}.values(), key=lambda block_type: block_type.slug)


def _schema_of(block_type: BlockType) -> BlockSchema | None:
    """Return the newest schema of a type, or that of its class."""
    from prefect.blocks import registry
    from prefect.blocks.records import schema_of
    from prefect.schemas.block_filters import BlockSchemaFilter, BlockSchemaFilterBlockTypeId
    from prefect.store.block_schemas import read_block_schemas

    wanted = BlockSchemaFilter(block_type_id=BlockSchemaFilterBlockTypeId(any_=[block_type.id]))
    found = perform(read_block_schemas, wanted, limit=1) if anything_recorded() else []
    if found:
        return found[0]
    cls = registry.find(block_type.slug)
    return None if cls is None else schema_of(cls, None)


def _is_secret(name: str, fields: dict[str, list[str]]) -> bool:
    return any(path == name or path.startswith(f"{name}.") for path in fields.get("secret_fields", []))


def _not_found(slug: str) -> CommandFailed:
    return CommandFailed(f"There is no block type {slug!r}. `prefect block type ls` lists what there is.")
