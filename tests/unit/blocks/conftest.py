"""Blocks of tests: classes that one test defines are unknown to the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prefect.blocks import registry


@pytest.fixture(autouse=True)
def classes() -> Iterator[None]:
    """Know no classes of blocks but those of the library, and those that the test defines."""
    before = dict(registry._classes)
    for slug in [slug for slug, cls in before.items() if not cls.__module__.startswith("prefect.")]:
        del registry._classes[slug]
    yield
    registry._classes.clear()
    registry._classes.update(before)
