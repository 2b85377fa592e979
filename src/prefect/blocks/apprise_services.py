"""Sending through Apprise, the library that knows the services: loaded when something is sent."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from prefect.exceptions import NotificationError, PrefectImportError
from prefect.logging.eavesdropper import LogEavesdropper

MISSING = (
    "Notifications of this kind are sent with Apprise, which is not installed: pip install 'prefect[notify]' "
    "(or pip install apprise)."
)


def send(service: Any, body: str, subject: str | None, notify_type: str) -> None:
    """Send a message through a service of Apprise, or through the one that an address stands for.

    Args:
        service: What `plugin` returned, or an address that Apprise knows.
        body: The message.
        subject: Its heading.
        notify_type: "info", "success", "warning" or "failure".

    Raises:
        NotificationError: It could not be sent.
        PrefectImportError: Apprise is not installed.
    """
    apprise = _apprise()
    sender = apprise.Apprise()
    if not sender.add(service):
        raise NotificationError(
            "The address of this notification block is none that a message can be sent to."
        )
    with LogEavesdropper("apprise", level=logging.INFO) as heard:
        sent = sender.notify(body=body, title=subject or "", notify_type=notify_type)
    if not sent:
        raise NotificationError(heard.text() or "The service did not take the message.")


def plugin(module: str, name: str, **options: Any) -> Any:
    """Return a service of Apprise.

    Raises:
        PrefectImportError: Apprise is not installed.
        ValueError: The service cannot be used with these options.
    """
    _apprise()
    try:
        return getattr(import_module(f"apprise.plugins.{module}"), name)(**options)
    except TypeError as error:  # what Apprise raises for values it cannot use
        raise ValueError(str(error)) from error


def parsed_plugin(module: str, name: str, url: str, **options: Any) -> Any:
    """Return a service of Apprise for its own web address.

    Raises:
        PrefectImportError: Apprise is not installed.
        ValueError: It is no address of that service.
    """
    _apprise()
    service = getattr(import_module(f"apprise.plugins.{module}"), name)
    of_the_web = url.startswith(("http://", "https://"))
    parsed = service.parse_native_url(url) if of_the_web else service.parse_url(url)
    if not parsed:
        raise ValueError(f"The address given to this block is none of {service.service_name}.")
    return service(**{**parsed, **options})


def _apprise() -> Any:
    try:
        import apprise  # an extra, and a slow one to load
    except ImportError as error:
        raise PrefectImportError(MISSING) from error
    return apprise
