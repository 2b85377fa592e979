"""The path under which `emit_event` is also imported."""

from __future__ import annotations

from prefect.events.emitting import TIGHT_TIMING, emit_event

__all__ = ["TIGHT_TIMING", "emit_event"]
