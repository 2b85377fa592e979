"""How the web interface is served: its page, its files, where it is, what a browser may load."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from prefect.server.api.interface import Interface
from prefect.server.api.messages import Answer, Asked
from prefect.settings import get_current_settings, temporary_settings

PAGE = (
    '<head><base href="/" /><meta name="prefect-api" content="/api" />'
    '<meta name="prefect-auth" content="none" /><meta name="prefect-csrf" content="no" /></head>'
)
SCRIPT = "console.log(1);" * 50


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with built files."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "assets" / "index-1a2b.js").write_text(SCRIPT, encoding="utf-8")
    (folder / "assets" / "inter-1a2b.woff2").write_bytes(b"wOF2")
    return folder


def ask(folder: Path, path: str, settings: dict[str, Any] | None = None, **headers: str) -> Answer | None:
    """Return what a server with such files answers to a GET."""
    with temporary_settings(settings or {}):
        interface = Interface(get_current_settings(), "/api", folder)
    given = {
        name.replace("_", "-").encode(): value.encode()
        for name, value in {"accept": "text/html", **headers}.items()
    }
    return interface.answer(Asked("GET", path, (), b"", given, full_path=path))


def headers_of(answer: Answer | None) -> dict[str, str]:
    """Return the headers of an answer."""
    assert answer is not None
    return {name.decode(): value.decode() for name, value in answer.headers}


@pytest.mark.parametrize("path", ["/", "/runs", "/runs/flow-run/1234", "/work-pools/work-pool/a%2Fb"])
def test_every_address_can_be_opened_and_reloaded(built: Path, path: str) -> None:
    """Each address of the interface is its one page, which a browser asks for again each time."""
    answer = ask(built, path)
    assert answer is not None
    assert answer.body.decode() == PAGE
    assert headers_of(answer)["cache-control"] == "no-cache"


def test_files_that_are_named_by_content_are_kept_for_ever(built: Path) -> None:
    """A browser asks once for a script, and each time for what keeps its name."""
    answer = ask(built, "/assets/index-1a2b.js")
    assert answer is not None
    assert answer.content_type == b"text/javascript; charset=utf-8"
    assert "immutable" in headers_of(answer)["cache-control"]
    assert headers_of(ask(built, "/icon.svg"))["cache-control"] == "no-cache"


def test_scripts_travel_compressed_and_fonts_as_they_are(built: Path) -> None:
    """What compression makes smaller is compressed for who takes that."""
    answer = ask(built, "/assets/index-1a2b.js", accept_encoding="gzip, br")
    assert answer is not None
    assert gzip.decompress(answer.body).decode() == SCRIPT
    assert headers_of(answer)["content-encoding"] == "gzip"
    assert "content-encoding" not in headers_of(
        ask(built, "/assets/inter-1a2b.woff2", accept_encoding="gzip")
    )


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/assets/index-old.js", "text/html"),
        ("/nothing.txt", "*/*"),
        ("/runs", "application/json"),
        ("/../../pyproject.toml", "*/*"),
        ("/assets/../index.html", "text/html"),
    ],
)
def test_what_is_no_file_and_no_page_is_not_found(built: Path, path: str, accept: str) -> None:
    """A missing script is no page, and who asks for something else than a page gets none."""
    assert ask(built, path, accept=accept) is None


@pytest.mark.parametrize("path", ["/assets", "/assets/asset"])
def test_the_pages_of_assets_are_no_files_of_the_build(built: Path, path: str) -> None:
    """The folder of the built files and the pages of assets share their first name."""
    answer = ask(built, path, accept="text/html")
    assert answer is not None
    assert b"<base" in answer.body


def test_it_works_below_a_path(built: Path) -> None:
    """With `PREFECT_UI_SERVE_BASE` all addresses are below that path, and the root leads there."""
    settings = {"PREFECT_UI_SERVE_BASE": "/prefect"}
    answer = ask(built, "/prefect/runs", settings)
    assert answer is not None
    assert b'<base href="/prefect/"' in answer.body
    assert headers_of(ask(built, "/", settings))["location"] == "/prefect/"
    assert headers_of(ask(built, "/prefect", settings))["location"] == "/prefect/"
    assert ask(built, "/elsewhere", settings) is None


def test_it_works_behind_a_proxy_that_takes_a_path_off(built: Path) -> None:
    """Scripts and the API are asked for with the path that the proxy names."""
    answer = ask(built, "/runs", x_forwarded_prefix="/team-a/")
    assert answer is not None
    assert b'<base href="/team-a/"' in answer.body
    assert b'name="prefect-api" content="/team-a/api"' in answer.body


@pytest.mark.parametrize("prefix", ["//evil.example", "/a b", '/"><script>', "javascript:x"])
def test_a_forged_path_is_not_believed(built: Path, prefix: str) -> None:
    """What is no plain path does not get into the page."""
    answer = ask(built, "/runs", x_forwarded_prefix=prefix)
    assert answer is not None
    assert answer.body.decode() == PAGE


def test_the_page_is_told_what_the_server_asks_of_it(built: Path) -> None:
    """A server with a password, with tokens, or with its API elsewhere says so in the page."""
    settings = {
        "PREFECT_SERVER_API_AUTH_STRING": "admin:x",
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": True,
        "PREFECT_UI_API_URL": "https://api.example.org/api",
    }
    answer = ask(built, "/", settings)
    assert answer is not None
    text = answer.body.decode()
    assert 'name="prefect-auth" content="basic"' in text
    assert 'name="prefect-csrf" content="yes"' in text
    assert 'name="prefect-api" content="https://api.example.org/api"' in text
    assert "admin:x" not in text
    policy = headers_of(answer)["content-security-policy"]
    assert "connect-src 'self' https://api.example.org wss://api.example.org" in policy


def test_the_page_runs_only_its_own_scripts(built: Path) -> None:
    """Nothing inline and nothing from elsewhere is run, and no other page may frame it."""
    headers = headers_of(ask(built, "/"))
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_nothing_is_served_that_is_not_built_or_not_wanted(built: Path, tmp_path: Path) -> None:
    """Without the built files, or with `PREFECT_UI_ENABLED=false`, there is no interface."""
    assert ask(tmp_path / "nothing", "/") is None
    assert ask(built, "/", {"PREFECT_UI_ENABLED": False}) is None


def test_the_settings_name_the_folder_that_is_served(built: Path, tmp_path: Path) -> None:
    """A folder with a build of its own is served instead; one without leaves the pages of the package."""
    name = "PREFECT_SERVER_UI_STATIC_DIRECTORY"
    (other := tmp_path / "other").mkdir()
    answer = ask(built, "/", {name: str(other)})
    assert answer is not None
    assert answer.body.decode() == PAGE
    (other / "index.html").write_text("<html><head></head>other</html>", encoding="utf-8")
    answer = ask(built, "/", {name: str(other)})
    assert answer is not None
    assert b"other" in answer.body


def test_the_root_is_the_page_for_programs_too(built: Path) -> None:
    """Who looks with curl whether the pages are there sees them; below the root, programs are told what is missing."""
    answer = ask(built, "/", accept="*/*")
    assert answer is not None
    assert answer.body.decode() == PAGE
    assert ask(built, "/runs", accept="*/*") is None
