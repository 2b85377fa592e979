"""Names of Docker images: their registry, repository and tag, and the images that have this library."""

from __future__ import annotations

import sys

import prefect

IMAGE_LABELS = {"io.prefect.version": prefect.__version__}
"""What images are marked with that are built here."""

CONTAINER_LABELS = IMAGE_LABELS
"""What containers are marked with that are made here."""


def python_version_minor() -> str:
    """Return the version of this Python, such as "3.12"."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def python_version_micro() -> str:
    """Return the version of this Python, such as "3.12.4"."""
    return f"{python_version_minor()}.{sys.version_info.micro}"


def format_outlier_version_name(version: str) -> str:
    """Return a version of this library as tags of images have it."""
    return version.replace("+0.", "+").removesuffix("+")


def get_prefect_image_name(
    prefect_version: str | None = None, python_version: str | None = None, flavor: str | None = None
) -> str:
    """Return the name of the public image of a version.

    Args:
        prefect_version: The version; by default that which is here.
        python_version: The Python in it, such as "3.12"; by default this one.
        flavor: A variant, such as "kubernetes".

    Example:
        >>> get_prefect_image_name("3.8.8", "3.12")
        'prefecthq/prefect:3.8.8-python3.12'
    """
    version = format_outlier_version_name(prefect_version or prefect.__version__).partition("+")[0]
    variant = f"-{flavor}" if flavor else ""
    return f"prefecthq/prefect:{version}-python{python_version or python_version_minor()}{variant}"


def parse_image_tag(name: str) -> tuple[str, str | None]:
    """Return the name of an image and its tag, or its digest; None if it has neither.

    Example:
        >>> parse_image_tag("registry:5000/etl:v1")
        ('registry:5000/etl', 'v1')
    """
    if "@" in name:
        image, _, digest = name.partition("@")
        return image, digest
    path, colon, tag = name.rpartition(":")
    return (path, tag) if colon and "/" not in tag else (name, None)


def split_repository_path(repository_path: str) -> tuple[str | None, str]:
    """Return the registry or namespace of an image, or None, and the rest of its name.

    Example:
        >>> split_repository_path("registry.io/team/etl:v1")
        ('registry.io/team', 'etl:v1')
    """
    namespace, _, repository = repository_path.rpartition("/")
    return namespace or None, repository
