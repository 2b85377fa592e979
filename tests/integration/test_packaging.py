"""What is built of this checkout holds the pages of the web interface, or says that it does not."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = "prefect/server/ui/static/index.html"
BY_NPM = """#!/bin/sh
case "$*" in
*build*) mkdir -p ../src/prefect/server/ui/static; echo "built" > ../src/prefect/server/ui/static/index.html ;;
install*) mkdir -p node_modules && touch node_modules/.package-lock.json ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a checkout as a build looks at, without the pages."""
    folder = tmp_path / "checkout"
    (folder / "src" / "prefect" / "server" / "ui").mkdir(parents=True)
    (folder / "ui").mkdir()
    for name in (
        "pyproject.toml", "README.md", "LICENSE", "hatch_build.py", "dev.py", ".gitignore",
        "src/prefect/__init__.py", "src/prefect/server/ui/__init__.py", "ui/package-lock.json",
    ):  # fmt: skip
        shutil.copy(ROOT / name, folder / name)
    return folder


def build(checkout: Path, kind: str, path: Path | None = None, **variables: str) -> tuple[str, list[str]]:
    """Build a package; return what was said, and the names of the files in it, none if there is no package."""
    programs = path or checkout.parent / "nothing"  # what there is besides Python: by default no Node
    programs.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", checkout.parent / "dist"],
        cwd=checkout,
        env={
            **os.environ,
            "PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin" if path else str(programs),
        }
        | variables,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=100,
    )
    made = list((checkout.parent / "dist").glob("*"))
    assert (done.returncode == 0) == bool(made), done.stdout
    if not made:
        return done.stdout, []
    if kind == "sdist":
        with tarfile.open(made[0]) as package:
            return done.stdout, package.getnames()
    with zipfile.ZipFile(made[0]) as package:
        return done.stdout, package.namelist()


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_a_package_holds_the_pages(checkout: Path, kind: str) -> None:
    """The built pages are no part of the repository, and part of each package."""
    static = checkout / "src" / PAGE
    (static.parent / "assets").mkdir(parents=True)
    static.write_text("<html></html>", encoding="utf-8")
    (static.parent / "assets" / "index-1a2b.js").write_text("1", encoding="utf-8")
    _, names = build(checkout, kind)
    assert any(name.endswith(PAGE) for name in names)
    assert any(name.endswith("static/assets/index-1a2b.js") for name in names)
    if kind == "sdist":  # of which a wheel can be built again
        assert any(name.endswith("/hatch_build.py") for name in names)


WAYS = ("Node 20.19", "python3 dev.py ui", "PREFECT_BUILD_UI=off")
"""What can be done about a package without pages."""


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_without_pages_nothing_is_released_by_mistake(checkout: Path, kind: str) -> None:
    """Where there are no pages and no Node a build that requires them fails, and says the three things to do."""
    said, names = build(checkout, kind, PREFECT_BUILD_UI="required")
    assert names == []
    for way in WAYS:
        assert way in said, said


def test_without_node_the_rest_is_installed(checkout: Path) -> None:
    """Who installs a checkout where Node is missing has all the rest, and is told loudly."""
    said, names = build(checkout, "wheel")
    assert "prefect/server/ui/__init__.py" in names
    assert not any("static" in name for name in names)
    for way in WAYS:
        assert way in said, said


def test_an_editable_installation_needs_no_pages(checkout: Path) -> None:
    """Who works on the sources installs them without Node, and builds the pages when they are wanted."""
    hook = runpy.run_path(str(checkout / "hatch_build.py"))["PagesHook"]
    hook(str(checkout), {}, None, None, "dist", "wheel").initialize("editable", {})
    assert not (checkout / "src" / PAGE).exists()


def test_a_package_without_pages_can_be_meant(checkout: Path) -> None:
    """Who says so gets a package without them, and no warning."""
    said, names = build(checkout, "wheel", PREFECT_BUILD_UI="off")
    assert "web interface" not in said
    assert "prefect/server/ui/__init__.py" in names
    assert not any("static" in name for name in names)


@pytest.mark.needs("posix")
def test_where_node_is_the_pages_are_built_with_the_package(checkout: Path, tmp_path: Path) -> None:
    """`pip install` of a fresh checkout has the pages, without a word, where Node is."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, script in (("node", "#!/bin/sh\necho v22.1.0\n"), ("npm", BY_NPM)):
        (programs / name).write_text(script, encoding="utf-8")
        (programs / name).chmod(0o755)
    _, names = build(checkout, "wheel", programs)
    assert PAGE in names
