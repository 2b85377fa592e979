"""Settings at `cli`: how commands behave on a terminal."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class CLISettings(Section, path="cli"):
    """How commands behave on a terminal."""

    colors: bool = setting(
        "Whether commands use colours on a terminal.",
        default=True,
    )
    prompt: bool | None = setting(
        "Whether commands ask questions; unset, they ask when a person is there.",
        default=None,
    )
    wrap_lines: bool = setting(
        "Whether commands wrap long lines at the width of the terminal.",
        default=True,
        planned=True,
    )
