"""What `prefect deploy` tells: what it did, what it would do, and what to do next."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prefect.cli.inert import inert
from prefect.cli.screen import show_json

if TYPE_CHECKING:
    from prefect.deployments.plans import Change, Plan

_LONG = 100
"""From how many characters on a value is told on lines of its own."""

_UNTOLD = frozenset({"parameter_openapi_schema", "version_info", "path"})
"""Fields that go with others; that they change is told, their values are not."""


def show_plans(plans: Sequence[Plan]) -> None:
    """Print what deploying would change."""
    for plan in plans:
        would = {"created": "would be created", "updated": "would be changed", "unchanged": "unchanged"}
        print(f"{inert(plan.name)}: {would[plan.outcome]}{':' if plan.changes else ''}")
        for change in plan.changes:
            print(_line(change, new=plan.outcome == "created"))
    counted = Counter(plan.outcome for plan in plans)
    print(
        f"Nothing was changed: {counted['created']} to create, {counted['updated']} to change, "
        f"{counted['unchanged']} unchanged."
    )


def show_plans_as_json(plans: Sequence[Plan], ids: Sequence[Any] | None = None) -> None:
    """Print what was or would be changed, as JSON."""
    told: list[dict[str, Any]] = []
    for position, plan in enumerate(plans):
        entry = asdict(plan)
        told.append({"id": str(ids[position]), **entry} if ids is not None else entry)
    show_json(told)


def show_deployed(plan: Plan, id: Any) -> None:
    """Print what became of a deployment."""
    said = f"{inert(plan.name)}: {plan.outcome}"
    if plan.outcome == "updated":
        said += f" ({', '.join(change.field for change in plan.changes)})"
    print(f"{said}\n  ID: {id}")


def show_next_steps(name: str, pool: str | None) -> None:
    """Print how a run of a deployment is made, and who executes it."""
    if pool:
        print(f"\nIts runs are executed by a worker:\n  prefect worker start --pool {_quoted(pool)}")
    print(f"Create a run:\n  prefect deployment run {_quoted(name)}")


def _line(change: Change, *, new: bool) -> str:
    if change.field in _UNTOLD:
        return f"  {'+' if new else '~'} {change.field}"
    before, after = _text(change.before), _text(change.after)
    if new:
        return f"  + {change.field}: {after}"
    if len(before) + len(after) > _LONG:
        return f"  ~ {change.field}:\n      - {before}\n      + {after}"
    return f"  ~ {change.field}: {before} -> {after}"


def _text(value: Any) -> str:
    if isinstance(value, str) and "{{" in value:
        return f"{inert(value)} (known when it is deployed)"
    return inert(json.dumps(value, ensure_ascii=False))


def _quoted(name: str) -> str:
    return "'" + inert(name).replace("'", "'\\''") + "'"
