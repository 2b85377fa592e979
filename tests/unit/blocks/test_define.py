# ruff: noqa: RUF012 - the fields of a model are no class attributes
from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Annotated, Any, Literal

import cloudpickle
import pytest
from pydantic import BaseModel, Field, Secret, SecretBytes, SecretStr

from prefect.blocks import registry
from prefect.blocks.core import Block, BlockNotSavedError, UnknownBlockType
from prefect.types import SecretDict

EXPECTED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "block-classes.json").read_text(encoding="utf-8")
)
"""What the API level that we follow says of the classes below."""


class Plain(Block):
    """A plain one.

    More text.

    Example:
        ```python
        Plain.load("x")
        ```
    """

    a: int
    b: str | None = None
    c: list[str] = Field(default_factory=list)


class Sec(Block):
    _block_type_name = "My Sec"
    _block_type_slug = "my-sec"
    _logo_url = "https://example.com/x.png"
    _documentation_url = "https://example.com/docs"
    _description = "desc"
    _code_example = "code()"
    _block_schema_capabilities = ["x"]
    s: SecretStr
    b: SecretBytes = b"zz"  # type: ignore[assignment]
    d: SecretDict = Field(default_factory=lambda: SecretDict({}))
    o: SecretStr | None = None
    l: list[SecretStr] = []  # noqa: E741 - the documented example
    m: dict[str, SecretStr] = {}


class Nest(Block):
    inner: Plain
    u: Plain | Sec | None = None
    l: list[Plain] = []  # noqa: E741 - the documented example
    d: dict[str, Sec] = {}
    title: str = Field(default="x", description="desc of title", title="TT")


class Sub(BaseModel):
    p: SecretStr
    q: int = 1


class WithModel(Block):
    sub: Sub
    subs: list[Sub] = []


class HTTPThing2(Block):
    x: int = 1


class With_Under(Block):
    x: int = 1


class Enumy(Block):
    k: Literal["a", "b"] = "a"


CLASSES = [Plain, Sec, Nest, WithModel, HTTPThing2, With_Under, Enumy]


@pytest.fixture(autouse=True)
def known(classes: None) -> None:
    """Let the classes of this file stand for their slugs, whatever other tests define."""
    for cls in CLASSES:
        registry._classes[cls.get_block_type_slug()] = cls


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_class_says_of_itself_what_it_always_did(cls: type[Block]) -> None:
    """Name, slug, capabilities, description, schema and checksum are those that servers and clients know."""
    expected = EXPECTED[cls.__name__]
    assert cls.get_block_type_name() == expected["name"]
    assert cls.get_block_type_slug() == expected["slug"]
    assert sorted(cls.get_block_capabilities()) == expected["capabilities"]
    assert cls.get_description() == expected["description"]
    assert cls.model_json_schema() == expected["schema"]
    assert cls._calculate_schema_checksum() == expected["checksum"]


def test_a_type_shows_how_it_is_used() -> None:
    """The example comes from the class, from its docstring, or says how a block is loaded."""
    assert Sec.get_code_example() == "code()"
    assert Plain.get_code_example() == '```python\nPlain.load("x")\n```'
    example = HTTPThing2.get_code_example() or ""
    assert f"from {HTTPThing2.__module__} import HTTPThing2" in example
    assert 'httpthing2_block = HTTPThing2.load("BLOCK_NAME")' in example


SECRETS = ("topsecret", "listed", "mapped", "dicted", "deeper", "zz-other")


def nested() -> Nest:
    """Return a block with secrets at every depth."""
    return Nest(
        inner=Plain(a=1),
        u=Sec(s="topsecret", l=["listed"], m={"k": "mapped"}, d={"k": "dicted", "n": {"z": "deeper"}}),
        l=[Plain(a=2)],
        d={"k": Sec(s="zz-other")},
    )


def test_secrets_are_shown_nowhere() -> None:
    """Neither text, nor dumps, nor JSON of a block show a secret, however deep it lies."""
    block = nested()
    for shown in (repr(block), str(block), block.model_dump(), block.model_dump_json(), vars(block)):
        assert not any(secret in str(shown) for secret in SECRETS)
    assert "'b': b'zz'" not in str(block.model_dump())  # a default neither


def test_secrets_are_shown_to_who_asks() -> None:
    """With `include_secrets` in the context a dump has the secrets, as Python values or for JSON."""
    context = {"include_secrets": True}
    for mode in ("python", "json"):
        dumped = nested().model_dump(mode=mode, context=context)
        assert dumped["u"]["s"] == "topsecret"
        assert (dumped["u"]["l"], dumped["u"]["m"]) == (["listed"], {"k": "mapped"})
        assert dumped["u"]["d"] == {"k": "dicted", "n": {"z": "deeper"}}
        assert dumped["d"]["k"]["s"] == "zz-other"
    assert all(secret in nested().model_dump_json(context=context) for secret in SECRETS)


def test_a_dump_makes_the_same_block_again() -> None:
    """A dump says of which type each block is, so that a union or a base class gets the right one back."""
    block = nested()
    again = Block.model_validate(block.model_dump(mode="json", context={"include_secrets": True}))
    assert type(again) is Nest
    assert type(again.u) is Sec
    assert again == block


def test_values_that_name_their_type_become_it() -> None:
    """`block_type_slug` chooses the class, where a base or a union leaves it open."""
    assert type(Block(block_type_slug="plain", a=5)) is Plain
    assert Nest(inner={"block_type_slug": "plain", "a": 5}).inner == Plain(a=5)
    with pytest.raises(ValueError, match=r"'my-sec' is no Plain"):
        Plain.model_validate({"block_type_slug": "my-sec", "s": "x"})
    with pytest.raises(UnknownBlockType, match="'nowhere'"):
        Block(block_type_slug="nowhere")


def test_a_subclass_stays_what_it_is_inside_another() -> None:
    """A field of a base class keeps all values of a subclass."""

    class Base(Block):
        x: int = 1

    class Child(Base):
        y: SecretStr = SecretStr("child-secret")

    class Holder(Block):
        base: Base

    dumped = Holder(base=Child(x=3)).model_dump(mode="json", context={"include_secrets": True})
    assert dumped["base"] == {"x": 3, "y": "child-secret", "block_type_slug": "child"}
    again = Holder.model_validate(dumped)
    assert isinstance(again.base, Child)


def test_the_class_for_a_missing_type_is_named() -> None:
    """Whoever lacks a class is told what to import, as far as that is known."""
    with pytest.raises(UnknownBlockType, match=r"from my_blocks import Foreign.*import the module"):
        registry.lookup("foreign", "```python\nfrom my_blocks import Foreign\n```")


def test_two_classes_with_one_slug_are_told() -> None:
    """Whoever gives a second class a slug is warned; a class that is defined anew is not news."""
    with pytest.warns(UserWarning, match=r"slug 'plain'.*takes its place"):

        class Other(Block):
            _block_type_slug = "plain"

    assert Block.get_block_class_from_key("plain") is Other
    for _ in range(2):

        class Again(Block):
            x: int = 1


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Plain, True),
        (Plain | None, True),
        (list[Plain], True),
        (dict[str, Plain], True),
        (Annotated[Plain, 1], True),
        (int, False),
        (list[int], False),
    ],
)
def test_annotations_with_blocks_are_found(annotation: object, expected: bool) -> None:
    """A parameter is known to take a block, on its own or inside a union or a collection."""
    assert Block.annotation_refers_to_block_class(annotation) is expected


def test_blocks_can_be_pickled() -> None:
    """A block goes to another process with its secrets and with what it knows of its document."""
    block = Sec(s="topsecret")
    block._block_document_name = "one"
    for library in (pickle, cloudpickle):
        again = library.loads(library.dumps(block))
        assert (again, again._block_document_name) == (block, "one")
        assert again.s.get_secret_value() == "topsecret"


def test_an_unsaved_block_has_no_placeholder() -> None:
    """What stands for a saved block in a template is not there before it is saved."""
    with pytest.raises(BlockNotSavedError, match="save this Plain"):
        Plain(a=1).get_block_placeholder()


def test_initialization_is_called_once_and_last() -> None:
    """`block_initialization` finds all values, however the block is made."""
    seen: list[int] = []

    class Noting(Block):
        x: int = 1

        def block_initialization(self) -> None:
            seen.append(self.x)

    Noting(x=2)
    Noting.model_validate({"x": 3})
    assert seen == [2, 3]


def test_a_value_may_be_any_secret() -> None:
    """Secret[...] keeps a value of any type."""

    class Typed(Block):
        when: Secret[int] | None = None

    assert Typed(when=5).model_dump(mode="json")["when"] == "**********"
    assert Typed(when=5).model_dump(context={"include_secrets": True})["when"] == 5
    assert Typed.model_json_schema()["secret_fields"] == ["when"]
