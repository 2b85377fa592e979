"""What integration packages offer, known without installing them."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from prefect.server.api.refusals import Refused
from prefect.server.api.surroundings import Surroundings

_VIEWS = {"aggregate-worker-metadata": Path(__file__).with_name("worker_metadata.json")}


async def read_view_content(here: Surroundings, view: str) -> dict[str, Any]:
    """Return a view: `aggregate-worker-metadata` holds the types of workers, by package.

    Raises:
        Refused: There is no such view.
    """
    if view not in _VIEWS:
        raise Refused(404, f"View {view} not found in registry")
    return _content(view)


@functools.cache
def _content(view: str) -> dict[str, Any]:
    return json.loads(_VIEWS[view].read_text(encoding="utf-8"))
