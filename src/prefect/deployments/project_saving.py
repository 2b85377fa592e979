"""Writing a deployment into `prefect.yaml`, whose comments stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect.deployments.declared import DeclaredDeployment, said
from prefect.deployments.project_files import parse_project_file, round_trip, written
from prefect.deployments.recipes import HEADER

_ORDER = tuple(DeclaredDeployment.model_fields)


def save_deployment(path: Path, deployment: DeclaredDeployment) -> None:
    """Write a deployment into a file: over the one of its name and entrypoint, or over a blank one, or at the end.

    Raises:
        ProjectFileError: The file cannot be read, or would not be right any more.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else f"{HEADER}deployments: []\n"
    saved = text_with(path, text, deployment)
    path.write_text(saved, encoding="utf-8")


def text_with(path: Path, text: str, deployment: DeclaredDeployment) -> str:
    """Return the text of a file with a deployment in it; see `save_deployment`."""
    parse_project_file(path, text)
    document: Any = round_trip(text) or {}
    present: Any = document.get("deployments") or []
    told = _plain(deployment)
    for position, other in enumerate(present):
        same = all(other.get(key) == told.get(key) for key in ("name", "entrypoint"))
        if same or not (other.get("name") or other.get("entrypoint")):
            present[position] = told
            break
    else:
        present.append(told)
    document["deployments"] = present
    saved = written(document)
    parse_project_file(path, saved)
    return saved


def _plain(deployment: DeclaredDeployment) -> dict[str, Any]:
    told = said(deployment)
    plain = deployment.model_dump(
        mode="json", include=set(told), exclude_none=True, exclude_unset=True, warnings=False
    )
    if deployment.schedules is not None:
        plain.pop("schedule", None)
    return {key: plain[key] for key in _ORDER if plain.get(key) is not None}
