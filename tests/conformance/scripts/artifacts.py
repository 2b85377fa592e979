"""Artifacts of each kind are created in tasks and flows and read back by key."""

from prefect import flow, task
from prefect.artifacts import (
    Artifact,
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)


@task
def report() -> None:
    create_markdown_artifact("# Report", key="conformance-report", description="A report")
    create_table_artifact([{"a": 1, "b": "x"}, {"a": 2, "b": None}], key="conformance-table")


@flow
def pipeline() -> None:
    report()
    create_link_artifact("https://example.org", link_text="Example", key="conformance-link")
    create_image_artifact("https://example.org/x.png", key="conformance-image")
    progress = create_progress_artifact(10.0, key="conformance-progress", description="How far")
    update_progress_artifact(progress, 55.5)
    create_markdown_artifact("# Second", key="conformance-report")
    for kind in ("report", "table", "link", "image", "progress"):
        artifact = Artifact.get(f"conformance-{kind}")
        print(artifact.key, artifact.type, artifact.data, artifact.description)
    print(Artifact.get("conformance-none"))
    try:
        create_markdown_artifact("x", key="Not Valid")
    except Exception as error:
        print(type(error).__name__)
    try:
        create_progress_artifact(150.0)
    except Exception as error:
        print(type(error).__name__)


if __name__ == "__main__":
    pipeline()
