"""How the flow of a deployment is named, under its documented name."""

from __future__ import annotations

from prefect._internal.entrypoint_type import EntrypointType

__all__ = ["EntrypointType"]
