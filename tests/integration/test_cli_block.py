"""The commands about blocks, run as people and programs run them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from prefect.blocks.system import Secret
from prefect.filesystems import LocalFileSystem


def prefect(*arguments: str, fails: bool = False, folder: Path | None = None) -> str:
    """Run a command and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
    )
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


def test_blocks_are_looked_at_and_deleted(home: Path) -> None:
    """Blocks are listed, shown without their secrets and deleted; looking creates no database."""
    assert "No blocks yet" in prefect("block", "ls")
    assert json.loads(prefect("block", "ls", "-o", "json")) == []
    assert "no block 'secret/tok'" in prefect("block", "inspect", "secret/tok", fails=True)
    assert not (home / "prefect.db").exists()
    document_id = Secret(value="needle").save("tok")
    LocalFileSystem(basepath="/somewhere").save("here")
    assert "secret/tok" in prefect("blocks", "ls")
    listed = json.loads(prefect("block", "ls", "--output", "json"))
    assert [block["slug"] for block in listed] == ["local-file-system/here", "secret/tok"]
    for which in (("secret/tok",), ("--id", str(document_id))):
        shown = prefect("block", "inspect", *which)
        assert "value: ********" in shown
        assert "needle" not in shown
    assert json.loads(prefect("block", "inspect", "secret/tok", "-o", "json"))["data"] == {
        "value": "********"
    }
    assert "/somewhere" in prefect("block", "inspect", "local-file-system/here")
    assert "Deleted block 'secret/tok'" in prefect("--no-prompt", "block", "delete", "secret/tok")
    assert "no block" in prefect("--no-prompt", "block", "delete", "secret/tok", fails=True)
    assert "SLUG/NAME" in prefect("block", "inspect", "tok", fails=True)
    assert "SLUG/NAME" in prefect("block", "delete", fails=True)


def test_types_are_registered_and_looked_at(tmp_path: Path) -> None:
    """Types of a file are registered, listed beside those of the library, shown and deleted."""
    (tmp_path / "my_blocks.py").write_text(
        "from prefect.blocks.core import Block\nfrom pydantic import SecretStr\n"
        'class Mailbox(Block):\n    """Where mail goes."""\n    server: str\n    password: SecretStr\n'
    )
    assert "Mailbox (mailbox)" in prefect("block", "register", "--file", "my_blocks.py", folder=tmp_path)
    assert "Secret (secret)" in prefect("block", "register", "-m", "prefect.blocks.system")
    slugs = [kind["slug"] for kind in json.loads(prefect("block", "type", "ls", "-o", "json"))]
    assert {"mailbox", "secret", "slack-webhook", "local-file-system"} <= {*slugs}
    shown = prefect("block", "type", "inspect", "mailbox")
    assert "Where mail goes." in shown
    assert "password: string, required, secret" in shown
    whole = json.loads(prefect("block", "type", "inspect", "mailbox", "-o", "json"))
    assert whole["schema"]["fields"]["secret_fields"] == ["password"]
    assert "allow_private_urls: boolean" in prefect("block", "types", "inspect", "slack-webhook")
    assert "from my_blocks import Mailbox" in prefect("block", "create", "mailbox")
    assert "Deleted block type 'mailbox'" in prefect("--no-prompt", "block", "type", "delete", "mailbox")
    for command in (("type", "inspect"), ("type", "delete"), ("create",)):
        assert "no block type 'mailbox'" in prefect("--no-prompt", "block", *command, "mailbox", fails=True)


def test_what_cannot_be_registered_is_said(tmp_path: Path) -> None:
    """A module or file that is not there, that is broken or has no blocks is an error."""
    (tmp_path / "empty.py").write_text("x = 1\n")
    (tmp_path / "broken.py").write_text("1 / 0\n")
    assert "either a module or a file" in prefect("block", "register", fails=True)
    assert "ModuleNotFoundError" in prefect("block", "register", "-m", "not_there", fails=True)
    assert "FileNotFoundError" in prefect("block", "register", "-f", "none.py", fails=True, folder=tmp_path)
    assert "ZeroDivisionError" in prefect("block", "register", "-f", "broken.py", fails=True, folder=tmp_path)
    assert "defines no blocks" in prefect("block", "register", "-f", "empty.py", fails=True, folder=tmp_path)
