"""Sees to it that a built package holds the pages of the web interface, or fails and says what to do.

Hatch calls it for each wheel and each source distribution. An editable installation needs no pages in it: it serves
those that `python3 dev.py ui` puts beside the sources.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WITHOUT = "PREFECT_BUILD_WITHOUT_UI"
"""The variable that says that a package without the pages is meant."""

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
            RuntimeError: There are no pages, they could not be built, and nobody said that this is meant.
        """
        root = Path(self.root)
        if version == "editable" or (root / PAGE).is_file():
            return
        if os.environ.get(WITHOUT, "").lower() in {"1", "true", "yes"}:
            self.app.display_warning(f"{WITHOUT} is set: this package has no web interface.")
            return
        done = subprocess.run(
            [sys.executable, "dev.py", "ui", "build"],
            cwd=root,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode or not (root / PAGE).is_file():
            raise RuntimeError(
                f"This package would lack its web interface. `python3 dev.py ui build` said:\n\n{done.stdout}\n"
                f"Do one of these, then build or install again:\n"
                f"  - install Node 20.19 or newer, with npm (https://nodejs.org): that is enough\n"
                f"  - build them elsewhere by `python3 dev.py ui`, and bring along {PAGE.parent.as_posix()}\n"
                f"  - set {WITHOUT}=1: the package has no pages then, and all the rest of it works\n"
            )
