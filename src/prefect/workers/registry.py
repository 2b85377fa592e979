"""The types of workers that are here: our own, and those of installed integration packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._imports import load
from prefect._integrations import load_integrations

if TYPE_CHECKING:
    from prefect.workers.base import BaseWorker

_classes: dict[str, type[BaseWorker[Any, Any, Any]]] = {}


def register(worker: type[Any]) -> None:
    """Let a class of workers be found by its type."""
    _classes[worker.type] = worker


def worker_class(worker_type: str) -> type[BaseWorker[Any, Any, Any]] | None:
    """Return the class of a type of workers, or None if there is none here."""
    return known_classes().get(worker_type)


def known_classes() -> dict[str, type[BaseWorker[Any, Any, Any]]]:
    """Return the classes of workers by their types."""
    load("prefect.workers.process", "ProcessWorker")
    load_integrations()
    return dict(_classes)
