"""What the README shows does what the README says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.docs.transcripts import ROOT, blocks, do_as_shown, run

README = ROOT / "README.md"
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
)


def test_who_does_what_the_readme_shows_sees_what_it_shows(tmp_path: Path) -> None:
    """The files of the README, written down and run as it says, print what it says."""
    do_as_shown(README, tmp_path)


def test_nothing_in_the_readme_is_not_run() -> None:
    """Each Python block of the README is a file, and a command or a test here runs it."""
    text = README.read_text(encoding="utf-8")
    names = {block.file_name or block.text for block in blocks(README) if block.kind == "python"}
    assert (
        names - set(re.findall(r"^(?:\$| {3}) python (?:-m pytest )?(\S+\.py)", text, re.MULTILINE)) == set()
    )


def test_the_pipeline_of_the_readme_runs_and_is_recorded(tmp_path: Path) -> None:
    """Who copies the pipeline of the README and runs it finds one completed run under its name."""
    code = next(block.text for block in blocks(README) if block.file_name == "pipeline.py")
    (tmp_path / "pipeline.py").write_text(code, encoding="utf-8")

    def said(*command: str) -> str:
        done = run([*command], tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert said("python", "pipeline.py").splitlines()[-1] == "3"
    (only,) = json.loads(said("prefect", "flow-run", "ls", "--output", "json"))
    assert only["state_type"] == "COMPLETED"
    assert "ETL Pipeline" in said("prefect", "flow-run", "ls")
    assert "Writing 3 rows" in said("prefect", "flow-run", "logs", only["id"])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    """Every link to a file of this repository has a file at its end."""
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / document).read_text(encoding="utf-8"))
    here = (ROOT / document).parent
    assert [target for target in targets if not (here / target).exists()] == []
