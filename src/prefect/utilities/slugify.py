"""Names as they may stand in labels, paths and host names."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["slugify"]

_NOT_ALLOWED = r"[^-a-z0-9]+"
_NOT_ALLOWED_IN_UNICODE = r"[^-\w]+"


def slugify(
    text: str,
    *,
    max_length: int = 0,
    separator: str = "-",
    regex_pattern: str | re.Pattern[str] | None = None,
    lowercase: bool = True,
    allow_unicode: bool = False,
) -> str:
    """Return a text with a separator in the place of everything that is not allowed in a name.

    Args:
        text: The text.
        max_length: How many characters at most; 0 for any number.
        separator: What stands in the place of what is not allowed.
        regex_pattern: What is not allowed; by default all but letters, digits and dashes.
        lowercase: Make capitals small.
        allow_unicode: Keep letters that are not ASCII; otherwise only what they are like is kept.

    Example:
        >>> slugify("Müller's Worker, No. 1")
        'mullers-worker-no-1'
    """
    plain = unicodedata.normalize("NFKC" if allow_unicode else "NFKD", text)
    if not allow_unicode:
        plain = plain.encode("ascii", "ignore").decode()
    plain = plain.replace("'", "")
    pattern = regex_pattern or (_NOT_ALLOWED_IN_UNICODE if allow_unicode else _NOT_ALLOWED)
    if lowercase:
        plain = plain.lower()
    elif regex_pattern is None:
        pattern = re.compile(str(pattern), re.IGNORECASE)
    marked = re.sub(r"-{2,}", "-", re.sub(pattern, "-", plain)).strip("-")
    if max_length > 0:
        marked = marked[:max_length].strip("-")
    return marked.replace("-", separator)
