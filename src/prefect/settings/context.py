"""Settings that hold for a block of code: `temporary_settings`, `use_profile`, and the context behind both."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import Token
from typing import Any, Self, cast

from prefect.settings.current import (
    HoldsSettings,
    forget_settings,
    get_current_settings,
    read_settings,
    settings_here,
)
from prefect.settings.models.root import Settings
from prefect.settings.profiles import Profile, load_current_profile, load_profile
from prefect.settings.secret import MASK
from prefect.settings.sources import PROFILE, collect

__all__ = [
    "SettingsContext",
    "get_current_settings",
    "get_settings_context",
    "refresh_global_settings_context",
    "root_settings_context",
    "temporary_settings",
    "use_profile",
]


class SettingsContext:
    """Settings that hold while the context lasts, and the profile that they are from. Enter it with `with`."""

    def __init__(self, *, profile: Profile, settings: Settings) -> None:
        self.profile = profile
        self.settings = settings
        self._tokens: list[Token[HoldsSettings | None]] = []

    @property
    def profile_name(self) -> str:
        """The name of the profile."""
        return self.profile.name

    @classmethod
    def get(cls) -> SettingsContext | None:
        """Return the context that was entered here, or None."""
        return cast("SettingsContext | None", settings_here.get())

    def serialize(self, include_secrets: bool = True) -> dict[str, Any]:
        """Return the profile and what is set as JSON can hold it."""
        settings = self.settings.model_dump(
            mode="json", exclude_unset=True, context={"include_secrets": include_secrets}
        )
        variables = self.profile.to_environment_variables()
        if not include_secrets:
            variables |= {setting.name: MASK for setting in self.profile.settings if setting.is_secret}
        return {"profile": {"name": self.profile.name, "settings": variables}, "settings": settings}

    def model_copy(self, *, update: dict[str, Any] | None = None, deep: bool = False) -> SettingsContext:
        """Return a copy, with another profile or other settings if `update` has them."""
        del deep  # neither changes
        changed = update or {}
        return SettingsContext(
            profile=changed.get("profile", self.profile), settings=changed.get("settings", self.settings)
        )

    def __enter__(self) -> Self:
        self._tokens.append(settings_here.set(self))
        return self

    def __exit__(self, *_: object) -> None:
        settings_here.reset(self._tokens.pop())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SettingsContext) and (self.profile, self.settings) == (
            other.profile,
            other.settings,
        )

    def __hash__(self) -> int:
        return hash(self.settings)

    def __repr__(self) -> str:
        return f"SettingsContext(profile={self.profile!r}, settings={self.settings!r})"


def get_settings_context() -> SettingsContext:
    """Return the settings that hold here, with their profile."""
    return SettingsContext.get() or root_settings_context()


def root_settings_context() -> SettingsContext:
    """Return the settings of the environment and files, with the active profile, whatever this context holds."""
    return SettingsContext(profile=load_current_profile(), settings=read_settings())


def refresh_global_settings_context() -> None:
    """Read the environment and files anew. They are looked at on each reading anyhow, so nobody needs this."""
    forget_settings()


@contextmanager
def temporary_settings(
    updates: Mapping[Any, Any] | None = None,
    set_defaults: Mapping[Any, Any] | None = None,
    restore_defaults: Iterable[Any] | None = None,
) -> Generator[Settings]:
    """Let other settings hold inside the block. They are named by `PREFECT_API_URL`, "PREFECT_API_URL" or "api.url".

    Args:
        updates: New values.
        set_defaults: Values of settings that nothing sets.
        restore_defaults: Settings that are to have their defaults.

    Example:
        >>> with temporary_settings({"logging.level": "DEBUG"}):
        ...     my_flow()
    """
    context = get_settings_context()
    settings = context.settings.copy_with_update(updates, set_defaults, restore_defaults)
    with SettingsContext(profile=context.profile, settings=settings):
        yield settings


@contextmanager
def use_profile(
    profile: Profile | str,
    override_environment_variables: bool = False,
    include_current_context: bool = True,
) -> Generator[SettingsContext]:
    """Let the settings of a profile hold inside the block.

    Args:
        profile: The profile, or its name.
        override_environment_variables: Let it win over the environment and files.
        include_current_context: Keep what an enclosing `temporary_settings` sets and the profile does not.

    Raises:
        ValueError: There is no profile of this name.
    """
    profile = load_profile(profile) if isinstance(profile, str) else profile
    variables = profile.to_environment_variables()
    values, origins, _ = collect(
        Settings, os.environ, profile=variables, profile_wins=override_environment_variables
    )
    settings = Settings.gathered(values, origins)
    around = SettingsContext.get() if include_current_context else None
    if around is not None:
        by_profile = {path: value for path, value in values.items() if origins[path].source == PROFILE}
        settings = around.settings.copy_with_update(by_profile)
    with SettingsContext(profile=profile, settings=settings) as context:
        yield context
