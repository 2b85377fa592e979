"""Serves the web interface: its files, and its one page for each address that a person may open or reload."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import urlsplit

from prefect.server.api.messages import Answer, Asked
from prefect.server.ui.files import FOLDER, File, read_files
from prefect.settings import Settings

_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_BUILT = re.compile(r"assets/.*\.[a-z0-9]+")
_FOR_EVER = b"public, max-age=31536000, immutable"
_ASK_AGAIN = b"no-cache"


class Interface:
    """Answers what a browser asks for outside of the API, where the interface is installed and wanted.

    Args:
        settings: The settings that hold for the server.
        base_path: The path below which the API is.
        folder: Where the built files are, unless the settings name a folder that holds some.
    """

    def __init__(self, settings: Settings, base_path: str, folder: Path = FOLDER) -> None:
        self._settings = settings
        self._api_path = base_path
        below = settings.server.ui.serve_base.strip("/")
        self._root = f"/{below}/" if below else "/"
        own = settings.server.ui.static_directory
        self._files = (
            ((own and read_files(Path(own))) or read_files(folder)) if settings.server.ui.enabled else {}
        )

    def answer(self, asked: Asked) -> Answer | None:
        """Return the answer; None if the request is not for the interface."""
        if not self._files or asked.method not in {"GET", "HEAD"}:
            return None
        path = asked.full_path
        if not path.startswith(self._root):
            if path in {"/", self._root.rstrip("/")}:
                location = f"{self._prefix(asked)}{self._root}".encode()
                return Answer(307, content_type=None, headers=[(b"location", location)])
            return None
        name = path[len(self._root) :]
        file = self._files.get(name)
        if file is not None and name != "index.html":
            return _told(file, asked)
        wants_page = not name or "text/html" in (asked.header("accept") or "")
        if wants_page and not _BUILT.fullmatch(name):
            return self._page(asked)
        return None

    def _page(self, asked: Asked) -> Answer:
        """Return the page, told where it is and where the API is."""
        prefix = self._prefix(asked)
        api = self._own_api_url() or f"{prefix}{self._api_path}"
        facts = {
            "prefect-api": api,
            "prefect-auth": "basic" if self._settings.server.api.auth_string else "none",
            "prefect-csrf": "yes" if self._settings.server.api.csrf_protection_enabled else "no",
        }
        page = self._files["index.html"].body.decode()
        page = page.replace('<base href="/"', f'<base href="{prefix}{self._root}"')
        for name, value in facts.items():
            page = re.sub(
                rf'(<meta name="{name}" content=")[^"]*"',
                lambda found, value=value: f'{found[1]}{html.escape(value)}"',
                page,
            )
        headers = [(b"cache-control", _ASK_AGAIN), (b"content-security-policy", _policy(api)), *_GUARDS]
        return Answer(200, page.encode(), b"text/html; charset=utf-8", headers)

    def _own_api_url(self) -> str | None:
        """Return the address of the API if somebody has set one; else it is where the page comes from."""
        given = self._settings.server.ui.api_url
        if not given or given == self._settings.api.url:
            return None
        api = self._settings.server.api
        return None if given == f"http://{api.host}:{api.port}{self._api_path}" else given.rstrip("/")

    @staticmethod
    def _prefix(asked: Asked) -> str:
        """Return the path that a proxy has taken off, as it says."""
        given = (asked.header("x-forwarded-prefix") or "").rstrip("/")
        return given if _PREFIX.fullmatch(given) else ""


_GUARDS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


def _told(file: File, asked: Asked) -> Answer:
    """Return a file as an answer."""
    headers = [
        (b"cache-control", _FOR_EVER if file.is_named_by_content else _ASK_AGAIN),
        (b"x-content-type-options", b"nosniff"),
    ]
    body = file.body
    if file.compresses:
        headers.append((b"vary", b"Accept-Encoding"))
        if "gzip" in (asked.header("accept-encoding") or "").lower():
            headers.append((b"content-encoding", b"gzip"))
            body = file.gzipped
    return Answer(200, body, file.content_type, headers)


def _policy(api: str) -> bytes:
    """Return what the page may load and run: only what comes with it. Texts of users never become scripts."""
    there = urlsplit(api)
    elsewhere = ""
    if there.netloc:
        secure = "wss" if there.scheme == "https" else "ws"
        elsewhere = f" {there.scheme}://{there.netloc} {secure}://{there.netloc}"
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": f"'self'{elsewhere}",
        "base-uri": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items()).encode("latin-1", "replace")
