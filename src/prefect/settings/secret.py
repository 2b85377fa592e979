"""Text that is not shown: keys, passwords, and URLs that hold them."""

from __future__ import annotations

MASK = "**********"
"""What is shown instead of a secret."""


class SecretStr:
    """A text that printing, logging and formatting do not reveal.

    Example:
        >>> SecretStr("hunter2")
        SecretStr('**********')
        >>> SecretStr("hunter2").get_secret_value()
        'hunter2'
    """

    __slots__ = ("_text",)

    def __init__(self, secret_value: str) -> None:
        self._text = secret_value

    def get_secret_value(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        return f"SecretStr({str(self)!r})"

    def __str__(self) -> str:
        return MASK if self._text else ""

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretStr) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


def revealed(value: object) -> object:
    """Return the text of a secret, of this or another library's kind; anything else as it is."""
    reveal = getattr(value, "get_secret_value", None)
    return value if reveal is None else reveal()
