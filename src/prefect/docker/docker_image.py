"""`DockerImage`: the image that a deployment's runs are executed in."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TextIO

from prefect._clock import now
from prefect.docker.buildx import buildx_build_image, buildx_push_image
from prefect.docker.dockerfiles import generate_default_dockerfile
from prefect.docker.engine import build_image, docker_client, push_tagged
from prefect.docker.image_names import parse_image_tag

AUTO = "auto"
"""Stands for a Dockerfile that is made up for the folder."""


class DockerImage:
    """A Docker image that is built and pushed for deployments.

    Args:
        name: What it is called, with its registry, and perhaps with a tag: "registry.io/team/etl:v1".
        tag: Its tag; by default the time.
        dockerfile: The file that says how it is built; "auto" makes one up that copies the current folder and installs
            what its requirements.txt asks for.
        stream_progress_to: Where to write what is done; None for nowhere.
        build_backend: "docker-py", or "buildx" for BuildKit.
        build_kwargs: Passed on to the build.

    Raises:
        ValueError: Two tags were given, or there is no such backend.

    Example:
        >>> DockerImage("registry.io/team/etl", tag="v1").reference
        'registry.io/team/etl:v1'
    """

    def __init__(
        self,
        name: str,
        tag: str | None = None,
        dockerfile: str = AUTO,
        stream_progress_to: TextIO | None = sys.stdout,
        build_backend: Literal["docker-py", "buildx"] = "docker-py",
        **build_kwargs: Any,
    ) -> None:
        image, named = parse_image_tag(name)
        if tag and named:
            raise ValueError(
                f"Only one tag can be provided - both {named!r} and {tag!r} were provided as tags."
            )
        if build_backend not in {"docker-py", "buildx"}:
            raise ValueError(f"Invalid build_backend {build_backend!r}. Must be 'docker-py' or 'buildx'.")
        self.name = image
        self.tag = tag or named or _tag_of_now()
        self.dockerfile = dockerfile
        self.stream_progress_to = stream_progress_to
        self.build_backend = build_backend
        self.build_kwargs = build_kwargs

    @property
    def reference(self) -> str:
        """The image with its tag."""
        return f"{self.name}:{self.tag}"

    def build(self) -> None:
        """Build the image.

        Raises:
            BuildError: It cannot be built.
            DockerNotAvailable: There is no Docker engine here, or not the library for it.
        """
        given: dict[str, Any] = {"context": Path.cwd(), "pull": True, **self.build_kwargs}
        given |= {"tag": self.reference, "stream_progress_to": self.stream_progress_to}
        build: Callable[..., str] = buildx_build_image if self.build_backend == "buildx" else build_image
        context = Path(given.pop("context"))
        if self.dockerfile != AUTO:
            build(context, dockerfile=self.dockerfile, **given)
            return
        with generate_default_dockerfile(context):
            build(context, **given)

    def push(self) -> None:
        """Push the image.

        Raises:
            PushError: It cannot be pushed.
            DockerNotAvailable: There is no Docker engine here, or not the library for it.
        """
        if self.build_backend == "buildx":
            buildx_push_image(self.name, self.tag, self.stream_progress_to)
            return
        with docker_client() as client:
            push_tagged(client, self.name, self.tag, self.stream_progress_to)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reference!r})"


def _tag_of_now() -> str:
    return now().isoformat().replace("T", "t").replace(":", "-").replace(".", "-").replace("+", "-")
