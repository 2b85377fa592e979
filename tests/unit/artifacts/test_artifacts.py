from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from prefect import flow, task
from prefect.artifacts import (
    Artifact,
    ImageArtifact,
    LinkArtifact,
    MarkdownArtifact,
    ProgressArtifact,
    TableArtifact,
    acreate_image_artifact,
    acreate_link_artifact,
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run, task_run
from prefect.store.artifacts import read_artifact
from prefect.store.events import read_events


def stored(artifact_id: UUID) -> Any:
    """Return an artifact as it is stored."""
    return get_backend().perform(read_artifact, artifact_id).result()


NAN = float("nan")


@pytest.mark.parametrize(
    ("make", "kind", "data"),
    [
        (
            lambda: create_link_artifact("http://x/y", "Y", key="k", description="d"),
            "markdown",
            "[Y](http://x/y)",
        ),
        (
            lambda: create_link_artifact("http://x/y", key="k", description="d"),
            "markdown",
            "[http://x/y](http://x/y)",
        ),
        (lambda: create_markdown_artifact("# hi", key="k", description="d"), "markdown", "# hi"),
        (
            lambda: create_table_artifact([{"a": 1, "b": NAN}], key="k", description="d"),
            "table",
            '[{"a": 1, "b": null}]',
        ),
        (
            lambda: create_table_artifact({"a": [1, NAN]}, key="k", description="d"),
            "table",
            '{"a": [1, null]}',
        ),
        (
            lambda: create_table_artifact([[1, 2], [NAN, 4]], key="k", description="d"),
            "table",
            "[[1, 2], [null, 4]]",
        ),
        (lambda: create_progress_artifact(33, key="k", description="d"), "progress", 33.0),
        (lambda: create_image_artifact("http://img", key="k", description="d"), "image", "http://img"),
    ],
)
def test_each_kind_is_stored_in_its_form(make: Any, kind: str, data: Any) -> None:
    """One call stores an artifact of each kind and returns its id."""
    artifact = stored(make())
    assert (artifact.key, artifact.description, artifact.type, artifact.data) == ("k", "d", kind, data)
    assert (artifact.flow_run_id, artifact.task_run_id) == (None, None)


def test_an_artifact_belongs_to_the_run_that_makes_it() -> None:
    """Inside a flow it belongs to the flow run, inside a task to the task run too."""

    @task
    def works() -> Any:
        return create_markdown_artifact("of the task", key="k"), task_run.id

    @flow
    def runs() -> Any:
        return create_markdown_artifact("of the flow", key="k"), flow_run.id, works()

    of_flow, flow_run_id, (of_task, task_run_id) = runs()
    assert (str(stored(of_flow).flow_run_id), stored(of_flow).task_run_id) == (flow_run_id, None)
    assert (str(stored(of_task).flow_run_id), str(stored(of_task).task_run_id)) == (flow_run_id, task_run_id)
    alone, task_run_id = works()
    assert (stored(alone).flow_run_id, str(stored(alone).task_run_id)) == (None, task_run_id)


def test_a_run_that_is_named_is_kept() -> None:
    """Whoever says to which run an artifact belongs is believed."""
    run_id = UUID(int=1)

    @flow
    def runs() -> Any:
        return Artifact(key="k", flow_run_id=run_id).create().flow_run_id

    assert runs() == run_id


@pytest.mark.parametrize("key", ["Bad Key", "UPPER", "a_b", "é", "a.b", "a\n"])
def test_keys_that_cannot_be_used(key: str) -> None:
    """A key holds lowercase letters, digits and dashes."""
    with pytest.raises(ValidationError, match="Artifact key must only contain lowercase letters"):
        create_markdown_artifact("x", key=key)


@pytest.mark.parametrize("table", ["text", [1, 2], 5])
def test_what_is_no_table_is_refused(table: Any) -> None:
    """A table is a list for each column, or a dictionary or a list for each row."""
    with pytest.raises(ValidationError, match="TableArtifact"):
        create_table_artifact(table)


def test_a_cell_that_json_has_no_form_for_is_refused() -> None:
    """A cell is what JSON has; anything else is an error where the artifact is made."""
    with pytest.raises(TypeError, match="datetime"):
        create_table_artifact([{"at": datetime(2024, 1, 1, tzinfo=UTC)}])


def test_progress_is_changed_in_place() -> None:
    """A progress is one artifact that changes; its description stays unless a new one is given."""
    artifact_id = create_progress_artifact(1.5, key="load", description="loading")
    assert update_progress_artifact(artifact_id, 50) == artifact_id
    assert (stored(artifact_id).data, stored(artifact_id).description) == (50.0, "loading")
    update_progress_artifact(artifact_id, 60, description="still loading")
    assert (stored(artifact_id).data, stored(artifact_id).description) == (60.0, "still loading")
    with pytest.raises(ObjectNotFound, match=str(UUID(int=5))):
        update_progress_artifact(UUID(int=5), 1)


@pytest.mark.parametrize(("given", "kept"), [(101.0, 100.0), (-1.0, 0.0), (0.0, 0.0), (100.0, 100.0)])
def test_progress_stays_within_its_limits(
    given: float, kept: float, caplog: pytest.LogCaptureFixture
) -> None:
    """Less than nothing and more than all are taken for the limit, and the log says so."""
    with caplog.at_level(logging.WARNING, "prefect.artifacts"):
        artifact_id = create_progress_artifact(given)
    assert stored(artifact_id).data == kept
    assert [record.message for record in caplog.records] == (
        []
        if given == kept
        else [
            f"ProgressArtifact received an invalid value, Progress: {given}%",
            f"Interpreting as {kept}% progress",
        ]
    )


def test_any_data_is_stored_as_json() -> None:
    """An artifact without a kind holds anything that JSON has, with its facts."""
    made = Artifact(key="k", type="custom", data={"x": [1]}, metadata_={"m": "v"}).create()
    assert (made.type, made.data, made.metadata_) == ("custom", '{"x": [1]}', {"m": "v"})
    assert stored(made.id) == made
    assert Artifact(data="s").create().data == '"s"'


def test_the_newest_artifact_is_read_by_its_key() -> None:
    """A key leads to its newest version; without a key the newest of all is meant."""
    assert Artifact.get("k") is None
    assert Artifact.get() is None
    create_markdown_artifact("one", key="k")
    newest = create_markdown_artifact("two", key="k")
    other = create_markdown_artifact("three")
    assert Artifact.get("k").id == newest
    assert MarkdownArtifact.get(key="k").data == "two"
    assert Artifact.get().id == other


def test_get_or_create() -> None:
    """What is there is returned; what is not is made, of the class that is asked."""
    made, new = Artifact.get_or_create(key="k", description="d", data=[1])
    assert (made.data, made.description, new) == ("[1]", "d", True)
    again, new = Artifact.get_or_create(key="k", description="other", data=[2])
    assert (again, new) == (made, False)
    text, new = MarkdownArtifact.get_or_create(key="t", markdown="# x")
    assert (text.data, text.type, new) == ("# x", "markdown", True)


def test_format() -> None:
    """`format` returns what would be stored."""
    assert Artifact().format() == "null"
    assert LinkArtifact(link="u", link_text="t").format() == "[t](u)"
    assert MarkdownArtifact(markdown="m").format() == "m"
    assert TableArtifact(table=[[float("inf")]]).format() == "[[null]]"
    assert ProgressArtifact(progress=5).format() == 5.0
    assert ImageArtifact(image_url="i").format() == "i"


def test_a_misspelt_field_is_refused() -> None:
    """A field that does not exist is an error, not lost."""
    with pytest.raises(ValidationError, match="colour"):
        MarkdownArtifact(markdown="m", colour="red")  # type: ignore[call-arg]


async def test_async_code_awaits() -> None:
    """In async code all of it is awaited; the forms with an `a` always are."""
    link = await acreate_link_artifact("http://x", key="link")
    assert stored(link).data == "[http://x](http://x)"
    assert stored(await create_link_artifact("http://x")).type == "markdown"  # type: ignore[misc]
    assert stored(await acreate_markdown_artifact("m")).data == "m"
    assert stored(await acreate_table_artifact([[1]])).data == "[[1]]"
    assert stored(await acreate_image_artifact("http://i")).data == "http://i"
    progress = await acreate_progress_artifact(1)
    assert await aupdate_progress_artifact(progress, 2) == progress
    assert stored(progress).data == 2
    made = await Artifact(key="k", data=1).acreate()
    assert await Artifact.aget("k") == made == await Artifact.get("k")
    assert await Artifact.aget_or_create("k") == (made, False)
    assert await MarkdownArtifact(markdown="m").aformat() == "m"
    assert await MarkdownArtifact(markdown="m").format() == "m"


def test_events_tell_of_artifacts() -> None:
    """Each artifact that is made or changed is told in an event with the run that did it."""

    @flow(name="tells")
    def runs() -> Any:
        artifact_id = create_progress_artifact(1, key="load")
        update_progress_artifact(artifact_id, 2)
        return artifact_id, flow_run.id

    artifact_id, flow_run_id = runs()
    page = get_backend().perform(read_events).result()
    changed, created = page.events
    assert (created.event, changed.event) == ("prefect.artifact.created", "prefect.artifact.updated")
    assert created.resource.root == {
        "prefect.resource.id": f"prefect.artifact.{artifact_id}",
        "prefect.resource.name": "load",
    }
    assert created.payload == {"key": "load", "type": "progress", "description": None}
    assert (changed.resource.id, changed.payload) == (f"prefect.artifact.{artifact_id}", {"data": 2.0})
    assert [resource.role for resource in created.related] == ["flow-run", "flow"]
    assert created.resource_in_role["flow-run"].id == f"prefect.flow-run.{flow_run_id}"


def test_artifacts_of_sync_tasks_in_async_flows() -> None:
    """What a name means depends on the code that calls it, not on the flow around."""

    @task
    def works() -> Any:
        return create_markdown_artifact("m")

    @flow
    async def runs() -> Any:
        return works(), await create_markdown_artifact("m")  # type: ignore[misc]

    assert all(isinstance(each, UUID) for each in asyncio.run(runs()))
