"""`prefect.deployments.steps.utility`: steps that run commands."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from prefect.deployments.steps import pip_install_requirements, run_shell_script

pytestmark = pytest.mark.needs("posix")


def script(text: str, **options: Any) -> dict[str, str]:
    """Run a script and return what it wrote."""
    return asyncio.run(run_shell_script(text, **options))


@pytest.mark.parametrize(
    ("text", "options", "written"),
    [
        ("echo hi", {}, "hi"),
        ("echo a\n\n  # a remark\n  echo b", {}, "a\nb"),
        ("echo 'a  b'; echo c", {}, "a  b; echo c"),
        ("echo $NAME", {"env": {"NAME": "x"}}, "$NAME"),
        (
            "echo $NAME ${NAME} $OTHER_NAME",
            {"env": {"NAME": "x"}, "expand_env_vars": True},
            "x x $OTHER_NAME",
        ),
        ("echo a | tr a b", {"shell": True}, "b"),
        ("echo $NAME; exit 0", {"shell": True, "env": {"NAME": "a; echo b"}}, "a; echo b"),
        ("", {}, ""),
    ],
)
def test_scripts(text: str, options: dict[str, Any], written: str) -> None:
    """Without a shell every line is a command and nothing else has a meaning; with one the shell acts on it all."""
    assert script(text, **options) == {"stdout": written, "stderr": ""}


def test_output_is_shown_and_kept(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What a script writes is shown while it runs, unless that is not wanted, and is its output."""
    assert script("pwd", directory=str(tmp_path))["stdout"] == str(tmp_path)
    assert capsys.readouterr().out == f"{tmp_path}\n"
    assert script("sh -c 'echo told >&2'", stream_output=False) == {"stdout": "", "stderr": "told"}
    assert capsys.readouterr() == ("", "")


def test_failures() -> None:
    """A command that fails is told with its exit code and its errors; those after it are not run."""
    with pytest.raises(RuntimeError, match="error code 2: no"):
        script("sh -c 'echo no >&2; exit 2'\necho never")
    with pytest.raises(FileNotFoundError, match=r"There is no program 'exit'(.|\n)*shell: true"):
        script("exit 3")
    with pytest.raises(FileNotFoundError, match="There is no directory '/not/there'"):
        script("pwd", directory="/not/there")


def test_requirements_are_installed_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of requirements is one argument of the installer, whatever its name begins with."""
    installer = tmp_path / "uv"
    installer.write_text('#!/bin/sh\nfor word in "$@"; do echo "[$word]"; done\n', encoding="utf-8")
    installer.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    done = asyncio.run(
        pip_install_requirements(str(tmp_path), requirements_file="--index-url=x", stream_output=False)
    )
    assert done["stdout"].splitlines()[-1] == "[--requirement=--index-url=x]"
