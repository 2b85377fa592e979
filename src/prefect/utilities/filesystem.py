"""Which files of a folder are meant, by patterns as in `.gitignore`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath


def filter_files(
    root: str = ".",
    ignore_patterns: Iterable[str] | None = None,
    include_dirs: bool = True,
    *,
    as_posix: bool = False,
) -> set[str]:
    """Return the paths below a folder, relative to it, that no pattern leaves out.

    Args:
        root: The folder.
        ignore_patterns: Patterns as in `.gitignore`, in their order: a later one can take back an earlier one with `!`.
        include_dirs: Return folders too.
        as_posix: Write paths with slashes, on every system.

    Example:
        >>> filter_files("project", ["*.log", "!keep.log"])
        {'main.py', 'keep.log'}
    """
    rules = [rule for pattern in ignore_patterns or () if (rule := _rule(pattern)) is not None]
    base = Path(root)
    found: set[str] = set()
    for path in base.rglob("*"):
        folder = path.is_dir()
        name = path.relative_to(base)
        if (include_dirs or not folder) and not _ignored(name.as_posix(), rules, folder=folder):
            found.add(name.as_posix() if as_posix else str(name))
    return found


def ignore_patterns_in(path: str | Path) -> list[str]:
    """Return the patterns that a file such as `.prefectignore` holds, one a line."""
    return Path(path).read_text(encoding="utf-8").splitlines()


_IGNORED_BY_DEFAULT = """\
# What is not sent along with the code of a deployment, by patterns as in .gitignore.

# Python
__pycache__/
*.py[cod]
*.egg-info/
.venv/
venv/
.tox/
.mypy_cache/
.pytest_cache/
.ruff_cache/
.ipynb_checkpoints/

# Version control and editors
.git/
.idea/
.vscode/
.DS_Store

# Secrets
.env
"""


def create_default_ignore_file(path: str) -> bool:
    """Write a `.prefectignore` with the usual patterns into a folder, unless there is one; return whether it was."""
    place = Path(path) / ".prefectignore"
    if place.exists():
        return False
    place.write_text(_IGNORED_BY_DEFAULT, encoding="utf-8")
    return True


_Rule = tuple[re.Pattern[str], bool, bool]
"""What matches, whether only folders do, and whether the rule takes earlier ones back."""


def _ignored(path: str, rules: Iterable[_Rule], *, folder: bool) -> bool:
    """Whether the last rule that matches a path, or a folder that it lies in, leaves it out."""
    parts = path.split("/")
    places = [("/".join(parts[:end]), end < len(parts) or folder) for end in range(1, len(parts) + 1)]
    ignored = False
    for pattern, only_folders, takes_back in rules:
        if any(pattern.fullmatch(place) for place, is_folder in places if is_folder or not only_folders):
            ignored = not takes_back
    return ignored


def _rule(pattern: str) -> _Rule | None:
    text = pattern.rstrip() if not pattern.endswith("\\ ") else pattern
    if not text or text.startswith("#"):
        return None
    takes_back = text.startswith("!")
    text = text.removeprefix("!")
    only_folders = text.endswith("/")
    text = text.rstrip("/")
    anywhere = "/" not in text
    return re.compile(("(?:.*/)?" if anywhere else "") + _regex(text.lstrip("/"))), only_folders, takes_back


def _regex(text: str) -> str:
    pieces: list[str] = []
    position = 0
    while position < len(text):
        for glob, meaning in (
            ("**/", "(?:.*/)?"),
            ("/**", "/.*"),
            ("**", ".*"),
            ("*", "[^/]*"),
            ("?", "[^/]"),
        ):
            # `a/**/b` means `a/b` too; `/**` means everything below only where it ends a pattern.
            if text.startswith(glob, position) and (glob != "/**" or position + 3 == len(text)):
                pieces.append(meaning)
                position += len(glob)
                break
        else:
            length, piece = _character(text, position)
            pieces.append(piece)
            position += length
    return "".join(pieces)


def _character(text: str, position: int) -> tuple[int, str]:
    """Return how long the next character or set of characters is, and its regular expression."""
    if text[position] == "\\" and position + 1 < len(text):
        return 2, re.escape(text[position + 1])
    end = text.find("]", position + 2) if text[position] == "[" else -1
    if end > 0:
        inside = text[position + 1 : end].replace("\\", "\\\\")
        return end - position + 1, f"[{'^' + inside[1:] if inside[0] in '!^' else inside}]"
    return 1, re.escape(text[position])


def relative_path_to_current_platform(path_str: str) -> Path:
    """Return a relative path, written as on any system, as a path of this one."""
    return Path(PureWindowsPath(path_str).as_posix())
