"""What waits in the queues of a work pool, and why."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from prefect.schemas._base import Record
from prefect.schemas.explanations import Explanation


class QueueWait(Record):
    """The runs of a work queue that are in progress, and those that are due and have not begun.

    Attributes:
        work_queue_id: The queue.
        in_progress: How many take a slot.
        waiting: How many are due and have not begun.
        late: How many of these count as late.
        oldest_due: When the first of them was to start; None if nothing waits.
        explanation: Why that one waits.
    """

    work_queue_id: UUID
    in_progress: int = 0
    waiting: int = 0
    late: int = 0
    oldest_due: datetime | None = None
    explanation: Explanation | None = None
