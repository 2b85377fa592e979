"""What a class of blocks says of itself: its name, what it is for, what it can do, how it is used."""

from __future__ import annotations

from typing import ClassVar, cast
from uuid import UUID

from pydantic import BaseModel

from prefect.blocks import class_facts, registry


class DescribedBlock(BaseModel):
    """The half of `Block` that describes its class."""

    _block_type_name: ClassVar[str | None] = None
    _block_type_slug: ClassVar[str | None] = None
    _logo_url: ClassVar[str | None] = None
    _documentation_url: ClassVar[str | None] = None
    _description: ClassVar[str | None] = None
    _code_example: ClassVar[str | None] = None
    _block_type_id: ClassVar[UUID | None] = None
    _block_schema_id: ClassVar[UUID | None] = None
    _block_schema_capabilities: ClassVar[list[str] | None] = None
    _block_schema_version: ClassVar[str | None] = None

    # What the class says of itself

    @classmethod
    def get_block_type_name(cls) -> str:
        """Return the name of the type for people: `_block_type_name`, or the name of the class."""
        return cls._block_type_name or class_facts.plain_class(cls).__name__

    @classmethod
    def get_block_type_slug(cls) -> str:
        """Return what the type is known by: `_block_type_slug`, or the name in small letters with dashes."""
        return class_facts.slugify(cls._block_type_slug or cls.get_block_type_name())

    @classmethod
    def get_block_capabilities(cls) -> frozenset[str]:
        """Return what blocks of this class can do, bases included."""
        return frozenset(
            capability
            for base in cls.__mro__
            for capability in cast("list[str]", base.__dict__.get("_block_schema_capabilities") or [])
        )

    @classmethod
    def get_block_schema_version(cls) -> str:
        """Return the version of the schema: that of the package which defines the class."""
        return cls._block_schema_version or class_facts.schema_version(cls)

    @classmethod
    def get_description(cls) -> str | None:
        """Return what the type is for: `_description`, or what the docstring says before its first section."""
        return cls._description or class_facts.description_in(cls.__dict__.get("__doc__"))

    @classmethod
    def get_code_example(cls) -> str | None:
        """Return how the type is used: `_code_example`, or the example of the docstring, or how one is loaded."""
        slug = cls.get_block_type_slug()
        return (
            cls._code_example
            or class_facts.example_in(cls.__dict__.get("__doc__"))
            or class_facts.loading_example(cls, slug, registry.home_of(cls, slug))
        )
