"""Settings: one frozen tree, read from the environment and files when it is asked for, never at import time.

kinds, durations, secret    the types that settings have
section, models             how settings are declared; every setting, a file for each section
names                       finding settings by the names that people write
files, sources              where settings come from, and which source wins
current, context            which settings hold here
profiles, profiles_file     sets of settings with a name
legacy                      settings as objects: `PREFECT_API_URL.value()`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._imports import load
from prefect.settings.current import get_current_settings
from prefect.settings.models.root import Settings, canonical_environment_prefix

if TYPE_CHECKING:
    from prefect.settings.context import temporary_settings
    from prefect.settings.legacy import Setting
    from prefect.settings.packaged_profiles import DEFAULT_PROFILES_PATH
    from prefect.settings.profiles import (
        Profile,
        ProfilesCollection,
        load_current_profile,
        load_profile,
        load_profiles,
        save_profiles,
        update_current_profile,
    )

_HOMES = {
    "DEFAULT_PROFILES_PATH": "prefect.settings.packaged_profiles",
    "Profile": "prefect.settings.profiles",
    "ProfilesCollection": "prefect.settings.profiles",
    "Setting": "prefect.settings.legacy",
    "load_current_profile": "prefect.settings.profiles",
    "load_profile": "prefect.settings.profiles",
    "load_profiles": "prefect.settings.profiles",
    "save_profiles": "prefect.settings.profiles",
    "temporary_settings": "prefect.settings.context",
    "update_current_profile": "prefect.settings.profiles",
}

__all__ = [
    "Profile",
    "ProfilesCollection",
    "Setting",
    "Settings",
    "load_current_profile",
    "update_current_profile",
    "load_profile",
    "save_profiles",
    "load_profiles",
    "get_current_settings",
    "temporary_settings",
    "canonical_environment_prefix",
    "DEFAULT_PROFILES_PATH",
]


def __getattr__(name: str) -> Any:
    value = None
    if name.startswith("PREFECT_"):
        value = load("prefect.settings.legacy", "setting_named")(name)
    elif name in _HOMES:
        value = load(_HOMES[name], name)
    if value is None:
        raise AttributeError(f"module 'prefect.settings' has no attribute {name!r}")
    globals()[name] = value
    return value
