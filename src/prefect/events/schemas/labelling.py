"""What has labels."""

from __future__ import annotations

from prefect.schemas.resources import Labelled

__all__ = ["Labelled"]
