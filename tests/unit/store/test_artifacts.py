from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound
from prefect.schemas.artifacts import (
    Artifact,
    ArtifactCollectionFilter,
    ArtifactCollectionFilterFlowRunId,
    ArtifactCollectionFilterKey,
    ArtifactCollectionFilterLatestId,
    ArtifactCollectionFilterType,
    ArtifactCollectionSort,
    ArtifactCreate,
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterId,
    ArtifactFilterKey,
    ArtifactFilterTaskRunId,
    ArtifactFilterType,
    ArtifactSort,
    ArtifactUpdate,
)
from prefect.schemas.operators import Operator
from prefect.store.artifacts import (
    count_artifacts,
    count_latest_artifacts,
    create_artifact,
    delete_artifact,
    read_artifact,
    read_artifacts,
    read_latest_artifact,
    read_latest_artifacts,
    update_artifact,
)
from prefect.store.operations import route_of

FLOW_RUN, TASK_RUN = uuid4(), uuid4()


def ask(operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Perform an operation and return its answer."""
    return get_backend().perform(operation, *args, **kwargs).result()


def make(key: str | None, data: Any, **fields: Any) -> Artifact:
    """Store an artifact."""
    return ask(create_artifact, ArtifactCreate(key=key, data=data, **fields))


def some() -> None:
    """Store two versions of a report, a table of a task run, and an artifact without a key."""
    make("report", "one", type="markdown")
    make("report", "two", type="markdown", flow_run_id=FLOW_RUN)
    make("table", "three", type="table", flow_run_id=FLOW_RUN, task_run_id=TASK_RUN)
    make(None, "four")


def data_of(wanted: ArtifactFilter | None = None, **options: Any) -> list[str]:
    """Return the data of the artifacts that a filter finds."""
    found = ask(read_artifacts, wanted, **options)
    if not options:
        assert ask(count_artifacts, wanted) == len(found)
    return [artifact.data for artifact in found]


def latest(wanted: ArtifactCollectionFilter | None = None, **options: Any) -> list[tuple[str, str]]:
    """Return key and data of the latest artifacts that a filter finds."""
    found = ask(read_latest_artifacts, wanted, **options)
    if not options:
        assert ask(count_latest_artifacts, wanted) == len(found)
    return [(collection.key, collection.data) for collection in found]


def test_an_artifact_comes_back_as_it_was_given() -> None:
    """Every field is stored."""
    given = {
        "key": "report",
        "type": "custom",
        "description": "what it is",
        "data": {"rows": [1, 2.5, None]},
        "metadata_": {"source": "ledger"},
        "flow_run_id": FLOW_RUN,
        "task_run_id": TASK_RUN,
    }
    made = ask(create_artifact, ArtifactCreate.model_validate(given))
    stored = ask(read_artifact, made.id)
    assert stored == made
    assert {name: getattr(stored, name) for name in given} == given


def test_versions_of_a_key() -> None:
    """The newest artifact of a key is the latest; the others are kept."""
    some()
    assert ask(read_latest_artifact, "report").data == "two"
    assert latest() == [("table", "three"), ("report", "two")]
    assert data_of(ArtifactFilter(key=ArtifactFilterKey(any_=["report"]))) == ["two", "one"]
    with pytest.raises(ObjectNotFound, match="'nothing'"):
        ask(read_latest_artifact, "nothing")


def test_the_collection_of_a_key_keeps_its_id() -> None:
    """What is known under a key is the same thing in each version."""
    first = make("report", "one")
    before = ask(read_latest_artifacts)[0]
    second = make("report", "two")
    after = ask(read_latest_artifacts)[0]
    assert (before.id, before.latest_id) == (after.id, first.id)
    assert (after.latest_id, after.created) == (second.id, first.created)
    assert after.updated == second.created


def test_a_change_of_the_latest_is_a_change_of_its_key() -> None:
    """What is shown under a key follows the latest version, and no other."""
    old, new = make("report", "one"), make("report", "two", description="d")
    ask(update_artifact, new.id, ArtifactUpdate(data="changed"))
    ask(update_artifact, old.id, ArtifactUpdate(description="old"))
    collection = ask(read_latest_artifacts)[0]
    assert (collection.data, collection.description) == ("changed", "d")
    assert ask(read_artifact, old.id).description == "old"
    assert ask(read_artifact, old.id).data == "one"
    assert ask(read_artifact, new.id).updated > new.updated


def test_deleting_versions() -> None:
    """When the latest version is deleted the one before it is the latest; with the last one the key is gone."""
    old, new = make("report", "one"), make("report", "two")
    loose = make(None, "three")
    ask(delete_artifact, new.id)
    assert latest() == [("report", "one")]
    ask(delete_artifact, loose.id)
    ask(delete_artifact, old.id)
    assert latest() == []
    assert data_of() == []


def test_deleting_an_old_version() -> None:
    """The latest version stays the latest when an older one is deleted."""
    old, _ = make("report", "one"), make("report", "two")
    ask(delete_artifact, old.id)
    assert latest() == [("report", "two")]


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [(read_artifact, []), (update_artifact, [ArtifactUpdate(data=1)]), (delete_artifact, [])],
)
def test_what_is_not_there_is_named(operation: Callable[..., Any], arguments: list[Any]) -> None:
    """Asking for an artifact that does not exist says which one."""
    with pytest.raises(ObjectNotFound, match=str(UUID(int=7))):
        ask(operation, UUID(int=7), *arguments)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ArtifactFilter(), "four three two one"),
        (ArtifactFilter(key=ArtifactFilterKey(like_="PORT")), "two one"),
        (ArtifactFilter(key=ArtifactFilterKey(exists_=False)), "four"),
        (ArtifactFilter(key=ArtifactFilterKey(exists_=True, like_="t")), "three two one"),
        (ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[FLOW_RUN])), "three two"),
        (ArtifactFilter(task_run_id=ArtifactFilterTaskRunId(any_=[TASK_RUN])), "three"),
        (ArtifactFilter(type=ArtifactFilterType(any_=["table", "image"])), "three"),
        (ArtifactFilter(type=ArtifactFilterType(not_any_=["table"])), "two one"),
        (ArtifactFilter(id=ArtifactFilterId(any_=[])), ""),
        (
            ArtifactFilter(
                operator=Operator.or_,
                type=ArtifactFilterType(any_=["table"]),
                key=ArtifactFilterKey(exists_=False),
            ),
            "four three",
        ),
    ],
)
def test_filters(wanted: ArtifactFilter, found: str) -> None:
    """A filter finds what it says, its parts put together with its operator."""
    some()
    assert data_of(wanted) == found.split()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ArtifactCollectionFilter(), "table report"),
        (ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=["report"])), "report"),
        (ArtifactCollectionFilter(type=ArtifactCollectionFilterType(not_any_=["table"])), "report"),
        (
            ArtifactCollectionFilter(flow_run_id=ArtifactCollectionFilterFlowRunId(any_=[FLOW_RUN])),
            "table report",
        ),
        (ArtifactCollectionFilter(latest_id=ArtifactCollectionFilterLatestId(any_=[UUID(int=1)])), ""),
    ],
)
def test_filters_of_latest(wanted: ArtifactCollectionFilter, found: str) -> None:
    """Filters of keys look at the latest version of each."""
    some()
    assert [key for key, _ in latest(wanted)] == found.split()


def test_order_and_pages() -> None:
    """Lists begin with the newest unless asked otherwise, and can be read page by page."""
    some()
    assert data_of(sort=ArtifactSort.KEY_ASC, limit=2) == ["four", "one"]
    assert data_of(sort=ArtifactSort.KEY_DESC, limit=1) == ["three"]
    assert data_of(sort=ArtifactSort.CREATED_DESC, offset=3) == ["one"]
    first = ask(read_artifacts, sort=ArtifactSort.CREATED_DESC)[-1]
    ask(update_artifact, first.id, ArtifactUpdate(description="d"))
    assert data_of(sort=ArtifactSort.UPDATED_DESC, limit=1) == ["one"]
    assert latest(sort=ArtifactCollectionSort.KEY_ASC, limit=1) == [("report", "two")]
    assert latest(sort=ArtifactCollectionSort.UPDATED_DESC, offset=1) == [("report", "two")]


def test_routes_are_those_of_the_rest_api() -> None:
    """A server will offer each operation where clients look for it."""
    operations = (
        create_artifact,
        read_artifact,
        read_latest_artifact,
        read_artifacts,
        read_latest_artifacts,
        count_artifacts,
        count_latest_artifacts,
        update_artifact,
        delete_artifact,
    )
    assert {(route_of(each).method, route_of(each).path, route_of(each).status) for each in operations} == {
        ("POST", "/artifacts/", 201),
        ("GET", "/artifacts/{id}", 200),
        ("GET", "/artifacts/{key}/latest", 200),
        ("POST", "/artifacts/filter", 200),
        ("POST", "/artifacts/latest/filter", 200),
        ("POST", "/artifacts/count", 200),
        ("POST", "/artifacts/latest/count", 200),
        ("PATCH", "/artifacts/{id}", 204),
        ("DELETE", "/artifacts/{id}", 204),
    }
