"""Assertions for tests of users."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import pytest

from prefect import flow, get_run_logger, task
from prefect.blocks.core import Block
from prefect.filesystems import LocalFileSystem
from prefect.serializers import JSONSerializer, PickleSerializer
from prefect.states import Completed
from prefect.testing import fixtures
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from prefect.testing.utilities import (
    a_test_step,
    assert_blocks_equal,
    assert_does_not_warn,
    assert_uses_result_serializer,
    assert_uses_result_storage,
    b_test_step,
    exceptions_equal,
    kubernetes_environments_equal,
)


def test_exceptions_are_compared_by_type_and_arguments() -> None:
    """None equals None only."""
    assert exceptions_equal(ValueError("a"), ValueError("a"))
    assert exceptions_equal(None, None)
    for other in (ValueError("b"), KeyError("a"), ValueError("a", 1), None):
        assert not exceptions_equal(ValueError("a"), other)


def test_warnings_can_be_forbidden() -> None:
    """A warning is an AssertionError; some kinds can be let through, and other exceptions are themselves."""
    with assert_does_not_warn([DeprecationWarning]):
        warnings.warn("x", DeprecationWarning, stacklevel=1)
    with pytest.raises(AssertionError, match="UserWarning"), assert_does_not_warn([DeprecationWarning]):
        warnings.warn("x", UserWarning, stacklevel=1)
    with pytest.raises(KeyError), assert_does_not_warn():
        raise KeyError


def test_environments_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """In any order, as a list or a mapping; the difference is printed."""
    ab = [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
    assert kubernetes_environments_equal(ab, ab[::-1])
    assert kubernetes_environments_equal(ab, {"a": "1", "b": "2"})
    assert capsys.readouterr().out == ""
    assert not kubernetes_environments_equal(ab, {"a": "1", "b": "3"})
    assert "b is '2', expected '3'" in capsys.readouterr().out


class Place(Block):
    """Where something is.

    Example:
        >>> Place(name="here")
    """

    _block_type_name = "Place of a test of testing"
    name: str


class Nowhere(Block):
    _block_type_name = "Nowhere of a test of testing"
    name: str


def test_blocks_are_compared_by_their_fields() -> None:
    """Whether they are saved, and as what, only counts when that is asked for."""
    here, also_here = Place(name="here"), Place(name="here")
    assert_blocks_equal(here, also_here)
    also_here._block_document_name = "saved"
    assert_blocks_equal(here, also_here)
    with pytest.raises(AssertionError, match="saved"):
        assert_blocks_equal(here, also_here, exclude_private=False)
    with pytest.raises(AssertionError, match="there"):
        assert_blocks_equal(here, Place(name="there"))
    with pytest.raises(AssertionError, match="Place"):
        assert_blocks_equal(Nowhere(name="here"), here)


async def test_results_are_asserted_to_be_written_as_asked(tmp_path: Path) -> None:
    """Serializer and storage of a persisted result are seen in its state; a result that is not persisted has none."""

    @task(persist_result=True, result_serializer="json", result_storage=LocalFileSystem(basepath=tmp_path))
    def one() -> int:
        return 1

    state = one(return_state=True)
    await assert_uses_result_serializer(state, "json")
    await assert_uses_result_serializer(state, JSONSerializer())
    await assert_uses_result_storage(state, LocalFileSystem(basepath=tmp_path))
    await assert_uses_result_storage(state, tmp_path)
    with pytest.raises(AssertionError, match="json"):
        await assert_uses_result_serializer(state, PickleSerializer())
    with pytest.raises(AssertionError, match="'pickle'"):
        await assert_uses_result_serializer(state, "pickle")
    with pytest.raises(AssertionError, match="which is not in"):
        await assert_uses_result_storage(state, tmp_path / "elsewhere")
    with pytest.raises(AssertionError, match="not persisted"):
        await assert_uses_result_serializer(Completed(data=1), "json")


def test_steps_of_deployments_have_examples() -> None:
    """They return their inputs and known outputs."""
    assert b_test_step(a=1) == {"a": 1, "output1": 1, "output2": ["b", 2, 3]}
    assert a_test_step(a=1) == {**b_test_step(a=1), "output3": "This one is actually a string"}


def test_caplog_sees_lines_of_runs(caplog: pytest.LogCaptureFixture) -> None:
    """Also where a set-up of loggers keeps lines of this library to itself."""
    logger = logging.getLogger("prefect")
    before, logger.propagate = logger.propagate, False
    try:
        with fixtures.add_prefect_loggers_to_caplog(caplog):
            flow(lambda: get_run_logger().info("seen"), name="seen")()
        assert logger.propagate is False
    finally:
        logger.propagate = before
    assert caplog.messages.count("seen") == 1


def suite_of(block: type[Block]) -> list[str]:
    """Return which tests of the suite a block does not pass."""

    class Suite(BlockStandardTestSuite):
        def block(self) -> type[Block]:
            return block

    failed: list[str] = []
    for name in dir(Suite):
        if name.startswith("test_"):
            try:
                getattr(Suite(), name)(block)
            except AssertionError:
                failed.append(name)
    return failed


def test_the_suite_of_blocks_finds_what_is_missing() -> None:
    """A block without pictures, links and descriptions fails for each; one that has all passes."""
    assert "test_all_fields_have_a_description" in suite_of(Nowhere)
    assert {
        "test_has_a_documentation_url",
        "test_has_a_valid_image",
        "test_all_fields_have_a_description",
    } == set(suite_of(Place))
