"""The results that a store keeps in memory: the latest, as far as they are small."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from prefect.schemas.results import ResultRecord

MOST_RECORDS = 1000
MOST_BYTES = 32 * 2**20


class RecordCache:
    """Result records by key, the least recently used forgotten first.

    It is bounded by what the results weigh when they are written, too: ten thousand results of a megabyte each must not
    stay in memory because somebody may ask for them.
    """

    def __init__(self, maxsize: int = MOST_RECORDS, max_bytes: int = MOST_BYTES) -> None:
        self.maxsize, self.max_bytes = maxsize, max_bytes
        self._records: OrderedDict[str, tuple[ResultRecord[Any], int]] = OrderedDict()
        self._bytes = 0
        self._mutex = threading.Lock()

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, key: str) -> bool:
        return key in self._records

    def __reduce__(self) -> tuple[type[RecordCache], tuple[int, int]]:
        # What is in memory here is of no use to another process.
        return RecordCache, (self.maxsize, self.max_bytes)

    def get(self, key: str) -> ResultRecord[Any] | None:
        """Return the record of a key, or None."""
        with self._mutex:
            found = self._records.get(key)
            if found is None:
                return None
            self._records.move_to_end(key)
            return found[0]

    def put(self, key: str, record: ResultRecord[Any], size: int) -> None:
        """Keep a record that weighs `size` bytes; a record that is too heavy is not kept."""
        with self._mutex:
            self._forget(key)
            if size > self.max_bytes or self.maxsize < 1:
                return
            self._records[key] = (record, size)
            self._bytes += size
            while len(self._records) > self.maxsize or self._bytes > self.max_bytes:
                self._forget(next(iter(self._records)))

    def forget(self, key: str) -> None:
        """Keep no record of this key."""
        with self._mutex:
            self._forget(key)

    def _forget(self, key: str) -> None:
        found = self._records.pop(key, None)
        if found is not None:
            self._bytes -= found[1]


def default_cache() -> RecordCache:
    """Return an empty cache of the usual size."""
    return RecordCache()
