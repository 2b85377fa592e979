"""Settings as objects with the names of their variables: `prefect.settings.PREFECT_API_URL.value()`."""

from __future__ import annotations

from typing import Any

from prefect.settings.current import get_current_settings
from prefect.settings.models.root import Settings
from prefect.settings.names import by_variable, existing
from prefect.settings.secret import revealed


class Setting:
    """One setting, to read it or to name it.

    Example:
        >>> from prefect.settings import PREFECT_API_URL, temporary_settings
        >>> with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:4200/api"}):
        ...     PREFECT_API_URL.value()
        'http://127.0.0.1:4200/api'
    """

    def __init__(self, name: str, default: Any, type_: Any, accessor: str | None = None) -> None:
        self._name = name
        self._default = default
        self._type = type_
        self.accessor: str = accessor or existing(Settings, name).path

    @property
    def name(self) -> str:
        """The variable that sets it."""
        return self._name

    @property
    def is_secret(self) -> bool:
        """Whether its value is not to be shown."""
        return existing(Settings, self).is_secret

    def default(self) -> Any:
        """Return what holds when nothing sets it and nothing is computed from other settings."""
        return self._default

    def value(self) -> Any:
        """Return its present value; a secret as its text."""
        return self.value_from(get_current_settings())

    def value_from(self, settings: Settings) -> Any:
        """Return its value in these settings; a secret as its text."""
        return revealed(settings.at(self.accessor))

    def __bool__(self) -> bool:
        return bool(self.value())

    def __str__(self) -> str:
        return str(self.value())

    def __repr__(self) -> str:
        return f"<{self.name}: {self._type}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Setting) and self.accessor == other.accessor

    def __hash__(self) -> int:
        return hash((Setting, self.accessor))


def setting_named(variable: str) -> Setting | None:
    """Return the setting that a variable sets, or None."""
    declared = by_variable(Settings, variable)
    return None if declared is None else Setting(variable, declared.default, declared.kind, declared.path)
