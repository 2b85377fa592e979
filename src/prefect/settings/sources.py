"""Where settings come from, and which source wins.

From the weakest: the active profile, `[tool.prefect]` in pyproject.toml, prefect.toml, `.env`, the environment. Files
are looked for in the working folder. Only what wins is checked, so that a bad value that nobody uses does no harm.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from prefect._imports import forwarding
from prefect.exceptions import ConfigurationError
from prefect.settings.constants import DEFAULT_PREFECT_HOME, DEFAULT_PREFECT_TOML_PATH, DEFAULT_PROFILES_PATH
from prefect.settings.files import Stamp, read_dotenv, read_toml, stamp
from prefect.settings.names import by_variable, unknown
from prefect.settings.packaged_profiles import DEFAULT_PROFILE, PACKAGED_PROFILES
from prefect.settings.section import Declared, Section

__all__ = [
    "DEFAULT_PREFECT_HOME",
    "DEFAULT_PREFECT_TOML_PATH",
    "DEFAULT_PROFILES_PATH",
    "Collected",
    "Origin",
    "active_profile",
    "collect",
    "problems",
    "profiles_path",
    "tell",
]

INIT, ENVIRONMENT, DOTENV, PREFECT_TOML, PYPROJECT, PROFILE = (
    "init",
    "env",
    ".env file",
    "prefect.toml",
    "pyproject.toml",
    "profile",
)
FILES = (".env", "prefect.toml", "pyproject.toml")

_NO_SETTINGS = ("PREFECT_API_ENCRYPTION_KEY", "PREFECT_PROFILE", "PREFECT_VERSION")
"""Variables of ours that are no settings."""
_OTHERS = ("PREFECT__", "PREFECT_INTEGRATIONS_")
"""What variables begin with that are none of ours: what a runner tells its runs, and settings of integrations."""
_LOGGING_PARTS = tuple(
    f"PREFECT_LOGGING_{part}" for part in ("FILTERS", "FORMATTERS", "HANDLERS", "LOGGERS", "ROOT")
)
"""Variables that override a part of a logging configuration file."""

_told: set[str] = set()


class Origin(NamedTuple):
    """What set a setting.

    Attributes:
        source: The source.
        name: What it is called there.
    """

    source: str
    name: str


class Collected(NamedTuple):
    """What all sources say together.

    Attributes:
        values: The checked values by path.
        origins: What set each.
        stamps: The files that were looked at, and how they were.
    """

    values: dict[str, Any]
    origins: dict[str, Origin]
    stamps: dict[str, Stamp]


class _Raw(NamedTuple):
    declared: Declared
    value: Any
    origin: Origin


class _Gathered(NamedTuple):
    """What all sources say, unchecked, and the home and the file of profiles that follow from it."""

    raw: dict[str, _Raw]
    home: str
    stamps: dict[str, Stamp]


def collect(
    tree: type[Section],
    environ: Mapping[str, str],
    *,
    profile: Mapping[str, Any] | None = None,
    profile_wins: bool = False,
) -> Collected:
    """Read all sources.

    Args:
        tree: The settings that there are.
        environ: The environment.
        profile: The variables of a profile to use instead of the active one.
        profile_wins: Let the profile win over the environment and files.

    Raises:
        ConfigurationError: A file cannot be read, or a value cannot be used; the message names it.
    """
    raw, home, stamps = _gather(tree, environ)
    if profile is None:
        path = _profiles_path(raw, home)
        stamps[path] = stamp(path)
        profile = active_profile(path, environ.get("PREFECT_PROFILE"))
    by_profile = _by_path(_from_variables(tree, profile, PROFILE))
    raw = raw | by_profile if profile_wins else by_profile | raw
    return Collected(
        {path: _read(found, home) for path, found in raw.items()},
        {path: found.origin for path, found in raw.items()},
        stamps,
    )


def problems(tree: type[Section], environ: Mapping[str, str]) -> list[str]:
    """Return what is wrong with what the sources set, a sentence for each value that cannot be used."""
    raw, home, _ = _gather(tree, environ)
    profile = active_profile(_profiles_path(raw, home), environ.get("PREFECT_PROFILE"))
    found: list[str] = []
    for one in (_by_path(_from_variables(tree, profile, PROFILE)) | raw).values():
        try:
            _read(one, home)
        except ConfigurationError as error:
            found.append(str(error))
    return found


def profiles_path(tree: type[Section], environ: Mapping[str, str]) -> Path:
    """Return the file of profiles, whatever else may be wrong with the settings."""
    raw, home, _ = _gather(tree, environ)
    return Path(_profiles_path(raw, home))


def _gather(tree: type[Section], environ: Mapping[str, str]) -> _Gathered:
    """Read every source but the profile, which the others may name."""
    stamps: dict[str, Stamp] = {name: stamp(name) for name in FILES}
    raw: dict[str, _Raw] = {}
    if stamps["pyproject.toml"]:
        table = read_toml("pyproject.toml", only_with_our_table=True).get("tool", {}).get("prefect", {})
        raw |= _by_path(_from_table(tree, table, "", PYPROJECT))
    if stamps["prefect.toml"]:
        raw |= _by_path(_from_table(tree, read_toml("prefect.toml"), "", PREFECT_TOML))
    if stamps[".env"]:
        raw |= _by_path(_from_variables(tree, read_dotenv(".env", environ), DOTENV))
    raw |= _by_path(_from_variables(tree, environ, ENVIRONMENT))
    home = str(_read(raw["home"])) if "home" in raw else str(DEFAULT_PREFECT_HOME.expanduser())
    return _Gathered(raw, home, stamps)


def _profiles_path(raw: Mapping[str, _Raw], home: str) -> str:
    return (
        str(_read(raw["profiles_path"], home))
        if "profiles_path" in raw
        else str(Path(home) / "profiles.toml")
    )


def active_profile(path: str, chosen: str | None) -> dict[str, Any]:
    """Return the variables of the profile that is chosen, or else active in the file of profiles."""
    stored = read_toml(path)
    profiles: dict[str, dict[str, Any]] = stored.get("profiles", {})
    name = chosen or stored.get("active") or DEFAULT_PROFILE
    if name not in profiles and name not in PACKAGED_PROFILES:
        tell(
            f"There is no profile {name!r} in {path}; no profile is used. "
            f"There are {', '.join(sorted({*profiles, *PACKAGED_PROFILES}))}."
        )
    return {**PACKAGED_PROFILES.get(name, {}), **profiles.get(name, {})}


def tell(message: str) -> None:
    """Warn of something once in the life of this process."""
    if message not in _told:
        _told.add(message)
        warnings.warn(message, UserWarning, stacklevel=2)


def _read(raw: _Raw, home: str | None = None) -> Any:
    source, name = raw.origin
    return raw.declared.read(raw.value, name if source == ENVIRONMENT else f"{name} ({source})", home)


def _by_path(found: Iterator[_Raw]) -> dict[str, _Raw]:
    """Return what one source sets; where it uses several names for a setting, the present one wins."""
    chosen: dict[str, _Raw] = {}
    for raw in found:
        declared, name = raw.declared, raw.origin.name
        before = chosen.get(declared.path)
        order = (declared.variable, *declared.also)
        if before is None or (name in order and order.index(name) < order.index(before.origin.name)):
            chosen[declared.path] = raw
    return chosen


def _from_variables(tree: type[Section], variables: Mapping[str, Any], source: str) -> Iterator[_Raw]:
    for name, value in variables.items():
        if not name.startswith("PREFECT_") or value == "" or name in _NO_SETTINGS:
            continue
        declared = by_variable(tree, name)
        if declared is not None:
            yield _Raw(declared, value, Origin(source, name))
        elif not name.startswith((*_OTHERS, *_LOGGING_PARTS)):
            tell(f"{unknown(tree, name)} It is set in {_place(source)}.")


def _from_table(tree: type[Section], table: Mapping[str, Any], path: str, source: str) -> Iterator[_Raw]:
    for name, value in table.items():
        below = f"{path}.{name}" if path else name
        declared = tree.declared_at(below)
        if declared is not None:
            yield _Raw(declared, value, Origin(source, below))
        elif isinstance(value, Mapping):
            yield from _from_table(tree, cast("Mapping[str, Any]", value), below, source)
        elif not below.startswith("integrations."):
            tell(f"{unknown(tree, below)} It is set in {_place(source)}.")


def _place(source: str) -> str:
    return {ENVIRONMENT: "the environment", DOTENV: "the .env file", PROFILE: "the profile"}.get(
        source, source
    )


# They load a library that our own settings do without.
__getattr__ = forwarding(
    __name__,
    dict.fromkeys(
        (
            "ENV_FILE_SENTINEL",
            "DotenvType",
            "EnvFilterSettingsSource",
            "FilteredDotEnvSettingsSource",
            "PrefectTomlConfigSettingsSource",
            "ProfileSettingsTomlLoader",
            "PyprojectTomlConfigSettingsSource",
            "TomlConfigSettingsSourceBase",
        ),
        "prefect.settings.field_sources",
    ),
)
