"""What the place can show where the output goes: a terminal of some width and colours, or a pipe.

A pipe gets plain text: no escape sequences, nothing cut to a width. `NO_COLOR` makes a terminal plain, `FORCE_COLOR` a
pipe colourful. Answers for programs are one JSON document.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from prefect.cli.state_marks import mark_of
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_UNLIMITED = 1_000_000
_COLOUR_CODES = {
    "red": 31,
    "green": 32,
    "yellow": 33,
    "blue": 34,
    "cyan": 36,
    "bright_black": 90,
    "bright_red": 91,
}


@dataclass(frozen=True, slots=True)
class Screen:
    """A place to show text at. `width` is None where nothing needs to be cut."""

    width: int | None = None
    colours: bool = False
    unicode: bool = True

    @classmethod
    def of(cls, stream: TextIO) -> Screen:
        """Return what a stream can show."""
        terminal = stream.isatty()
        return cls(
            width=shutil.get_terminal_size().columns if terminal else None,
            colours=_wants_colours(terminal=terminal),
            unicode=(stream.encoding or "").lower().replace("-", "").startswith("utf"),
        )

    def paint(self, text: str, colour: str) -> str:
        """Return text in a colour, if there are colours."""
        return f"\x1b[{_COLOUR_CODES[colour]}m{text}\x1b[0m" if self.colours else text

    def state(self, state_type: str | None, name: str | None) -> Text:
        """Return a state as it looks everywhere: its sign and its name in its colour. `name` must be inert."""
        from rich.text import Text

        mark = mark_of(state_type)
        return Text(f"{self.sign(state_type)} {name or 'No state'}", style=mark.colour)

    def sign(self, state_type: str | None) -> str:
        """Return the sign of a type of state."""
        mark = mark_of(state_type)
        return mark.sign if self.unicode else mark.ascii_sign

    def render(self, *parts: RenderableType) -> str:
        """Return renderables as text for this screen."""
        from rich.console import Console  # takes its time to load; JSON and logs do without

        buffer = io.StringIO()
        console = Console(
            file=buffer,
            width=self.width or _UNLIMITED,
            force_terminal=self.colours,
            color_system="standard" if self.colours else None,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )
        for part in parts:
            console.print(part, soft_wrap=isinstance(part, str))
        return "\n".join(line.rstrip() for line in buffer.getvalue().split("\n"))

    def show(self, *parts: RenderableType) -> None:
        """Print renderables."""
        sys.stdout.write(self.render(*parts))


def _wants_colours(*, terminal: bool) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return terminal and os.environ.get("TERM") != "dumb" and get_current_settings().cli.colors


def stdout_screen() -> Screen:
    """Return what the standard output can show."""
    return Screen.of(sys.stdout)


def show_json(value: Any) -> None:
    """Print a value as a JSON document, in UTF-8 whatever the terminal is set to."""
    import orjson

    try:
        document = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    except TypeError:  # integers of more than 64 bits
        document = json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace")
    sys.stdout.flush()
    sys.stdout.buffer.write(document + b"\n")
