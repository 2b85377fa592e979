"""A person's own set-up of loggers: `logging.yml` with settings in it, and variables that override its keys."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any, cast

from prefect.exceptions import ConfigurationError
from prefect.settings import get_current_settings

PREFIX = "PREFECT_LOGGING_"


def load_logging_config(path: Path) -> dict[str, Any]:
    """Return the set-up that a file describes.

    `${PREFECT_LOGGING_LEVEL}`, and every other setting by its variable, stands for the setting's value; `$$` for a
    dollar sign. A variable such as PREFECT_LOGGING_LOGGERS_PREFECT_LEVEL overrides the key of that path.

    Raises:
        ConfigurationError: The file cannot be read or understood; the message says where.
    """
    from ruamel.yaml import YAML  # takes 0.1 s to load, and most programs have no such file
    from ruamel.yaml.error import YAMLError

    try:
        text = path.read_text(encoding="utf-8")
        document = YAML(typ="safe", pure=True).load(_with_settings(text, path))  # pyright: ignore[reportUnknownMemberType] - it has no types
    except OSError as error:
        raise ConfigurationError(f"The logging configuration {path} cannot be read: {error}.") from error
    except YAMLError as error:
        raise ConfigurationError(f"The logging configuration {path} is not valid YAML: {error}") from error
    if not isinstance(document, dict):
        raise ConfigurationError(
            f"The logging configuration {path} is not a mapping: begin it with 'version: 1' and go on with "
            "'handlers:' and 'loggers:', as Python's logging.config.dictConfig takes them."
        )
    return with_overrides(cast("dict[str, Any]", document))


def _with_settings(text: str, path: Path) -> str:
    class Settings(dict[str, str]):
        def __missing__(self, name: str) -> str:
            raise ConfigurationError(
                f"The logging configuration {path} uses ${{{name}}}, which is no setting that has a value. "
                "Write the variable of a setting, or $$ for a dollar sign."
            )

    variables = get_current_settings().to_environment_variables(include_aliases=True)
    given = dict.fromkeys(re.findall(r"PREFECT_LOGGING_\w+", text), "")  # a setting without a value is empty
    try:
        return Template(text).substitute(Settings({**given, **variables}))
    except ValueError as error:
        raise ConfigurationError(
            f"The logging configuration {path} has a dollar sign that names no setting ({error}). Write $$ for one."
        ) from error


def with_overrides(
    configuration: Mapping[str, Any], environ: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return a set-up with the keys changed that variables override: PREFECT_LOGGING_ and the path to the key.

    Args:
        configuration: The set-up.
        environ: The variables; by default the environment's.
    """
    return _overridden(configuration, "", os.environ if environ is None else environ)


def _overridden(part: Mapping[str, Any], path: str, environ: Mapping[str, str]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for key, value in part.items():
        here = f"{path}_{key}" if path else str(key)
        if isinstance(value, Mapping):
            changed[key] = _overridden(cast("Mapping[str, Any]", value), here, environ)
        else:
            given = environ.get(to_envvar(here))
            changed[key] = _like(value, given) if given else value
    return changed


def to_envvar(path: str) -> str:
    """Return the variable that overrides a key.

    Example:
        >>> to_envvar("loggers_prefect.flow_runs_level")
        'PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL'
    """
    return PREFIX + re.sub(r"\W", "_", path).upper()


def _like(present: object, given: str) -> object:
    """Return a variable's text as a value of the kind that it takes the place of."""
    if isinstance(present, bool):
        return given.strip().lower() in {"true", "1", "yes", "on"}
    if isinstance(present, int) and re.fullmatch(r"\s*-?\d+\s*", given):
        return int(given)
    if isinstance(present, list):
        return [item.strip() for item in given.split(",") if item.strip()]
    return given
