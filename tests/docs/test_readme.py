"""What the README shows does what the README says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(path.name for path in ROOT.glob("*.md"))
PREFECT = Path(sys.executable).with_name("prefect.exe" if sys.platform == "win32" else "prefect")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command to its end and return what it printed."""
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_pipeline_of_the_readme_runs_and_is_recorded(tmp_path: Path) -> None:
    """Who copies the pipeline of the README and runs it finds one completed run under its name."""
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "pipeline.py").write_text(code, encoding="utf-8")
    assert run(sys.executable, "pipeline.py", cwd=tmp_path).splitlines()[-1] == "3"
    (only,) = json.loads(run(PREFECT, "flow-run", "ls", "--output", "json", cwd=tmp_path))
    assert only["state_type"] == "COMPLETED"
    assert "ETL Pipeline" in run(PREFECT, "flow-run", "ls", cwd=tmp_path)
    assert "Writing 3 rows" in run(PREFECT, "flow-run", "logs", only["id"], cwd=tmp_path)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    """Every link to a file of this repository has a file at its end."""
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / document).read_text(encoding="utf-8"))
    assert [target for target in targets if not (ROOT / target).exists()] == []
