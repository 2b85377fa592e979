"""Dockerfiles for flows that have none."""

from __future__ import annotations

import shlex
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from prefect.docker.image_names import get_prefect_image_name


def default_dockerfile(context: Path) -> str:
    """Return a Dockerfile that puts a folder, with what its requirements.txt asks for, on the public image."""
    folder = f"/opt/prefect/{context.name}"
    lines = [f"FROM {get_prefect_image_name()}"]
    if (context / "requirements.txt").exists():
        lines += [
            f"COPY requirements.txt {folder}/requirements.txt",
            f"RUN uv pip install -r {folder}/requirements.txt",
        ]
    lines += [f"COPY . {folder}/", f"WORKDIR {folder}/"]
    return "\n".join(lines) + "\n"


def to_run_command(command: list[str]) -> str:
    """Return the line of a Dockerfile that runs a command; nothing for no command."""
    return f"RUN {shlex.join(command)}" if command else ""


@contextmanager
def generate_default_dockerfile(context: Path | None = None) -> Generator[Path]:
    """Write a Dockerfile for a folder, for the time of the block.

    Args:
        context: The folder; by default the current one.

    Raises:
        RuntimeError: There is a Dockerfile already.
    """
    folder = (context or Path.cwd()).resolve()
    path = folder / "Dockerfile"
    text = default_dockerfile(folder)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise RuntimeError(
            f"A Dockerfile for {folder} cannot be written: there is one already. "
            'Build the image with dockerfile="Dockerfile", or remove the file.'
        ) from error
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
