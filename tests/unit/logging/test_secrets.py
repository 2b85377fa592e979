"""Secrets in log lines: masked wherever a line goes."""

from __future__ import annotations

import io
import logging
import sys
from typing import Any

import pytest

from prefect.logging import LogEavesdropper, get_logger, get_run_logger
from prefect.logging.filters import ObfuscateApiKeyFilter, redact_substr, redacted, register_secret
from prefect.logging.rich_console import PrefectConsoleHandler
from prefect.settings import Settings, get_current_settings
from prefect.settings.secret import SecretStr
from tests.unit.logging.building import Inside, Line, program, scope

SECRET = "hunter2-hunter2"  # noqa: S105 - of this test only


def test_a_secret_is_masked_on_the_console_and_in_the_record(lines: list[Line]) -> None:
    """Neither a message, nor its arguments, nor a traceback show it."""
    register_secret(SECRET)
    with program() as console, Inside(scope(lines)):
        get_run_logger().info(f"the key is {SECRET}")
        get_run_logger().info("the key is %s", SecretlyPrinted())
        try:
            raise ValueError(SECRET)
        except ValueError:
            get_run_logger().exception("failed")
    assert lines[0].message == lines[1].message == "the key is ********"
    assert "ValueError: ********" in lines[2].message
    assert console.getvalue().count("********") >= 3
    assert SECRET not in console.getvalue() + "".join(line.message for line in lines)


class SecretlyPrinted:
    """Something whose text is a secret."""

    def __str__(self) -> str:
        return SECRET


def test_a_secret_is_masked_for_handlers_of_others(lines: list[Line]) -> None:
    """A handler that a program put on a logger itself, and one that listens, do not get to see it either."""
    register_secret(SECRET)
    stream = io.StringIO()
    mine = logging.StreamHandler(stream)
    logging.getLogger().addHandler(mine)
    try:
        with Inside(scope(lines)), LogEavesdropper("prefect") as heard:
            try:
                raise ValueError(SECRET)
            except ValueError:
                get_run_logger().exception("key %s", SECRET)
            get_logger("mine").warning({"key": SECRET})
    finally:
        logging.getLogger().removeHandler(mine)
    assert "key ********\nTraceback" in stream.getvalue()
    assert "{'key': '********'}" in stream.getvalue()
    assert SECRET not in stream.getvalue() + heard.text()


def test_secret_settings_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API key, the password of the auth string and the password in a database URL are, from the time of reading."""
    monkeypatch.setenv("PREFECT_API_KEY", "pnu_0123456789")
    monkeypatch.setenv(
        "PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://user:p%40ssword@host/prefect"
    )
    assert get_current_settings().api.key
    Settings(server={"api": {"auth_string": "admin:opensesame"}})
    said = "pnu_0123456789 p%40ssword opensesame user admin host prefect"
    assert redacted(said) == "******** ******** ******** user admin host prefect"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (SecretStr(SECRET), SECRET),
        (SECRET.encode(), SECRET),
        ({"user": "x", "keys": [SECRET]}, SECRET),
        ("line one\nline two", r"line one\nline two"),
        ("https://user:opensesame@host", "opensesame"),
    ],
)
def test_what_can_be_a_secret(value: Any, said: str) -> None:
    """Texts, bytes, secret types and nests of them; also as a representation shows them."""
    register_secret(value)
    assert redacted(f"<{said}>") == "<********>"


def test_what_is_no_secret() -> None:
    """A short text would blot out ordinary words, and an address without a password is none."""
    for value in ("abc", "", None, 12345, "https://host/path"):
        register_secret(value)
    assert redacted("abc 12345 https://host/path") == "abc 12345 https://host/path"


def test_of_two_secrets_the_longer_is_masked_whole() -> None:
    """A secret that begins with another one leaves no rest."""
    register_secret("opensesame")
    register_secret("opensesame-2")
    assert redacted("opensesame-2") == "********"


def test_the_filter_keeps_lines_that_it_cannot_make() -> None:
    """A mistake in a logging call is left for the handler to tell."""
    register_secret(SECRET)
    record = logging.LogRecord("n", 20, __file__, 1, "%d", ("x",), None)
    assert ObfuscateApiKeyFilter().filter(record)
    assert record.args == ("x",)


def test_the_console_of_rich_masks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that configures logging may name it."""
    register_secret(SECRET)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    stream = io.StringIO()
    PrefectConsoleHandler(stream).emit(logging.LogRecord("n", 20, __file__, 1, "key %s", (SECRET,), None))
    assert stream.getvalue() == "key ********\n"


def test_a_text_is_masked_in_anything() -> None:
    """`redact_substr` goes through mappings and sequences, and leaves other things as they are."""
    given = {"a": "x secret", "b": ["secret", ("secret",)], "secret": 1, "n": 5, "s": {"secret"}}
    assert redact_substr(given, "secret") == {
        "a": "x ********", "b": ["********", ("********",)], "********": 1, "n": 5, "s": {"********"},
    }  # fmt: skip
