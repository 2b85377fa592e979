"""What a browser finds beside the API: a first page, the document of the API in a form to read, facts for pages."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Awaitable, Callable, Mapping

import orjson

import prefect
from prefect.server.api.messages import Answer, Asked, told
from prefect.settings import Settings

HTML = b"text/html; charset=utf-8"

_STYLE = """<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font: 14px/1.5 ui-monospace, monospace }
summary { cursor: pointer; padding: .15rem 0 }
b.method { display: inline-block; width: 4.5rem }
pre { overflow: auto; padding: .5rem; border: 1px solid #8885 }
</style>"""


class Pages:
    """Answers what is asked outside of the API.

    Args:
        settings: The settings that hold for the server.
        base_path: The path below which the API is.
    """

    def __init__(self, settings: Settings, base_path: str) -> None:
        self._settings = settings
        self._base_path = base_path
        inside = {"/docs": self._documents, "/redoc": self._documents, "/openapi.json": self._document}
        self._pages: Mapping[str, Callable[[], Awaitable[Answer]]] = {
            "/": self._first,
            "/ui-settings": self._facts,
            **inside,
            **{f"{base_path}{path}": page for path, page in inside.items()},
        }

    def has(self, asked: Asked) -> bool:
        """Whether a request asks for one of these."""
        return asked.method in {"GET", "HEAD"} and asked.full_path in self._pages

    async def answer(self, asked: Asked) -> Answer:
        """Answer a request for one of these."""
        return await self._pages[asked.full_path]()

    async def _first(self) -> Answer:
        version = html.escape(prefect.__version__)
        return _page(
            "Prefect server",
            f"<h1>Prefect server {version}</h1><p>The server is running, without its web interface. {self._why}</p>"
            f'<p><a href="docs">Here is the API</a>, at <code>{html.escape(self._base_path)}</code>.</p>'
            "<p>To record runs here, run "
            f"<code>prefect config set PREFECT_API_URL={html.escape(self._api_url)}</code>, and look at them with "
            "<code>prefect flow-run ls</code>.</p>",
        )

    @property
    def _why(self) -> str:
        """Why there is no web interface, and how to get it."""
        if not self._settings.server.ui.enabled:
            return "It is switched off: set <code>PREFECT_UI_ENABLED=true</code> and start the server again."
        return (
            "Its pages are not built. In a checkout <code>python3 dev.py ui</code> builds them, which needs "
            '<a href="https://nodejs.org" rel="noreferrer">Node</a> 20.19 or newer; then start the server again. '
            "All the rest works without them."
        )

    @property
    def _api_url(self) -> str:
        return self._settings.server.ui.api_url or ""

    async def _facts(self) -> Answer:
        api = self._settings.server.api
        return told(
            200,
            {
                "api_url": self._api_url,
                "csrf_enabled": api.csrf_protection_enabled,
                "auth": "BASIC" if api.auth_string else None,
                "flags": [],
                "default_ui": "v2",
                "available_uis": ["v2"],
                "v1_base_url": "/",
                "v2_base_url": "/",
            },
        )

    async def _document(self) -> Answer:
        return Answer(200, await asyncio.to_thread(_document_bytes))

    async def _documents(self) -> Answer:
        return _page("The API of the Prefect server", _READER)


def _document_bytes() -> bytes:
    from prefect.server.api.document import api_document  # loads FastAPI, which nothing else here needs

    return orjson.dumps(api_document())


def _page(title: str, content: str) -> Answer:
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{_STYLE}</head>'
        f"<body>{content}</body></html>"
    )
    return Answer(200, page.encode(), HTML)


_READER = """<h1>The API</h1><p>All paths of <a href="openapi.json">its document</a>.</p><div id="all"></div>
<script>
const make = (name, text) => Object.assign(document.createElement(name), {textContent: text ?? ""});
fetch("openapi.json").then(answer => answer.json()).then(api => {
  const headings = new Map();
  for (const [path, methods] of Object.entries(api.paths)) for (const [method, one] of Object.entries(methods)) {
    const tag = (one.tags ?? [])[0] ?? "Other";
    if (!headings.has(tag)) { const part = make("section"); part.append(make("h2", tag)); headings.set(tag, part); }
    const entry = make("details"), line = make("summary"), word = make("b", method.toUpperCase());
    word.className = "method"; line.append(word, make("code", path), " ", one.description ?? "");
    entry.append(line);
    entry.ontoggle = () => entry.children.length > 1 || entry.append(make("pre", JSON.stringify(one, null, 1)));
    headings.get(tag).append(entry);
  }
  document.getElementById("all").append(...headings.values(), make("h2", "Schemas"));
  for (const [name, schema] of Object.entries(api.components.schemas)) {
    const entry = make("details"); entry.append(make("summary", name));
    entry.ontoggle = () => entry.children.length > 1 || entry.append(make("pre", JSON.stringify(schema, null, 1)));
    document.getElementById("all").append(entry);
  }
});
</script>"""
