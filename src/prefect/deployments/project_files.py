"""`prefect.yaml`: reading it, checking it, and saying in which line something is wrong."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prefect.deployments.declared import DeclaredDeployment, DeclaredProject, unknown_keys
from prefect.exceptions import ProjectFileError

Place = tuple[str | int, ...]
"""Keys and positions that lead to a value."""


@dataclass(frozen=True)
class ProjectFile:
    """A file that declares deployments.

    Attributes:
        path: Where it is.
        text: What it holds.
        declared: What it declares.
        warnings: What in it has no effect, with its line.
    """

    path: Path
    text: str
    declared: DeclaredProject
    warnings: tuple[str, ...] = ()

    @property
    def deployments(self) -> dict[int, DeclaredDeployment]:
        """The deployments that it declares, by their positions. Those that are not filled in yet are not among them."""
        declared = self.declared.deployments or []
        return {
            position: deployment
            for position, deployment in enumerate(declared)
            if deployment.name or deployment.entrypoint
        }

    def place(self, *keys: str | int) -> str:
        """Return where a value is, as "prefect.yaml:12"."""
        return _place(self.path, self.text, keys)

    def refused(self, error: ValidationError, *keys: str | int) -> ProjectFileError:
        """Return the error that tells what is wrong with a value, after its placeholders were filled in."""
        return ProjectFileError(_problems(self.path, self.text, error, keys))


def read_project_file(path: Path) -> ProjectFile:
    """Read and check a file that declares deployments.

    Raises:
        ProjectFileError: It cannot be read, is no YAML, or a value has a wrong type; the lines are told.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ProjectFileError(f"{path} cannot be read: {why}.") from error
    return parse_project_file(path, text)


def parse_project_file(path: Path, text: str) -> ProjectFile:
    """Check the text of a file that declares deployments; see `read_project_file`."""
    from ruamel.yaml import YAML  # takes 0.1 s to load
    from ruamel.yaml.error import YAMLError

    try:
        told: Any = YAML(typ="safe", pure=True).load(text)  # pyright: ignore[reportUnknownMemberType] - untyped library
    except YAMLError as error:
        raise ProjectFileError(f"{path} is no YAML.\n{error}") from error
    if told is None:
        told = {}
    if not isinstance(told, dict):
        raise ProjectFileError(f"{path} declares nothing: it must hold keys such as `deployments`.")
    try:
        declared = DeclaredProject.model_validate(told)
    except ValidationError as error:
        raise ProjectFileError(_problems(path, text, error, ())) from error
    warnings = tuple(f"{_place(path, text, keys)}: {said}" for keys, said in unknown_keys(declared))
    return ProjectFile(path, text, declared, warnings)


def round_trip(text: str) -> Any:
    """Return a document of YAML with its comments and the places of its values."""
    from ruamel.yaml import YAML

    return YAML(typ="rt").load(text)  # pyright: ignore[reportUnknownMemberType] - untyped library


def written(document: Any) -> str:
    """Return a document that was read with `round_trip` as a text, with the comments that it had."""
    from ruamel.yaml import YAML

    text = io.StringIO()
    yaml = YAML(typ="rt")
    yaml.width = 4096  # pyright: ignore[reportAttributeAccessIssue] - untyped library
    yaml.dump(document, text)  # pyright: ignore[reportUnknownMemberType] - untyped library
    return text.getvalue()


def _problems(path: Path, text: str, error: ValidationError, below: Place) -> str:
    """Return what is wrong, a line for each value; of the forms that a value may have, the first is told."""
    told: dict[Place, str] = {}
    for problem in error.errors(include_url=False):
        keys = (*below, *_keys_in(text, (*below, *problem["loc"]), len(below)))
        told.setdefault(keys, problem["msg"].removeprefix("Value error, "))
    deepest = {
        keys: message
        for keys, message in told.items()
        if not any(other[: len(keys)] == keys for other in told if other != keys)
    }
    return "\n".join(
        f"{_place(path, text, keys)}: {'.'.join(map(str, keys)) or 'the file'}: {message}"
        for keys, message in deepest.items()
    )


def _keys_in(text: str, location: Iterable[str | int], skip: int) -> list[str | int]:
    """Return those parts of a location that are keys of the document; others name forms that a value may have."""
    keys: list[str | int] = []
    value = round_trip(text)
    for part in location:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            continue
        keys.append(part)
    return keys[skip:]


def _place(path: Path, text: str, keys: Iterable[str | int]) -> str:
    line = 0
    value: Any = round_trip(text)
    for key in keys:
        try:
            line = (value.lc.key if hasattr(value, "keys") else value.lc.item)(key)[0]
            value = value[key]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return f"{path}:{line + 1}"
