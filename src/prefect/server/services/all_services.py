"""All services that a server has."""

from __future__ import annotations

from prefect.server.services.cancellation_cleanup import CANCELLATION_CLEANUP
from prefect.server.services.claim_watch import CLAIM_WATCH
from prefect.server.services.foreman import FOREMAN
from prefect.server.services.heartbeat_watch import HEARTBEAT_WATCH
from prefect.server.services.late_runs import LATE_RUNS
from prefect.server.services.lease_reaper import LEASE_REAPER
from prefect.server.services.orphan_watch import ORPHAN_WATCH
from prefect.server.services.pause_expirations import PAUSE_EXPIRATIONS
from prefect.server.services.retention import RETENTION
from prefect.server.services.scheduler import RECENT_DEPLOYMENTS, SCHEDULER
from prefect.server.services.service import Service
from prefect.server.services.state_teller import STATE_TELLER

ALL_SERVICES: tuple[Service, ...] = (
    SCHEDULER,
    RECENT_DEPLOYMENTS,
    LATE_RUNS,
    PAUSE_EXPIRATIONS,
    CANCELLATION_CLEANUP,
    CLAIM_WATCH,
    HEARTBEAT_WATCH,
    FOREMAN,
    LEASE_REAPER,
    ORPHAN_WATCH,
    RETENTION,
    STATE_TELLER,
)
