"""Values as they are given on the command line: NAME=VALUE pairs, and JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, cast

from prefect.cli.failures import WRONG_USAGE, CommandFailed


def pairs(option: str, given: Sequence[str] | None) -> dict[str, Any]:
    """Return what NAME=VALUE texts tell. A value is JSON, or else text.

    Raises:
        CommandFailed: One of them is no pair.
    """
    told: dict[str, Any] = {}
    for text in given or ():
        name, value = _pair(option, text)
        try:
            told[name] = json.loads(value)
        except ValueError:
            told[name] = value
    return told


def variables(option: str, given: Sequence[str] | None) -> dict[str, Any]:
    """Return what NAME=VALUE texts and JSON objects tell. Values are text, unless they are JSON objects or lists.

    Raises:
        CommandFailed: One of them is neither.
    """
    told: dict[str, Any] = {}
    for text in given or ():
        if text.lstrip().startswith("{"):
            told |= json_object(option, text)
            continue
        name, value = _pair(option, text)
        told[name] = value
        if value.startswith(("{", "[")):
            try:
                told[name] = json.loads(value)
            except ValueError as error:
                raise CommandFailed(
                    f"{option} {name}: the value is no JSON: {error}.", exit_code=WRONG_USAGE
                ) from error
    return told


def json_object(option: str, text: str) -> dict[str, Any]:
    """Return a JSON object that is given as a text; - reads it from the input.

    Raises:
        CommandFailed: It is none.
    """
    try:
        told = json.loads(sys.stdin.read() if text == "-" else text)
    except ValueError as error:
        raise CommandFailed(f"{option} is no JSON: {error}.", exit_code=WRONG_USAGE) from error
    if not isinstance(told, dict):
        raise CommandFailed(f"{option} must be a JSON object.", exit_code=WRONG_USAGE)
    return cast("dict[str, Any]", told)


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise CommandFailed(
            f"{option} {text!r} tells nothing. Write it as NAME=VALUE.", exit_code=WRONG_USAGE
        )
    return name, value
