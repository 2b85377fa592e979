"""Looking whether a server answers: one quick question, nothing tried again."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from prefect.settings import Settings

PATIENCE = 5.0
"""How long to wait for an answer, in seconds."""


class Health(NamedTuple):
    """Whether a server is well; `problem` says what is wrong."""

    problem: str | None

    @property
    def is_well(self) -> bool:
        """Whether the server answered that it is well."""
        return self.problem is None


class Contact:
    """Asks the server of an API how it is.

    Args:
        url: The URL of the API.
        settings: The settings that tell how to get there: certificates, user and password.
    """

    def __init__(self, url: str, settings: Settings) -> None:
        self._url = urlsplit(url)
        self._settings = settings

    def health(self) -> Health:
        """Return whether the server is well."""
        if self._url.hostname is None:
            return Health(f"{self._url.geturl()!r} is no URL of a server")
        try:
            status, _ = self._ask("/health")
        except (OSError, http.client.HTTPException) as error:
            return Health(getattr(error, "strerror", None) or str(error) or type(error).__name__)
        return Health(None if status == 200 else f"it answered with status {status}")

    def version(self) -> str | None:
        """Return the version of a server that is well; None if it does not tell."""
        try:
            status, body = self._ask("/admin/version")
            return str(json.loads(body)) if status == 200 else None
        except (OSError, http.client.HTTPException, ValueError):
            return None

    def _ask(self, path: str) -> tuple[int, bytes]:
        secret = self._settings.api.auth_string
        headers = {"Authorization": _basic(secret.get_secret_value())} if secret else {}
        connection = _connection(self._url, self._settings)
        try:
            connection.request("GET", f"{self._url.path.rstrip('/')}{path}", headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _connection(url: SplitResult, settings: Settings) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if url.scheme != "https":
        return http.client.HTTPConnection(host, url.port, timeout=PATIENCE)
    context = ssl.create_default_context(cafile=settings.api.ssl_cert_file)
    if settings.api.tls_insecure_skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, url.port, timeout=PATIENCE, context=context)


def _basic(auth_string: str) -> str:
    return f"Basic {base64.b64encode(auth_string.encode()).decode()}"
