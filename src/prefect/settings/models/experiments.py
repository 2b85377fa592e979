"""Settings at `experiments`: what is not settled yet."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from prefect.settings.section import Section, setting

if TYPE_CHECKING:
    from prefect.settings.models.plugins import PluginsSettings


class ExperimentsSettings(Section, path="experiments"):
    """What is not settled yet."""

    warn: bool = setting(
        "Whether using something experimental is pointed out.",
        default=True,
        also="PREFECT_EXPERIMENTAL_WARN",
        planned=True,
    )

    @property
    def plugins(self) -> PluginsSettings:
        """The older place of `settings.plugins`."""
        warnings.warn(
            "`settings.experiments.plugins` is an older spelling; use `settings.plugins`.",
            DeprecationWarning,
            stacklevel=2,
        )
        return self._whole().plugins
