"""What notification blocks have in common: a kind of message, and what happens when it cannot be sent."""

from __future__ import annotations

import asyncio
from abc import ABC
from typing import Any, Literal

from pydantic import Field, SecretStr

from prefect._dual.dispatch import async_dispatch
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.apprise_services import send
from prefect.exceptions import NotificationError
from prefect.utilities.urls import validate_restricted_url

PREFECT_NOTIFY_TYPE_DEFAULT: Literal["info"] = "info"

NotifyType = Literal["info", "success", "warning", "failure"]


class AbstractAppriseNotificationBlock(NotificationBlock, ABC):
    """A notification that Apprise sends.

    A message that cannot be sent is told in the log; within `raise_on_failure()` it is an error.
    """

    notify_type: NotifyType = Field(
        default=PREFECT_NOTIFY_TYPE_DEFAULT, description="The kind of message; services show it by a colour."
    )

    async def anotify(self, body: str, subject: str | None = None) -> None:
        """Send a message; see `notify`."""
        await asyncio.to_thread(self._notify, body, subject)

    @async_dispatch(anotify)
    def notify(self, body: str, subject: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - awaitable in async code
        """Send a message.

        Args:
            body: The message.
            subject: Its heading.

        Raises:
            NotificationError: It could not be sent, within `raise_on_failure()`.
        """
        self._notify(body, subject)

    def _notify(self, body: str, subject: str | None) -> None:
        try:
            self._send(body, subject)
        except NotificationError as error:
            if self._raise_on_failure:
                raise
            self.logger.warning("The notification could not be sent. %s", error.log)

    def _send(self, body: str, subject: str | None) -> None:
        send(self._service(), body, subject, self.notify_type)

    def _service(self) -> Any:
        """Return what Apprise sends through."""
        raise NotImplementedError


class AppriseNotificationBlock(AbstractAppriseNotificationBlock, ABC):
    """A notification to an address."""

    url: SecretStr = Field(default=..., title="Webhook URL", description="The address that takes messages.")
    allow_private_urls: bool = Field(
        default=True, description="Whether the address may lie on this machine or in its network."
    )

    def _notify(self, body: str, subject: str | None) -> None:
        if not self.allow_private_urls:
            validate_restricted_url(self.url.get_secret_value())
        super()._notify(body, subject)

    def _service(self) -> Any:
        return self.url.get_secret_value()
