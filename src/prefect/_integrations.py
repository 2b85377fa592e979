"""Installed packages that say that they belong here: their blocks and workers are known once they are imported."""

from __future__ import annotations

import warnings

_asked = False


def load_integrations() -> None:
    """Import, once, the modules that installed packages name in the group `prefect.collections`."""
    global _asked
    if _asked:
        return
    _asked = True  # before they are imported: one of them may ask for what another one has
    from importlib.metadata import entry_points  # slow to load, and most of what is looked for is our own

    for entry_point in entry_points(group="prefect.collections"):
        try:
            entry_point.load()
        except Exception as error:  # noqa: BLE001 - a broken package must not keep others from being used
            warnings.warn(
                f"{entry_point.value} cannot be used: {type(error).__name__}: {error}",
                UserWarning,
                stacklevel=2,
            )


def look_again() -> None:
    """Import, when they are looked for next, also what has been installed since."""
    global _asked
    from importlib import invalidate_caches  # only after an installation

    invalidate_caches()
    _asked = False
