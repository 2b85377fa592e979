"""The fences that a process writes with: from its environment, or taken later."""

from __future__ import annotations

import pytest

from prefect._fences import (
    FENCE_VARIABLE,
    RUN_VARIABLE,
    Fence,
    fence_header,
    fenced_off,
    fences_in,
    held_fences,
    hold_fence,
    let_go_fence,
    writing_for,
)


def test_the_environment_tells_which_claim_the_process_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only with both, a run and a number; 0 is the number of servers that know no claims."""
    assert held_fences() == ()
    monkeypatch.setenv(RUN_VARIABLE, "a")
    assert fence_header() == ""
    monkeypatch.setenv(FENCE_VARIABLE, "0")
    assert fence_header() == ""
    monkeypatch.setenv(FENCE_VARIABLE, "7")
    assert held_fences() == (Fence("a", 7),)
    assert fence_header() == "a/7"


def test_a_claim_that_was_taken_later_is_told_besides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever took it hears that it is lost, and the process goes on."""
    monkeypatch.setenv(RUN_VARIABLE, "a")
    monkeypatch.setenv(FENCE_VARIABLE, "7")
    lost: list[str] = []
    hold_fence("b", 2, lambda: lost.append("b"))
    try:
        assert fences_in(fence_header()) == (Fence("a", 7), Fence("b", 2))
        fenced_off(Fence("b", 1))
        fenced_off(Fence("c", 2))
        assert lost == []
        fenced_off(Fence("b", 2))
        assert lost == ["b"]
    finally:
        let_go_fence("b")
    assert fence_header() == "a/7"


def test_records_of_another_process_are_handed_on_with_its_fences() -> None:
    """Not with those of the process that hands them on."""
    with writing_for("x/1"):
        assert fence_header() == "x/1"
    assert fence_header() == ""


@pytest.mark.parametrize("header", ["a", "a/b", "a/1,b", "/"])
def test_what_is_no_header_is_refused(header: str) -> None:
    """Rather than writing without a fence."""
    with pytest.raises(ValueError, match="invalid literal"):
        fences_in(header)
