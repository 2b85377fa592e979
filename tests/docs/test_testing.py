"""What the page on testing shows does what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "testing.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_passes(tmp_path: Path) -> None:
    """Who copies the fixture and the example has three tests that pass, and no trace of them in the home."""
    for code in re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / code[0]).write_text(code[1], encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    home = tmp_path / "home"
    without = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:asyncio", "-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", "-q", *without, str(tmp_path)]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PREFECT_HOME": str(home), "PREFECT_API_URL": "http://127.0.0.1:1/api"},
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    assert not home.exists()
