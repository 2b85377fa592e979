"""Help pages: two columns of plain text, the same on a terminal and in a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

_WIDEST_LABEL = 34


class HelpPages:
    """Renders the parts of a help page. Negative forms (`--no-reverse`) work but are not listed."""

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        """Render the line that shows how the command is called."""
        _show(console, f"Usage: {_plain(usage).removeprefix('Usage:').strip()}\n")

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:
        """Render what the command does."""
        if text := _plain(description):
            _show(console, f"{text}\n")

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Render a list of commands or of options."""
        if not panel.entries:
            return
        rows = [(_label(entry), _description(entry)) for entry in panel.entries]
        column = min(max(len(label) for label, _ in rows), _WIDEST_LABEL) + 4
        _show(console, f"{_plain(panel.title)}:")
        for label, description in rows:
            _show(console, "\n".join(_row(label, description, column, max(console.width, column + 30))))
        _show(console, "")


def _label(entry: HelpEntry) -> str:
    names = [*entry.positive_names, *entry.positive_shorts]
    if entry.positional_label:
        return entry.positional_label
    return ", ".join(names) + (f" {entry.metavar}" if entry.metavar else "")


def _description(entry: HelpEntry) -> str:
    parts = [_plain(entry.description)]
    if entry.choices:
        parts.append(f"({_alternatives(entry.choices)})")
    if entry.default is not None and _plain(entry.default) not in ("False", "None"):
        parts.append(f"[default: {_plain(entry.default)}]")
    return " ".join(part for part in parts if part)


def _alternatives(choices: Iterable[str]) -> str:
    return " | ".join(choices)


def _row(label: str, description: str, column: int, width: int) -> list[str]:
    wrapped = textwrap.wrap(description, width - column) or [""]
    if len(label) > column - 4:
        return [f"  {label}", *(" " * column + line for line in wrapped)]
    return [
        f"  {label:<{column - 2}}{wrapped[0]}".rstrip(),
        *(" " * column + line for line in wrapped[1:]),
    ]


def _plain(value: Any) -> str:
    return str(getattr(value, "plain", value) if value is not None else "").strip()


def _show(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
