"""Whether a log line is one that a filter means: the same answer as the database would give."""

from __future__ import annotations

from collections.abc import Iterator

from prefect.schemas.log_filters import LogFilter
from prefect.schemas.logs import Log
from prefect.schemas.operators import Operator
from prefect.store.text_search import Words


def is_meant(wanted: LogFilter, log: Log) -> bool:
    """Whether a filter means a line; one that wants nothing means all."""
    answers = list(_answers(wanted, log))
    return all(answers) if wanted.operator is Operator.and_ or not answers else any(answers)


def _answers(wanted: LogFilter, log: Log) -> Iterator[bool]:
    if wanted.level is not None:
        least, most = wanted.level.ge_, wanted.level.le_
        yield (least is None or log.level >= least) and (most is None or log.level <= most)
    if wanted.timestamp is not None:
        after, before = wanted.timestamp.after_, wanted.timestamp.before_
        yield (after is None or log.timestamp >= after) and (before is None or log.timestamp <= before)
    if wanted.flow_run_id is not None and wanted.flow_run_id.any_ is not None:
        yield log.flow_run_id in wanted.flow_run_id.any_
    if wanted.task_run_id is not None:
        among, without = wanted.task_run_id.any_, wanted.task_run_id.is_null_
        yield (among is None or log.task_run_id in among) and (
            without is None or (log.task_run_id is None) is without
        )
    if wanted.text is not None:
        yield Words.of(wanted.text.query).are_in(f"{log.name} {log.message}")
