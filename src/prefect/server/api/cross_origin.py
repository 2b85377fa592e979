"""Pages of other origins: what they may ask, told in the headers that browsers want."""

from __future__ import annotations

from prefect.server.api.messages import Answer, Asked

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_AGE = b"600"
"""For how many seconds a browser may remember what it may ask."""


class CrossOrigin:
    """Which origins, methods and headers are allowed.

    Args:
        origins: The origins, between commas; `*` for all.
        methods: The methods, between commas; `*` for all.
        headers: The headers, between commas; `*` for all.
    """

    def __init__(self, origins: str, methods: str, headers: str) -> None:
        self._origins = _listed(origins)
        methods_allowed = _listed(methods)
        self._methods = _METHODS if "*" in methods_allowed else tuple(map(str.upper, methods_allowed))
        self._headers = _listed(headers)

    def preflight(self, asked: Asked) -> Answer | None:
        """Answer what a browser asks before the page's own request; None if this is no such question."""
        if asked.method != "OPTIONS":
            return None
        origin, method = asked.header("origin"), asked.header("access-control-request-method")
        if origin is None or method is None:
            return None
        wrong: list[str] = []
        headers = [
            (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
            (b"access-control-allow-methods", ", ".join(self._methods).encode("latin-1")),
            (b"access-control-max-age", _AGE),
        ]
        if self._is_allowed(origin):
            headers.append((b"access-control-allow-origin", self._shown(origin)))
        else:
            wrong.append("origin")
        if method not in self._methods:
            wrong.append("method")
        wanted = asked.header("access-control-request-headers")
        if wanted is not None:
            if "*" in self._headers:
                headers.append((b"access-control-allow-headers", wanted.encode("latin-1")))
            else:
                headers.append((b"access-control-allow-headers", ", ".join(self._headers).encode("latin-1")))
                known = {name.lower() for name in self._headers}
                if any(name.strip().lower() not in known for name in wanted.split(",")):
                    wrong.append("headers")
        body = f"Disallowed CORS {', '.join(wrong)}" if wrong else "OK"
        return Answer(400 if wrong else 200, body.encode(), b"text/plain; charset=utf-8", headers)

    def headers_for(self, origin: bytes | None) -> list[tuple[bytes, bytes]]:
        """Return the headers of an answer to a request that came from an origin."""
        if origin is None:
            return []
        text = origin.decode("latin-1")
        headers = [(b"vary", b"Origin")]
        if self._is_allowed(text):
            headers.append((b"access-control-allow-origin", self._shown(text)))
        return headers

    def _is_allowed(self, origin: str) -> bool:
        return "*" in self._origins or origin in self._origins

    def _shown(self, origin: str) -> bytes:
        return b"*" if "*" in self._origins else origin.encode("latin-1")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
