"""What the process of a flow run is told while it runs, by somebody in another process: stop, or it is not yours."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from prefect._fences import RUN_VARIABLE

KEPT_VARIABLE = "PREFECT__FLOW_RUN_KEPT"
"""Set by who launched the process of a run, and looks after the run's claim."""

GRACE = 30.0
"""How long, in seconds, code may take to end once its run is cancelled; then its process is killed."""


class Notice(NamedTuple):
    """How it stands with a run that is executed here.

    Attributes:
        state: The type of the state that it has for others, or its name where it is lost.
        is_lost: Whether another process has it, or nobody: what this one does is not wanted any more.
    """

    state: str
    is_lost: bool = False


Listener = Callable[[Notice], None]
"""Is called in a thread that does nothing else, once for each notice."""


def is_kept_by_launcher(flow_run_id: UUID) -> bool:
    """Whether who launched this process looks after a run."""
    return os.environ.get(KEPT_VARIABLE) == "1" and os.environ.get(RUN_VARIABLE) == str(flow_run_id)
