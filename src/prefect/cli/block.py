"""`prefect block`: list saved blocks, look at one, delete it, register types, say how one is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import App, Parameter

from prefect.cli.block_type import app as type_app
from prefect.cli.block_type import find_type, known_slugs
from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.screen import show_json, stdout_screen
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from prefect.schemas.blocks import BlockDocument

app = App(
    name="block",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect block ls
  prefect block inspect secret/api-token
  prefect block type ls""",
)
app.command(type_app, name="type", alias="types")

Slug = Annotated[str | None, Parameter(help="The block: the slug of its type and its name, SLUG/NAME.")]
BlockId = Annotated[UUID | None, Parameter(name="--id", help="The id of the block, instead of SLUG/NAME.")]


@app.command(help_epilogue="Example:\n  prefect block ls --output json | jq -r '.[].name'")
def ls(*, output: Output = None) -> None:
    """List saved blocks, by type and name."""
    from prefect.schemas.block_filters import BlockDocumentSort  # loads pydantic: not for the help pages
    from prefect.store.block_documents import read_block_documents

    order = BlockDocumentSort.BLOCK_TYPE_AND_NAME_ASC
    documents = perform(read_block_documents, sort=order) if anything_recorded() else []
    if output:
        show_json([{**plain(document), "slug": _slug(document)} for document in documents])
    elif not documents:
        print("No blocks yet. `prefect block create SLUG` says how one is made and saved.")
    else:
        _show_table(documents)


@app.command(
    help_epilogue="""Examples:
  prefect block inspect secret/api-token
  prefect block inspect --id 0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b --output json"""
)
def inspect(slug: Slug = None, *, block_id: BlockId = None, output: Output = None) -> None:
    """Show a saved block. Secrets are masked."""
    document = _find(slug, block_id)
    if output:
        show_json(plain(document))
        return
    facts = {"Type": document.block_type_name or "", "Name": document.name or "", "ID": str(document.id)}
    values = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in plain(document)["data"].items()
    }
    width = max(map(len, [*facts, *values])) + 1
    for label, fact in facts.items():
        print(f"{label + ':':<{width}} {inert(fact)}")
    print()
    for name, value in values.items():
        print(f"{inert(name) + ':':<{width}} {inert(value)}")


@app.command(help_epilogue="Example:\n  prefect block delete secret/api-token")
def delete(slug: Slug = None, *, block_id: BlockId = None) -> None:
    """Delete a saved block. Asks first when a person is at the terminal."""
    from prefect.store.block_documents import delete_block_document

    document = _find(slug, block_id)
    if not confirmed(f"Delete block {inert(_slug(document))!r}?"):
        raise CommandFailed("Nothing was deleted.")
    try:
        perform(delete_block_document, document.id)
    except ObjectNotFound as error:
        raise _not_found(_slug(document)) from error
    print(f"Deleted block {inert(_slug(document))!r}.")


@app.command(
    help_epilogue="""Examples:
  prefect block register --module prefect_aws.credentials
  prefect block register --file my_blocks.py"""
)
def register(
    *,
    module_name: Annotated[
        str | None, Parameter(name=["--module", "-m"], help="A module that defines blocks.")
    ] = None,
    file_path: Annotated[
        str | None, Parameter(name=["--file", "-f"], help="A file that defines blocks.")
    ] = None,
) -> None:
    """Make the types of blocks known that a module or a file defines."""
    from prefect.cli.block_modules import blocks_in_file, blocks_in_module  # loads pydantic

    if (module_name is None) == (file_path is None):
        raise CommandFailed(
            "Name either a module or a file that defines blocks: --module NAME or --file PATH."
        )
    classes = blocks_in_module(module_name) if module_name else blocks_in_file(file_path or "")
    if not classes:
        raise CommandFailed(f"{module_name or file_path} defines no blocks.")
    for cls in classes:
        cls.register_type_and_schema()
    print(f"Registered {len(classes)} {'type' if len(classes) == 1 else 'types'} of blocks:")
    for cls in classes:
        print(f"  {inert(cls.get_block_type_name())} ({cls.get_block_type_slug()})")


@app.command(help_epilogue="Example:\n  prefect block create secret")
def create(
    block_type_slug: Annotated[
        str, Parameter(help="The slug of the type, as `prefect block type ls` lists it.")
    ],
) -> None:
    """Say how a block of a type is made and saved, in Python."""
    block_type = find_type(block_type_slug)
    if block_type is None:
        raise CommandFailed(
            f"There is no block type {block_type_slug!r}. There are: {', '.join(known_slugs())}."
        )
    print(f"A block of the type {inert(block_type.name)!r} is made and saved in Python:\n")
    print(
        inert(block_type.code_example or "", lines=True)
        .replace("```python\n", "")
        .removesuffix("```")
        .rstrip()
    )


def _find(slug: str | None, block_id: UUID | None) -> BlockDocument:
    from prefect.store.block_documents import read_block_document, read_block_document_by_name

    if (slug is None) == (block_id is None):
        raise CommandFailed("Name a block by SLUG/NAME or by --id.")
    what = slug or str(block_id)
    type_slug, slash, name = what.partition("/")
    if slug is not None and not slash:
        raise CommandFailed(f"{slug!r} names no block: give the slug of its type and its name, SLUG/NAME.")
    if not anything_recorded():
        raise _not_found(what)
    try:
        if block_id is not None:
            return perform(read_block_document, block_id)
        return perform(read_block_document_by_name, type_slug, name)
    except ObjectNotFound as error:
        raise _not_found(what) from error


def _not_found(what: str) -> CommandFailed:
    return CommandFailed(f"There is no block {what!r}. `prefect block ls` lists what there is.")


def _slug(document: BlockDocument) -> str:
    return f"{document.block_type.slug if document.block_type else ''}/{document.name}"


def _show_table(documents: list[BlockDocument]) -> None:
    from rich.table import Table  # takes its time to load; JSON does without

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("ID", "TYPE", "NAME", "SLUG"):
        table.add_column(column, no_wrap=True)
    for document in documents:
        table.add_row(
            str(document.id),
            inert(document.block_type_name or ""),
            inert(document.name or ""),
            inert(_slug(document)),
        )
    stdout_screen().show(table)
