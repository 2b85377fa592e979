"""Large answers are compressed for clients far away."""

from __future__ import annotations

import gzip

from prefect.server.api.messages import Answer, Asked

WORTH_IT = 16 * 1024
"""How large an answer is, in bytes, before it is compressed: below it, packing takes longer than sending."""

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def compress(asked: Asked, answer: Answer) -> Answer:
    """Compress the body of an answer in place if that makes it arrive sooner, and return it."""
    if len(answer.body) < WORTH_IT or asked.client in _HERE:
        return answer
    if any(name == b"content-encoding" for name, _ in answer.headers):
        return answer  # it was compressed before it was asked for
    if not _takes_gzip(asked.header("accept-encoding") or ""):
        return answer
    answer.body = gzip.compress(answer.body, compresslevel=1)
    answer.headers += [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]
    return answer


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        if name.strip() in {"gzip", "*"}:
            return parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
