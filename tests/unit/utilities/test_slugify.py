"""Names as they may stand in labels and paths."""

from __future__ import annotations

import pytest

from prefect.utilities.slugify import slugify


@pytest.mark.parametrize(
    ("text", "options", "slug"),
    [
        ("My Worker !", {}, "my-worker"),
        ("Müller's Worker, No. 1", {}, "mullers-worker-no-1"),
        ("Hello Wörld & x_y!", {"max_length": 10}, "hello-worl"),
        ("a--b", {"regex_pattern": r"[^-a-z0-9]+"}, "a-b"),
        ("My Name", {"lowercase": False}, "My-Name"),
        ("a_b.c/d", {"regex_pattern": r"[^a-zA-Z0-9-_.]+", "lowercase": False}, "a_b.c-d"),
        ("a b", {"separator": "_"}, "a_b"),
        ("größe 1", {"allow_unicode": True}, "größe-1"),
        ("!!!", {}, ""),
    ],
)
def test_what_is_not_allowed_is_replaced(text: str, options: dict[str, object], slug: str) -> None:
    """Letters that have a plain form keep it; the rest becomes one separator, and none stands at an end."""
    assert slugify(text, **options) == slug  # pyright: ignore[reportArgumentType] - of several types
