"""Automations as people write them: YAML or JSON, one or several."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from prefect.cli.failures import WRONG_USAGE, CommandFailed

if TYPE_CHECKING:
    from prefect.schemas.automations import Automation


def automations_given(from_file: str | None, from_json: str | None) -> list[dict[str, Any]]:
    """Return the automations that a file or a text holds: one, a list, or a list under `automations`.

    Raises:
        CommandFailed: None or both are given, it cannot be read, or it holds no automation.
    """
    if (from_file is None) == (from_json is None):
        raise CommandFailed("Give one of --from-file and --from-json.", exit_code=WRONG_USAGE)
    if from_file is not None:
        origin, told = from_file, _in_file(Path(from_file))
    else:
        origin, told = "--from-json", _json(from_json or "", "--from-json")
    if isinstance(told, dict) and "automations" in told:
        told = cast("dict[str, Any]", told)["automations"]
    listed = cast("list[Any]", told if isinstance(told, list) else [told])
    if not listed or not all(isinstance(each, dict) for each in listed):
        raise CommandFailed(f"{origin} holds no automation: it must be an object, or a list of them.")
    return listed


def as_yaml(automations: list[Automation]) -> str:
    """Return automations as YAML: one by itself, several as a list."""
    from ruamel.yaml import YAML  # takes 0.1 s to load

    told = [automation.model_dump(mode="json") for automation in automations]
    text = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.sort_base_mapping_type_on_output = False  # pyright: ignore[reportAttributeAccessIssue] - untyped library
    writer.dump(told[0] if len(told) == 1 else told, text)  # pyright: ignore[reportUnknownMemberType] - untyped library
    return text.getvalue()


def _in_file(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise CommandFailed(f"The automation cannot be read from {path}: {why}.") from error
    if path.suffix.lower() == ".json":
        return _json(text, str(path))
    from ruamel.yaml import YAML  # takes 0.1 s to load
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)  # pyright: ignore[reportUnknownMemberType] - untyped library
    except YAMLError as error:
        raise CommandFailed(f"{path} holds no YAML.\n{error}") from error


def _json(text: str, origin: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise CommandFailed(f"{origin} is no JSON: {error}.") from error
