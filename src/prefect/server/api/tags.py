"""Under which headings the document of the API lists its routes."""

from __future__ import annotations

_HEADINGS = {
    "admin": ["Admin"],
    "artifacts": ["Artifacts"],
    "automations": ["Automations"],
    "block_capabilities": ["Block capabilities"],
    "block_documents": ["Block documents"],
    "block_schemas": ["Block schemas"],
    "block_types": ["Block types"],
    "collections": ["Collections"],
    "concurrency_limits": ["Concurrency Limits"],
    "csrf-token": [],
    "deployments": ["Deployments"],
    "events": ["Events"],
    "flow_run_states": ["Flow Run States"],
    "flow_runs": ["Flow Runs"],
    "flows": ["Flows"],
    "logs": ["Logs"],
    "saved_searches": ["SavedSearches"],
    "task_run_states": ["Task Run States"],
    "task_runs": ["Task Runs"],
    "task_workers": ["Task Workers"],
    "templates": ["Automations"],
    "variables": ["Variables"],
    "work_pools": ["Work Pools"],
    "work_queues": ["Work Queues"],
}


def tags_of(path: str) -> list[str]:
    """Return the headings for a path."""
    first, *others = path.strip("/").split("/")
    if first == "v2":
        return ["Concurrency Limits V2"]
    if first == "ui" and others:
        return ["UI", "Schemas"] if others[0] == "schemas" else [*_HEADINGS.get(others[0], []), "UI"]
    headings = _HEADINGS.get(first, ["Root"])
    if others[-1:] in (["graph"], ["graph-v2"]):
        return [*headings, "Flow Run Graph"]
    if "block_documents" in others:
        return [*headings, "Block types", "Block documents"]
    return headings
