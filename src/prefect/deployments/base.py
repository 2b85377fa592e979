"""Starting a project: a `prefect.yaml` made by a recipe, and a `.prefectignore`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import prefect
from prefect._annotations import NotSet
from prefect._internal.git import get_git_branch, get_git_remote_origin_url
from prefect._internal.urls import strip_auth_from_url
from prefect.deployments.project_files import parse_project_file, round_trip
from prefect.deployments.recipes import RECIPES, project_text
from prefect.utilities.filesystem import create_default_ignore_file

_FILE = "prefect.yaml"
_IN_IMAGE = "/opt/prefect"
"""Where code lies in images that are built with `dockerfile: auto`."""


def initialize_project(
    name: str | None = None, recipe: str | None = None, inputs: dict[str, Any] | None = None
) -> list[str]:
    """Write a `prefect.yaml` and a `.prefectignore` into this folder, where they are not there yet.

    Args:
        name: The name of the project; by default that of the folder.
        recipe: How runs get their code: see `prefect init --help`; by default `git` in a repository that has a remote,
            else `local`.
        inputs: What the recipe has to know, for example a bucket.

    Returns:
        The names of the files that were written.

    Raises:
        ValueError: There is no such recipe.

    Example:
        >>> initialize_project(name="etl", recipe="local")
        ['.prefectignore', 'prefect.yaml']
    """
    here = Path.cwd()
    text = _text(name or here.name, recipe or default_recipe(), inputs or {})
    files = [".prefectignore"] if create_default_ignore_file(".") else []
    if not (here / _FILE).exists():
        (here / _FILE).write_text(text, encoding="utf-8")
        files.append(_FILE)
    return files


def default_recipe() -> str:
    """Return the recipe that suits this folder."""
    return "git" if get_git_remote_origin_url() else "local"


def configure_project_by_recipe(recipe: str, **formatting_kwargs: Any) -> dict[str, Any] | type[NotSet]:
    """Return what a recipe would write, as a dictionary.

    Args:
        recipe: The recipe.
        **formatting_kwargs: What it has to know; `name` is that of the project.

    Raises:
        ValueError: There is no such recipe.
    """
    text = _text(formatting_kwargs.pop("name", Path.cwd().name), recipe, formatting_kwargs)
    return parse_project_file(Path(_FILE), text).declared.model_dump(by_alias=True, exclude_unset=True)


def create_default_prefect_yaml(
    path: str, name: str | None = None, contents: dict[str, Any] | None = None
) -> bool:
    """Write a `prefect.yaml` into a folder, unless there is one.

    Args:
        path: The folder.
        name: The name of the project; by default that of the folder.
        contents: What to write in the place of the values of the recipe `local`.

    Returns:
        Whether it was written.
    """
    from prefect.deployments.project_files import written

    place = Path(path) / _FILE
    if place.exists():
        return False
    document = round_trip(_text(name or Path(path).resolve().name, "local", {}))
    for key, value in (contents or {}).items():
        document[key] = value
    place.write_text(written(document), encoding="utf-8")
    return True


def _text(name: str, recipe: str, inputs: dict[str, Any]) -> str:
    made = RECIPES.get(recipe)
    if made is None:
        raise ValueError(f"There is no recipe {recipe!r}. Choose from {', '.join(RECIPES)}.")
    folder = Path.cwd().name
    known: dict[str, Any] = {
        "directory": f"{_IN_IMAGE}/{folder}" if made.image else str(Path.cwd()),
        "repository": strip_auth_from_url(get_git_remote_origin_url() or ""),
        "branch": get_git_branch() or "main",
        **{field.name: field.otherwise.replace("{name}", folder) for field in made.fields},
        **inputs,
    }
    return project_text(made, known, name=name, version=prefect.__version__)
