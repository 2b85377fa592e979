"""What is sent to a flow run while it runs or is paused: a value under a key."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import orjson
from pydantic import field_validator

from prefect.schemas._base import Identified

_KEY = re.compile(r"[a-z0-9-]*\Z")


class FlowRunInput(Identified):
    """A value that was sent to a flow run. `value` is JSON; `sender` says who sent it, if they told."""

    flow_run_id: UUID
    key: str
    value: str
    sender: str | None = None

    @property
    def decoded_value(self) -> Any:
        """The value itself."""
        return orjson.loads(self.value)

    @field_validator("key")
    @classmethod
    def _check_key(cls, key: str) -> str:
        if not _KEY.match(key):
            raise ValueError("value must only contain lowercase letters, numbers, and dashes.")
        return key
