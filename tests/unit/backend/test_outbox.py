"""The outbox: records leave in their order, and none is lost while the server is away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from prefect._ids import uuid7
from prefect.backend import outbox as outboxes
from prefect.backend.outbox import Letter, Outbox, Undeliverable
from prefect.backend.spool import Parcel, Spool


class Post:
    """A server that may be away, and what it was told."""

    def __init__(self) -> None:
        self.away = False
        self.parcels: list[Parcel] = []
        self.tries = 0

    def __call__(self, parcel: Parcel) -> None:
        self.tries += 1
        if self.away:
            raise Undeliverable("down")
        self.parcels.append(parcel)

    @property
    def records(self) -> list[bytes]:
        """All records that have arrived, in their order."""
        return [record for parcel in self.parcels for record in parcel.records]


@pytest.fixture
def post() -> Post:
    """A server that answers."""
    return Post()


@pytest.fixture
def make(post: Post, tmp_path: Path) -> Callable[[], Outbox]:
    """Makes outboxes that keep what the server does not take in one folder."""
    return lambda: Outbox(post, Spool(tmp_path / "outbox"), "http://server")


def event(number: int) -> Letter:
    """A record with a number."""
    return Letter("/events", lambda: f"{number}".encode())


def test_records_leave_together_and_in_order(post: Post, make: Callable[[], Outbox]) -> None:
    """Many records are few requests, and arrive in the order in which they were recorded."""
    outbox = make()
    for number in range(1000):
        outbox.add(event(number))
    outbox.flush().result(10)
    assert post.records == [f"{number}".encode() for number in range(1000)]
    assert len(post.parcels) < 20
    assert len({parcel.key for parcel in post.parcels}) == len(post.parcels)
    outbox.close()


def test_records_leave_by_themselves(post: Post, make: Callable[[], Outbox]) -> None:
    """Nobody has to ask for what was recorded to be sent."""
    outbox, arrived = make(), threading.Event()
    outbox._send = lambda parcel: arrived.set()  # pyright: ignore[reportPrivateUsage] - to know when
    outbox.add(event(1))
    assert arrived.wait(5)
    outbox.close()


def test_each_kind_has_its_route(post: Post, make: Callable[[], Outbox]) -> None:
    """Events and log lines go where they belong."""
    outbox = make()
    outbox.add(event(1))
    outbox.add(Letter("/logs/", lambda: b"line"))
    outbox.flush().result(10)
    assert {parcel.path: parcel.records for parcel in post.parcels} == {
        "/events": [b"1"],
        "/logs/": [b"line"],
    }
    outbox.close()


def test_large_records_are_spread_over_requests(
    post: Post, make: Callable[[], Outbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No request is larger than a server takes."""
    monkeypatch.setattr(outboxes, "MOST_BYTES", 100)
    outbox = make()
    for _ in range(5):
        outbox.add(Letter("/logs/", lambda: b"x" * 60))
    outbox.flush().result(10)
    assert [len(parcel.records) for parcel in post.parcels] == [1] * 5
    outbox.close()


def test_a_letter_can_be_withdrawn(post: Post, make: Callable[[], Outbox]) -> None:
    """A record that somebody else will tell is taken back, if it has not left yet."""
    outbox, mark = make(), uuid7()
    with outbox._changed:  # pyright: ignore[reportPrivateUsage] - so that nothing leaves meanwhile
        outbox.add(Letter("/events", lambda: b"no", mark))
        assert outbox.withdraw(mark)
    assert not outbox.withdraw(mark)
    outbox.flush().result(10)
    assert post.records == []
    outbox.close()


def test_what_a_server_does_not_take_waits_on_disk(
    post: Post, make: Callable[[], Outbox], tmp_path: Path
) -> None:
    """While the server is away records are on disk, and when it is back they arrive, in their order, once."""
    outbox = make()
    outbox.add(event(1))
    outbox.flush().result(10)
    post.away = True
    for number in (2, 3):
        outbox.add(event(number))
        outbox.flush().result(10)
    assert [path.stat().st_size > 0 for path in (tmp_path / "outbox").iterdir()] == [True]
    post.away = False
    outbox.add(event(4))
    outbox.flush().result(10)
    assert post.records == [b"1", b"2", b"3", b"4"]
    outbox.close()
    assert list((tmp_path / "outbox").iterdir()) == []


def test_a_server_is_asked_again_by_itself(post: Post, make: Callable[[], Outbox]) -> None:
    """Nothing new has to be recorded for the old to arrive when the server is back."""
    outbox, arrived = make(), threading.Event()
    post.away = True
    outbox.add(event(1))
    outbox.flush().result(10)
    outbox._send = lambda parcel: arrived.set()  # pyright: ignore[reportPrivateUsage] - to know when
    assert arrived.wait(10)
    outbox.close()


def test_the_next_process_delivers_what_was_left(
    post: Post, make: Callable[[], Outbox], capfd: pytest.CaptureFixture[str]
) -> None:
    """A process that ends while the server is away says so; the next one delivers what it left."""
    post.away = True
    first = make()
    first.add(event(1))
    first.close()
    assert "could not be handed to the server at http://server" in capfd.readouterr().err
    post.away = False
    second = make()
    second.add(event(2))
    second.flush().result(10)
    assert post.records == [b"1", b"2"]
    second.close()


def test_who_waits_for_a_record_is_told(post: Post, make: Callable[[], Outbox]) -> None:
    """The future of a record is done when the server has it."""
    from concurrent.futures import Future

    outbox = make()
    done: Future[None] = Future()
    outbox.add(Letter("/events", lambda: b"1", done=done))
    done.result(10)
    assert post.records == [b"1"]
    outbox.close()


def test_closing_delivers_what_is_left(post: Post, make: Callable[[], Outbox]) -> None:
    """The end of a process delivers what was recorded just before."""
    outbox = make()
    outbox.add(event(1))
    outbox.close()
    assert post.records == [b"1"]


def test_a_disk_that_cannot_be_written_is_told(
    post: Post, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """When neither the server nor the disk takes a record, the loss is said where it is seen."""
    (tmp_path / "outbox").write_text("a file in the way")
    outbox = Outbox(post, Spool(tmp_path / "outbox"), "http://server")
    post.away = True
    outbox.add(event(1))
    outbox.flush().result(10)
    outbox.close()
    assert "1 record(s) of runs are lost" in capfd.readouterr().err


def test_what_a_silent_server_does_not_acknowledge_is_kept(post: Post, make: Callable[[], Outbox]) -> None:
    """A process that ends while a server says nothing leaves on disk what it was about to send, and what came after."""
    asked, answers = threading.Event(), threading.Event()
    outbox = make()

    def send(parcel: Parcel) -> None:
        asked.set()
        answers.wait(30)

    outbox._send = send  # pyright: ignore[reportPrivateUsage] - a server that takes its time
    outbox.add(event(1))
    assert asked.wait(5)
    outbox.add(event(2))
    outbox.close(0.1)
    answers.set()
    next_one = make()
    next_one.add(event(3))
    next_one.flush().result(10)
    next_one.close()
    assert post.records == [b"1", b"2", b"3"]
