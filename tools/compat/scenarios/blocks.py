"""Blocks: those that come with the package, one of our own, and references from one to another."""

from claims import holds, raises, same, verdict
from pydantic import SecretStr

from prefect import get_client
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.exceptions import ObjectNotFound
from prefect.filesystems import LocalFileSystem


class CompatEngine(Block):
    """An engine, to be part of something."""

    power: int
    code: SecretStr


class CompatCar(Block):
    """A car, which has an engine."""

    _block_type_name = "Compat Car"
    _description = "Drives."

    engine: CompatEngine
    colours: tuple[str, ...] = ()


Secret(value={"user": "me", "word": "hidden"}).save("compat-secret")
same("a secret", Secret.load("compat-secret").get(), {"user": "me", "word": "hidden"})
raises("saved twice", ValueError, lambda: Secret(value="x").save("compat-secret"))
Secret(value="second").save("compat-secret", overwrite=True)
same("saved over", Secret.load("compat-secret").get(), "second")
LocalFileSystem(basepath="/tmp/compat").save("compat-files")  # noqa: S108 - nothing is written there
same("a file system", LocalFileSystem.load("compat-files").basepath, "/tmp/compat")  # noqa: S108 - the same

engine = CompatEngine(power=90, code="1234")
engine.save("compat-engine")
CompatCar(engine=engine, colours=("red",)).save("compat-car")
car = CompatCar.load("compat-car")
same("a block in a block", (car.engine.power, car.engine.code.get_secret_value()), (90, "1234"))
loaded = Block.load("compat-car/compat-car")
same("loaded by its slug", (type(loaded).__name__, list(loaded.colours)), ("CompatCar", ["red"]))
raises("not there", ValueError, lambda: CompatCar.load("compat-none"))

with get_client(sync_client=True) as client:
    kind = client.read_block_type_by_slug("compat-car")
    same("its type", (kind.name, kind.description, kind.is_protected), ("Compat Car", "Drives.", False))
    document = client.read_block_document_by_name("compat-car", "compat-car")
    same("what is stored", document.data["colours"], ["red"])
    hidden = client.read_block_document_by_name("compat-engine", "compatengine", include_secrets=False)
    holds("secrets are masked", set(hidden.data["code"]) == {"*"})
    stored = {each.name for each in client.read_block_documents(limit=200)}
    same("listed", {"compat-secret", "compat-car"} - stored, set())
    same(
        "of a type", [each.name for each in client.read_block_documents_by_type("compat-car")], ["compat-car"]
    )
    newest = client.get_most_recent_block_schema_for_block_type(kind.id)
    same("its schema", sorted(newest.fields["properties"]), ["colours", "engine"])
    checked = client.read_block_schema_by_checksum(newest.checksum)
    same("found by checksum", checked.id, newest.id)
    CompatCar.delete("compat-car")
    raises("deleted", ObjectNotFound, lambda: client.read_block_document_by_name("compat-car", "compat-car"))
    client.delete_block_type(kind.id)
    raises("type deleted", ObjectNotFound, lambda: client.read_block_type_by_slug("compat-car"))

raise SystemExit(verdict())
