"""Operations on locks: at most one holder has the lock of a key, until he gives it back, lapses or dies."""

from __future__ import annotations

from datetime import timedelta

from prefect._clock import now
from prefect._processes import ProcessIdentity
from prefect.store.columns import timestamp_text
from prefect.store.concurrency_slots import gone_ids
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.concurrency import KEY_LOCK


@operation("POST", "/locks/take")
def take_key_lock(
    key: str, holder: str, hold_seconds: float | None = None, process: ProcessIdentity | None = None
) -> Transaction[bool]:
    """Take the lock of a key; return whether it was free, or is this holder's.

    Args:
        key: What to lock.
        holder: Who shall have it.
        hold_seconds: How long to have it at most; None is no limit.
        process: The process of the holder; when it has ended the lock is free.
    """
    present = yield from read_key_lock(key)
    if present is not None and present != holder:
        return False
    values = {
        "key": key,
        "holder": holder,
        "expires_at": None if hold_seconds is None else now() + timedelta(seconds=hold_seconds),
        **(process._asdict() if process else {}),
    }
    yield Statement(KEY_LOCK.upsert, KEY_LOCK.encode(values))
    return True


@operation("POST", "/locks/read", reads=True)
def read_key_lock(key: str) -> Transaction[str | None]:
    """Return who has the lock of a key, or None."""
    rows = yield Statement(
        "SELECT key AS id, * FROM key_lock WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)",
        (key, timestamp_text(now())),
    )
    return None if not rows or gone_ids(rows) else rows[0]["holder"]


@operation("POST", "/locks/release")
def release_key_lock(key: str, holder: str) -> Transaction[bool]:
    """Give the lock of a key back; return whether this holder had it."""
    present = yield from read_key_lock(key)
    if present != holder:
        return False
    yield Statement("DELETE FROM key_lock WHERE key = ?", (key,))
    return True
