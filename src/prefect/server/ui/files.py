"""The built files of the web interface, held in memory, each with what it is served with."""

from __future__ import annotations

import functools
import gzip
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
"""Where the build puts them (`python3 dev.py ui`). It is no part of the repository, and part of the package."""

_TYPES = {
    ".css": b"text/css; charset=utf-8",
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".json": b"application/json",
    ".svg": b"image/svg+xml",
    ".txt": b"text/plain; charset=utf-8",
    ".woff2": b"font/woff2",
}

_PACKED = frozenset({".woff2"})
"""The kinds of files that compression only makes larger."""


@dataclass(frozen=True)
class File:
    """One file.

    Attributes:
        body: Its bytes.
        content_type: What kind it is.
        compresses: Whether it is worth compressing.
        is_named_by_content: Its name changes with its content, so it may be kept for ever.
    """

    body: bytes
    content_type: bytes
    compresses: bool
    is_named_by_content: bool

    @functools.cached_property
    def gzipped(self) -> bytes:
        """Its bytes, compressed once and as well as can be."""
        return gzip.compress(self.body, compresslevel=9, mtime=0)


def read_files(folder: Path = FOLDER) -> dict[str, File]:
    """Return the files of a folder by their path in it; none if there is no `index.html`.

    Args:
        folder: The folder.
    """
    if not (folder / "index.html").is_file():
        return {}
    files: dict[str, File] = {}
    for path in sorted(folder.rglob("*")):
        kind = path.suffix
        if path.is_file() and kind in _TYPES:
            name = path.relative_to(folder).as_posix()
            files[name] = File(
                path.read_bytes(), _TYPES[kind], kind not in _PACKED, name.startswith("assets/")
            )
    return files
