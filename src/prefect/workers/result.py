"""What became of the infrastructure of a run."""

from __future__ import annotations

from abc import ABC

from pydantic import BaseModel


class BaseWorkerResult(BaseModel, ABC):
    """What became of the infrastructure of a run. It is true if it ended well.

    Attributes:
        status_code: How it ended; 0 if it did what it should.
        identifier: What it can be found by.
    """

    status_code: int
    identifier: str

    def __bool__(self) -> bool:
        return self.status_code == 0
