"""Waiting for the end of a flow run that runs elsewhere.

At first by looking, ever less often: most runs that somebody waits for are short. Then by being told: a server rings a
bell, and looking is only for what it may have missed.
"""

from __future__ import annotations

import contextlib
import logging
import time
from uuid import UUID

from prefect._dual.effects import Steps, settle, sleep
from prefect.backend import get_backend
from prefect.client.flow_run_bell import FlowRunBell
from prefect.logging.loggers import get_logger
from prefect.schemas.flow_runs import FlowRun
from prefect.settings import get_current_settings
from prefect.store.flow_runs import read_flow_run

_FIRST, _OFTEN, _SELDOM = 0.02, 0.25, 10.0
_LOOKING = 2.0
"""How many seconds to look for before being told is worth a connection."""

_LOOK = 2.0
"""How many seconds a look may take, at least."""

_SHARE = 10
"""One looks again after a tenth of the time that the run has taken so far."""


def waiting_for_end(
    flow_run_id: UUID, timeout: float | None, poll_interval: float | None = None, *, log_states: bool = False
) -> Steps[FlowRun]:
    """Return a flow run when it has ended, or as it is when the time is over.

    Args:
        flow_run_id: The flow run.
        timeout: Seconds to wait at most; None waits for ever.
        poll_interval: Seconds between two looks, at most.
        log_states: Log each state that the run is seen in.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    began = time.monotonic()
    most = _SELDOM if poll_interval is None else max(poll_interval, _FIRST)
    left: float | None = timeout
    known: FlowRun | None = None
    seen: UUID | None = None
    bell: FlowRunBell | None = None
    try:
        while True:
            # Before looking: what comes meanwhile counts.
            ring = bell.next_ring() if bell is not None else None
            looking = get_backend().perform(read_flow_run, flow_run_id)
            limit = None if known is None or left is None else max(left, _LOOK)
            try:
                flow_run = known = yield from settle(looking, limit)
            except TimeoutError:  # a server that is away makes nobody wait for longer than he wants
                assert known is not None  # else nothing limits the time
                return known
            if log_states and flow_run.state is not None and flow_run.state.id != seen:
                seen = flow_run.state.id
                get_logger("waiting").log(
                    logging.INFO, "Flow run %r is in state %s", flow_run.name, flow_run.state
                )
            passed = time.monotonic() - began
            left = None if timeout is None else timeout - passed
            if (left is not None and left <= 0) or (flow_run.state is not None and flow_run.state.is_final()):
                return flow_run
            if bell is None and passed > _LOOKING and get_current_settings().api_url:
                bell = FlowRunBell(flow_run_id).__enter__()
                ring = bell.next_ring()
            pause = most if left is None else min(left, most)
            if ring is None:
                yield from sleep(min(pause, max(_FIRST, min(_OFTEN, passed / _SHARE))))
                continue
            with contextlib.suppress(TimeoutError):
                yield from settle(ring, pause)
    finally:
        if bell is not None:
            bell.__exit__()
