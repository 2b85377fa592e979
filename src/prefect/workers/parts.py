"""What a worker is made of while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import anyio

    from prefect.client.orchestration import PrefectClient
    from prefect.runner.asking import Asker
    from prefect.runner.claims import Claims
    from prefect.runner.polling import Poller
    from prefect.schemas.work_pools import WorkPool

T = TypeVar("T")


class WorkerParts:
    """The parts of a worker, which are there while it is open."""

    _work_pool: WorkPool | None = None
    _client: PrefectClient | None = None
    _asker: Asker | None = None
    _claims: Claims | None = None
    _poller: Poller | None = None
    _limiter: anyio.CapacityLimiter | None = None

    @property
    def client(self) -> PrefectClient:
        """The client with which it asks.

        Raises:
            RuntimeError: It is not open.
        """
        return _open(self._client)

    @property
    def work_pool(self) -> WorkPool:
        """Its work pool, as it was when it looked last.

        Raises:
            RuntimeError: It is not open, or has not looked yet.
        """
        return _open(self._work_pool)

    @property
    def limiter(self) -> anyio.CapacityLimiter:
        """The places for runs that it has.

        Raises:
            RuntimeError: It is not open.
        """
        return _open(self._limiter)

    @property
    def asker(self) -> Asker:
        """What asks the store, with little patience.

        Raises:
            RuntimeError: It is not open.
        """
        return _open(self._asker)

    @property
    def claims(self) -> Claims:
        """Its claims on runs.

        Raises:
            RuntimeError: It is not open.
        """
        return _open(self._claims)

    @property
    def poller(self) -> Poller:
        """What looks for runs.

        Raises:
            RuntimeError: It is not open.
        """
        return _open(self._poller)


def _open(part: T | None) -> T:
    if part is None:
        raise RuntimeError("The worker is not open yet: use it in `async with`, or call `start`.")
    return part
