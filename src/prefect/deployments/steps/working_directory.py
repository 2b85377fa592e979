"""The step that most deployments have. It loads nothing, for it stands between a run's time and its first line."""

from __future__ import annotations

import os


def set_working_directory(directory: str) -> dict[str, str]:
    """Go to a directory, where the entrypoint of the flow is looked for then.

    Raises:
        FileNotFoundError: There is no such directory.

    Example:
        ```yaml
        pull:
        - prefect.deployments.steps.set_working_directory:
            directory: /opt/flows
        ```
    """
    os.chdir(directory)
    return {"directory": directory}
