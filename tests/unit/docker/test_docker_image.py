"""Images of deployments: what they are called, the Dockerfile that is made up, and what is said without an engine."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from prefect.docker import DockerImage
from prefect.docker.engine import BuildError, DockerNotAvailable, build_image, docker_client
from prefect.utilities.dockerutils import generate_default_dockerfile, get_prefect_image_name, to_run_command


def test_the_name_of_an_image() -> None:
    """A tag is part of the name or given beside it, not both; without one the time is the tag."""
    assert DockerImage("reg.io/etl:v1").reference == "reg.io/etl:v1"
    assert DockerImage("reg:5000/etl", tag="v2").reference == "reg:5000/etl:v2"
    made_up = DockerImage("etl").tag
    assert made_up[:2] == "20"
    assert ":" not in made_up
    with pytest.raises(ValueError, match="Only one tag"):
        DockerImage("etl:a", tag="b")
    with pytest.raises(ValueError, match="Invalid build_backend"):
        DockerImage("etl", build_backend="kaniko")  # pyright: ignore[reportArgumentType] - the mistake


def test_a_dockerfile_is_made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It copies the folder, installs its requirements, and is gone afterwards; one that is there is left alone."""
    monkeypatch.chdir(tmp_path)
    name = tmp_path.name
    with generate_default_dockerfile() as path:
        assert path.read_text() == (
            f"FROM {get_prefect_image_name()}\nCOPY . /opt/prefect/{name}/\nWORKDIR /opt/prefect/{name}/\n"
        )
    assert not path.exists()
    (tmp_path / "requirements.txt").write_text("x")
    with generate_default_dockerfile(tmp_path) as path:
        assert f"RUN uv pip install -r /opt/prefect/{name}/requirements.txt" in path.read_text()
    path.write_text("FROM mine")
    with pytest.raises(RuntimeError, match="there is one already"), generate_default_dockerfile():
        pass
    assert path.read_text() == "FROM mine"
    assert to_run_command(["a", "b c"]) == "RUN a 'b c'"
    assert to_run_command([]) == ""


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building needs a library that is installed only where it is wanted."""
    if importlib.util.find_spec("docker") is not None:
        monkeypatch.setitem(__import__("sys").modules, "docker", None)
    with pytest.raises(DockerNotAvailable, match="pip install prefect-docker"), docker_client():
        pass
    with pytest.raises(RuntimeError, match="pip install"):
        DockerImage("etl:v1").push()


def test_a_build_that_cannot_begin_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an engine the error says so, and the Dockerfile that was made up is gone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    for image in (DockerImage("etl:v1"), DockerImage("etl:v1", build_backend="buildx")):
        with pytest.raises((DockerNotAvailable, BuildError)):
            image.build()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="no folder"):
        build_image(tmp_path / "nowhere")
