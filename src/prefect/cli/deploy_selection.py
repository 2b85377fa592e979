"""Which of the deployments that a file declares are meant."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from prefect.cli.failures import CommandFailed

if TYPE_CHECKING:
    from prefect.deployments.declared import DeclaredDeployment


def deployments_meant(
    declared: Mapping[int, DeclaredDeployment], names: Sequence[str]
) -> dict[int, DeclaredDeployment]:
    """Return the deployments that names mean, by their positions.

    Args:
        declared: The deployments that there are, by their positions.
        names: Names of deployments, FLOW/DEPLOYMENT, or patterns of these such as `nightly-*` and `etl/*`.

    Raises:
        CommandFailed: A name means nothing; then nothing is deployed.
    """
    meant: dict[int, DeclaredDeployment] = {}
    for name in names:
        found = [position for position, deployment in declared.items() if _is_meant(deployment, name)]
        if not found:
            raise CommandFailed(_missing(declared, name))
        meant |= {position: declared[position] for position in found}
    return meant


def _is_meant(deployment: DeclaredDeployment, name: str) -> bool:
    own = deployment.name or ""
    if name == own:
        return True
    flow_pattern, slash, own_pattern = name.rpartition("/")
    if not fnmatchcase(own, own_pattern):
        return False
    return not slash or fnmatchcase(flow_name(deployment), flow_pattern)


def flow_name(deployment: DeclaredDeployment) -> str:
    """Return the name of a deployment's flow, read from its file without running it; empty if it cannot be read."""
    from prefect._flow_loading import load_flow_arguments_from_entrypoint

    if not deployment.entrypoint:
        return ""
    try:
        return load_flow_arguments_from_entrypoint(deployment.entrypoint, ["name"])["name"]
    except (ValueError, OSError, KeyError, ImportError, SyntaxError):
        # Why it cannot be read is told when it is loaded; here it is only not what was meant.
        return ""


def _missing(declared: Mapping[int, DeclaredDeployment], name: str) -> str:
    known = [deployment.name for deployment in declared.values() if deployment.name]
    if not known:
        return (
            f"No deployment is declared, so none is called {name!r}. Give an entrypoint to deploy a flow so."
        )
    near = difflib.get_close_matches(name.rpartition("/")[2], known, n=1, cutoff=0.6)
    advice = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
    return f"No deployment that is declared is called {name!r}, so nothing was deployed. {advice}"
