"""`prefect profile`: keep sets of settings under names, and choose the one that holds."""

from __future__ import annotations

import os
from typing import Annotated

from cyclopts import App, Parameter

from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.screen import show_json
from prefect.settings.packaged_profiles import DEFAULT_PROFILE, DEFAULT_PROFILES_PATH, PACKAGED_PROFILES
from prefect.settings.profiles import (
    Profile,
    current_profile_name,
    load_profile,
    load_profiles,
    profiles_path,
    save_profiles,
)

app = App(
    name="profile",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect profile create staging
  prefect profile use staging
  prefect config set PREFECT_API_URL=http://staging:4200/api""",
)

Name = Annotated[str, Parameter(help="The profile.")]


@app.command(
    help_epilogue="Example:\n  prefect profile ls --output json | jq -r '.[] | select(.active).name'"
)
def ls(*, output: Output = None) -> None:
    """List the profiles; a star marks the active one."""
    active = current_profile_name()
    names = sorted(load_profiles())
    if output:
        show_json([{"name": name, "active": name == active} for name in names])
        return
    for name in names:
        print(f"{'*' if name == active else ' '} {inert(name)}")


@app.command(help_epilogue="Example:\n  prefect profile create staging --from local")
def create(
    name: Annotated[str, Parameter(help="The name of the new profile.")],
    *,
    from_name: Annotated[
        str | None, Parameter(name="--from", help="A profile whose settings the new one begins with.")
    ] = None,
) -> None:
    """Make a profile."""
    profiles = load_profiles()
    if not name.strip():
        raise CommandFailed("A profile needs a name.")
    _refuse_if_taken(name)
    settings = load_profile(from_name).settings if from_name is not None else {}
    profiles.add_profile(Profile(name, settings, profiles_path()))
    save_profiles(profiles)
    print(f"Created profile {name!r}.")
    print(
        f"`prefect profile use {name}` makes it the active one; `prefect --profile {name} COMMAND` uses it once."
    )


@app.command(help_epilogue="Example:\n  prefect profile use local")
def use(name: Name) -> None:
    """Make a profile the active one."""
    profiles = load_profiles()
    profiles.set_active(load_profile(name).name)
    save_profiles(profiles)
    print(f"Profile {name!r} is active now.")
    chosen = os.environ.get("PREFECT_PROFILE")
    if chosen and chosen != name:
        print(f"But PREFECT_PROFILE is set to {chosen!r}, which wins while it is set.")


@app.command(
    help_epilogue="""Examples:
  prefect profile inspect
  prefect profile inspect staging --output json"""
)
def inspect(
    name: Annotated[str | None, Parameter(help="The profile; by default the active one.")] = None,
    *,
    show_secrets: Annotated[
        bool, Parameter(negative="--hide-secrets", help="Show keys and passwords.")
    ] = False,
    output: Output = None,
) -> None:
    """Show the settings of a profile."""
    profile = load_profile(name or current_profile_name())
    variables = profile.to_environment_variables()
    if not show_secrets:
        variables |= {setting.name: "********" for setting in profile.settings if setting.is_secret}
    if output:
        show_json(variables)
        return
    if not variables:
        print(f"Profile {profile.name!r} is empty.")
    for variable, value in variables.items():
        print(f"{variable}='{inert(value)}'")


@app.command(help_epilogue="Example:\n  prefect profile delete staging")
def delete(
    name: Name, *, yes: Annotated[bool, Parameter(alias="-y", negative=(), help="Do not ask.")] = False
) -> None:
    """Delete a profile with its settings."""
    profiles = load_profiles()
    profile = load_profile(name)
    if name == current_profile_name():
        raise CommandFailed(
            f"Profile {name!r} is the active one. Choose another one first, with `prefect profile use`."
        )
    _refuse_if_packaged(profile)
    if not yes and not confirmed(f"Delete profile {name!r} with {len(profile.settings)} setting(s)?"):
        raise CommandFailed("Nothing was deleted.")
    profiles.remove_profile(name)
    if profiles.active_name == name:
        profiles.set_active(DEFAULT_PROFILE)
    save_profiles(profiles)
    print(f"Deleted profile {name!r}.")


@app.command(help_epilogue="Example:\n  prefect profile rename staging stage")
def rename(name: Name, new_name: Annotated[str, Parameter(help="Its new name.")]) -> None:
    """Give a profile another name."""
    profiles = load_profiles()
    profile = load_profile(name)
    _refuse_if_packaged(profile)
    _refuse_if_taken(new_name)
    profiles.remove_profile(name)
    profiles.add_profile(Profile(new_name, profile.settings, profiles_path()))
    if profiles.active_name == name:
        profiles.set_active(new_name)
    save_profiles(profiles)
    print(f"Renamed profile {name!r} to {new_name!r}.")
    if os.environ.get("PREFECT_PROFILE") == name:
        print(f"PREFECT_PROFILE is still set to {name!r}.")


@app.command(help_epilogue="Example:\n  prefect profile populate-defaults")
def populate_defaults() -> None:
    """Write the profiles that exist from the start into the file of profiles, to be changed there."""
    profiles = load_profiles()
    missing = [name for name in PACKAGED_PROFILES if profiles[name].source == DEFAULT_PROFILES_PATH]
    if not missing:
        print(f"All of {', '.join(PACKAGED_PROFILES)} are in {profiles_path()} already.")
        return
    if not confirmed(f"Add {', '.join(missing)} to {profiles_path()}?"):
        raise CommandFailed("Nothing was changed.")
    for name in missing:
        profiles.update_profile(name, {}, profiles_path())
    save_profiles(profiles)
    print(f"Added {', '.join(missing)} to {profiles_path()}.")


def _refuse_if_taken(name: str) -> None:
    if name in load_profiles().names:
        raise CommandFailed(f"There is a profile {name!r} already. Delete it first, or choose another name.")


def _refuse_if_packaged(profile: Profile) -> None:
    if profile.source == DEFAULT_PROFILES_PATH:
        raise CommandFailed(f"Profile {profile.name!r} is built in: it cannot be renamed or deleted.")
