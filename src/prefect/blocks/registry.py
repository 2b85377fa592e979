"""Which class stands for which type of blocks.

Every subclass of Block registers itself under its slug when it is defined. Slugs of this library and of installed
integration packages (entry points `prefect.collections`) are found without being imported first.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from prefect._integrations import load_integrations
from prefect.exceptions import UnknownBlockType

_OURS = {
    "custom-webhook": "prefect.blocks.notifications",
    "discord-webhook": "prefect.blocks.notifications",
    "local-file-system": "prefect.filesystems",
    "mattermost-webhook": "prefect.blocks.notifications",
    "ms-teams-webhook": "prefect.blocks.notifications",
    "opsgenie-webhook": "prefect.blocks.notifications",
    "pager-duty-webhook": "prefect.blocks.notifications",
    "redisstoragecontainer": "prefect.blocks.redis",
    "remote-file-system": "prefect.filesystems",
    "secret": "prefect.blocks.system",
    "sendgrid-email": "prefect.blocks.notifications",
    "slack-webhook": "prefect.blocks.notifications",
    "smb": "prefect.filesystems",
    "twilio-sms": "prefect.blocks.notifications",
    "webhook": "prefect.blocks.webhook",
}
"""Where the classes of this library are defined, by slug."""

_classes: dict[str, type[Any]] = {}


def register(slug: str, cls: type[Any]) -> None:
    """Let a class stand for a slug from now on. A class that is defined anew takes the place of its older self."""
    known = _classes.get(slug)
    if known is not None and _home(known) != _home(cls):
        warnings.warn(
            f"The block class {_home(cls)} has the slug {slug!r} of {_home(known)} and takes its place. "
            "Give one of them another `_block_type_slug`.",
            UserWarning,
            stacklevel=4,
        )
    _classes[slug] = cls


def find(slug: str) -> type[Any] | None:
    """Return the class of a slug, importing what is known to define it; None if there is none."""
    if slug not in _classes and slug in _OURS:
        module = import_module(_OURS[slug])
        for name in module.__all__:  # a front path may load what it has when it is asked for it
            getattr(module, name)
    if slug not in _classes:
        load_integrations()
    return _classes.get(slug)


def lookup(slug: str, code_example: str | None = None) -> type[Any]:
    """Return the class of a slug.

    Args:
        slug: The slug.
        code_example: How the type's own example uses it, which tells where it is defined.

    Raises:
        UnknownBlockType: There is none; the message says what to import, if that is known.
    """
    cls = find(slug)
    if cls is not None:
        return cls
    line = next((x.strip() for x in (code_example or "").splitlines() if x.startswith("from ")), None)
    hint = f" It is imported with `{line}`." if line and " import " in line else ""
    raise UnknownBlockType(
        f"No block class found for slug {slug!r}.{hint} Please ensure that the block class is available in the "
        "current environment: import the module that defines it, or install the package that does."
    )


def home_of(cls: type[Any], slug: str) -> str:
    """Return the module that a class is imported from, where it is documented."""
    return _OURS.get(slug, cls.__module__) if cls.__module__.startswith("prefect.") else cls.__module__


def ours() -> tuple[str, ...]:
    """Return the slugs of this library."""
    return tuple(_OURS)


def _home(cls: type[Any]) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
