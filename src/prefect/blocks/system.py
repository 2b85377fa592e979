"""Secret: a value that is shown nowhere, saved under a name."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar, cast

from pydantic import Field, JsonValue, SecretStr, StrictStr
from pydantic import Secret as PydanticSecret

from prefect.blocks.core import Block

__all__ = ["Secret", "StrictStr"]

T = TypeVar("T", StrictStr, JsonValue)


class Secret(Block, Generic[T]):
    """A value that is shown nowhere: neither in logs, nor on the command line, nor in the database.

    Example:
        ```python
        from prefect.blocks.system import Secret

        Secret(value="sk-1234567890").save("api-token")
        Secret.load("api-token").get()
        ```
    """

    _logo_url: ClassVar[str | None] = None

    value: SecretStr | PydanticSecret[T] = Field(
        description="What is to be kept secret: a text, or anything that JSON has a form for.",
        examples=["sk-1234567890", {"username": "ann", "password": "sk-1234567890"}],
        json_schema_extra={"writeOnly": True, "format": "password"},
    )

    def get(self) -> Any:
        """Return the value."""
        return cast("Any", self.value).get_secret_value()
