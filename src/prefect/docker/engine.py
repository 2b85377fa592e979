"""The Docker engine of this machine: images are built and pushed with it.

The library for it comes with `prefect-docker`, or with `pip install docker`; it is loaded when it is needed.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO, cast

from prefect._imports import load
from prefect.docker.image_names import IMAGE_LABELS
from prefect.exceptions import InfrastructureError, InfrastructureNotAvailable


class DockerNotAvailable(InfrastructureNotAvailable, RuntimeError):
    """There is no Docker engine here that answers, or not the library for it."""


class BuildError(InfrastructureError):
    """An image cannot be built."""


class PushError(InfrastructureError):
    """An image cannot be pushed."""


@contextmanager
def silence_docker_warnings() -> Generator[None]:
    """Keep the warnings of the library for Docker about itself from being shown, for the time of the block."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        yield


@contextmanager
def docker_client() -> Generator[Any]:
    """Connect with the Docker engine for the time of the block.

    Raises:
        DockerNotAvailable: The engine does not answer, or the library for it is not installed.
    """
    try:
        with silence_docker_warnings():
            connect = load("docker", "from_env")
    except ImportError as error:
        raise DockerNotAvailable(
            "The library for Docker is not installed here. Install it with `pip install prefect-docker`, "
            "or `pip install docker`."
        ) from error
    failed = load("docker.errors", "DockerException")
    try:
        client = connect()
    except failed as error:
        raise DockerNotAvailable(
            f"The Docker engine does not answer: {error}. Is Docker running? DOCKER_HOST says where it is looked for, "
            "by default at its local socket."
        ) from error
    try:
        yield client
    finally:
        client.close()


def build_image(
    context: Path,
    dockerfile: str = "Dockerfile",
    tag: str | None = None,
    pull: bool = False,
    platform: str | None = None,
    stream_progress_to: TextIO | None = None,
    **kwargs: Any,
) -> str:
    """Build an image and return its id.

    Args:
        context: The folder that the build may copy from.
        dockerfile: The file that says how, below the folder.
        tag: What to call the image.
        pull: Look for newer images that it is built on.
        platform: What it is for, such as "linux/amd64".
        stream_progress_to: Where to write what is done.
        kwargs: Passed on to the engine's `build`.

    Raises:
        ValueError: There is no such folder.
        BuildError: It cannot be built.
        DockerNotAvailable: There is no engine.
    """
    if not context.exists():
        raise ValueError(f"There is no folder {context} to build an image from.")
    labels: dict[str, str] = {**(kwargs.pop("labels", None) or {}), **IMAGE_LABELS}
    with docker_client() as client:
        told = client.api.build(
            path=str(context),
            tag=tag,
            dockerfile=dockerfile,
            pull=pull,
            decode=True,
            labels=labels,
            platform=platform,
            **kwargs,
        )
        image: str | None = None
        for event in _events(told, BuildError, f"The image {tag or 'without a name'} cannot be built"):
            if stream_progress_to is not None:
                stream_progress_to.write(str(event.get("stream", "")))
                stream_progress_to.flush()
            image = cast("dict[str, Any]", event.get("aux") or {}).get("ID", image)
    if image is None:
        raise BuildError(f"The engine does not say which image it has built for {tag or context}.")
    return image


def push_image(
    image_id: str,
    registry_url: str,
    name: str,
    tag: str | None = None,
    stream_progress_to: TextIO | None = None,
) -> str:
    """Give an image a name in a registry, push it, and return that name.

    Args:
        image_id: The image.
        registry_url: The registry, such as "https://registry.example.com".
        name: What to call it there.
        tag: Its tag; by default the engine's.
        stream_progress_to: Where to write what is done.

    Raises:
        PushError: It cannot be pushed.
        DockerNotAvailable: There is no engine.
    """
    registry = registry_url.split("://", 1)[-1].rstrip("/")
    repository = f"{registry}/{name}"
    with docker_client() as client:
        client.images.get(image_id).tag(repository, tag=tag)
        try:
            push_tagged(client, repository, tag, stream_progress_to)
        finally:
            with suppress(load("docker.errors", "DockerException")):  # the name was only needed to push
                client.api.remove_image(f"{repository}:{tag}" if tag else repository, noprune=True)
    return f"{repository}:{tag}" if tag else repository


def push_tagged(
    client: Any, repository: str, tag: str | None, stream_progress_to: TextIO | None = None
) -> None:
    """Push an image that has its name already.

    Raises:
        PushError: It cannot be pushed.
    """
    told = client.api.push(repository, tag=tag, stream=True, decode=True)
    for event in _events(told, PushError, f"The image {repository}:{tag} cannot be pushed"):
        if stream_progress_to is not None and "status" in event:
            line = " ".join(str(event[key]) for key in ("id", "status", "progress") if event.get(key))
            stream_progress_to.write(line + "\n")
            stream_progress_to.flush()


def _events(told: Iterable[Any], failure: type[Exception], what: str) -> Generator[dict[str, Any]]:
    """Yield what the engine tells of its work.

    Raises:
        BuildError, PushError: It says that it cannot go on.
    """
    for event in told:
        if "error" in event:
            raise failure(f"{what}: {event['error']}")
        yield event
