"""`prefect api`: ask the API anything, by method and path."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.screen import show_json
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    import httpx2

    from prefect._transport.channel import Channel

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def api(
    method: Annotated[str, Parameter(help=f"The HTTP method: {', '.join(METHODS)}.")],
    path: Annotated[str, Parameter(help="The path below the root of the API, as in /flows/filter.")],
    *,
    data: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True, help="The body, as JSON; @FILE reads it from a file, - from the input."
        ),
    ] = None,
    headers: Annotated[
        list[str] | None,
        Parameter(name=["--header", "-H"], negative=(), help="A header, as `Name: value`; may be repeated."),
    ] = None,
    verbose: Annotated[
        bool, Parameter(alias="-v", help="Show the headers of the request and the answer.")
    ] = False,
    root: Annotated[bool, Parameter(help="Only for the hosted service.")] = False,
    account: Annotated[bool, Parameter(help="Only for the hosted service.")] = False,
) -> None:
    """Send a request to the API and print the answer. Without a server, this machine's records answer."""
    from prefect._dual.drivers import run  # this and what follows loads the HTTP library
    from prefect._http_errors import PrefectHTTPStatusError
    from prefect._transport.questions import Question

    if root or account:
        raise CommandFailed(
            "--root and --account are for the hosted service: paths are below the API URL.",
            exit_code=WRONG_USAGE,
        )
    if method.upper() not in METHODS:
        raise CommandFailed(
            f"There is no method {method!r}. Choose from {', '.join(METHODS)}.", exit_code=WRONG_USAGE
        )
    question = Question(
        method.upper(),
        "/" + path.lstrip("/"),
        content=_content(method.upper(), data),
        headers=dict(map(_header, headers or ())),
    )
    channel = _channel()
    try:
        answer = run(channel.send(question))
    except PrefectHTTPStatusError as error:
        _show(error.response, verbose=verbose, failed=True)
        status = error.response.status_code
        raise CommandFailed(
            f"{status} {error.response.reason_phrase}\n{error.response.text}", exit_code=status // 100
        ) from error
    finally:
        run(channel.close())
    _show(answer, verbose=verbose)


def _channel() -> Channel:
    """Return the way to the server; where none is set, to one in this process."""
    from prefect._transport.connection import Connection, connection_by_settings

    connection = connection_by_settings()
    if connection is None:
        from prefect.server.api.application import Application  # loads all that a server has

        connection = Connection(Application(get_current_settings()))
    return connection.open()


def _content(method: str, data: str | None) -> bytes | None:
    if data is None:
        return b"{}" if method in {"POST", "PUT", "PATCH"} else None
    text = _read(data)
    try:
        json.loads(text)
    except ValueError as error:
        raise CommandFailed(f"--data is no JSON: {error}.", exit_code=WRONG_USAGE) from error
    return text.encode()


def _read(data: str) -> str:
    if data in {"-", "@-"}:
        return sys.stdin.read()
    if not data.startswith("@"):
        return data
    try:
        return Path(data[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"The body cannot be read from {data[1:]}: {error.strerror}.") from error


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise CommandFailed(f"{text!r} is no header. Give it as `Name: value`.", exit_code=WRONG_USAGE)
    return name.strip(), value.strip()


def _show(answer: httpx2.Response, *, verbose: bool, failed: bool = False) -> None:
    if verbose:
        _show_headers(answer)
    if failed or not answer.content:
        return
    content: Any = None
    try:
        content = answer.json()
    except ValueError:  # text, a table, a page
        print(answer.text)
        return
    show_json(content)


def _show_headers(answer: httpx2.Response) -> None:
    request = answer.request
    hidden = {"authorization", "prefect-csrf-token"}
    lines = [f"> {request.method} {request.url}"]
    lines += [
        f"> {name}: {'********' if name in hidden else value}" for name, value in request.headers.items()
    ]
    lines += ["", f"< {answer.status_code} {answer.reason_phrase}"]
    lines += [f"< {name}: {value}" for name, value in answer.headers.items()]
    print("\n".join(lines), end="\n\n", file=sys.stderr)
