"""`prefect.deployments.project_files`: what a prefect.yaml declares, and in which line it is wrong."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from prefect.deployments.declared import DeclaredDeployment
from prefect.deployments.project_files import parse_project_file, read_project_file
from prefect.deployments.project_saving import save_deployment
from prefect.exceptions import ProjectFileError

FILE = Path("prefect.yaml")


def refused(text: str) -> list[str]:
    """Return what is said of a file that cannot be used, a line for each mistake."""
    with pytest.raises(ProjectFileError) as error:
        parse_project_file(FILE, dedent(text))
    return str(error.value).splitlines()


def test_anchors_and_placeholders_are_read() -> None:
    """Parts of a file can be written once and used several times; a placeholder may stand for any value."""
    text = """
    definitions:
      nightly: &nightly {cron: "0 2 * * *", timezone: Europe/Berlin}
    deployments:
    - name: one
      version: 1.0
      schedules:
      - <<: *nightly
        active: "{{ prefect.variables.on }}"
      concurrency_limit: "{{ limit }}"
    - name: two
      schedule: {interval: 600}
    - name: null
      entrypoint: null
    """
    project = parse_project_file(FILE, dedent(text))
    one, two = project.deployments.values()
    assert one.version == "1.0"
    assert one.wanted_schedules() == [
        {"cron": "0 2 * * *", "timezone": "Europe/Berlin", "active": "{{ prefect.variables.on }}"}
    ]
    assert one.concurrency_limit == "{{ limit }}"
    assert two.wanted_schedules() == [{"interval": 600}]
    assert list(project.deployments) == [0, 1]
    assert project.warnings == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1", ["prefect.yaml is no YAML."]),
        ("- a", ["prefect.yaml declares nothing: it must hold keys such as `deployments`."]),
        ("deployments: {}", ["prefect.yaml:1: deployments: Input should be a valid list"]),
        (
            "name: x\ndeployments:\n- foo",
            [
                "prefect.yaml:3: deployments.0: Input should be a valid dictionary or instance of DeclaredDeployment"
            ],
        ),
        (
            "deployments:\n- name: x\n\n  schedules:\n  - cron: '* * * * *'\n    active: maybe\n",
            [
                (
                    "prefect.yaml:6: deployments.0.schedules.0.active: "
                    "Input should be a valid boolean, unable to interpret input"
                )
            ],
        ),
        (
            "deployments:\n- pull:\n  - a.b: 7\n",
            [
                (
                    "prefect.yaml:3: deployments.0.pull.0: "
                    "The inputs of step a.b are 7; they must be a mapping of names to values."
                )
            ],
        ),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, told: list[str]) -> None:
    """A file that cannot be used is refused as a whole, and the line of each mistake is named."""
    assert refused(text)[: len(told)] == told


def test_a_key_that_is_written_twice_is_refused() -> None:
    """Of two values under one key neither is taken."""
    assert any('duplicate key "name"' in line for line in refused("name: a\nname: b\n"))


def test_unknown_keys_are_told_and_not_refused() -> None:
    """A key that nobody knows has no effect; a warning says so, and what may have been meant."""
    text = "deploymnets: []\nx-own: 1\ndeployments:\n- name: x\n  paussed: true\n  work_pool: {foo: 1}\n"
    assert parse_project_file(FILE, text).warnings == (
        "prefect.yaml:1: 'deploymnets' is no key that is known here, and has no effect; did you mean 'deployments'?",
        "prefect.yaml:5: 'paussed' is no key that is known here, and has no effect; did you mean 'paused'?",
        "prefect.yaml:6: 'foo' is no key that is known here, and has no effect.",
    )


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A file that is not there is an error, not an empty one."""
    with pytest.raises(ProjectFileError, match="No such file"):
        read_project_file(tmp_path / "prefect.yaml")


@pytest.mark.parametrize(
    ("own", "kind", "steps"),
    [
        ({}, "build", [{"a.b": {}}]),
        ({"build": None}, "build", None),
        ({"build": [{"c.d": {}}]}, "build", [{"c.d": {}}]),
        ({"pull": None}, "pull", [{"a.b": {}}]),
    ],
)
def test_steps_of_a_deployment_go_before_those_of_the_file(
    own: dict[str, Any], kind: str, steps: Any
) -> None:
    """A deployment can have its own steps, or say that it has none to build; its code must come from somewhere."""
    assert DeclaredDeployment.model_validate(own).steps(kind, [{"a.b": {}}]) == steps


def test_saving_keeps_what_people_wrote(tmp_path: Path) -> None:
    """A deployment is added to a file whose comments stay; saving it again replaces it, as it does a blank one."""
    path = tmp_path / "prefect.yaml"
    path.write_text(
        "# ours\nname: x  # own\ndeployments:\n- name: null\n  entrypoint: null\n", encoding="utf-8"
    )
    one = DeclaredDeployment.model_validate({"name": "one", "entrypoint": "a.py:b", "tags": ["t"]})
    two = DeclaredDeployment.model_validate(
        {"name": "two", "entrypoint": "a.py:b", "schedule": {"cron": "1 1 1 1 1"}}
    )
    for deployment in (one, two, one.model_copy(update={"tags": ["u"]})):
        save_deployment(path, deployment)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ours\nname: x  # own\n")
    known = read_project_file(path).deployments
    assert [(each.name, each.tags) for each in known.values()] == [("one", ["u"]), ("two", None)]
    assert known[1].wanted_schedules() == [{"cron": "1 1 1 1 1"}]
    save_deployment(tmp_path / "new.yaml", one)
    assert read_project_file(tmp_path / "new.yaml").deployments[0].name == "one"
