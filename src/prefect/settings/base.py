"""The base of settings that integration packages and users declare themselves.

They are read from the same places as ours, in the same order: arguments, the environment, `.env`, `prefect.toml`,
`pyproject.toml`, the active profile. Our own settings are lighter objects, which count as subclasses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import SecretBytes, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from prefect.settings.field_sources import (
    EnvFilterSettingsSource,
    FilteredDotEnvSettingsSource,
    PrefectTomlConfigSettingsSource,
    ProfileSettingsTomlLoader,
    PyprojectTomlConfigSettingsSource,
)
from prefect.settings.kinds import as_text
from prefect.settings.section import Section
from prefect.settings.sources import DEFAULT_PREFECT_TOML_PATH

__all__ = ["PrefectBaseSettings", "PrefectSettingsConfigDict", "build_settings_config"]


class _SettingsType(type(BaseSettings)):
    """Lets our own settings count as settings of this kind, too."""

    def __subclasscheck__(cls, subclass: type[Any], /) -> bool:
        ours = "_counts_our_own" in cls.__dict__ and issubclass(subclass, Section)
        return ours or super().__subclasscheck__(subclass)

    def __instancecheck__(cls, instance: object, /) -> bool:
        return issubclass(type(instance), cls)


class PrefectSettingsConfigDict(SettingsConfigDict, total=False):
    """How the settings of a class are read.

    Attributes:
        prefect_toml_table_header: The table of `prefect.toml` that they are in, as a path of names.
        pyproject_toml_table_header: The table of `pyproject.toml`.
    """

    prefect_toml_table_header: tuple[str, ...]
    pyproject_toml_table_header: tuple[str, ...]


def build_settings_config(path: tuple[str, ...] = (), frozen: bool = False) -> PrefectSettingsConfigDict:
    """Return how the settings at a path are read.

    Args:
        path: The names that lead to them, such as `("integrations", "aws")`: in variables
            (`PREFECT_INTEGRATIONS_AWS_…`) and in tables of TOML (`[integrations.aws]`).
        frozen: Whether the objects cannot be changed.
    """
    return PrefectSettingsConfigDict(
        env_prefix="_".join(("prefect", *path, "")).upper(),
        env_file=".env",
        extra="ignore",
        toml_file=DEFAULT_PREFECT_TOML_PATH.name,
        prefect_toml_table_header=path,
        pyproject_toml_table_header=("tool", "prefect", *path),
        frozen=frozen,
    )


class PrefectBaseSettings(BaseSettings, metaclass=_SettingsType):
    """Settings of an integration package or of your own.

    Example:
        >>> class MailSettings(PrefectBaseSettings):
        ...     model_config = build_settings_config(("integrations", "mail"))
        ...     host: str = "localhost"  # PREFECT_INTEGRATIONS_MAIL_HOST, or `host` in `[integrations.mail]`
    """

    _counts_our_own: ClassVar[bool] = True

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where the settings are read from, the strongest first; see `pydantic_settings.BaseSettings`."""
        del env_settings, dotenv_settings, file_secret_settings
        return (
            init_settings,
            EnvFilterSettingsSource(settings_cls, env_ignore_empty=True),
            FilteredDotEnvSettingsSource(settings_cls, env_ignore_empty=True),
            PrefectTomlConfigSettingsSource(settings_cls),
            PyprojectTomlConfigSettingsSource(settings_cls),
            ProfileSettingsTomlLoader(settings_cls),
        )

    @staticmethod
    def _settings_warn_unused_config_keys(
        sources: tuple[object, ...], model_config: Mapping[str, Any]
    ) -> None:
        """Say nothing: the keys of TOML, which the library misses its own sources for, are read by ours."""

    def to_environment_variables(
        self, exclude_unset: bool = False, include_secrets: bool = True, include_aliases: bool = False
    ) -> dict[str, str]:
        """Return the variables that would set what is set here; settings without a value have none.

        Args:
            exclude_unset: Only what something sets, not the defaults.
            include_secrets: Reveal secrets, as another process needs them.
            include_aliases: Set the other variables of a setting too.
        """
        variables: dict[str, str] = {}
        prefix = str(self.model_config.get("env_prefix", "")).upper()
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, PrefectBaseSettings):
                variables |= value.to_environment_variables(exclude_unset, include_secrets, include_aliases)
                continue
            if value is None or (exclude_unset and name not in self.model_fields_set):
                continue
            text = _text(value, include_secrets=include_secrets)
            variables[f"{prefix}{name.upper()}"] = text
            if include_aliases:
                choices = getattr(field.validation_alias, "choices", ())
                variables |= {str(choice).upper(): text for choice in choices if "_" in str(choice)}
        return variables


def _text(value: Any, *, include_secrets: bool) -> str:
    if isinstance(value, (SecretStr, SecretBytes)):
        return str(value.get_secret_value()) if include_secrets else str(value)
    if isinstance(value, Mapping):
        return json.dumps(value, default=str)
    return str(value) if isinstance(value, Path) else as_text(value)
