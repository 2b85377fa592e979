"""Requests that are done once, however often they arrive.

When the answer to a request is lost its client cannot know whether it was done, and asks again under the same key. What
was answered is stored in the transaction that did it, so that a repeat gets the first answer and changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from prefect._clock import now
from prefect.store.columns import timestamp_text
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.requests import ANSWERED_REQUEST

R = TypeVar("R")

KEPT = timedelta(days=1)
"""How long an answer is kept."""

_FORGET_EVERY = 64
_FORGOTTEN_AT_ONCE = 500


def answered_once(
    key: str, make: Callable[[], Transaction[R]], encode: Callable[[R], tuple[int, bytes]]
) -> Transaction[tuple[int, bytes]]:
    """Do what is asked for if it was not done under this key, and return the status and the body of its answer.

    Args:
        key: What the client chose for this request, together with the request's method and path.
        make: Makes the transaction that does it.
        encode: Returns the status and the body that answer its result.
    """
    id = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=20).hexdigest()
    rows = yield Statement("SELECT status, body FROM answered_request WHERE id = ?", (id,))
    if rows:
        return rows[0]["status"], rows[0]["body"].encode()
    result = yield from make()
    status, body = encode(result)
    moment = now()
    yield Statement(
        ANSWERED_REQUEST.insert,
        ANSWERED_REQUEST.encode({"id": id, "created": moment, "status": status, "body": body.decode()}),
    )
    if int(id, 16) % _FORGET_EVERY == 0:  # now and then, so that no request has much to clean up
        yield Statement(
            "DELETE FROM answered_request WHERE id IN "
            "(SELECT id FROM answered_request WHERE created < ? ORDER BY created LIMIT ?)",
            (timestamp_text(moment - KEPT), _FORGOTTEN_AT_ONCE),
        )
    return status, body
