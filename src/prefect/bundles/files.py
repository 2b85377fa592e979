"""The files that a bundle brings besides its code: chosen by patterns, packed in an archive, unpacked where it runs.

Patterns are read as those of `.gitignore` are: "data/*.csv", "config/", "!secrets.txt". What `.prefectignore` names is
left out, and so are caches and version control.
"""

from __future__ import annotations

import fnmatch
import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from prefect.exceptions import InfrastructureError
from prefect.logging.loggers import get_logger

NEVER = (
    "__pycache__/",
    "*.pyc",
    "*.pyo",
    "*.egg-info/",
    ".git/",
    ".hg/",
    ".svn/",
    "node_modules/",
    ".venv/",
    "venv/",
    ".idea/",
    ".vscode/",
    ".DS_Store",
    "Thumbs.db",
)
"""What a pattern that names a folder, or many files, does not mean."""

SENSITIVE = (".env*", "*.pem", "*.key", "credentials.*", "*_rsa", "*.p12", "secrets.*")
"""Names of files that often hold secrets: a warning is logged when one is packed."""


@dataclass(frozen=True)
class PackedFiles:
    """An archive of files: where it lies, and the key under which it is kept, made of its content."""

    path: Path
    key: str


def pack_files(patterns: Sequence[str] | None, folder: Path) -> PackedFiles | None:
    """Pack the files that patterns mean; None if there are none.

    Args:
        patterns: Which files; those that begin with ! are left out again.
        folder: Where they are. Nothing outside of it is packed.

    Raises:
        InfrastructureError: A pattern leads out of the folder, or means no file.
    """
    if not patterns:
        return None
    files = chosen_files(patterns, folder)
    if not files:
        return None
    path = Path(tempfile.mkdtemp(prefix="prefect-files-")) / "files.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            name = file.relative_to(folder).as_posix()
            # A fixed date: the same content is the same archive, and is kept once.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (file.stat().st_mode & 0xFFFF) << 16
            archive.writestr(entry, file.read_bytes())
            if _matches(name, SENSITIVE):
                get_logger("bundles").warning("%s is packed for another machine; it may hold secrets.", name)
    with path.open("rb") as packed:
        digest = hashlib.file_digest(packed, "sha256").hexdigest()
    return PackedFiles(path, f"files/{digest}.zip")


def chosen_files(patterns: Iterable[str], folder: Path) -> list[Path]:
    """Return the files in a folder that patterns mean, sorted.

    Raises:
        InfrastructureError: A pattern leads out of the folder, or means no file.
    """
    folder = folder.resolve()
    ignored = [*NEVER, *_ignore_file(folder)]
    chosen: set[Path] = set()
    for pattern in patterns:
        if pattern.startswith("!"):
            chosen = {file for file in chosen if not _matches(_name(file, folder), [pattern[1:]])}
            continue
        if pattern.startswith(("/", "~")) or ".." in PurePosixPath(pattern).parts:
            raise InfrastructureError(
                f"The pattern {pattern!r} leads out of {folder}: name files inside of it."
            )
        named = folder / pattern
        if named.is_file():
            found = [named]  # named itself: wanted whatever else is said
        else:
            inside = f"{pattern.rstrip('/')}/**/*" if named.is_dir() else pattern
            found = [
                file
                for file in folder.glob(inside)
                if file.is_file() and not _matches(_name(file, folder), ignored)
            ]
        if not found:
            raise InfrastructureError(f"The pattern {pattern!r} means no file in {folder}.")
        chosen.update(file for file in found if file.resolve().is_relative_to(folder))
    return sorted(chosen)


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def _ignore_file(folder: Path) -> list[str]:
    path = folder / ".prefectignore"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether patterns of an ignore file mean a file, or a folder that it is in."""
    path = PurePosixPath(name)
    for pattern in patterns:
        wanted = pattern.strip("/")
        parts = path.parts[:-1] if pattern.endswith("/") else path.parts
        if "/" in wanted and fnmatch.fnmatch(name, wanted):
            return True
        if "/" not in wanted and any(fnmatch.fnmatch(part, wanted) for part in parts):
            return True
    return False
