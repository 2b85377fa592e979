"""The path that users import the base of all settings from: `prefect.settings.base.PrefectBaseSettings`."""

from prefect.settings.section import Section as PrefectBaseSettings

__all__ = ["PrefectBaseSettings"]
