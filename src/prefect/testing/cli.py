"""Running commands of the command line in the test's own process, and checking what they print."""

from __future__ import annotations

import io
import os
import shlex
import sys
import textwrap
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prefect.cli.command_line import run_command
from prefect.settings import temporary_settings

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "CycloptsCliRunner",
    "CycloptsResult",
    "check_contains",
    "invoke_and_assert",
    "temporary_console_width",
]


class CycloptsResult:
    """What a command printed and how it ended.

    Attributes:
        stdout: What it printed to the standard output.
        stderr: What it printed to the standard error stream.
        output: Both.
        exit_code: Its exit code.
        exception: The unexpected exception that ended it, if one did.
    """

    def __init__(self, stdout: str, stderr: str, exit_code: int, exception: BaseException | None) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.output = stdout + stderr
        self.exit_code = exit_code
        self.exception = exception


class CycloptsCliRunner:
    """Runs commands."""

    def invoke(self, args: str | list[str], input: str | None = None) -> CycloptsResult:
        """Run a command to its end.

        Args:
            args: The command line after `prefect`, as a text or as a list of arguments.
            input: What a person types; with it, commands ask their questions.

        Example:
            >>> CycloptsCliRunner().invoke("version").exit_code
            0
        """
        arguments = shlex.split(args) if isinstance(args, str) else args
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        before = sys.stdin, sys.stdout, sys.stderr
        code, exception = 0, None
        sys.stdin, sys.stdout, sys.stderr = io.StringIO(input or ""), out, err
        try:
            with temporary_settings({"cli.prompt": True} if input is not None else None):
                code = run_command(arguments)
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        except Exception as error:  # noqa: BLE001 - a test looks at it
            code, exception = 1, error
        finally:
            sys.stdin, sys.stdout, sys.stderr = before
        return CycloptsResult(_text(out), _text(err), code, exception)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.detach()
    assert isinstance(buffer, io.BytesIO)  # made above
    return buffer.getvalue().decode("utf-8", "replace")


def invoke_and_assert(
    command: str | list[str],
    user_input: str | None = None,
    prompts_and_responses: list[tuple[str, str] | tuple[str, str, str]] | None = None,
    expected_output: str | None = None,
    expected_output_contains: str | Iterable[str] | None = None,
    expected_output_does_not_contain: str | Iterable[str] | None = None,
    expected_line_count: int | None = None,
    expected_code: int | None = 0,
    echo: bool = True,
    temp_dir: str | None = None,
) -> CycloptsResult:
    """Run a command and check its exit code and what it printed.

    Args:
        command: The command line after `prefect`.
        user_input: What a person types.
        prompts_and_responses: Instead: the questions that are asked, in order, each with what a person types, and
            possibly with a text that is shown for the answer.
        expected_output: All that is printed, but for spaces around it.
        expected_output_contains: Texts that are printed.
        expected_output_does_not_contain: Texts that are not.
        expected_line_count: How many lines are printed.
        expected_code: The exit code; None for any.
        echo: Print what the command printed, for the report of a failed test.
        temp_dir: The working folder of the command.

    Raises:
        AssertionError: Something is not as expected.
        ValueError: Input is given in both ways.
    """
    if user_input is not None and prompts_and_responses:
        raise ValueError("Give user_input or prompts_and_responses, not both.")
    if prompts_and_responses:
        user_input = "".join(f"{answer[1]}\n" for answer in prompts_and_responses)
    with _working_folder(temp_dir):
        result = CycloptsCliRunner().invoke(command, user_input)
    if echo:
        print(f"$ prefect {command}\n{result.output}")  # noqa: T201 - for the report of a failed test
    if expected_code is not None and result.exit_code != expected_code:
        message = f"Expected code {expected_code} but got {result.exit_code}\n{result.output}"
        raise AssertionError(message) from result.exception
    _check_questions(result, prompts_and_responses or [])
    if expected_output is not None:
        there, wanted = result.output.strip(), textwrap.dedent(expected_output).strip()
        assert there == wanted, f"--- expected ---\n{wanted}\n--- printed ---\n{there}"
    for content in _texts(expected_output_contains):
        check_contains(result, content, should_contain=True)
    for content in _texts(expected_output_does_not_contain):
        check_contains(result, content, should_contain=False)
    if expected_line_count is not None:
        lines = len(result.output.splitlines())
        assert lines == expected_line_count, f"Expected {expected_line_count} lines, {lines} were printed."
    return result


def check_contains(cli_result: CycloptsResult, content: str, should_contain: bool) -> None:
    """Fail unless a command printed a text, or did not. Spaces at the ends of lines do not count.

    Raises:
        AssertionError: It is otherwise.
    """
    output, wanted = (_trimmed(text) for text in (cli_result.output, content))
    if should_contain:
        assert wanted in output, f"Not printed: {content!r}\n{cli_result.output}"
    else:
        assert wanted not in output, f"Printed, but should not be: {content!r}\n{cli_result.output}"


def _check_questions(result: CycloptsResult, asked: Iterable[tuple[str, ...]]) -> None:
    rest = result.output
    for question, _, *shown in asked:
        for text in (question, *shown):
            _, found, rest = rest.partition(text)
            assert found, f"Not printed, or not in this order: {text!r}\n{result.output}"


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in textwrap.dedent(text).strip().splitlines())


def _texts(given: str | Iterable[str] | None) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


@contextmanager
def _working_folder(folder: str | None) -> Generator[None]:
    before = os.getcwd()  # noqa: PTH109 - a text to go back to
    try:
        if folder is not None:
            os.chdir(folder)
        yield
    finally:
        os.chdir(before)


@contextmanager
def temporary_console_width(console: Console, width: int) -> Generator[None]:
    """Let a console of Rich be so many columns wide inside the block."""
    before = console.width
    console.width = width
    try:
        yield
    finally:
        console.width = before
