"""Commands run in the test's process."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from prefect.testing import cli
from prefect.testing.cli import (
    CycloptsCliRunner,
    CycloptsResult,
    check_contains,
    invoke_and_assert,
    temporary_console_width,
)


def test_a_command_is_run_and_its_output_returned() -> None:
    """Output, errors and exit code are those of the command line; the streams are as before afterwards."""
    before = sys.stdin, sys.stdout, sys.stderr
    good = CycloptsCliRunner().invoke("version")
    assert (good.exit_code, good.stderr, good.exception) == (0, "", None)
    assert good.stdout == good.output
    assert "3.8.8" in good.output
    bad = CycloptsCliRunner().invoke(["nope"])
    assert (bad.exit_code, bad.stdout) == (2, "")
    assert bad.output == bad.stderr != ""
    assert (sys.stdin, sys.stdout, sys.stderr) == before


@pytest.mark.parametrize(
    ("error", "code"), [(KeyError("x"), 1), (SystemExit(3), 3), (SystemExit("no"), 1), (SystemExit(), 0)]
)
def test_a_command_that_breaks_is_returned_too(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected exception does not end the test: it is there to be looked at."""

    def breaks(_: list[str]) -> int:
        raise error

    monkeypatch.setattr(cli, "run_command", breaks)
    result = CycloptsCliRunner().invoke("version")
    assert result.exit_code == code
    assert result.exception is (error if isinstance(error, KeyError) else None)
    if isinstance(error, KeyError):
        with pytest.raises(AssertionError) as caught:
            invoke_and_assert("version")
        assert caught.value.__cause__ is error


def test_what_a_command_prints_can_be_checked(capsys: pytest.CaptureFixture[str]) -> None:
    """Whole output, parts, parts that must not be there, the number of lines, any exit code."""
    version = CycloptsCliRunner().invoke("version").output
    result = invoke_and_assert(
        "version",
        expected_output=f"\n{version}\n",
        expected_output_contains=["3.8.8", "ersion"],
        expected_output_does_not_contain="traceback",
        expected_line_count=len(version.splitlines()),
    )
    assert result.exit_code == 0
    assert version in capsys.readouterr().out
    assert invoke_and_assert(["nope"], expected_code=None, echo=False).exit_code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"expected_code": 1}, "Expected code 1 but got 0"),
        ({"expected_output": "x"}, "--- expected ---"),
        ({"expected_output_contains": ["3.8.8", "xyz"]}, "Not printed: 'xyz'"),
        ({"expected_output_does_not_contain": "3.8.8"}, "should not be: '3.8.8'"),
        ({"expected_line_count": 99}, "Expected 99 lines"),
        ({"prompts_and_responses": [("Sure?", "y")]}, "Not printed, or not in this order: 'Sure"),
    ],
)
def test_what_is_not_as_expected_is_told(wrong: dict[str, Any], told: str) -> None:
    """Each failed expectation is an AssertionError that shows what was printed."""
    with pytest.raises(AssertionError, match=told.replace("?", r"\?")):
        invoke_and_assert("version", echo=False, **wrong)


def test_questions_are_answered(home: Path) -> None:
    """What a person types is given as a text, or beside each question."""
    invoke_and_assert("profile create mine")
    invoke_and_assert("profile delete mine", user_input="n\n", expected_code=None)
    invoke_and_assert("profile inspect mine")
    invoke_and_assert("profile delete mine", prompts_and_responses=[("mine", "y")])
    assert "mine" not in CycloptsCliRunner().invoke("profile ls").output
    with pytest.raises(ValueError, match="not both"):
        invoke_and_assert("version", user_input="y", prompts_and_responses=[("?", "y")])


def test_a_command_can_run_in_another_folder(tmp_path: Path) -> None:
    """Files of the working folder are those of that folder."""
    (tmp_path / "prefect.toml").write_text("[flows]\ndefault_retries = 7\n")
    before = Path.cwd()
    invoke_and_assert("config view", expected_output_contains="7", temp_dir=str(tmp_path))
    assert Path.cwd() == before


def test_spaces_at_the_ends_of_lines_do_not_count() -> None:
    """A text that is written with indentation is found too."""
    result = CycloptsResult("one  \n  two\n", "", 0, None)
    check_contains(result, "  one\n    two", should_contain=True)
    with pytest.raises(AssertionError):
        check_contains(result, "one", should_contain=False)


def test_a_console_can_be_narrow_for_a_while() -> None:
    """The width is as before afterwards."""
    console = Console(width=100)
    with temporary_console_width(console, 40):
        assert console.width == 40
    assert console.width == 100
