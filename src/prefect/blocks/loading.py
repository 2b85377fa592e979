"""Loading a saved block: finding its document, the class that stands for it, and making the one of the other."""

from __future__ import annotations

import warnings
from typing import Any, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, Secret, TypeAdapter, ValidationError

from prefect._dual.effects import Steps, settle
from prefect._secrets import register_secret
from prefect._visiting import find
from prefect.backend import get_backend
from prefect.blocks import registry
from prefect.blocks.json_schema import SECRETS, secret_fields
from prefect.exceptions import ObjectNotFound
from prefect.schemas.blocks import BlockDocument
from prefect.store.block_documents import (
    delete_block_document,
    read_block_document,
    read_block_document_by_name,
)

B = TypeVar("B", bound=BaseModel)


def by_name(cls: type[B], name: str, *, validate: bool) -> Steps[B]:
    """Load a block by its name, or by the slug of its type and its name; see `Block.load`."""
    document = yield from _document(cls, name, include_secrets=True)
    return block_of(cls, document, validate=validate)


def by_reference(cls: type[B], ref: str | UUID | dict[str, Any], *, validate: bool) -> Steps[B]:
    """Load the block that a reference names; see `Block.load_from_ref`."""
    if isinstance(ref, dict):
        if "block_document_slug" in ref:
            return (yield from by_name(cls, str(ref["block_document_slug"]), validate=validate))
        if "block_document_id" not in ref:
            raise ValueError(
                f"Invalid reference format {ref!r}. It has the key `block_document_id` or `block_document_slug`."
            )
        ref = cast("str | UUID", ref["block_document_id"])
    try:
        document_id = UUID(str(ref))
    except ValueError:
        if "/" in str(ref):
            return (yield from by_name(cls, str(ref), validate=validate))
        raise ValueError(f"Block document ID {ref!r} is not a valid UUID") from None
    try:
        document = yield from settle(
            get_backend().perform(read_block_document, document_id, include_secrets=True)
        )
    except ObjectNotFound:
        raise ValueError(f"Unable to find block document with ID {document_id!r}") from None
    return block_of(cls, document, validate=validate)


def delete(cls: type[Any], name: str) -> Steps[None]:
    """Delete a block by its name; see `Block.delete`."""
    document = yield from _document(cls, name, include_secrets=False)
    try:
        yield from settle(get_backend().perform(delete_block_document, document.id))
    except ObjectNotFound:
        raise _not_found(name, cls.get_block_type_slug()) from None


def block_of(cls: type[B], document: BlockDocument, *, validate: bool) -> B:
    """Return the block that a document holds.

    Raises:
        UnknownBlockType: The class of its type was not imported.
        ValueError: It is of another type than `cls`.
        RuntimeError: The values do not fit the class, and `validate` is set.
    """
    block_type = document.block_type
    if block_type is None:
        raise ValueError(f"The block document {document.id} does not say of which type it is.")
    kind = cls
    if block_type.slug != cast("Any", cls).get_block_type_slug():
        kind = registry.lookup(block_type.slug, block_type.code_example)
        if not issubclass(kind, cls):
            raise _not_found(document.name or "", cast("Any", cls).get_block_type_slug())
    values: dict[str, Any] = {
        **_with_marks(document.data, document.block_document_references),
        "_block_document_id": document.id,
        "_block_document_name": document.name,
        "_is_anonymous": document.is_anonymous,
    }
    try:
        block = kind.model_validate(values)
    except ValidationError as error:
        if validate:
            raise RuntimeError(
                f"Unable to load {document.name!r} of block type {block_type.slug!r} due to failed validation. To load "
                f"without validation, try loading again with `validate=False`. {_problems(error)}"
            ) from error
        block = _as_far_as_it_goes(kind, values, document, error)
    for secret, _ in find(block, SECRETS):
        register_secret(secret)
    return cast("B", block)


def _document(cls: type[Any], name: str, *, include_secrets: bool) -> Steps[BlockDocument]:
    slug, slash, document_name = name.rpartition("/")
    if not slash:
        slug = cls.get_block_type_slug()
        if slug == "block" and cls.__module__ == "prefect.blocks.block":
            raise ValueError(
                f"Which type of block is {name!r}? Give its slug too, `Block.load('SLUG/{name}')`, "
                "or load it by its class."
            )
    try:
        document = yield from settle(
            get_backend().perform(
                read_block_document_by_name, slug, document_name, include_secrets=include_secrets
            )
        )
    except ObjectNotFound:
        raise _not_found(document_name, slug) from None
    return document


def _not_found(name: str, slug: str) -> ValueError:
    return ValueError(
        f"Unable to find block document named {name} for block type {slug}. `prefect block ls` lists what is saved."
    )


def _with_marks(data: dict[str, Any], references: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return values in which those of other documents say which documents and of what type they are."""
    marked = dict(data)
    for name, reference in references.items():
        told = cast("dict[str, Any]", reference["block_document"])
        inner = marked.get(name)
        if isinstance(inner, dict):
            marked[name] = {
                **_with_marks(cast("dict[str, Any]", inner), told.get("block_document_references") or {}),
                "block_type_slug": told["block_type"]["slug"],
                "_block_document_id": told["id"],
                "_block_document_name": told["name"],
                "_is_anonymous": told.get("is_anonymous"),
            }
    return marked


def _as_far_as_it_goes(
    kind: type[BaseModel], values: dict[str, Any], document: BlockDocument, error: ValidationError
) -> BaseModel:
    """Return a block whose values do not all fit its class: those that do are checked, secrets are still hidden."""
    secrets = {path.partition(".")[0] for path in secret_fields(kind)}
    taken: dict[str, Any] = {}
    missing: list[str] = []
    for name, field in kind.model_fields.items():
        key = name if name in values else (field.alias or name)
        if key not in values:
            if field.is_required():
                missing.append(name)
                taken[name] = None
            continue
        value = values.pop(key)
        try:
            taken[name] = TypeAdapter[Any](cast("Any", field.annotation)).validate_python(value)
        except ValidationError:
            taken[name] = Secret(value) if key in secrets else value
    private = {
        name: values.pop(name)
        for name in [*values]
        if name.startswith("_block_document") or name == "_is_anonymous"
    }
    block = kind.model_construct(**taken, **values)
    for name, value in private.items():
        setattr(block, name, value)
    what = (
        f"this is likely because one or more required fields were added to the schema for {kind.__name__!r} that did "
        f"not exist on the class when this block was last saved. Please specify values for new field(s): "
        f"{', '.join(map(repr, missing))}"
        if missing
        else f"its values do not fit {kind.__name__!r} any more. Please correct them. {_problems(error)}"
    )
    slug = cast("Any", kind).get_block_type_slug()
    warnings.warn(
        f"Could not fully load {document.name!r} of block type {slug!r} - {what}, then "
        f'run `{kind.__name__}.save("{document.name}", overwrite=True)`, and load this block again before attempting '
        "to use it.",
        UserWarning,
        stacklevel=2,
    )
    return block


def _problems(error: ValidationError) -> str:
    """Return what is wrong with which value, without the values: they may be secret."""
    found = [
        f"{'.'.join(map(str, p['loc']))}: {p['msg']}"
        for p in error.errors(include_url=False, include_input=False)
    ]
    return f"What does not fit: {'; '.join(found)}."
