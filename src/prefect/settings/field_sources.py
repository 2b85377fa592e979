"""Where the settings of integration packages come from, as pieces for pydantic-settings.

Our own settings are read by `prefect.settings.sources`, from the same places in the same order.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
)
from pydantic_settings.sources import ConfigFileSourceMixin

from prefect.settings.files import read_toml
from prefect.settings.models.root import Settings
from prefect.settings.sources import DEFAULT_PREFECT_TOML_PATH, active_profile, profiles_path

DotenvType: TypeAlias = Path | str | Sequence[Path | str]
"""Which `.env` files are read: one, or several, of which a later one wins."""

ENV_FILE_SENTINEL: DotenvType = Path()
"""Stands for the `.env` files that the configuration of the class names."""


class EnvFilterSettingsSource(EnvSettingsSource):
    """The environment, without some variables.

    Args:
        settings_cls: The settings.
        case_sensitive: Whether the case of names counts.
        env_prefix: What the names of the variables begin with; by default as the class says.
        env_nested_delimiter: What is between the names of nested settings.
        env_ignore_empty: Whether a variable that is an empty text counts as unset.
        env_parse_none_str: A text that stands for None.
        env_parse_enums: Whether members of enumerations are named.
        env_filter: The variables to leave out.
    """

    def __init__(
        self,
        settings_cls: type[BaseSettings],
        case_sensitive: bool | None = None,
        env_prefix: str | None = None,
        env_nested_delimiter: str | None = None,
        env_ignore_empty: bool | None = None,
        env_parse_none_str: str | None = None,
        env_parse_enums: bool | None = None,
        env_filter: list[str] | None = None,
    ) -> None:
        super().__init__(
            settings_cls,
            case_sensitive=case_sensitive,
            env_prefix=env_prefix,
            env_nested_delimiter=env_nested_delimiter,
            env_ignore_empty=env_ignore_empty,
            env_parse_none_str=env_parse_none_str,
            env_parse_enums=env_parse_enums,
        )
        self.env_vars = _without(self.env_vars, env_filter)


class FilteredDotEnvSettingsSource(DotEnvSettingsSource):
    """A `.env` file, without some variables; see `EnvFilterSettingsSource`.

    Args:
        settings_cls: The settings.
        env_file: The file or the files; by default as the class says.
        env_file_encoding: How they are written; UTF-8 by default.
        case_sensitive: Whether the case of names counts.
        env_prefix: What the names of the variables begin with; by default as the class says.
        env_nested_delimiter: What is between the names of nested settings.
        env_ignore_empty: Whether a variable that is an empty text counts as unset.
        env_parse_none_str: A text that stands for None.
        env_parse_enums: Whether members of enumerations are named.
        env_blacklist: The variables to leave out.
    """

    def __init__(
        self,
        settings_cls: type[BaseSettings],
        env_file: DotenvType | None = ENV_FILE_SENTINEL,
        env_file_encoding: str | None = None,
        case_sensitive: bool | None = None,
        env_prefix: str | None = None,
        env_nested_delimiter: str | None = None,
        env_ignore_empty: bool | None = None,
        env_parse_none_str: str | None = None,
        env_parse_enums: bool | None = None,
        env_blacklist: list[str] | None = None,
    ) -> None:
        if env_file == ENV_FILE_SENTINEL:
            env_file = settings_cls.model_config.get("env_file")
        super().__init__(
            settings_cls,
            env_file=env_file,
            env_file_encoding=env_file_encoding,
            case_sensitive=case_sensitive,
            env_prefix=env_prefix,
            env_nested_delimiter=env_nested_delimiter,
            env_ignore_empty=env_ignore_empty,
            env_parse_none_str=env_parse_none_str,
            env_parse_enums=env_parse_enums,
        )
        self.env_blacklist = env_blacklist
        self.env_vars = _without(self.env_vars, env_blacklist)


def _without(variables: Mapping[str, str | None], names: list[str] | None) -> Mapping[str, str | None]:
    unwanted = {name.lower() for name in names or ()}
    return {name: value for name, value in variables.items() if name.lower() not in unwanted}


class TomlConfigSettingsSourceBase(PydanticBaseSettingsSource, ConfigFileSourceMixin):
    """A table of a TOML file; `toml_data` is what it holds.

    Tables below it that are settings of a class of their own are read by that class.
    """

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self.settings_cls = settings_cls
        self.toml_data: dict[str, Any] = {}

    def _read_file(self, path: Path) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride] - named as there
        return read_toml(str(path))

    def read_table(self, path: Path, header: tuple[str, ...]) -> dict[str, Any]:
        """Return a table of a file; empty if there is no such file or table."""
        table: Any = self._read_file(path)
        for name in header:
            table = cast("dict[str, Any]", table).get(name, {}) if isinstance(table, dict) else {}
        return cast("dict[str, Any]", table) if isinstance(table, dict) else {}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return what the table says of a field, its name there, and whether it needs further parsing."""
        if _is_section(field):
            return None, field_name, False
        names = (field_name, *_aliases(field))
        return (
            next((self.toml_data[name] for name in names if name in self.toml_data), None),
            field_name,
            False,
        )

    def prepare_field_value(
        self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool
    ) -> Any:
        """Return a value as the field takes it: TOML has types already."""
        del field_name, field, value_is_complex
        return value

    def __call__(self) -> dict[str, Any]:
        """Return what the table says of the fields that it has."""
        return _values(self)


class PrefectTomlConfigSettingsSource(TomlConfigSettingsSourceBase):
    """The table of `prefect.toml` that the configuration of the class names."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self.toml_file_path = Path(
            str(settings_cls.model_config.get("toml_file") or DEFAULT_PREFECT_TOML_PATH)
        )
        self.toml_table_header = _header(settings_cls, "prefect_toml_table_header", ())
        self.toml_data = self.read_table(self.toml_file_path, self.toml_table_header)


class PyprojectTomlConfigSettingsSource(TomlConfigSettingsSourceBase):
    """The table of `pyproject.toml` that the configuration of the class names."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self.toml_file_path = Path("pyproject.toml")
        self.toml_table_header = _header(settings_cls, "pyproject_toml_table_header", ("tool", "prefect"))
        self.toml_data = self.read_table(self.toml_file_path, self.toml_table_header)


class ProfileSettingsTomlLoader(PydanticBaseSettingsSource):
    """What the active profile sets; `profile_settings` has it by the names of variables."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self.settings_cls = settings_cls
        self.profiles_path = profiles_path(Settings, os.environ)
        self.profile_settings = active_profile(str(self.profiles_path), os.environ.get("PREFECT_PROFILE"))

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return what the profile says of a field, its name there, and whether it needs further parsing."""
        variable = f"{self.settings_cls.model_config.get('env_prefix', '')}{field_name}".upper()
        names = (variable, *(name.upper() for name in _aliases(field)))
        known = next((name for name in names if name in self.profile_settings), None)
        value = None if known is None else self.profile_settings[known]
        return value, field_name, isinstance(value, str) and self.field_is_complex(field)

    def __call__(self) -> dict[str, Any]:
        """Return what the profile says of the fields."""
        return _values(self)


def _values(source: PydanticBaseSettingsSource) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in source.settings_cls.model_fields.items():
        value, key, is_complex = source.get_field_value(field, name)
        if value is not None:
            values[key] = source.prepare_field_value(name, field, value, is_complex)
    return values


def _header(settings_cls: type[BaseSettings], key: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    return cast("Mapping[str, Any]", settings_cls.model_config).get(key, otherwise)


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseSettings)


def _aliases(field: FieldInfo) -> list[str]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [choice for choice in alias.choices if isinstance(choice, str)]
    return [alias] if isinstance(alias, str) else []
