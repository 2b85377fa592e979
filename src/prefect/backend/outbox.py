"""The outbox: what runs record on a server, handed over in batches behind the work.

Records leave in the order in which they came, in one request for each batch. Whoever waits for one waits until the
server has said that it has it. While the server does not answer they go to the spool, on disk, and to the server as
soon as it is there again.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import NamedTuple
from uuid import UUID

from prefect._fences import fence_header
from prefect._ids import uuid7
from prefect.backend.spool import Parcel, Spool
from prefect.logging.loggers import get_logger

LINGER = 0.03
"""How long, in seconds, records gather before they are sent, unless somebody waits for them."""

MOST_RECORDS = 250
"""How many records go in one request."""

MOST_BYTES = 1_000_000
"""How many bytes of records go in one request."""

HIGH_WATER = 20_000
"""How many records may gather before whoever records more is made to wait."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""How long, in seconds, to let a server alone that does not answer; the pause doubles."""


class Undeliverable(Exception):
    """The server does not answer now."""


class Letter(NamedTuple):
    """A record on its way.

    Attributes:
        path: The route that takes it.
        write: Makes its JSON, when it is sent.
        id: By which it can be withdrawn.
        done: What is done when the server has it, or the spool.
    """

    path: str
    write: Callable[[], bytes]
    id: UUID | None = None
    done: Future[None] | None = None


class Outbox:
    """Sends letters from a thread of its own.

    Args:
        send: Sends a parcel, and returns when the server has it; raises Undeliverable if it does not answer.
        spool: Where parcels wait until it does.
        server: What to call the server.
    """

    def __init__(self, send: Callable[[Parcel], None], spool: Spool, server: str) -> None:
        self._send = send
        self._spool = spool
        self._server = server
        self._letters: list[Letter] = []
        self._flushes: list[Future[None]] = []
        self._changed = threading.Condition()
        self._room = threading.Event()
        self._room.set()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._pause = SHORTEST_PAUSE
        self._due: float | None = None
        self._dropped = 0
        self._under_way: list[Parcel] = []

    @property
    def is_waiting(self) -> bool:
        """Whether the server did not answer when it was asked last."""
        return self._due is not None

    def add(self, letter: Letter) -> None:
        """Send a letter, soon."""
        with self._changed:
            self._letters.append(letter)
            if len(self._letters) == 1:
                self._start()
                self._changed.notify()
        if len(self._letters) >= HIGH_WATER:
            self._room.clear()
            self._room.wait(60)

    def withdraw(self, id: UUID) -> bool:
        """Take a letter back, if it was not sent yet. Return whether it was."""
        with self._changed:
            for index in range(len(self._letters) - 1, -1, -1):
                if self._letters[index].id == id:
                    del self._letters[index]
                    return True
        return False

    def flush(self) -> Future[None]:
        """Send what there is at once; the future is done when the server has it, or else the spool."""
        done: Future[None] = Future()
        with self._changed:
            if self._thread is None and not self._letters:
                done.set_result(None)
                return done
            self._flushes.append(done)
            self._start()
            self._changed.notify()
        return done

    def close(self, seconds: float | None = None) -> None:
        """Send what is left, or leave it on disk, and end the thread.

        Args:
            seconds: How long the server may take at most.
        """
        with self._changed:
            self._closing = True
            thread = self._thread
            self._changed.notify()
        if thread is not None:
            thread.join(seconds)
            if thread.is_alive():
                self._leave()
                return
        if self._spool:
            self._tell_of_spool()
        self._spool.close()

    def _leave(self) -> None:
        """Keep on disk what the thread holds: it waits for a server that takes requests and does not answer.

        Should that one have taken it after all, it knows the parcel by its key when it comes again.
        """
        with self._changed:
            letters, self._letters = self._letters, []
        spool = Spool(self._spool.folder)
        try:
            spool.append([*self._under_way, *_parcels(letters)])
        except OSError as error:
            _tell(f"Some of what runs recorded is lost: it cannot be kept in {spool.folder}: {error}")
        else:
            self._tell_of_spool()
        spool.close()

    def _tell_of_spool(self) -> None:
        _tell(
            f"Some of what runs recorded could not be handed to the server at {self._server}. It is kept in "
            f"{self._spool.folder} and is sent by the next process that talks to this server."
        )

    def abandon(self) -> None:
        """In a forked child, forget what belongs to the parent."""
        self._spool.abandon()
        self._letters, self._flushes = [], []
        self._changed = threading.Condition()
        self._room = threading.Event()
        self._room.set()
        self._thread, self._closing = None, False

    def _start(self) -> None:
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._work, name="prefect-outbox", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        self._spool.take_over()
        if self._spool:
            self._due = time.monotonic()
        while True:
            letters, flushes = self._take()
            self._under_way = list(_parcels(letters))
            self._deliver(self._under_way.copy(), urgent=bool(flushes) or self._closing)
            self._under_way = []
            for letter in letters:
                if letter.done is not None:
                    letter.done.set_result(None)
            for flush in flushes:
                flush.set_result(None)
            with self._changed:
                if self._closing and not self._letters and not self._flushes:
                    return

    def _take(self) -> tuple[list[Letter], list[Future[None]]]:
        """Wait until there is something to do, and return the letters that there are and who waits for them."""
        with self._changed:
            if not self._letters and not self._flushes and not self._closing:
                self._changed.wait(None if self._due is None else max(0.0, self._due - time.monotonic()))
            if self._letters and not self._flushes and not self._closing:
                self._changed.wait_for(lambda: self._flushes or self._closing, LINGER)
            letters, self._letters = self._letters, []
            flushes, self._flushes = self._flushes, []
        self._room.set()
        return letters, flushes

    def _deliver(self, parcels: Sequence[Parcel], *, urgent: bool) -> None:
        if self._spool:
            self._keep(parcels)
            self._under_way = []
            if urgent or (self._due is not None and time.monotonic() >= self._due):
                self._empty_spool()
            return
        for index, parcel in enumerate(parcels):
            try:
                self._send(parcel)
            except Exception as why:  # noqa: BLE001 - whatever it is, what was recorded must not be lost
                self._keep(parcels[index:])
                self._under_way = []
                self._go_on_waiting()
                get_logger("backend").debug(
                    "The server at %s does not answer (%s). What runs record is kept in %s until it does.",
                    self._server,
                    why,
                    self._spool.folder,
                )
                return
            del self._under_way[0]

    def _empty_spool(self) -> None:
        try:
            for parcel in self._spool.parcels():
                self._send(parcel)
        except Exception as why:  # noqa: BLE001 - as above
            self._go_on_waiting()
            get_logger("backend").debug("The server at %s still does not answer: %r", self._server, why)
        else:
            self._pause, self._due = SHORTEST_PAUSE, None
            get_logger("backend").debug("The server at %s has all that waited for it.", self._server)

    def _go_on_waiting(self) -> None:
        self._due = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _keep(self, parcels: Sequence[Parcel]) -> None:
        if not parcels:
            return
        try:
            self._spool.append(parcels)
        except OSError as error:
            records = sum(len(parcel.records) for parcel in parcels)
            _tell(
                f"{records} record(s) of runs are lost: the server at {self._server} does not answer, and they cannot "
                f"be kept in {self._spool.folder}: {error}"
            )
        if self._spool.dropped > self._dropped:
            self._dropped = self._spool.dropped
            _tell(
                f"{self._dropped} record(s) of runs are lost: the server at {self._server} does not answer, and "
                f"{self._spool.path} is full."
            )


def _parcels(letters: Sequence[Letter]) -> Iterator[Parcel]:
    """Return letters in parcels, each for one route, in their order."""
    records: dict[str, list[bytes]] = {}
    sizes: dict[str, int] = {}
    fences = fence_header()
    for letter in letters:
        try:
            record = letter.write()
        except Exception as error:  # noqa: BLE001 - one record that cannot be written must not stop the others
            _tell(f"A record of a run cannot be told to the server and is left out: {error!r}")
            continue
        gathered = records.setdefault(letter.path, [])
        if len(gathered) >= MOST_RECORDS or sizes.get(letter.path, 0) + len(record) > MOST_BYTES:
            if gathered:
                yield Parcel(letter.path, str(uuid7()), gathered, fences)
            gathered = records[letter.path] = []
            sizes[letter.path] = 0
        gathered.append(record)
        sizes[letter.path] = sizes.get(letter.path, 0) + len(record)
    for path, gathered in records.items():
        if gathered:
            yield Parcel(path, str(uuid7()), gathered, fences)


def _tell(message: str) -> None:
    """Say something that no log line may get lost with."""
    sys.stderr.write(f"{message}\n")
