"""Webhook: an address that is called, with the headers it wants."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, SecretStr

from prefect.blocks.calling import call
from prefect.blocks.core import Block
from prefect.types.secret_dict import SecretDict

if TYPE_CHECKING:
    import httpx2

__all__ = ["Webhook"]

HTTPMethod = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Webhook(Block):
    """An address that is called when something happened.

    Example:
        ```python
        from prefect.blocks.webhook import Webhook

        await Webhook.load("BLOCK_NAME").call({"rows": 3})
        ```
    """

    _block_type_name: ClassVar[str | None] = "Webhook"

    method: HTTPMethod = Field(default="POST", description="The HTTP method of the call.")
    url: SecretStr = Field(default=..., title="Webhook URL", description="The address that is called.")
    headers: SecretDict = Field(
        default_factory=lambda: SecretDict({}), title="Webhook Headers", description="Headers to send along."
    )
    allow_private_urls: bool = Field(
        default=True, description="Whether the address may lie on this machine or in its network."
    )
    verify: bool = Field(default=True, description="Whether the certificate of the other side is checked.")

    async def call(self, payload: dict[str, Any] | str | None = None) -> httpx2.Response:
        """Call the address and return the answer, whatever its status.

        Args:
            payload: What to send: a dictionary as JSON, a text as it is.

        Raises:
            ValueError: The address is private, and must not be.
        """
        content: dict[str, Any] = {} if payload is None else {"json": payload}
        if isinstance(payload, str):
            content = {"content": payload}
        return await asyncio.to_thread(
            call,
            self.method,
            self.url.get_secret_value(),
            headers=self.headers.get_secret_value(),
            allow_private_urls=self.allow_private_urls,
            verify=self.verify,
            **content,
        )
