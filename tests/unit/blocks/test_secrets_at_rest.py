from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from prefect.backend import close_backends
from prefect.blocks import registry
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.exceptions import DatabaseError
from prefect.filesystems import LocalFileSystem, RemoteFileSystem


class Base(Block):
    x: int = 1


class WithSecret(Base):
    password: SecretStr


class Holder(Block):
    base: Base
    anything: Any = None


@pytest.fixture(autouse=True)
def known(classes: None) -> None:
    """Let the classes of this file stand for their slugs."""
    for cls in (Base, WithSecret, Holder):
        registry.register(cls.get_block_type_slug(), cls)


def raw(home: Path) -> bytes:
    """Return everything that lies in the home."""
    close_backends()
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_no_secret_is_in_the_file(home: Path) -> None:
    """Whoever reads the database file finds no secret: not of fields, of subclasses, of settings, nor undeclared."""
    Secret(value="needle-one").save("s")
    WithSecret(password="needle-two").save("w")
    Holder(base=WithSecret(password="needle-three"), anything=SecretStr("needle-four")).save("h")
    RemoteFileSystem(basepath="memory://x", settings={"key": "needle-five"}).save("r")
    Base(x=1, undeclared=SecretStr("needle-six")).save("u")  # type: ignore[call-arg]
    Secret(value={"deep": ["needle-seven"]}).save("s", overwrite=True)
    assert b"needle" not in raw(home)
    assert Holder.load("h").base.password.get_secret_value() == "needle-three"  # type: ignore[attr-defined]
    assert Secret.load("s").get() == {"deep": ["needle-seven"]}


def test_what_holds_no_secret_can_be_read(home: Path) -> None:
    """A block of plain texts and numbers is kept readable, and needs no key."""
    LocalFileSystem(basepath="/findable").save("l")
    assert b"/findable" in raw(home)
    assert not (home / "encryption.key").exists()
    assert LocalFileSystem.load("l").basepath == "/findable"


@pytest.mark.needs("posix")
def test_the_key_is_its_owners(home: Path) -> None:
    """The key file is made with the first secret, readable by its owner only, and nothing else is left."""
    Secret(value="needle").save("s")
    assert stat.S_IMODE((home / "encryption.key").stat().st_mode) == 0o600
    assert [path.name for path in home.glob(".*")] == []


def test_processes_agree_on_the_key(home: Path) -> None:
    """Several processes that save their first secret at once use the same key."""
    code = "import sys; from prefect.blocks.system import Secret; Secret(value='of '+sys.argv[1]).save(sys.argv[1])"
    started = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("a", "b", "c")]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    assert [Secret.load(name).get() for name in ("a", "b", "c")] == ["of a", "of b", "of c"]


def test_a_lost_key_is_said(home: Path) -> None:
    """Without the key neither reading nor writing goes on as if nothing were; deleting does."""
    Secret(value="needle").save("s")
    key = (home / "encryption.key").read_text()
    (home / "encryption.key").unlink()
    for use in (lambda: Secret.load("s"), lambda: Secret(value="x").save("t")):
        with pytest.raises(DatabaseError, match=r"there is no key.*encryption\.key.*backup"):
            use()
    (home / "encryption.key").write_text(Fernet.generate_key().decode())
    with pytest.raises(DatabaseError, match="none of the keys fits"):
        Secret.load("s")
    (home / "encryption.key").write_text("no key at all")
    with pytest.raises(DatabaseError, match="that is no key"):
        Secret.load("s")
    (home / "encryption.key").write_text(key)
    assert Secret.load("s").get() == "needle"


def test_keys_are_changed_one_after_the_other(home: Path) -> None:
    """A new key before the old one writes from then on; the old one reads what it wrote."""
    Secret(value="old").save("s")
    old, new = (home / "encryption.key").read_text(), Fernet.generate_key().decode()
    (home / "encryption.key").write_text(f"{new}\n{old}")
    assert Secret.load("s").get() == "old"
    Secret.load("s").save("s", overwrite=True)
    (home / "encryption.key").write_text(new)
    assert Secret.load("s").get() == "old"


def test_the_key_may_come_from_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With PREFECT_API_ENCRYPTION_KEY no key lies beside the database."""
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv("PREFECT_API_ENCRYPTION_KEY", first)
    Secret(value="needle").save("s")
    monkeypatch.setenv("PREFECT_API_ENCRYPTION_KEY", f"{second}, {first}")
    assert Secret.load("s").get() == "needle"
    assert not (home / "encryption.key").exists()
    monkeypatch.setenv("PREFECT_API_ENCRYPTION_KEY", "short")
    with pytest.raises(DatabaseError, match="PREFECT_API_ENCRYPTION_KEY holds something that is no key"):
        Secret.load("s")


def test_encryption_is_loaded_for_secrets_only() -> None:
    """A process that keeps no secret does not load what encrypts them."""
    code = (
        "import sys; from prefect.filesystems import LocalFileSystem\n"
        "LocalFileSystem(basepath='x').save('l'); LocalFileSystem.load('l')\n"
        "print([name for name in ('cryptography', 'httpx2', 'apprise', 'fsspec') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stderr
