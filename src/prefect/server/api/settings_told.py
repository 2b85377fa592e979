"""The settings of a server one by one, for people: what each means, what it is, and what set it. Secrets are masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from prefect._secrets import MASK
from prefect.schemas._base import Record
from prefect.server.api.surroundings import Surroundings
from prefect.settings import Settings
from prefect.settings.kinds import as_text
from prefect.settings.section import Declared

_PASSWORD = re.compile(r"(://[^/@\s:]*:)[^/@\s]+@")
"""The password in an address."""


class SettingTold(Record):
    """One setting of the server.

    Attributes:
        name: Where it is in the tree of settings, for example `server.api.port`.
        variable: The environment variable that sets it.
        value: What holds, as the variable would have it; None for nothing.
        source: What set it, for example "env"; None where the default holds.
        description: What it means.
        unit: What a number counts, for example "seconds".
        planned: Whether it is read and checked, but changes nothing yet.
    """

    name: str
    variable: str
    value: str | None
    source: str | None
    description: str
    unit: str | None
    planned: bool


async def read_settings_one_by_one(here: Surroundings) -> list[SettingTold]:
    """Return the settings of the server by their names, each with what set it; secrets are masked."""
    settings = here.settings
    return [
        SettingTold(
            name=declared.path,
            variable=declared.variable,
            value=_shown(declared, settings.at(declared.path)),
            source=origin.source if (origin := settings.origin(declared.path)) else None,
            description=declared.description,
            unit=declared.unit,
            planned=declared.planned,
        )
        for declared in sorted(Settings.all_declared(), key=lambda declared: declared.path)
    ]


def _shown(declared: Declared, value: Any) -> str | None:
    """Return a value as text, without what nobody is to read: headers often hold keys, addresses passwords."""
    if value is None:
        return None
    if declared.is_secret:
        return MASK
    if isinstance(value, Mapping) and "headers" in declared.path:
        value = dict.fromkeys(cast("Mapping[str, Any]", value), MASK)
    return _PASSWORD.sub(rf"\1{MASK}@", as_text(value))
