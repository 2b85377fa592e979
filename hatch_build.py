"""Puts the pages of the web interface into a built package, and says loudly when it has none.

Hatch calls it for each wheel and each source distribution. An editable installation needs no pages in it: it serves
those that `python3 dev.py ui` puts beside the sources.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WISH = "PREFECT_BUILD_UI"
"""The variable that says how much the pages are wanted: `required` for what is given to others, `off` for never;
otherwise they are built where that is possible."""

PATIENCE = 300
"""How many seconds building them may take, what npm fetches included."""

PAGE = Path("src", "prefect", "server", "ui", "static", "index.html")


class PagesHook(BuildHookInterface[Any]):
    """Builds the pages where they are missing and Node is there."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Have the pages there before files are collected.

        Args:
            version: What is built: `standard`, or `editable`.
            build_data: What hatch knows of the build.

        Raises:
            RuntimeError: The pages are required, and there are none.
        """
        wish = os.environ.get(WISH, "").lower()
        root = Path(self.root)
        if version == "editable" or wish == "off" or (root / PAGE).is_file():
            return
        said = built(root)
        if (root / PAGE).is_file():
            return
        told = (
            f"This package lacks its web interface; all the rest of it works. Building the pages said:\n\n{said}\n"
            f"Do one of these, then build or install again:\n"
            f"  - install Node 20.19 or newer, with npm (https://nodejs.org): that is enough\n"
            f"  - build them elsewhere by `python3 dev.py ui`, and bring along {PAGE.parent.as_posix()}\n"
            f"  - set {WISH}=off: they are not wanted\n"
        )
        if wish == "required":
            raise RuntimeError(told)
        self.app.display_warning(told)


def built(root: Path) -> str:
    """Build the pages, and return what was said about it."""
    try:
        done = subprocess.run(
            [sys.executable, "dev.py", "ui", "build"],
            cwd=root,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return f"It was not done after {PATIENCE} seconds."
    return done.stdout
