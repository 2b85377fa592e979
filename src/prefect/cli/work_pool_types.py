"""The types of work pools, and the templates of the jobs that each starts with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, cast

from cyclopts import Parameter

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.screen import show_json

PoolType = Annotated[
    str | None, Parameter(name=["--type", "-t"], help="How its runs are started, for example `process`.")
]


def default_template(pool_type: str) -> dict[str, Any]:
    """Return the template of the jobs that pools of a type start with.

    Raises:
        CommandFailed: There is no such type.
    """
    types = _known_types()
    if pool_type not in types:
        raise CommandFailed(
            f"There is no type of work pool {pool_type!r}. Choose from {', '.join(sorted(types))}; "
            "types of other packages need a `--base-job-template`."
        )
    return types[pool_type]


def template_in(path: Path) -> dict[str, Any]:
    """Return the template of jobs that a JSON file holds.

    Raises:
        CommandFailed: It cannot be read, or holds none.
    """
    try:
        template = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandFailed(f"The template cannot be read from {path}: {error.strerror}.") from error
    except ValueError as error:
        raise CommandFailed(f"{path} holds no JSON: {error}.") from error
    if not isinstance(template, dict):
        raise CommandFailed(f"{path} holds no template: it must be a JSON object.")
    return cast("dict[str, Any]", template)


def need_type(pool_type: str | None) -> str:
    """Return the type that was given.

    Raises:
        CommandFailed: None was.
    """
    if pool_type is None:
        raise CommandFailed(
            f"Say with --type how runs are started: {', '.join(sorted(_known_types()))}.",
            exit_code=WRONG_USAGE,
        )
    return pool_type


def get_default_base_job_template(
    *,
    type: PoolType = None,
    file: Annotated[Path | None, Parameter(alias="-f", help="Write it into this file.")] = None,
) -> None:
    """Print the template of the jobs that pools of a type start with, to be changed and given to `create`."""
    template = default_template(need_type(type))
    if file is None:
        show_json(template)
        return
    try:
        file.write_text(json.dumps(template, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{file} cannot be written: {error.strerror}.") from error
    print(f"Wrote {inert(str(file))}.")


def _known_types() -> dict[str, dict[str, Any]]:
    """Return the templates of all types that are known."""
    from prefect.workers.catalogue import known_templates  # loads the workers of installed packages

    return known_templates()
