"""`prefect config`: look at settings and where they are set, change those of the active profile, check them."""

from __future__ import annotations

import os
from typing import Annotated, Any

from cyclopts import App, Parameter

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.screen import show_json
from prefect.exceptions import ProfileSettingsValidationError
from prefect.settings import Settings, get_current_settings
from prefect.settings.kinds import as_text
from prefect.settings.names import existing
from prefect.settings.profiles import current_profile_name, load_current_profile, update_current_profile
from prefect.settings.section import Declared
from prefect.settings.sources import PROFILE, problems

app = App(
    name="config",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect config view
  prefect config set PREFECT_LOGGING_LEVEL=DEBUG
  prefect config unset PREFECT_LOGGING_LEVEL""",
)

_MASK = "********"
_NOT_IN_PROFILES = ("home", "profiles_path")
"""What says where profiles are cannot be said in a profile."""


@app.command(
    help_epilogue="""Examples:
  prefect config view
  prefect config view --show-defaults
  prefect config view --output json | jq -r '.settings[] | select(.source == "env").name'"""
)
def view(
    *,
    show_defaults: Annotated[
        bool, Parameter(negative="--hide-defaults", help="Show settings too that nothing sets.")
    ] = False,
    show_sources: Annotated[bool, Parameter(negative="--hide-sources", help="Show what sets each.")] = True,
    show_secrets: Annotated[
        bool, Parameter(negative="--hide-secrets", help="Show keys and passwords.")
    ] = False,
    output: Output = None,
) -> None:
    """Show the settings that hold here, and what sets them.

    Those of parts that are not there yet are checked, have no effect, and are marked so.
    """
    settings = get_current_settings()
    rows = [
        (
            declared,
            _shown(settings, declared, show_secrets=show_secrets),
            origin.source if origin else "defaults",
        )
        for declared in sorted(Settings.all_declared(), key=lambda declared: declared.variable)
        if (origin := settings.origin(declared.path)) or show_defaults
    ]
    if output:
        listed = [
            {"name": declared.variable, "value": value, "source": source, "planned": declared.planned}
            for declared, value, source in rows
        ]
        show_json({"profile": current_profile_name(), "settings": listed, "ui_url": settings.ui_url})
        return
    print(f"PREFECT_PROFILE={current_profile_name()!r}")
    for declared, value, source in rows:
        said_by = f" (from {source})" if show_sources else ""
        effect = " (no effect yet)" if declared.planned else ""
        print(f"{declared.variable}='{inert(str(value))}'{said_by}{effect}")


@app.command(
    help_epilogue="""Examples:
  prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api
  prefect config set flows.default_retries=2 PREFECT_LOGGING_LEVEL=DEBUG"""
)
def set(
    settings: Annotated[
        list[str], Parameter(help="What to set, as NAME=VALUE; several are set together.", negative=())
    ],
) -> None:
    """Set settings in the active profile."""
    chosen: dict[str, str] = {}
    for text in settings:
        name, separator, value = text.partition("=")
        if not separator:
            raise CommandFailed(f"{text!r} sets nothing. Write it as NAME=VALUE.", exit_code=WRONG_USAGE)
        chosen[_changeable(name).variable] = value
    _update(chosen)
    for variable, value in chosen.items():
        declared = existing(Settings, variable)
        print(f"Set {variable} to {_MASK if declared.is_secret else inert(repr(value))}.")
        _tell_of_what_wins(declared)
    print(f"Updated profile {current_profile_name()!r}.")


@app.command(help_epilogue="Example:\n  prefect config unset PREFECT_API_URL --yes")
def unset(
    setting_names: Annotated[
        list[str], Parameter(help="The settings to take out of the profile.", negative=())
    ],
    *,
    yes: Annotated[bool, Parameter(alias="-y", negative=(), help="Do not ask.")] = False,
) -> None:
    """Take settings out of the active profile."""
    profile = load_current_profile()
    in_profile = {existing(Settings, setting).path: setting for setting in profile.settings}
    chosen: dict[str, None] = {}
    for name in setting_names:
        declared = _changeable(name)
        if declared.path not in in_profile:
            raise CommandFailed(f"{declared.variable} is not set in profile {profile.name!r}.")
        chosen[in_profile[declared.path].name] = None
    if not yes and not confirmed(f"Take {', '.join(chosen)} out of profile {profile.name!r}?"):
        raise CommandFailed("Nothing was changed.")
    _update(chosen)
    for variable in chosen:
        print(f"Unset {variable}.")
    print(f"Updated profile {profile.name!r}.")


@app.command(help_epilogue="Example:\n  prefect config validate && python deploy.py")
def validate() -> None:
    """Check every setting that something sets."""
    found = problems(Settings, os.environ)
    if found:
        raise CommandFailed("\n".join([f"{len(found)} setting(s) cannot be used.", *found]))
    print("All settings are valid.")


def _shown(settings: Settings, declared: Declared, *, show_secrets: bool) -> str | None:
    value = settings.at(declared.path)
    if value is None:
        return None
    return _MASK if declared.is_secret and not show_secrets else as_text(value)


def _changeable(name: str) -> Declared:
    declared = existing(Settings, name)
    if declared.path in _NOT_IN_PROFILES:
        raise CommandFailed(
            f"{declared.variable} cannot be set in a profile, because it says where profiles are. "
            "Set it in the environment."
        )
    return declared


def _update(chosen: dict[str, Any]) -> None:
    try:
        update_current_profile(chosen)
    except ProfileSettingsValidationError as error:
        name = current_profile_name()
        raise CommandFailed(
            "\n".join([f"Profile {name!r} was not changed.", *(str(problem) for _, problem in error.errors)])
        ) from error


def _tell_of_what_wins(declared: Declared) -> None:
    origin = get_current_settings().origin(declared.path)
    if origin and origin.source != PROFILE:
        print(f"It is set in {origin.source} too, as {origin.name}, which wins over the profile.")
