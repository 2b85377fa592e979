"""`prefect.deployments.base`: beginning a project by a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prefect.deployments import initialize_project
from prefect.deployments.base import configure_project_by_recipe, create_default_prefect_yaml
from prefect.deployments.project_files import read_project_file
from prefect.deployments.recipes import RECIPES


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    place = tmp_path / "etl"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_writes_a_file_that_can_be_used(recipe: str, here: Path) -> None:
    """What a recipe writes is right, and has the steps that bring code to where it runs."""
    inputs = {"bucket": "b: c", "container": "c", "image_name": "reg:5000/im"}
    assert initialize_project(recipe=recipe, inputs=inputs) == [".prefectignore", "prefect.yaml"]
    project = read_project_file(here / "prefect.yaml")
    assert project.warnings == ()
    assert project.deployments == {}
    assert project.declared.name == "etl"
    assert project.declared.pull
    text = project.text
    assert ("b: c" in text, "reg:5000/im" in text) == ("s3" in recipe or "gcs" in recipe, "docker" in recipe)
    assert "{name}" not in text


def test_files_that_are_there_are_left_alone(here: Path) -> None:
    """Beginning a project twice changes nothing."""
    (here / "prefect.yaml").write_text("name: mine\n", encoding="utf-8")
    assert initialize_project() == [".prefectignore"]
    assert initialize_project() == []
    assert (here / "prefect.yaml").read_text(encoding="utf-8") == "name: mine\n"


def test_a_recipe_that_does_not_exist_is_told() -> None:
    """An unknown recipe is refused before anything is written."""
    with pytest.raises(ValueError, match="There is no recipe 'nope'"):
        initialize_project(recipe="nope")
    assert list(Path.cwd().iterdir()) == []


def test_recipes_as_dictionaries() -> None:
    """A recipe can be had without writing a file."""
    made: Any = configure_project_by_recipe("docker", image_name="im", name="own")
    assert made["name"] == "own"
    (step,) = made["build"]
    assert step["prefect_docker.deployments.steps.build_docker_image"]["image_name"] == "im"
    assert made["pull"] == [
        {"prefect.deployments.steps.set_working_directory": {"directory": "/opt/prefect/etl"}}
    ]


def test_a_default_file(here: Path) -> None:
    """A file can be begun with contents of one's own."""
    assert create_default_prefect_yaml(".", name="x", contents={"pull": [{"a.b": {}}]})
    assert not create_default_prefect_yaml(".")
    declared = read_project_file(here / "prefect.yaml").declared
    assert (declared.name, declared.pull) == ("x", [{"a.b": {}}])
