"""Building images with Docker's BuildKit, for several platforms or with secrets.

It goes through the `docker` command, by the package python-on-whales, which comes with `prefect-docker`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

from prefect._imports import load
from prefect.docker.engine import BuildError, DockerNotAvailable, PushError
from prefect.docker.image_names import IMAGE_LABELS


def buildx_build_image(
    context: Path,
    dockerfile: str = "Dockerfile",
    tag: str | None = None,
    extra_tags: list[str] | None = None,
    pull: bool = False,
    platform: str | None = None,
    stream_progress_to: TextIO | None = None,
    push: bool = False,
    **kwargs: Any,
) -> str:
    """Build an image with BuildKit and return its id, or its name where it is not kept on this machine.

    Args:
        context: The folder that the build may copy from.
        dockerfile: The file that says how, below the folder.
        tag: What to call the image.
        extra_tags: What else to call it.
        pull: Look for newer images that it is built on.
        platform: What it is for; several are separated by commas.
        stream_progress_to: Where to write what is done.
        push: Push it when it is built.
        kwargs: Passed on to `docker buildx build`, as python-on-whales names it.

    Raises:
        ValueError: There is no such folder.
        BuildError: It cannot be built.
        DockerNotAvailable: The package, the command or the engine is missing.
    """
    if not context.exists():
        raise ValueError(f"There is no folder {context} to build an image from.")
    tags = [name for name in (tag, *(extra_tags or ())) if name]
    docker, failed = _docker()
    # One platform stays here as an image; several can only be pushed.
    platforms = [each.strip() for each in platform.split(",")] if platform else None
    loads = not push and (platforms is None or len(platforms) == 1)
    try:
        told = docker.buildx.build(
            context_path=str(context),
            file=str(context / dockerfile),
            tags=tags,
            pull=pull,
            platforms=platforms,
            labels={**(kwargs.pop("labels", None) or {}), **IMAGE_LABELS},
            push=push,
            load=kwargs.pop("load", loads),
            stream_logs=True,
            **kwargs,
        )
        for line in told:
            _write(stream_progress_to, line)
        return str(docker.image.inspect(tags[0]).id) if loads and tags else ",".join(tags)
    except failed as error:
        raise BuildError(f"The image {tag or 'without a name'} cannot be built: {error}") from error


def buildx_push_image(name: str, tag: str | None = None, stream_progress_to: TextIO | None = None) -> None:
    """Push an image that was built here.

    Raises:
        PushError: It cannot be pushed.
        DockerNotAvailable: The package or the command is missing.
    """
    reference = f"{name}:{tag}" if tag else name
    docker, failed = _docker()
    _write(stream_progress_to, f"Pushing {reference}...\n")
    try:
        docker.image.push(reference)
    except failed as error:
        raise PushError(f"The image {reference} cannot be pushed: {error}") from error


def _docker() -> tuple[Any, type[Exception]]:
    """Return what runs the `docker` command, and the exception that it raises."""
    try:
        docker = load("python_on_whales", "DockerClient")()
        failed = load("python_on_whales.exceptions", "DockerException")
    except ImportError as error:
        raise DockerNotAvailable(
            "The package python-on-whales is not installed here, which BuildKit is used through. "
            "Install it with `pip install prefect-docker`, or `pip install python-on-whales`."
        ) from error
    return docker, failed


def _write(place: TextIO | None, line: Any) -> None:
    if place is not None:
        place.write(line if isinstance(line, str) else str(line))
        place.flush()
