"""Profiles: sets of settings with a name, in a file, one of them active."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from prefect.exceptions import ConfigurationError, MissingProfileError, ProfileSettingsValidationError
from prefect.settings import sources
from prefect.settings.current import settings_here
from prefect.settings.files import read_toml
from prefect.settings.kinds import as_text
from prefect.settings.legacy import Setting, setting_named
from prefect.settings.models.root import Settings
from prefect.settings.names import existing, found, unknown
from prefect.settings.packaged_profiles import DEFAULT_PROFILE, DEFAULT_PROFILES_PATH, PACKAGED_PROFILES
from prefect.settings.profiles_file import write_profiles


class Profile:
    """A set of settings with a name. Settings that do not exist are left out, with a warning.

    Attributes:
        name: Its name.
        settings: Values as they are stored, by setting.
        source: The file that it is from.
    """

    def __init__(
        self, name: str, settings: Mapping[Any, Any] | None = None, source: Path | None = None
    ) -> None:
        self.name = name
        self.settings: dict[Setting, Any] = dict(_known(settings or {}))
        self.source = source

    def to_environment_variables(self) -> dict[str, str]:
        """Return the variables that would set what the profile sets."""
        return {setting.name: as_text(value) for setting, value in self.settings.items() if value is not None}

    def validate_settings(self) -> None:
        """Check every value.

        Raises:
            ProfileSettingsValidationError: Some cannot be used; `errors` has them with their settings.
        """
        errors: list[tuple[Any, Any]] = []
        for setting, value in self.settings.items():
            try:
                existing(Settings, setting).read(value, setting.name)
            except ConfigurationError as error:
                errors.append((setting, error))
        if errors:
            raise ProfileSettingsValidationError(errors)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Profile) and vars(self) == vars(other)

    __hash__ = None  # pyright: ignore[reportAssignmentType] - a profile can be changed

    def __repr__(self) -> str:
        return f"Profile(name={self.name!r}, settings={self.settings!r}, source={self.source!r})"


class ProfilesCollection:
    """Profiles by name, of which one may be active."""

    def __init__(self, profiles: Iterable[Profile], active: str | None = None) -> None:
        self.profiles_by_name = {profile.name: profile for profile in profiles}
        self.active_name = active

    @property
    def names(self) -> set[str]:
        """The names of the profiles."""
        return set(self.profiles_by_name)

    @property
    def active_profile(self) -> Profile | None:
        """The profile that is active, if there is one."""
        return None if self.active_name is None else self[self.active_name]

    def set_active(self, name: str | None, check: bool = True) -> None:
        """Let another profile be the active one.

        Raises:
            MissingProfileError: There is no such profile. It is a ValueError too.
        """
        if check and name is not None and name not in self.profiles_by_name:
            raise MissingProfileError(
                f"There is no profile {name!r}. There are {', '.join(sorted(self.names))}."
            )
        self.active_name = name

    def update_profile(self, name: str, settings: Mapping[Any, Any], source: Path | None = None) -> Profile:
        """Change settings of a profile, or make it; None takes a setting out."""
        before = self.profiles_by_name.get(name)
        values = {**(before.settings if before else {}), **dict(_known(settings))}
        kept = {setting: value for setting, value in values.items() if value is not None}
        profile = Profile(name, kept, source or (before.source if before else None))
        self.profiles_by_name[name] = profile
        return profile

    def add_profile(self, profile: Profile) -> None:
        """Add a profile.

        Raises:
            ValueError: There is one of this name.
        """
        if profile.name in self.profiles_by_name:
            raise ValueError(f"There is a profile {profile.name!r} already.")
        self.profiles_by_name[profile.name] = profile

    def remove_profile(self, name: str) -> None:
        """Remove a profile.

        Raises:
            KeyError: There is none of this name.
        """
        del self.profiles_by_name[name]

    def without_profile_source(self, path: Path | None) -> ProfilesCollection:
        """Return the profiles that are not from a file."""
        return ProfilesCollection(
            [profile for profile in self.profiles_by_name.values() if profile.source != path],
            self.active_name,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the profiles as they are stored."""
        profiles = {name: profile.to_environment_variables() for name, profile in self.items()}
        return {"active": self.active_name, "profiles": profiles}

    def items(self) -> list[tuple[str, Profile]]:
        """Return the profiles with their names."""
        return list(self.profiles_by_name.items())

    def __getitem__(self, name: str) -> Profile:
        return self.profiles_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.profiles_by_name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ProfilesCollection) and vars(self) == vars(other)

    __hash__ = None  # pyright: ignore[reportAssignmentType] - a collection can be changed

    def __repr__(self) -> str:
        return f"ProfilesCollection(profiles={list(self.profiles_by_name.values())!r}, active={self.active_name!r})"


def profiles_path() -> Path:
    """Return the file of profiles. It is known even where another setting has a value that cannot be used."""
    held = settings_here.get()
    return sources.profiles_path(Settings, os.environ) if held is None else held.settings.profiles_path


def load_profiles(include_defaults: bool = True) -> ProfilesCollection:
    """Return the profiles of the file that the settings name.

    Args:
        include_defaults: Have the profiles too that exist before anybody makes one.
    """
    path = profiles_path()
    stored = read_toml(os.fspath(path))
    profiles = ProfilesCollection([], stored.get("active"))
    if include_defaults:
        for name, settings in PACKAGED_PROFILES.items():
            profiles.add_profile(Profile(name, settings, DEFAULT_PROFILES_PATH))
        profiles.active_name = profiles.active_name or DEFAULT_PROFILE
    for name, settings in stored.get("profiles", {}).items():
        profiles.update_profile(name, settings, path)
    return profiles


def save_profiles(profiles: ProfilesCollection) -> None:
    """Write profiles to the file that the settings name; those that nobody made or changed are left out."""
    stored = profiles.without_profile_source(DEFAULT_PROFILES_PATH).to_dict()
    write_profiles(profiles_path(), stored["profiles"], stored["active"])


def load_profile(name: str) -> Profile:
    """Return a profile.

    Raises:
        MissingProfileError: There is none of this name. It is a ValueError too.
    """
    profiles = load_profiles()
    if name not in profiles.names:
        raise MissingProfileError(
            f"There is no profile {name!r}. There are {', '.join(sorted(profiles.names))}."
        )
    return profiles[name]


def current_profile_name() -> str:
    """Return the name of the active profile."""
    held = settings_here.get()
    if held is not None:
        return held.profile_name
    return os.environ.get("PREFECT_PROFILE") or load_profiles().active_name or DEFAULT_PROFILE


def load_current_profile() -> Profile:
    """Return the active profile; an empty one if it does not exist."""
    profiles, name = load_profiles(), current_profile_name()
    return profiles.profiles_by_name.get(name) or Profile(name)


def update_current_profile(settings: Mapping[Any, Any]) -> Profile:
    """Change settings of the active profile, in its file; None takes a setting out.

    Raises:
        ProfileSettingsValidationError: A value cannot be used; nothing is changed then.
    """
    profiles, name = load_profiles(), current_profile_name()
    changed = {setting: value for setting, value in _known(settings) if value is not None}
    Profile(name, changed).validate_settings()
    profile = profiles.update_profile(name, settings, profiles_path())
    if profiles.active_name is None:
        profiles.set_active(name)
    save_profiles(profiles)
    return profile


def _known(settings: Mapping[Any, Any]) -> Iterator[tuple[Setting, Any]]:
    for key, value in settings.items():
        if isinstance(key, Setting):
            yield key, value
            continue
        declared = found(Settings, key)
        setting = (
            setting_named(key if str(key).startswith("PREFECT_") else declared.variable) if declared else None
        )
        if setting is None:
            sources.tell(f"{unknown(Settings, str(key))} It is set in a profile.")
        else:
            yield setting, value
