"""Runners: they look for due runs of deployments, claim them and run each in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._imports import forwarding

if TYPE_CHECKING:
    from prefect.runner.runner import Runner

__all__ = ["Runner"]

# The launcher process loads a room of this package and must not load the rest of it.
__getattr__ = forwarding(__name__, {"Runner": "prefect.runner.runner"})
