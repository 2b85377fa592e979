"""The spool: what waits for a server is on disk, whole, and is taken over from processes that have ended."""

from __future__ import annotations

import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from prefect.backend.spool import LIMIT, Parcel, Spool

Make = Callable[..., Spool]
FIRST = Parcel("/events", "k1", [b'{"id":1}', b'{"id":2}'])
SECOND = Parcel("/logs/", "k2", [b'{"message":"x"}'])


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes spools in one folder, and closes them."""
    made: list[Spool] = []

    def make(limit: int = LIMIT) -> Spool:
        made.append(Spool(tmp_path / "outbox", limit))
        return made[-1]

    yield make
    for spool in made:
        spool.close()


def test_parcels_come_back_in_their_order(make: Make) -> None:
    """What was written down is read as it was, and once it was read to the end it is gone."""
    spool = make()
    assert not spool
    spool.append([FIRST])
    spool.append([SECOND])
    assert spool
    assert list(spool.parcels()) == [FIRST, SECOND]
    assert not spool


def test_what_was_not_read_to_the_end_stays(make: Make) -> None:
    """A server that goes away again while it is told gets everything later."""
    spool = make()
    spool.append([FIRST, SECOND])
    next(spool.parcels())
    assert list(spool.parcels()) == [FIRST, SECOND]


def test_an_empty_file_is_removed(make: Make, tmp_path: Path) -> None:
    """A spool that was emptied leaves nothing behind."""
    spool = make()
    spool.append([FIRST])
    list(spool.parcels())
    spool.close()
    assert list((tmp_path / "outbox").iterdir()) == []


def test_a_full_spool_drops_and_counts(make: Make) -> None:
    """A spool has a bound; what is beyond it is counted, and what is in it is whole."""
    spool = make(limit=150)
    spool.append([FIRST, FIRST, FIRST, FIRST])
    assert spool.dropped == 4
    assert list(spool.parcels()) == [FIRST, FIRST]


@pytest.mark.needs("posix")
def test_only_its_owner_may_read_it(make: Make) -> None:
    """What runs record is not shown to other users of the machine."""
    spool = make()
    spool.append([FIRST])
    assert spool.path is not None
    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600


def test_a_torn_line_is_left_out(make: Make, tmp_path: Path) -> None:
    """A line that a dying process wrote half is no parcel, and does not hide the others."""
    folder = tmp_path / "outbox"
    folder.mkdir()
    (folder / "old.spool").write_bytes(FIRST.packed() + SECOND.packed()[:20])
    spool = make()
    spool.take_over()
    assert list(spool.parcels()) == [FIRST]


def test_a_dead_process_leaves_its_spool_to_the_next(make: Make, tmp_path: Path) -> None:
    """What a process that was killed had not delivered is delivered by the next one, before its own."""
    program = """
        import os, sys
        from pathlib import Path
        from prefect.backend.spool import Parcel, Spool

        Spool(Path(sys.argv[1])).append([Parcel("/events", "k1", [b'{"id":1}', b'{"id":2}'])])
        os._exit(9)
    """
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "outbox")], check=False, timeout=60
    )
    spool = make()
    spool.append([SECOND])
    spool.take_over()
    assert list(spool.parcels()) == [FIRST, SECOND]
    spool.close()
    assert list((tmp_path / "outbox").iterdir()) == []


def test_a_living_process_keeps_its_spool(make: Make) -> None:
    """The file of a process that is still there is not touched."""
    alive, other = make(), make()
    alive.append([FIRST])
    other.take_over()
    assert not other
    assert list(alive.parcels()) == [FIRST]


def test_a_folder_that_is_not_there_is_not_made(make: Make, tmp_path: Path) -> None:
    """Looking for what was left makes nothing."""
    spool = make()
    spool.take_over()
    assert list(tmp_path.iterdir()) == []
