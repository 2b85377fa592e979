"""Settings at `plugins`: which plugins are loaded."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class PluginsSettings(Section, path="plugins"):
    """Which plugins are loaded."""

    enabled: bool = setting(
        "Whether installed plugins are loaded.",
        default=False,
        also="PREFECT_EXPERIMENTS_PLUGINS_ENABLED",
        planned=True,
    )
    allow: set[str] = setting(
        "The plugins that may be loaded; none named means all.",
        default=set[str](),
        also="PREFECT_EXPERIMENTS_PLUGINS_ALLOW",
        planned=True,
    )
    deny: set[str] = setting(
        "The plugins that must not be loaded.",
        default=set[str](),
        also="PREFECT_EXPERIMENTS_PLUGINS_DENY",
        planned=True,
    )
    setup_timeout_seconds: float = setting(
        "How long the plugins may take to set up.",
        default=20.0,
        also="PREFECT_EXPERIMENTS_PLUGINS_SETUP_TIMEOUT_SECONDS",
        unit="seconds",
        planned=True,
    )
    strict: bool = setting(
        "Whether a plugin that cannot be set up stops the program.",
        default=False,
        also="PREFECT_EXPERIMENTS_PLUGINS_STRICT",
        planned=True,
    )
    safe_mode: bool = setting(
        "Load plugins without letting them set anything up.",
        default=False,
        also="PREFECT_EXPERIMENTS_PLUGINS_SAFE_MODE",
        planned=True,
    )
