"""What users made (names, messages, logs) is shown as it is and does nothing to the terminal that shows it."""

from __future__ import annotations

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
_INVISIBLE = [0x061C, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
"""Marks that change the direction of what follows, or break lines without being seen to."""

_SHORT = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}
_ONE_LINE = {
    code: _SHORT.get(code) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
    for code in (*_CONTROLS, *_INVISIBLE)
}
_SEVERAL_LINES = {**_ONE_LINE, 0x09: "    ", 0x0A: "\n"}


def inert(text: str, *, lines: bool = False) -> str:
    r"""Return text in which control characters are spelled out; with `lines`, line ends stay what they are.

    Example:
        >>> inert("\x1b[31mred\x07")
        '\\x1b[31mred\\x07'
    """
    if lines:
        return text.replace("\r\n", "\n").translate(_SEVERAL_LINES)
    return text.translate(_ONE_LINE)
