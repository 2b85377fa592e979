"""Settings at `results`: how results are stored."""

from __future__ import annotations

from pathlib import Path

from prefect.settings.section import Section, setting


class ResultsSettings(Section, path="results"):
    """How results are stored."""

    default_serializer: str = setting(
        "The serializer of results that name none.",
        default="pickle",
    )
    persist_by_default: bool = setting(
        "Whether results are stored, unless flows and tasks say.",
        default=False,
    )
    default_storage_block: str | None = setting(
        "The block that stores results, unless flows and tasks say.",
        default=None,
        also="PREFECT_DEFAULT_RESULT_STORAGE_BLOCK",
    )
    local_storage_path: Path = setting(
        "The folder of results that are stored on this machine.",
        default=None,
        computed=lambda settings: settings.home / "storage",
        also="PREFECT_LOCAL_STORAGE_PATH",
    )
