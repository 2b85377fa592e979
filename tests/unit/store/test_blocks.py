from __future__ import annotations

import sqlite3
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from prefect.backend import get_backend
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, ProtectedBlockError
from prefect.schemas.block_filters import (
    BlockDocumentFilter,
    BlockDocumentFilterIsAnonymous,
    BlockDocumentFilterName,
    BlockDocumentSort,
    BlockSchemaFilter,
    BlockSchemaFilterCapabilities,
    BlockSchemaFilterVersion,
    BlockTypeFilter,
    BlockTypeFilterName,
    BlockTypeFilterSlug,
)
from prefect.schemas.blocks import (
    BlockDocument,
    BlockDocumentCreate,
    BlockDocumentUpdate,
    BlockSchema,
    BlockSchemaCreate,
    BlockType,
    BlockTypeCreate,
    BlockTypeUpdate,
)
from prefect.schemas.operators import Operator
from prefect.settings import get_current_settings
from prefect.store import block_documents, block_schemas, block_types
from prefect.store.block_masking import masked
from prefect.store.operations import all_operations


def done(operation: Any, *args: Any, **kwargs: Any) -> Any:
    """Perform an operation on the database of this test."""
    return get_backend().perform(operation, *args, **kwargs).result()


def a_type(slug: str = "thing", **facts: Any) -> BlockType:
    """Store a type."""
    return done(block_types.create_block_type, BlockTypeCreate(name=slug.title(), slug=slug, **facts))


def a_schema(
    of: BlockType, secret: str = "key", capabilities: tuple[str, ...] = (), **facts: Any
) -> BlockSchema:
    """Store a schema with a secret field and others."""
    properties = {name: {"type": "string"} for name in (secret, "plain", "other")}
    fields = {
        "type": "object",
        "properties": properties,
        "secret_fields": [secret],
        "block_type_slug": of.slug,
    }
    wanted = BlockSchemaCreate(fields=fields, block_type_id=of.id, capabilities=list(capabilities), **facts)
    return done(block_schemas.create_block_schema, wanted)


def a_document(schema: BlockSchema, name: str | None = "one", **options: Any) -> BlockDocument:
    """Store a document."""
    options.setdefault("data", {"key": "hidden", "plain": "shown"})
    wanted = BlockDocumentCreate(
        name=name, block_schema_id=schema.id, block_type_id=schema.block_type_id, **options
    )
    return done(block_documents.create_block_document, wanted)


def data_of(id: UUID) -> dict[str, Any]:
    """Return the values of a document, secrets included."""
    return done(block_documents.read_block_document, id, include_secrets=True).data


def test_types_are_known_by_their_slug() -> None:
    """A type is stored once for a slug, read by id and slug, changed and found."""
    stored = a_type("one-web", description="d")
    assert done(block_types.read_block_type, stored.id) == stored
    assert done(block_types.read_block_type_by_slug, "one-web") == stored
    with pytest.raises(ObjectAlreadyExists):
        a_type("one-web")
    a_type("another")
    done(block_types.update_block_type, stored.id, BlockTypeUpdate(description=None, logo_url="https://x.y"))
    changed = done(block_types.read_block_type, stored.id)
    assert (changed.description, changed.logo_url, changed.name) == (None, "https://x.y", "One-Web")
    assert [t.slug for t in done(block_types.read_block_types)] == ["another", "one-web"]
    by_name = BlockTypeFilter(name=BlockTypeFilterName(like_="WEB"))
    by_slug = BlockTypeFilter(slug=BlockTypeFilterSlug(any_=["another", "none"]))
    assert [t.slug for t in done(block_types.read_block_types, by_name)] == ["one-web"]
    assert [t.slug for t in done(block_types.read_block_types, by_slug)] == ["another"]
    assert [t.slug for t in done(block_types.read_block_types, limit=1, offset=1)] == ["one-web"]


@pytest.mark.parametrize(("name", "slug"), [("A/b", "x"), ("Ab", "X y"), ("Ab", "under_score")])
def test_names_of_types_are_checked(name: str, slug: str) -> None:
    """Names and slugs with characters that addresses cannot hold are refused."""
    with pytest.raises(ValidationError):
        BlockTypeCreate(name=name, slug=slug)


def test_a_schema_is_stored_once() -> None:
    """The same fields and version are one schema, whoever sends them; its checksum is computed here."""
    kind = a_type()
    first, second = a_schema(kind), a_schema(kind)
    assert first.id == second.id
    assert first.checksum.startswith("sha256:")
    newer = a_schema(kind, version="2")
    assert newer.checksum == first.checksum
    assert newer.id != first.id
    by_checksum = block_schemas.read_block_schema_by_checksum
    assert done(by_checksum, first.checksum).id == newer.id
    assert done(by_checksum, first.checksum, first.version).id == first.id
    assert done(block_schemas.read_block_schema, first.id).block_type == kind
    with pytest.raises(ObjectNotFound):
        done(by_checksum, "sha256:none")
    with pytest.raises(ObjectNotFound):
        done(block_schemas.create_block_schema, BlockSchemaCreate(block_type_id=uuid4()))


def test_schemas_are_found_by_what_they_can_do() -> None:
    """Filters of schemas, and of types by their schemas; all capabilities are listed."""
    reads, both = a_type("reads"), a_type("both")
    first = a_schema(reads, capabilities=("read",))
    second = a_schema(both, capabilities=("read", "write"), version="2")
    able = BlockSchemaFilter(block_capabilities=BlockSchemaFilterCapabilities(all_=["write"]))
    assert [s.id for s in done(block_schemas.read_block_schemas, able)] == [second.id]
    assert [s.id for s in done(block_schemas.read_block_schemas)] == [second.id, first.id]
    version = BlockSchemaFilter(version=BlockSchemaFilterVersion(any_=["2"]))
    assert [s.id for s in done(block_schemas.read_block_schemas, version)] == [second.id]
    assert [t.slug for t in done(block_types.read_block_types, None, able)] == ["both"]
    a_document(second, "w")
    a_document(first, "r")
    assert [d.name for d in done(block_documents.read_block_documents, block_schemas=able)] == ["w"]
    assert done(block_schemas.read_available_block_capabilities) == ["read", "write"]


def test_secrets_are_masked_unless_asked_for() -> None:
    """Whoever reads documents sees stars, in every way of reading, until secrets are asked for."""
    stored = a_document(a_schema(a_type()))
    assert stored.data == {"key": "********", "plain": "shown"}
    ways: list[Any] = [
        lambda **asked: done(block_documents.read_block_document, stored.id, **asked),
        lambda **asked: done(block_documents.read_block_document_by_name, "thing", "one", **asked),
        lambda **asked: done(block_documents.read_block_documents, **asked)[0],
        lambda **asked: done(block_documents.read_block_documents_of_type, "thing", **asked)[0],
    ]
    for read in ways:
        assert read().data["key"] == "********"
        assert read(include_secrets=True).data["key"] == "hidden"


def test_a_document_has_a_name_of_its_own() -> None:
    """A name is taken once for a type; anonymous documents get names that nobody has, and are not listed."""
    schema = a_schema(a_type())
    a_document(schema)
    with pytest.raises(ObjectAlreadyExists, match="thing/one"):
        a_document(schema)
    a_document(a_schema(a_type("other")))
    with pytest.raises(ValidationError, match="Names must be provided"):
        a_document(schema, None)
    anonymous = [a_document(schema, None, is_anonymous=True).name for _ in range(2)]
    assert len({*anonymous}) == 2
    names = [document.name for document in done(block_documents.read_block_documents)]
    assert names == ["one", "one"]


def test_documents_are_found() -> None:
    """Filters, orders and pages of documents; the count agrees."""
    first, second = a_schema(a_type("a-type")), a_schema(a_type("b-type"))
    a_document(second, "alpha")
    a_document(first, "beta")
    a_document(first, None, is_anonymous=True)
    read, count = block_documents.read_block_documents, block_documents.count_block_documents

    def found(documents: BlockDocumentFilter | None = None, **options: Any) -> list[str | None]:
        return [(d.name or "").partition("-")[0] for d in done(read, documents, **options)]

    name, anonymous = BlockDocumentFilterName, BlockDocumentFilterIsAnonymous
    assert found() == ["alpha", "beta"]
    assert found(sort=BlockDocumentSort.NAME_DESC) == ["beta", "alpha"]
    assert found(sort=BlockDocumentSort.BLOCK_TYPE_AND_NAME_ASC) == ["beta", "alpha"]
    assert found(limit=1, offset=1) == ["beta"]
    assert found(BlockDocumentFilter(name=name(like_="LPH"))) == ["alpha"]
    assert found(BlockDocumentFilter(name=name(any_=["beta"]))) == ["beta"]
    assert found(BlockDocumentFilter(is_anonymous=anonymous(eq_=True))) == ["anonymous"]
    assert found(BlockDocumentFilter(is_anonymous=None)) == ["alpha", "anonymous", "beta"]
    either = BlockDocumentFilter(
        operator=Operator.or_, name=name(any_=["beta"]), is_anonymous=anonymous(eq_=True)
    )
    assert found(either) == ["anonymous", "beta"]
    assert found(block_types=BlockTypeFilter(slug=BlockTypeFilterSlug(any_=["b-type"]))) == ["alpha"]
    assert (done(count), done(count, either)) == (2, 2)


def test_a_change_keeps_what_it_does_not_name() -> None:
    """Values are merged unless they are to be replaced; a secret that comes back as its mask stays."""
    stored = a_document(a_schema(a_type()))
    update = block_documents.update_block_document
    done(update, stored.id, BlockDocumentUpdate(data={"key": "********", "other": "o"}))
    assert data_of(stored.id) == {"key": "hidden", "plain": "shown", "other": "o"}
    done(update, stored.id, BlockDocumentUpdate(data={"key": "new"}, merge_existing_data=False))
    assert data_of(stored.id) == {"key": "new"}


def test_documents_refer_to_others() -> None:
    """A reference is read as the values of the other document, which stays masked by its own schema."""
    inner_schema = a_schema(a_type("inner"))
    outer_schema = a_schema(a_type("outer"), secret="none")
    inner = a_document(inner_schema, "in")
    ref = {"$ref": {"block_document_id": str(inner.id)}}
    outer = a_document(outer_schema, "out", data={"part": ref, "parts": [ref, {"plain": 1}]})
    assert outer.data["part"] == {"key": "********", "plain": "shown"}
    assert outer.block_document_references["part"]["block_document"]["name"] == "in"
    listed = data_of(outer.id)["parts"][0]
    assert (listed["key"], listed["block_type_slug"], listed["_block_document_name"]) == (
        "hidden",
        "inner",
        "in",
    )
    with pytest.raises(ObjectNotFound):
        a_document(outer_schema, "bad", data={"part": {"$ref": {"block_document_id": str(uuid4())}}})


def test_a_circle_of_references_ends() -> None:
    """Documents that refer to one another can be read."""
    schema = a_schema(a_type())
    first = a_document(schema, "a")
    second = a_document(schema, "b", data={"next": {"$ref": {"block_document_id": str(first.id)}}})
    back = {"next": {"$ref": {"block_document_id": str(second.id)}}}
    done(block_documents.update_block_document, first.id, BlockDocumentUpdate(data=back))
    assert data_of(first.id)["next"] == {}


def test_deleting_takes_what_belongs_to_it() -> None:
    """With a type its schemas and documents go, with a schema its documents; what is not there is said."""
    kind = a_type()
    schema = a_schema(kind)
    document = a_document(schema)
    done(block_documents.delete_block_document, document.id)
    with pytest.raises(ObjectNotFound):
        done(block_documents.delete_block_document, document.id)
    document = a_document(schema)
    done(block_schemas.delete_block_schema, schema.id)
    with pytest.raises(ObjectNotFound):
        done(block_documents.read_block_document, document.id)
    document = a_document(a_schema(kind))
    done(block_types.delete_block_type, kind.id)
    for read, what in (
        (block_documents.read_block_document, document.id),
        (block_schemas.read_block_schema, document.block_schema_id),
        (block_types.read_block_type, kind.id),
        (block_types.read_block_type_by_slug, "thing"),
        (block_documents.read_block_documents_of_type, "thing"),
    ):
        with pytest.raises(ObjectNotFound):
            done(read, what)


@pytest.mark.sqlite
def test_a_protected_type_stays() -> None:
    """A type that belongs to the library cannot be deleted."""
    kind = a_type()
    with sqlite3.connect(get_current_settings().database_path) as connection:
        connection.execute("UPDATE block_type SET is_protected = 1")
    connection.close()
    with pytest.raises(ProtectedBlockError, match="thing"):
        done(block_types.delete_block_type, kind.id)


@pytest.mark.parametrize(
    ("data", "paths", "expected"),
    [
        ({"a": "x", "b": "y"}, ["a"], {"a": "*", "b": "y"}),
        ({"a": {"k": "x", "n": {"z": 1}}}, ["a.*"], {"a": {"k": "*", "n": {"z": "*"}}}),
        ({"a": ["x", "y"]}, ["a"], {"a": ["*", "*"]}),
        ({"a": {"k": "x"}}, ["a"], {"a": {"k": "*"}}),
        ({"a": {"p": "x", "q": 1}}, ["a.p"], {"a": {"p": "*", "q": 1}}),
        ({"a": [{"p": "x", "q": 1}]}, ["a.p"], {"a": [{"p": "*", "q": 1}]}),
        ({"a": {"k": {"p": "x"}, "p": {"p": "y"}}}, ["a.p"], {"a": {"k": {"p": "*"}, "p": {"p": "*"}}}),
        ({"a": None}, ["a"], {"a": None}),
        ({"b": 1}, ["a", "b.c"], {"b": 1}),
    ],
)
def test_masking_reaches_every_depth(
    data: dict[str, Any], paths: list[str], expected: dict[str, Any]
) -> None:
    """Secrets in lists, dictionaries and objects are masked; what is beside them and what is not set is not."""
    stars = masked(data, paths)
    assert eval(repr(stars).replace("********", "*")) == expected  # noqa: S307 - a representation made here


def test_operations_have_the_documented_routes() -> None:
    """Each operation is offered by the method, path and status that clients know."""
    ours = {f"prefect.store.block_{name}" for name in ("types", "schemas", "documents")}
    routes = {
        (route.method, route.path, route.status)
        for function, route in all_operations().items()
        if function.__module__ in ours
    }
    assert ("POST", "/block_types/", 201) in routes
    assert ("GET", "/block_types/slug/{slug}/block_documents/name/{block_document_name}", 200) in routes
    assert ("PATCH", "/block_documents/{id}", 204) in routes
    assert ("GET", "/block_capabilities/", 200) in routes
    assert len(routes) == 20
