"""Custom webhook: a notification to any web address, in the form that it wants."""

from __future__ import annotations

import asyncio
import re
from typing import Any, ClassVar, Literal, cast

from pydantic import Field, model_validator

from prefect._dual.dispatch import async_dispatch
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.calling import call
from prefect.exceptions import NotificationError
from prefect.types.secret_dict import SecretDict

_PLACEHOLDER = re.compile(r"\{\{\s*([\w.$-]+)\s*\}\}")
_ALWAYS = ("subject", "body", "name")


class CustomWebhookNotificationBlock(NotificationBlock):
    """Calls a web address with a message.

    In all values `{{subject}}`, `{{body}}`, `{{name}}` and the keys of `secrets` stand for what they name.

    Example:
        ```python
        from prefect.blocks.notifications import CustomWebhookNotificationBlock

        CustomWebhookNotificationBlock(
            name="chat",
            url="https://chat.example.com/rooms/1",
            json_data={"text": "{{subject}}: {{body}}"},
            headers={"Authorization": "Bearer {{token}}"},
            secrets={"token": "sk-1234567890"},
        ).save("chat")
        ```
    """

    _block_type_name: ClassVar[str | None] = "Custom Webhook"

    name: str = Field(title="Name", description="What `{{name}}` stands for.")
    url: str = Field(title="Webhook URL", description="The address that is called.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="POST", description="The HTTP method of the call."
    )
    params: dict[str, str] | None = Field(
        default=None, title="Query Params", description="What to add to the address."
    )
    json_data: dict[str, Any] | None = Field(
        default=None, title="JSON Data", description="What to send as JSON."
    )
    form_data: dict[str, str] | str | None = Field(
        default=None, title="Form Data", description="What to send as a form, or as it is; not with JSON."
    )
    headers: dict[str, str] | None = Field(default=None, description="Headers to send along.")
    cookies: dict[str, str] | None = Field(default=None, description="Cookies to send along.")
    timeout: float = Field(default=10, description="How long to wait for an answer, in seconds.")
    allow_private_urls: bool = Field(
        default=True, description="Whether the address may lie on this machine or in its network."
    )
    secrets: SecretDict = Field(
        default_factory=lambda: SecretDict({}),
        title="Custom Secret Values",
        description="Values for placeholders that are shown nowhere.",
    )

    @model_validator(mode="after")
    def _sends_one_thing(self) -> CustomWebhookNotificationBlock:
        if self.json_data is not None and self.form_data is not None:
            raise ValueError("both `Form Data` and `JSON Data` provided; give one of them")
        return self

    def block_initialization(self) -> None:
        """Check that every placeholder is known.

        Raises:
            KeyError: One is not.
        """
        known = {*_ALWAYS, *self.secrets.get_secret_value()}
        for place, value in self._templates().items():
            for name in _names_in(value):
                if name not in known:
                    raise KeyError(
                        f"{place} has the placeholder {{{{{name}}}}}, but there is no secret of this name. "
                        f"Known are {', '.join(sorted(known))}."
                    )

    async def anotify(self, body: str, subject: str | None = None) -> None:
        """Call the address with a message; see `notify`."""
        await asyncio.to_thread(self._notify, body, subject)

    @async_dispatch(anotify)
    def notify(self, body: str, subject: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - awaitable in async code
        """Call the address with a message.

        Args:
            body: What `{{body}}` stands for.
            subject: What `{{subject}}` stands for.

        Raises:
            NotificationError: The address could not be reached, or it answered with an error.
            ValueError: The address is private, and must not be.
        """
        self._notify(body, subject)

    def _notify(self, body: str, subject: str | None) -> None:
        import httpx2  # only for those who call

        values = {
            **self.secrets.get_secret_value(),
            "subject": subject or "",
            "body": body,
            "name": self.name,
        }
        filled = {place: _filled(value, values) for place, value in self._templates().items()}
        form = filled.pop("form_data")
        sent: dict[str, Any] = {
            "params": filled["params"],
            "headers": filled["headers"],
            "json": filled["json_data"],
            "content" if isinstance(form, str) else "data": form,
        }
        try:
            answer = call(
                self.method,
                filled["url"],
                allow_private_urls=self.allow_private_urls,
                timeout=self.timeout,
                cookies=filled["cookies"],
                **{name: value for name, value in sent.items() if value is not None},
            )
        except httpx2.HTTPError as error:
            # The address itself is not told: secrets may stand in it.
            raise NotificationError(f"{self.name!r} could not be reached: {type(error).__name__}.") from error
        if not answer.is_success:
            raise NotificationError(f"{self.name!r} answered {answer.status_code}: {answer.text[:200]}")

    def _templates(self) -> dict[str, Any]:
        places = ("url", "params", "json_data", "form_data", "headers", "cookies")
        return {place: getattr(self, place) for place in places}


def _names_in(value: object) -> list[str]:
    if isinstance(value, str):
        return _PLACEHOLDER.findall(value)
    if isinstance(value, dict):
        return [
            name
            for pair in cast("dict[str, Any]", value).items()
            for part in pair
            for name in _names_in(part)
        ]
    if isinstance(value, list):
        return [name for item in cast("list[Any]", value) for name in _names_in(item)]
    return []


def _filled(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), value)
    if isinstance(value, dict):
        return {
            _filled(key, values): _filled(item, values) for key, item in cast("dict[str, Any]", value).items()
        }
    if isinstance(value, list):
        return [_filled(item, values) for item in cast("list[Any]", value)]
    return value
