"""Settings at `experiments`: what is not settled yet."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class ExperimentsSettings(Section, path="experiments"):
    """What is not settled yet."""

    warn: bool = setting(
        "Whether using something experimental is pointed out.",
        default=True,
        also="PREFECT_EXPERIMENTAL_WARN",
        planned=True,
    )
