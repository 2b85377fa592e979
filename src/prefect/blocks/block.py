"""Block: values that belong together, such as the address and the password of a service, saved under a name."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, TypeGuard, cast
from uuid import UUID

from pydantic import (
    ConfigDict,
    PrivateAttr,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps
from prefect.blocks import class_facts, registry
from prefect.blocks.described import DescribedBlock
from prefect.blocks.dumping import INCLUDE_SECRETS, Dumping
from prefect.blocks.json_schema import finished, holds_class, holds_secret, references, secret_fields
from prefect.exceptions import BlockNotSavedError

if TYPE_CHECKING:
    from prefect.schemas.blocks import BlockDocument, BlockSchema, BlockType

# Every run of a flow makes a file system, which is a block, and few load or save one: what that takes is imported where
# it is done.

_PRIVATE = ("_block_document_id", "_block_document_name", "_is_anonymous")
"""What a saved block knows of its document; it is dumped with the block, so that a copy of it knows it too."""


def schema_extra(schema: dict[str, Any], model: type[Any]) -> None:
    """Say in the schema of a class of blocks what blocks have beside their fields: what is secret, what is a block."""
    schema.pop("additionalProperties", None)
    schema["block_type_slug"] = model.get_block_type_slug()
    schema["secret_fields"] = secret_fields(model)
    schema["block_schema_references"] = references(model, Block)
    description = model.get_description()
    schema.pop("description", None)
    if description is not None:
        schema["description"] = description


class Block(DescribedBlock, ABC):
    """Values that belong together and are saved under a name: how a service is reached, where files go.

    Subclass it as any pydantic model. Values of the types SecretStr, SecretBytes, Secret[...] and SecretDict are shown
    nowhere and are encrypted where they are saved.

    Example:
        >>> class Mailbox(Block):
        ...     server: str
        ...     password: SecretStr
        >>> Mailbox(server="mail.example.com", password="hunter2").save("reports")
        >>> Mailbox.load("reports").password.get_secret_value()
        'hunter2'
    """

    model_config = ConfigDict(extra="allow", json_schema_extra=schema_extra)

    _block_document_id: UUID | None = PrivateAttr(None)
    _block_document_name: str | None = PrivateAttr(None)
    _is_anonymous: bool | None = PrivateAttr(None)

    def __new__(cls, **kwargs: Any) -> Self:
        """Return a block of the class that `block_type_slug` names, if it is given."""
        slug = kwargs.get("block_type_slug")
        wanted = cls if slug is None else _subclass_for(cls, slug)
        return super().__new__(cast("type[Self]", wanted))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _ = kwargs.pop("block_type_slug", None)
        private = {name: kwargs.pop(name) for name in _PRIVATE if name in kwargs}
        super().__init__(*args, **kwargs)
        if private:
            document_id = private.get("_block_document_id")
            self._block_document_id = UUID(str(document_id)) if document_id else None
            self._block_document_name = private.get("_block_document_name")
            self._is_anonymous = private.get("_is_anonymous")
        self.block_initialization()

    def __str__(self) -> str:
        return self.__repr__()

    def __repr_args__(self) -> Any:
        declared = {*type(self).model_fields}
        return [(name, value) for name, value in super().__repr_args__() if name in declared]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        _hide_secret_defaults(cls)
        if class_facts.plain_class(cls) is cls:
            registry.register(cls.get_block_type_slug(), cls)

    def block_initialization(self) -> None:
        """Do what is to be done when a block was made; it does nothing, and is there to be overridden."""

    # Which class is meant

    @classmethod
    def get_block_class_from_schema(cls, schema: BlockSchema) -> type[Self]:
        """Return the class that stands for a schema.

        Raises:
            UnknownBlockType: It was not imported.
        """
        return cls.get_block_class_from_key(block_schema_to_key(schema))

    @classmethod
    def get_block_class_from_key(cls, key: str) -> type[Self]:
        """Return the class with a slug.

        Raises:
            UnknownBlockType: It was not imported.
        """
        return registry.lookup(key)

    @staticmethod
    def is_block_class(block: Any) -> TypeGuard[type[Block]]:
        """Return whether something is a class of blocks."""
        return isinstance(block, type) and issubclass(block, Block)

    @staticmethod
    def annotation_refers_to_block_class(annotation: Any) -> bool:
        """Return whether an annotation names a class of blocks, on its own or inside a union or a collection."""
        return holds_class(annotation, Block)

    def get_block_placeholder(self) -> str:
        """Return the text that stands for this saved block in templates: `prefect.blocks.SLUG.NAME`.

        Raises:
            BlockNotSavedError: It is not saved.
        """
        if not self._block_document_name:
            raise BlockNotSavedError(
                f"Could not generate block placeholder for unsaved block: save this {type(self).__name__} first."
            )
        return f"prefect.blocks.{self.get_block_type_slug()}.{self._block_document_name}"

    # Loading and saving

    @classmethod
    async def aload(cls, name: str, validate: bool = True, client: Any = None) -> Self:
        """Return a saved block; see `load`."""
        return await arun(_load(cls, name, validate=validate))

    @classmethod
    @async_dispatch(cast("Any", aload).__func__)
    def load(cls, name: str, validate: bool = True, client: Any = None) -> Self:
        """Return a saved block.

        Args:
            name: Its name; with the slug of its type before it, `SLUG/NAME`, when this class does not say which type.
            validate: Check the values against the fields of the class. Without it, required fields that were not
                there when the block was saved become None, with a warning.
            client: Ignored; blocks are loaded from where the settings say.

        Raises:
            ValueError: There is no such block.
            UnknownBlockType: Its class was not imported.
            RuntimeError: The values do not fit the class any more.

        Example:
            >>> Secret.load("api-token").get()
            >>> Block.load("secret/api-token").get()
        """
        return run(_load(cls, name, validate=validate))

    @classmethod
    async def aload_from_ref(
        cls, ref: str | UUID | dict[str, Any], validate: bool = True, client: Any = None
    ) -> Self:
        """Return a saved block that something refers to; see `load_from_ref`."""
        return await arun(_load_from_reference(cls, ref, validate=validate))

    @classmethod
    @async_dispatch(cast("Any", aload_from_ref).__func__)
    def load_from_ref(
        cls, ref: str | UUID | dict[str, Any], validate: bool = True, client: Any = None
    ) -> Self:
        """Return a saved block that something refers to.

        Args:
            ref: The id of its document, `{"block_document_id": ID}` or `{"block_document_slug": "SLUG/NAME"}`.
            validate: See `load`.
            client: Ignored; blocks are loaded from where the settings say.

        Raises:
            ValueError: There is no such block, or this is no reference.
        """
        return run(_load_from_reference(cls, ref, validate=validate))

    @classmethod
    async def aregister_type_and_schema(cls, client: Any = None) -> None:
        """Make the type known; see `register_type_and_schema`."""
        await arun(_register(cls))

    @classmethod
    @async_dispatch(cast("Any", aregister_type_and_schema).__func__)
    def register_type_and_schema(cls, client: Any = None) -> None:
        """Make the type and its schema known, and those of blocks inside it. `save` does it too.

        Raises:
            InvalidBlockRegistration: This is Block itself.
        """
        run(_register(cls))

    async def asave(self, name: str | None = None, overwrite: bool = False, client: Any = None) -> UUID:
        """Save this block; see `save`."""
        return await arun(_save(self, name, overwrite=overwrite))

    @async_dispatch(asave)
    def save(self, name: str | None = None, overwrite: bool = False, client: Any = None) -> UUID:
        """Save this block and return the id of its document.

        Args:
            name: Lowercase letters, digits and dashes; by default the name under which it was saved or loaded.
            overwrite: Replace what is saved under this name.
            client: Ignored; blocks are saved where the settings say.

        Raises:
            ValueError: There is no name, it holds other characters, or something is saved under it already.
        """
        return run(_save(self, name, overwrite=overwrite))

    async def _save(
        self,
        name: str | None = None,
        is_anonymous: bool = False,
        overwrite: bool = False,
        client: Any = None,
    ) -> UUID:
        """Save this block, also without a name of its own."""
        return await arun(_save(self, name, overwrite=overwrite, is_anonymous=is_anonymous))

    @classmethod
    async def adelete(cls, name: str, client: Any = None) -> None:
        """Delete a saved block; see `delete`."""
        await arun(_delete(cls, name))

    @classmethod
    @async_dispatch(cast("Any", adelete).__func__)
    def delete(cls, name: str, client: Any = None) -> None:
        """Delete a saved block.

        Raises:
            ValueError: There is no such block.
        """
        run(_delete(cls, name))

    # As data

    @classmethod
    def _calculate_schema_checksum(cls, block_schema_fields: dict[str, Any] | None = None) -> str:
        from prefect.schemas.blocks import checksum_of_fields

        return checksum_of_fields(
            cls.model_json_schema() if block_schema_fields is None else block_schema_fields
        )

    @classmethod
    def _to_block_type(cls) -> BlockType:
        from prefect.blocks import records

        return records.type_of(cls)

    @classmethod
    def _to_block_schema(cls, block_type_id: UUID | None = None) -> BlockSchema:
        from prefect.blocks import records

        return records.schema_of(cls, block_type_id)

    def _to_block_document(
        self,
        name: str | None = None,
        block_schema_id: UUID | None = None,
        block_type_id: UUID | None = None,
        is_anonymous: bool | None = None,
        include_secrets: bool = False,
    ) -> BlockDocument:
        from prefect.blocks import records

        return records.document_of(
            self,
            Block,
            name=name or self._block_document_name,
            block_schema_id=block_schema_id,
            block_type_id=block_type_id,
            is_anonymous=bool(self._is_anonymous) if is_anonymous is None else is_anonymous,
            include_secrets=include_secrets,
        )

    @classmethod
    def model_json_schema(
        cls,
        by_alias: bool = True,
        ref_template: str = "#/definitions/{model}",
        *args: Any,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Return the JSON schema of the fields, with what blocks add: secret fields and references to other blocks."""
        schema = super().model_json_schema(by_alias, ref_template, *args, **kwargs)
        if "$defs" in schema:
            schema["definitions"] = schema.pop("$defs")
        return finished(schema)

    @model_validator(mode="wrap")
    @classmethod
    def _dispatch(cls, value: Any, handler: Callable[[Any], Self]) -> Self:
        """Let values that say of which type they are become a block of that type."""
        if isinstance(value, dict) and "block_type_slug" in value:
            given = cast("dict[str, Any]", value)
            wanted = _subclass_for(cls, given["block_type_slug"])
            if wanted is not cls:
                return wanted.model_validate(given)
        return handler(value)

    def model_dump(self, *, by_alias: bool | None = False, **options: Any) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride] - the options are pydantic's
        """Return what the block holds as a dictionary; secrets are masked unless `context={"include_secrets": True}`.

        Args:
            by_alias: Name fields by their aliases, also where the class does not say so.
            options: What else pydantic's `model_dump` takes.
        """
        return super().model_dump(by_alias=by_alias, **options)

    @model_serializer(mode="wrap")
    def _serialize(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        data: dict[str, Any] = handler(self)
        context: Any = info.context
        show = bool(isinstance(context, dict) and cast("dict[str, Any]", context).get(INCLUDE_SECRETS))
        dumping = Dumping(
            json=info.mode == "json",
            show_secrets=show,
            block_class=Block,
            dump_block=lambda block: block.model_dump(
                mode=info.mode, by_alias=info.by_alias, context=context
            ),
        )
        fields = type(self).model_fields
        for name, value in self:
            field = fields.get(name)
            key = (field.serialization_alias or field.alias) if field and info.by_alias else None
            if (key or name) in data and dumping.concerns(value):
                data[key or name] = dumping.of(value)
        if info.include is None and not info.exclude_defaults:
            data["block_type_slug"] = self.get_block_type_slug()
        if self._block_document_id is not None:
            data["_block_document_id"] = (
                str(self._block_document_id) if dumping.json else self._block_document_id
            )
            data["_block_document_name"] = self._block_document_name
            data["_is_anonymous"] = self._is_anonymous
        return data


def block_schema_to_key(schema: BlockSchema) -> str:
    """Return the slug of the type that a schema is of.

    Raises:
        ValueError: The schema does not say.
    """
    if schema.block_type is None:
        raise ValueError(f"The block schema {schema.id} does not say of which type it is.")
    return schema.block_type.slug


def load_block(cls: type[Any], ref: str | UUID | dict[str, Any], *, validate: bool = True) -> Steps[Any]:
    """Load the block that something refers to, in steps; see `Block.load_from_ref`."""
    return _load_from_reference(cls, ref, validate=validate)


def _load(cls: type[Any], name: str, *, validate: bool) -> Steps[Any]:
    from prefect.blocks import loading

    return (yield from loading.by_name(cls, name, validate=validate))


def _load_from_reference(cls: type[Any], ref: Any, *, validate: bool) -> Steps[Any]:
    from prefect.blocks import loading

    return (yield from loading.by_reference(cls, ref, validate=validate))


def _delete(cls: type[Any], name: str) -> Steps[None]:
    from prefect.blocks import loading

    yield from loading.delete(cls, name)


def _register(cls: type[Any]) -> Steps[None]:
    from prefect.blocks import saving

    yield from saving.register(cls, Block)


def _save(block: Block, name: str | None, *, overwrite: bool, is_anonymous: bool = False) -> Steps[UUID]:
    from prefect.blocks import saving

    return (yield from saving.save(block, Block, name, overwrite=overwrite, is_anonymous=is_anonymous))


def _hide_secret_defaults(cls: type[Block]) -> None:
    """Let a default that is a plain text, `password: SecretStr = "guest"`, become a secret as a given value does."""
    bare = [
        field
        for field in cls.model_fields.values()
        if isinstance(field.default, (str, bytes))
        and not field.validate_default
        and holds_secret(field.annotation)
    ]
    for field in bare:
        field.validate_default = True
    if bare:
        cls.model_rebuild(force=True)


def _subclass_for(cls: type[Any], slug: str) -> type[Any]:
    """Return the class for a slug, which must be `cls` or one of its subclasses.

    Raises:
        UnknownBlockType: There is no class for it, and `cls` is none that could be used instead.
        ValueError: It is the slug of another type.
    """
    if cls is not Block and slug == cls.get_block_type_slug():
        return cls
    found = registry.lookup(slug)
    if issubclass(found, cls):
        return found
    raise ValueError(f"A block of type {slug!r} is no {cls.get_block_type_name()}.")
