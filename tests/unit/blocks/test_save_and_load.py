# ruff: noqa: RUF012 - the fields of a model are no class attributes
from __future__ import annotations

import subprocess
import sys
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr, ValidationError, field_validator

from prefect._secrets import redacted
from prefect.blocks import registry
from prefect.blocks.core import Block, InvalidBlockRegistration, UnknownBlockType
from prefect.blocks.system import Secret


class Machine(Block):
    """A machine."""

    label: str
    secret: SecretStr = SecretStr("none")


class Part(Block):
    size: int = 1


class Engine(Block):
    part: Part
    spares: list[Part] = []
    named: dict[str, Part] = {}
    either: Machine | Part | None = None


@pytest.fixture(autouse=True)
def known(classes: None) -> None:
    """Let the classes of this file stand for their slugs."""
    for cls in (Machine, Part, Engine):
        registry.register(cls.get_block_type_slug(), cls)


def test_a_saved_block_is_loaded_by_its_name() -> None:
    """What is saved comes back, secrets included, by its class or by the slug of its type."""
    block = Machine(label="one", secret="hidden")
    document_id = block.save("first")
    assert isinstance(document_id, UUID)
    for loaded in (Machine.load("first"), Block.load("machine/first"), Machine.load("machine/first")):
        assert type(loaded) is Machine
        assert loaded == block
        assert loaded.secret.get_secret_value() == "hidden"
        assert (loaded._block_document_id, loaded._block_document_name) == (document_id, "first")
    assert block.get_block_placeholder() == "prefect.blocks.machine.first"


async def test_async_code_awaits_blocks() -> None:
    """In async code the same names are awaited; the forms with `a` can be called anywhere."""
    block: Any = Machine(label="one")
    document_id = await block.save("first")
    assert await block.asave("first", overwrite=True) == document_id
    load: Any = Machine.load
    assert (await load("first")).label == (await Machine.aload("first")).label == "one"
    assert (await load.aio(Machine, "first")).label == "one"
    assert load("first", _sync=True).label == "one"
    assert (await Block.aload_from_ref(document_id)).label == "one"
    delete: Any = Machine.delete
    await delete("first")
    with pytest.raises(ValueError, match="first"):
        await Machine.adelete("first")


def test_a_name_is_taken_until_overwrite_is_asked_for() -> None:
    """Saving twice under a name is an error that says how to do it anyway; the id stays."""
    first = Machine(label="one").save("first")
    with pytest.raises(ValueError, match=r"machine/first.*overwrite=True"):
        Machine(label="two").save("first")
    assert Machine(label="two").save("first", overwrite=True) == first
    assert Machine.load("first").label == "two"
    Part().save("first")  # another type has names of its own


def test_a_loaded_block_is_saved_under_its_name() -> None:
    """A block remembers its name, and can get another beside it."""
    Machine(label="one").save("first")
    block = Machine.load("first")
    block.label = "changed"
    block.save(overwrite=True)
    assert Machine.load("first").label == "changed"
    assert block.save("second") != Machine.load("first")._block_document_id


@pytest.mark.parametrize("name", ["a b", "Upper", "under_score", "bad/name", "x&y", "ünï"])
def test_names_are_lowercase_letters_digits_and_dashes(name: str) -> None:
    """A name with anything else is refused."""
    with pytest.raises(ValidationError):
        Machine(label="one").save(name)


def test_a_block_needs_a_name_unless_it_is_anonymous() -> None:
    """Without a name nothing is saved; what is anonymous gets one that nobody else has."""
    from prefect._dual.awaiting import finish

    with pytest.raises(ValueError, match="without a name"):
        Machine(label="one").save()
    block = Machine(label="one")
    document_id = finish(block._save(is_anonymous=True))
    assert (block._block_document_name or "").startswith("anonymous-")
    assert block._is_anonymous
    assert Block.load_from_ref(document_id) == block


def test_what_is_not_there_is_said() -> None:
    """A name, a type or an id that nothing is saved under is an error that names it."""
    Machine(label="one").save("first")
    with pytest.raises(ValueError, match="named zz for block type machine"):
        Machine.load("zz")
    with pytest.raises(ValueError, match="named first for block type part"):
        Part.load("machine/first")
    with pytest.raises(ValueError, match="Which type of block is 'first'"):
        Block.load("first")
    missing = uuid4()
    with pytest.raises(ValueError, match=str(missing)):
        Block.load_from_ref(missing)
    Machine.delete("first")
    with pytest.raises(ValueError, match="named first"):
        Machine.delete("first")


def test_references_find_a_block() -> None:
    """An id, or a dictionary with an id or with slug and name, names a block."""
    document_id = Machine(label="one").save("first")
    for ref in (
        document_id,
        str(document_id),
        {"block_document_id": str(document_id)},
        {"block_document_slug": "machine/first"},
        "machine/first",
    ):
        assert Block.load_from_ref(ref).label == "one"
    with pytest.raises(ValueError, match="'x'"):
        Block.load_from_ref({"x": 1})
    with pytest.raises(ValueError, match="not a valid UUID"):
        Block.load_from_ref("first")


def test_saved_blocks_inside_others_stay_themselves() -> None:
    """A saved block inside another, in lists and dictionaries too, is a reference: its changes are seen."""
    part, machine = Part(size=5), Machine(label="m", secret="hidden")
    part.save("p")
    machine.save("m")
    Engine(part=part, spares=[part, Part(size=9)], named={"k": part}, either=machine).save("e")
    part.size = 50
    part.save(overwrite=True)
    loaded = Engine.load("e")
    assert [loaded.part.size, *(spare.size for spare in loaded.spares), loaded.named["k"].size] == [
        50,
        50,
        9,
        50,
    ]
    assert isinstance(loaded.either, Machine)
    assert loaded.either.secret.get_secret_value() == "hidden"
    assert [spare._block_document_name for spare in loaded.spares] == ["p", None]
    loaded.save("copy")
    part.size = 51
    part.save(overwrite=True)
    assert Engine.load("copy").spares[0].size == 51


def test_a_reference_to_a_deleted_block_is_not_set() -> None:
    """When the block that a field refers to was deleted, the field is as if it had never been set."""
    machine = Machine(label="m")
    machine.save("m")
    Engine(part=Part(), either=machine).save("e")
    Machine.delete("m")
    assert Engine.load("e").either is None


def test_the_class_may_change_after_saving() -> None:
    """A block that lacks a new field cannot be loaded, but for mending: then it is there, without that field."""
    Machine(label="one", secret="hidden").save("first")

    registry._classes.clear()

    class Changed(Block):
        _block_type_slug = "machine"
        label: str
        secret: SecretStr
        size: int

    with pytest.raises(RuntimeError, match=r"(?s)'first'.*validate=False.*size: Field required") as caught:
        Changed.load("first")
    assert "hidden" not in str(caught.value)
    with pytest.warns(UserWarning, match=r"'size'.*overwrite=True"):
        loaded = Changed.load("first", validate=False)
    assert (loaded.label, loaded.size) == ("one", None)
    assert "hidden" not in repr(loaded)
    loaded.size = 5
    loaded.save("first", overwrite=True)
    assert Changed.load("first").size == 5


def test_a_value_that_became_wrong_can_be_mended() -> None:
    """Without validation a block comes with the values that do not fit any more; secrets stay hidden."""
    Machine(label="one", secret="hidden").save("first")

    registry._classes.clear()

    class Strict(Block):
        _block_type_slug = "machine"
        label: str
        secret: SecretStr

        @field_validator("secret")
        @classmethod
        def _long(cls, value: SecretStr) -> SecretStr:
            if len(value) < 10:
                raise ValueError("too short")
            return value

    with pytest.raises(RuntimeError, match="secret: Value error, too short"):
        Strict.load("first")
    with pytest.warns(UserWarning, match="do not fit"):
        loaded = Strict.load("first", validate=False)
    assert "hidden" not in repr(loaded)
    assert loaded.secret.get_secret_value() == "hidden"


def test_fields_that_are_gone_are_kept_as_they_were() -> None:
    """What a class does not know any more is still there, and not shown."""
    Machine(label="one").save("first")

    registry._classes.clear()

    class Less(Block):
        _block_type_slug = "machine"

    loaded: Any = Less.load("first")
    assert loaded.label == "one"
    assert "one" not in repr(loaded)


def test_another_process_is_told_what_to_import() -> None:
    """Loading a block whose class is defined elsewhere names the module to import."""
    Machine(label="one").save("first")
    from prefect.backend import close_backends

    close_backends()
    code = "from prefect.blocks.core import Block; Block.load('machine/first')"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert UnknownBlockType.__name__ in done.stderr
    assert f"from {Machine.__module__} import Machine" in done.stderr
    code = "from prefect.blocks.core import Block; print(Block.load('secret/tok').get())"
    Secret(value="of another").save("tok")
    close_backends()
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "of another", done.stderr


def test_block_itself_is_no_type() -> None:
    """Only subclasses can be registered."""
    with pytest.raises(InvalidBlockRegistration, match="subclass"):
        Block.register_type_and_schema()


def test_a_type_is_brought_up_to_date() -> None:
    """A new description of a class is stored when it is registered again."""
    from prefect.backend import get_backend
    from prefect.store.block_types import read_block_type_by_slug

    Machine.register_type_and_schema()

    registry._classes.clear()

    class Newer(Block):
        """A better machine."""

        _block_type_slug = "machine"
        _block_type_name = "Machine"

    Newer.register_type_and_schema()
    stored = get_backend().perform(read_block_type_by_slug, "machine").result()
    assert stored.description == "A better machine."


@pytest.mark.parametrize("value", ["text", {"user": "guest", "pins": [1, 2]}, [1, 2], 5, 1.5, True, None])
def test_a_secret_is_any_value(value: Any) -> None:
    """The block Secret keeps whatever JSON has a form for."""
    Secret(value=value).save("s")
    loaded = Secret.load("s")
    assert loaded.get() == value
    assert "guest" not in repr(loaded) + loaded.model_dump_json()


def test_a_secret_of_a_type_is_checked() -> None:
    """`Secret[int]` is the block Secret, with a value that must be a number."""
    assert Secret[int](value=7).get() == 7
    Secret[int](value=7).save("n")
    assert Secret.load("n").get() == 7
    with pytest.raises(ValidationError):
        Secret()  # type: ignore[call-arg]


def test_a_loaded_secret_is_masked_in_logs() -> None:
    """From the moment a secret is loaded no log line of this process shows it."""
    Secret(value="quite-unlikely-token").save("s")
    Secret.load("s")
    assert redacted("token quite-unlikely-token!") == "token ********!"


def test_two_threads_save_the_same_block() -> None:
    """When several save under one name, the type is registered once and one value stays."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        ids = {*pool.map(lambda n: Machine(label=str(n)).save("same", overwrite=True), range(16))}
    assert len(ids) == 1
    assert Machine.load("same").label in {*map(str, range(16))}
