"""Claims on services: of several servers on one database, one runs each service at a time.

A claim has an owner and an expiry. When a server dies its claims lapse, and another one takes them over. It does no
harm if two servers look at the same thing for a moment: a claim saves work, and what a service does is safe by itself.
"""

from __future__ import annotations

from datetime import timedelta

from prefect._clock import now
from prefect.store.columns import timestamp_text
from prefect.store.statements import Statement, Transaction


def claim_service(name: str, owner: str, seconds: float) -> Transaction[bool]:
    """Claim a service, or hold it for another while. Return whether it is the owner's now.

    Args:
        name: The service.
        owner: The server that would run it.
        seconds: How long the claim holds unless it is claimed again.
    """
    moment = now()
    rows = yield Statement(
        "INSERT INTO service_claim (name, owner, expires_at) VALUES (?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at "
        "WHERE service_claim.owner = excluded.owner OR service_claim.expires_at < CAST(? AS TEXT) RETURNING owner",
        (name, owner, timestamp_text(moment + timedelta(seconds=seconds)), timestamp_text(moment)),
    )
    return bool(rows)


def release_services(owner: str) -> Transaction[None]:
    """Let other servers run the services that an owner has claimed."""
    yield Statement("DELETE FROM service_claim WHERE owner = ?", (owner,))


def read_service_claims() -> Transaction[dict[str, str]]:
    """Return who runs which service now, by the name of the service."""
    rows = yield Statement(
        "SELECT name, owner FROM service_claim WHERE expires_at >= ? ORDER BY name", (timestamp_text(now()),)
    )
    return {row["name"]: row["owner"] for row in rows}
