"""Writing the file of profiles: TOML, whole or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_profiles(path: Path, profiles: Mapping[str, Mapping[str, str]], active: str | None) -> None:
    """Write profiles to a file, so that a reader finds the former ones or all of these."""
    lines = [] if active is None else [f"active = {_quoted(active)}"]
    for name, variables in profiles.items():
        lines += ["", f"[profiles.{_key(name)}]"]
        lines += [f"{_key(variable)} = {_quoted(value)}" for variable, value in variables.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    # Profiles hold keys: only their owner may read them.
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines).lstrip("\n") + "\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    # A basic string of TOML is a JSON string, except that it must escape DEL too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
