"""Help pages: two columns of plain text, the same on a terminal and in a pipe."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

_WIDEST_LABEL = 34


class HelpPages:
    """Renders the parts of a help page. Negative forms (`--no-reverse`) work but are not listed."""

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        """Render the line that shows how the command is called."""
        _show(console, f"Usage: {_plain(usage).removeprefix('Usage:').strip()}")

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:
        """Render what the command does."""
        if text := _plain(description):
            _show(console, f"\n{text}")

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Render a list of commands or of options."""
        if not panel.entries:
            return
        entries = sorted(panel.entries, key=lambda entry: not entry.positional_label)
        rows = [(_label(entry), _description(entry)) for entry in entries]
        column = min(max(len(label) for label, _ in rows), _WIDEST_LABEL) + 4
        _show(console, f"\n{_plain(panel.title)}:")
        for label, description in rows:
            _show(console, "\n".join(_row(label, description, column, max(console.width, column + 30))))


def _label(entry: HelpEntry) -> str:
    if entry.positional_label:
        return entry.positional_label
    value = "|".join(entry.choices) if entry.choices else entry.metavar
    names = ", ".join([*entry.positive_names, *entry.positive_shorts])
    return f"{names} {value}" if value else names


def _description(entry: HelpEntry) -> str:
    text = _plain(entry.description)
    if entry.positional_label and entry.choices:
        text += f" One of {', '.join(entry.choices)}."
    default = _plain(entry.default)
    return f"{text} [default: {default}]" if default not in ("", "False", "None") else text


def _row(label: str, description: str, column: int, width: int) -> list[str]:
    first, *more = textwrap.wrap(description, width - column) or [""]
    rest = [" " * column + line for line in more]
    if len(label) > column - 4:
        return [f"  {label}", " " * column + first, *rest]
    return [f"  {label:<{column - 2}}{first}".rstrip(), *rest]


def _plain(value: Any) -> str:
    """Return the text of what the parser's library hands over: text with or without styles, or nothing."""
    value = getattr(value, "primary_renderable", value)
    value = getattr(value, "plain", value)
    return value.strip() if isinstance(value, str) else ""


def _show(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
