"""Artifacts of every kind, from a flow and from outside, with their versions."""

from claims import raises, same, verdict

from prefect import flow, get_client
from prefect.artifacts import (
    Artifact,
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.exceptions import ObjectNotFound


@flow
def compat_artifacts() -> None:
    """Leave one of each."""
    create_markdown_artifact("# one", key="compat-report", description="First.")
    create_markdown_artifact("# two", key="compat-report")
    create_table_artifact([{"a": 1, "b": 2}], key="compat-table")
    create_link_artifact("https://example.com", key="compat-link", link_text="there")
    create_image_artifact("https://example.com/x.png", key="compat-image")
    progress = create_progress_artifact(10.0, key="compat-progress")
    update_progress_artifact(progress, 75.0)


state = compat_artifacts(return_state=True)
same("the flow", state.name, "Completed")

with get_client(sync_client=True) as client:
    run_id = state.state_details.flow_run_id
    found = client.read_artifacts(
        artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
    )
    same(
        "artifacts of the run",
        sorted((each.key, each.type) for each in found),
        [
            ("compat-image", "image"),
            ("compat-link", "markdown"),
            ("compat-progress", "progress"),
            ("compat-report", "markdown"),
            ("compat-report", "markdown"),
            ("compat-table", "table"),
        ],
    )
    same("progress", next(float(each.data) for each in found if each.type == "progress"), 75.0)
    same("newest of a key", Artifact.get("compat-report").data, "# two")
    same("nothing under a key", Artifact.get("compat-none"), None)
    made, new = Artifact.get_or_create("compat-report", type="markdown", data="# three")
    same("found, not made", (made.data, new), ("# two", False))
    latest = client.read_latest_artifacts(limit=100)
    same("one entry for each key", sum(each.key == "compat-report" for each in latest), 1)
    versions = client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["compat-report"]))
    )
    same("versions of a key", len(versions), 2)
    client.update_artifact(versions[0].id, ArtifactUpdate(description="Changed."))
    changed = client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(like_="compat-repo"))
    )
    same("changed", sum(each.description == "Changed." for each in changed), 1)
    client.delete_artifact(versions[0].id)
    raises("deleted", ObjectNotFound, lambda: client.delete_artifact(versions[0].id))

raise SystemExit(verdict())
