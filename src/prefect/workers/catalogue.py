"""The types of work pools that are known: those of workers that are here, and those of packages that could be."""

from __future__ import annotations

from typing import Any

from prefect.client.orchestration import get_client
from prefect.workers.registry import known_classes


def types_by_package() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what is told of the types of workers, by the package that has them; a server or this library tells it."""
    with get_client(sync_client=True) as client:
        return client.read_worker_metadata()


def package_of(worker_type: str) -> str | None:
    """Return the package that has the workers of a type, or None if that is not known."""
    return next((package for package, types in types_by_package().items() if worker_type in types), None)


def known_templates() -> dict[str, dict[str, Any]]:
    """Return the templates of jobs that pools start with, by type; workers that are here know their own best."""
    told: dict[str, dict[str, Any]] = {
        name: facts.get("default_base_job_configuration") or {}
        for types in types_by_package().values()
        for name, facts in types.items()
    }
    return told | {name: cls.get_default_base_job_template() for name, cls in known_classes().items()}
