"""Who fetches from a git repository: the name and password in a block or a dictionary, and how git is told of them.

git gets them from a helper that answers for the one server only, out of the environment of its process. So they stand
neither in the list of processes nor in the configuration of the fetched repository.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypedDict, cast
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from prefect._secrets import register_secret
from prefect.blocks.block import Block
from prefect.blocks.system import Secret

_HELPER = (
    '!f() { test "$1" = get && '
    r"""printf 'username=%s\npassword=%s\n' "$PREFECT_GIT_USER" "$PREFECT_GIT_PASSWORD"; }; f"""
)
"""What git asks for a login: a line of the shell that git brings along."""


class GitCredentials(TypedDict, total=False):
    """Who fetches.

    Attributes:
        username: The user, where the server wants one.
        access_token: The token or password. A deployment can only name a saved `Secret` block.
    """

    username: str
    access_token: str | Secret[str]


class Login(NamedTuple):
    """What git tells the server."""

    username: str
    password: str


def check_credentials(credentials: Any) -> None:
    """Do nothing if credentials are whole.

    Raises:
        ValueError: There is a user without a token.
    """
    if isinstance(credentials, Mapping):
        given = cast("Mapping[str, Any]", credentials)
        if given.get("username") and not (given.get("access_token") or given.get("password")):
            raise ValueError("If a username is provided, an access token or password must also be provided.")


def login_of(credentials: Any, url: str) -> Login | None:
    """Return what git tells the server at an address; None if there is nothing to tell.

    Args:
        credentials: A dictionary or block with `username`, `password`, `access_token` or `token`; or a block that
            has `format_git_credentials(url)`.
        url: The address of the repository.
    """
    if not credentials or urlsplit(url).scheme not in {"https", "http"}:
        return None
    formatted = getattr(credentials, "format_git_credentials", None)
    if formatted is not None:
        parts = urlsplit(str(formatted(url)))
        found = Login(unquote(parts.username or ""), unquote(parts.password or ""))
    else:
        found = _login(credentials, urlsplit(url).hostname or "")
    if found is None or not any(found):
        return None
    register_secret(list(found) if not found.password else found.password)
    return found


def _login(credentials: dict[str, Any] | Block, host: str) -> Login | None:
    given = credentials if isinstance(credentials, dict) else vars(credentials)
    words = [given.get(name) for name in ("access_token", "token", "password")]
    token = next((text for text in map(_text, words) if text), None)
    username = _text(given.get("username"))
    if token is None:
        return None
    register_secret(token)
    if username:
        return Login(username, token)
    if "gitlab" in host:
        return Login("oauth2", token)
    if "bitbucket" in host:
        user, colon, password = token.partition(":")
        return Login(user, password) if colon else Login("x-token-auth", token)
    return Login("x-access-token", token)


def _text(value: Any) -> str | None:
    if isinstance(value, Secret):
        value = cast("Any", value).get()
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return None if value is None else str(value)


def environment_for(login: Login | None, url: str) -> dict[str, str]:
    """Return the variables by which git knows a login for the server of an address, and asks nobody."""
    variables = {"GIT_TERMINAL_PROMPT": "0"}
    if login is None:
        return variables
    parts = urlsplit(url)
    server = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    # An empty helper first: those of the machine are not asked, and learn nothing.
    settings = [(f"credential.{server}.helper", ""), (f"credential.{server}.helper", _HELPER)]
    variables |= {
        "PREFECT_GIT_USER": login.username,
        "PREFECT_GIT_PASSWORD": login.password,
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for number, (key, value) in enumerate(settings):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def credentials_for_step(credentials: Any) -> Any:
    """Return credentials as a pull step has them: references to saved blocks.

    Raises:
        ValueError: There is a token that is not a block.
        BlockNotSavedError: A block is not saved.
    """
    if isinstance(credentials, Block):
        return _reference(credentials)
    step: dict[str, Any] = dict(credentials)
    for name in ("access_token", "password", "token"):
        value = step.get(name)
        if isinstance(value, Block):
            step[name] = _reference(value)
        elif value is not None:
            raise ValueError(
                "Please save your access token as a Secret block before converting this storage object to a pull step."
            )
    return step


def _reference(block: Block) -> str:
    return f"{{{{ {block.get_block_placeholder()} }}}}"
