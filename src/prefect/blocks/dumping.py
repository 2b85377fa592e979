"""The values of a block as plain data: secrets masked, or shown where they are to be saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, SecretBytes
from pydantic_core import to_jsonable_python

from prefect._visiting import find
from prefect.blocks.json_schema import SECRETS

INCLUDE_SECRETS = "include_secrets"
"""The key in the context of `model_dump` that asks for secrets."""


@dataclass(frozen=True)
class Dumping:
    """How the values of one block are dumped.

    Args:
        json: Only what JSON has a form for.
        show_secrets: Put the secrets themselves in the place of their masks.
        block_class: The base of all blocks.
        dump_block: Dumps a block inside another.
    """

    json: bool
    show_secrets: bool
    block_class: type[BaseModel]
    dump_block: Callable[[Any], Any]

    def concerns(self, value: object) -> bool:
        """Whether there is a secret or a block in a value; others are left to pydantic."""
        return next(find(value, (*SECRETS, self.block_class)), None) is not None

    def of(self, value: Any) -> Any:
        """Return a value as plain data."""
        if isinstance(value, SECRETS):
            return self._secret(cast("Any", value))
        if isinstance(value, self.block_class):
            return self.dump_block(value)
        if isinstance(value, BaseModel):
            return {
                field.serialization_alias or field.alias or name: self.of(getattr(value, name))
                for name, field in type(value).model_fields.items()
            }
        if isinstance(value, Mapping):
            return {key: self.of(item) for key, item in cast("Mapping[Any, Any]", value).items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.of(item) for item in cast("list[Any]", value)]
        return to_jsonable_python(value) if self.json else value

    def _secret(self, secret: Any) -> Any:
        if self.show_secrets:
            value = secret.get_secret_value()
            if isinstance(secret, SecretBytes) and self.json:
                return value.decode()
            return self.of(value)
        return _stars(secret) if self.json else secret


def _stars(secret: Any) -> str:
    return str(secret.decode() if isinstance(secret, bytes) else _text(secret))


def _text(secret: Any) -> str:
    text = str(secret)
    return text[2:-1] if isinstance(secret, SecretBytes) else text
