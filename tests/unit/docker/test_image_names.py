"""Names of Docker images: taken apart, and those that have this library."""

from __future__ import annotations

import sys

import pytest

from prefect.utilities.dockerutils import (
    IMAGE_LABELS,
    format_outlier_version_name,
    get_prefect_image_name,
    parse_image_tag,
    split_repository_path,
)


@pytest.mark.parametrize(
    ("name", "image", "tag"),
    [
        ("a", "a", None),
        ("a:b", "a", "b"),
        ("reg:5000/a", "reg:5000/a", None),
        ("reg:5000/a:b", "reg:5000/a", "b"),
        ("reg.io/a/b:c", "reg.io/a/b", "c"),
        ("a@sha256:123", "a", "sha256:123"),
        ("reg/a:t@sha256:1", "reg/a:t", "sha256:1"),
    ],
)
def test_a_name_is_parted_from_its_tag(name: str, image: str, tag: str | None) -> None:
    """The port of a registry is not taken for a tag, and a digest is one."""
    assert parse_image_tag(name) == (image, tag)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a:b", (None, "a:b")),
        ("org/a:1", ("org", "a:1")),
        ("reg:5000/a", ("reg:5000", "a")),
        ("reg.io/a/b:c", ("reg.io/a", "b:c")),
    ],
)
def test_a_name_is_parted_from_its_registry(path: str, parts: tuple[str | None, str]) -> None:
    """What stands before the last slash is where the image is kept."""
    assert split_repository_path(path) == parts


def test_the_public_images() -> None:
    """The image of a version is named by that version and by this Python."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert get_prefect_image_name("3.8.8") == f"prefecthq/prefect:3.8.8-python{python}"
    assert (
        get_prefect_image_name("3.8.8", "3.12", "kubernetes")
        == "prefecthq/prefect:3.8.8-python3.12-kubernetes"
    )
    assert format_outlier_version_name("3.8.8.dev1") == "3.8.8.dev1"
    assert IMAGE_LABELS.keys() == {"io.prefect.version"}
