"""What `prefect deploy` asks a person at the terminal: what is missing, and whether to keep it in prefect.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import perform
from prefect.cli.questions import answered, chosen, wants

if TYPE_CHECKING:
    from prefect.deployments.declared import DeclaredDeployment
    from prefect.deployments.project_files import ProjectFile

_MOST_FILES = 500
"""How many files are looked through for flows at most."""

_NOT_SEARCHED = frozenset({"node_modules", "site-packages", "venv", "__pycache__", "build", "dist"})


def chosen_deployment(declared: Mapping[int, DeclaredDeployment]) -> dict[int, DeclaredDeployment]:
    """Ask which of the declared deployments is meant."""
    positions = list(declared)
    told = [f"{each.name or '(without a name)'}  {each.entrypoint or ''}" for each in declared.values()]
    position = positions[chosen("Which deployment?", told)]
    return {position: declared[position]}


def completed(
    declared: DeclaredDeployment, index: int | None, project: ProjectFile | None, path: Path
) -> tuple[int | None, DeclaredDeployment]:
    """Ask for what is missing of a deployment; one that no file declares may be written into one."""
    told: dict[str, Any] = {}
    if not declared.entrypoint:
        told["entrypoint"] = _entrypoint()
    if not declared.name:
        told["name"] = answered("Name of the deployment", "default")
    from prefect.deployments.drafts import pool_name

    if not pool_name(declared):
        told["work_pool"] = {**(declared.model_dump().get("work_pool") or {}), "name": _pool()}
    if index is None:
        if declared.wanted_schedules() is None and wants("Run it by a schedule?"):
            told["schedules"] = [_schedule()]
        shared = project.declared.pull if project is not None else None
        if not declared.pull and not shared and (step := _clone_step()) is not None:
            told["pull"] = [step]
    made = type(declared).model_validate({**declared.model_dump(exclude_unset=True, warnings=False), **told})
    if index is None and wants(f"Write this deployment into {inert(str(path))}?"):
        from prefect.deployments.project_saving import save_deployment

        save_deployment(path, made)
        print(f"Wrote it into {inert(str(path))}.")
    return index, made


def _entrypoint() -> str:
    found = list(_flows_here())
    if found and (choice := chosen("Which flow?", [*found, "another"])) < len(found):
        return found[choice]
    entrypoint = answered("Where is the flow (path/to/file.py:flow_function)")
    if not entrypoint:
        raise CommandFailed("Nothing was deployed: a deployment needs a flow.")
    return entrypoint


def _flows_here() -> Iterator[str]:
    """Yield the entrypoints of flows in the files below this folder, without running them."""
    import ast  # for this question only

    searched = 0
    for path in sorted(Path().rglob("*.py")):
        parts = path.parts
        if any(part.startswith(".") or part in _NOT_SEARCHED for part in parts):
            continue
        searched += 1
        if searched > _MOST_FILES:
            return
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue  # what cannot be read is no flow to offer
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                ast.unparse(decorator).partition("(")[0].rpartition(".")[2] == "flow"
                for decorator in node.decorator_list
            ):
                yield f"{path.as_posix()}:{node.name}"


def _pool() -> str:
    from prefect.schemas.work_pools import WorkPoolCreate  # loads pydantic: not for the help pages
    from prefect.store.work_pools import create_work_pool, read_work_pools

    pools = perform(read_work_pools)
    if pools:
        return pools[chosen("Which work pool?", [f"{pool.name}  ({pool.type})" for pool in pools])].name
    name = answered("There is no work pool yet. Name of a new one, whose runs are processes", "default")
    created = perform(create_work_pool, WorkPoolCreate(name=name, type="process"))
    print(f"Created work pool {inert(created.name)!r}.")
    return created.name


def _schedule() -> dict[str, Any]:
    kinds = ("cron", "interval", "rrule")
    kind = kinds[chosen("What kind?", ["cron expression", "interval", "recurrence rule (RFC 5545)"])]
    asked = {
        "cron": ("Cron expression", "0 0 * * *"),
        "interval": ("Seconds from one run to the next", "3600"),
        "rrule": ("Rule", "FREQ=DAILY"),
    }
    value = answered(*asked[kind])
    return {kind: float(value) if kind == "interval" else value, "timezone": answered("Time zone", "UTC")}


def _clone_step() -> dict[str, Any] | None:
    """Return the step that clones the repository that this folder is in, if a person wants runs to do so."""
    from prefect._internal.git import get_git_branch, get_git_remote_origin_url
    from prefect._internal.urls import strip_auth_from_url

    remote = strip_auth_from_url(get_git_remote_origin_url() or "")
    if not remote or not wants(
        f"Shall runs get the code from {inert(remote)}? (Else from this folder.)", otherwise=True
    ):
        return None
    branch = answered("Branch", get_git_branch() or "main")
    return {"prefect.deployments.steps.git_clone": {"repository": remote, "branch": branch}}
