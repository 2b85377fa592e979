"""What the pages of `docs/how-to` show does what the pages say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.transcripts import HOW_TO, ROOT, blocks, do_as_shown

PAGES = sorted(HOW_TO.glob("*.md"))
SHOWN = [page for page in PAGES if any(block.kind == "console" for block in blocks(page))]
OWN_TESTS = {"testing.md"}


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.stem)
def test_who_does_what_a_page_shows_sees_what_it_shows(page: Path, tmp_path: Path) -> None:
    """The files of a page, written down and run as it says, print what it says."""
    do_as_shown(page, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_nothing_is_shown_that_is_not_run(page: Path) -> None:
    """Each Python block of a page is a file that one of its commands runs, or that such a file imports."""
    if page.name in OWN_TESTS:
        return
    assert page in SHOWN
    text = page.read_text(encoding="utf-8")
    names = [block.file_name or block.text for block in blocks(page) if block.kind == "python"]
    used = re.findall(r"^\$ python (\S+)", text, re.MULTILINE)
    used += [f"{name}.py" for name in re.findall(r"^from (\w+) import", text, re.MULTILINE)]
    assert set(names) - set(used) == set()


def test_every_page_is_in_the_index() -> None:
    """Who opens docs/README.md finds each page of the documents."""
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([^)#:]+)\)", index))
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")} - {
        "README.md"
    }
    assert linked >= there
