"""What the tests of bells may reach: PostgreSQL over a socket of this machine."""

from __future__ import annotations

from tests.unit.store.conftest import no_network

__all__ = ["no_network"]
