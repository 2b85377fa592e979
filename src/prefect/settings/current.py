"""Which settings hold here: those of the environment and files, unless this context has its own.

Asking must be cheap, because every decorator and every run asks. What was read is kept until the environment or one of
the files that were looked at changes; to find that out takes a few microseconds and opens nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol

from prefect.settings.files import Stamp, stamp
from prefect.settings.models.root import Settings
from prefect.settings.sources import collect

_LOOKED_AT = ("PREFECT_", "HOME", "USERPROFILE", "SSL_CERT_FILE")
"""What the names of variables begin with that settings depend on."""


class HoldsSettings(Protocol):
    """A context with settings of its own."""

    @property
    def settings(self) -> Settings:
        """The settings that hold while the context lasts."""
        ...

    @property
    def profile_name(self) -> str:
        """The name of the profile that they are from."""
        ...


class _Last(NamedTuple):
    """What was read last, and all that it depends on."""

    environ: dict[Any, Any]
    relevant: dict[str, str]
    stamps: dict[str, Stamp]
    settings: Settings


_last: _Last | None = None
_ignored: frozenset[str] = frozenset()
settings_here: ContextVar[HoldsSettings | None] = ContextVar("settings_context", default=None)


def get_current_settings() -> Settings:
    """Return the settings that hold here.

    Raises:
        ConfigurationError: A setting has a value that cannot be used; the message says where it is set.
    """
    held = settings_here.get()
    return read_settings() if held is None else held.settings


def read_settings() -> Settings:
    """Return the settings of the environment and files, whatever this context holds."""
    global _last
    last = _last
    # Of a copy of the mapping that is behind os.environ, equality is known in a microsecond or two; through the
    # front, every variable would be decoded each time.
    environ = getattr(os.environ, "_data", os.environ)
    if last is not None and environ == last.environ and _unchanged(last.stamps):
        return last.settings
    snapshot = dict(environ)
    relevant = {name: value for name, value in os.environ.items() if name.startswith(_LOOKED_AT)}
    if last is not None and relevant == last.relevant and _unchanged(last.stamps):
        settings, stamps = last.settings, last.stamps
    else:
        values, origins, stamps = collect(Settings, relevant)
        values = {path: value for path, value in values.items() if path not in _ignored}
        settings = Settings.gathered(values, origins)
    _last = _Last(snapshot, relevant, stamps, settings)
    return settings


def ignore_settings(paths: Iterable[str]) -> None:
    """Let these settings have their defaults in this process, whatever the environment and files set. For tests."""
    global _ignored
    _ignored = frozenset(paths)
    forget_settings()


def ignored_settings() -> frozenset[str]:
    """Return the paths of the settings that are ignored."""
    return _ignored


def forget_settings() -> None:
    """Read the environment and files anew when settings are asked for next."""
    global _last
    _last = None


def _unchanged(stamps: dict[str, Stamp]) -> bool:
    return all(stamp(path) == before for path, before in stamps.items())
