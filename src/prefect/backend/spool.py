"""The spool: a file in which parcels for a server wait while it does not answer.

Each process has a file of its own, which it holds locked. The file of a process that has ended is found, and taken
over, by the next process that talks to the same server. What is in it is on disk before anybody relies on it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from prefect._ids import uuid7

LIMIT = 512_000_000
"""How many bytes a spool may have."""


class Parcel(NamedTuple):
    """Records that go to a server in one request.

    Attributes:
        path: The route that takes them.
        key: What tells the request from others, so that it does no more when it comes twice.
        records: The records, as JSON.
        fences: With which fences the process that made the records writes; see `prefect._fences`.
    """

    path: str
    key: str
    records: Sequence[bytes]
    fences: str = ""

    def packed(self) -> bytes:
        """Return the parcel as a line."""
        fields = {
            "path": self.path,
            "key": self.key,
            "records": [orjson.Fragment(each) for each in self.records],
            "fences": self.fences,
        }
        return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def unpacked(cls, line: bytes) -> Parcel | None:
        """Return the parcel of a line; None if the line is torn, as the last one of a crash may be."""
        try:
            fields: dict[str, Any] = orjson.loads(line)
        except orjson.JSONDecodeError:
            return None
        records = [orjson.dumps(each) for each in fields["records"]]
        return cls(fields["path"], fields["key"], records, fields.get("fences", ""))


class Spool:
    """The parcels that wait, of this process and of those that it took over. Used by one thread.

    Args:
        folder: Where the files are; it is made when it is needed.
        limit: How many bytes a file may have.
    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self._limit = limit
        self._file: FileIO | None = None
        self._path: Path | None = None
        self._taken: list[tuple[Path, FileIO]] = []
        self.dropped = 0

    def __bool__(self) -> bool:
        return bool(self._taken) or (self._file is not None and os.fstat(self._file.fileno()).st_size > 0)

    @property
    def path(self) -> Path | None:
        """The file of this process, once there is one."""
        return self._path

    def append(self, parcels: Sequence[Parcel]) -> None:
        """Write parcels down; when this returns they are on disk. What does not fit is dropped, and counted.

        Raises:
            OSError: They cannot be written.
        """
        file = self._open()
        room = self._limit - os.fstat(file.fileno()).st_size
        for parcel in parcels:
            line = parcel.packed()
            if len(line) > room:
                self.dropped += len(parcel.records)
                continue
            room -= len(line)
            file.write(line)
        os.fsync(file.fileno())

    def parcels(self) -> Iterator[Parcel]:
        """Return the parcels in the order in which they were written down, those of ended processes first.

        When all have been taken from the iterator the spool is empty; until then none is forgotten.
        """
        while self._taken:
            path, file = self._taken[0]
            yield from _read(path)
            file.close()
            path.unlink(missing_ok=True)
            del self._taken[0]
        if self._file is not None and self._path is not None:
            yield from _read(self._path)
            self._file.truncate(0)

    def take_over(self) -> None:
        """Take over the files of processes that have ended."""
        if not self.folder.is_dir():
            return
        held = {self._path, *(path for path, _ in self._taken)}
        for path in sorted(set(self.folder.glob("*.spool")) - held):
            file = _claimed(path)
            if file is not None:
                self._taken.append((path, file))

    def close(self) -> None:
        """Let go of the files; an empty one is removed."""
        while self._taken:
            self._taken.pop()[1].close()
        if self._file is None or self._path is None:
            return
        is_empty = os.fstat(self._file.fileno()).st_size == 0
        self._file.close()
        if is_empty:
            self._path.unlink(missing_ok=True)
        self._file = self._path = None

    def abandon(self) -> None:
        """In a forked child, let go of the parent's file without touching it."""
        if self._file is not None:
            self._file.close()
        for _, file in self._taken:
            file.close()
        self._file = self._path = None
        self._taken = []

    def _open(self) -> FileIO:
        if self._file is None:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path = self.folder / f"{uuid7()}.spool"
            self._path.touch(mode=0o600)
            file = FileIO(self._path, "ab+")
            lock(file)
            self._file = file
        return self._file


def _read(path: Path) -> Iterator[Parcel]:
    try:
        with path.open("rb") as lines:
            for line in lines:
                parcel = Parcel.unpacked(line)
                if parcel is not None:
                    yield parcel
    except FileNotFoundError:
        return  # somebody removed it


def _claimed(path: Path) -> FileIO | None:
    """Return the file, held, if no process holds it."""
    try:
        file = FileIO(path, "rb+")
    except OSError:
        return None  # it is gone, or another user's
    try:
        lock(file)
    except OSError:
        file.close()
        return None
    return file


if sys.platform == "win32":
    import msvcrt

    def lock(file: FileIO) -> None:
        """Hold a file until it is closed; raise OSError if another process holds it."""
        # Beyond the end, so that it is only a mark: on Windows nobody can read what is locked.
        file.seek(2 * LIMIT)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)

else:
    import fcntl

    def lock(file: FileIO) -> None:
        """Hold a file until it is closed; raise OSError if another process holds it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
