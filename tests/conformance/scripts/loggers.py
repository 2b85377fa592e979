"""Run loggers need a run; their lines name it. `get_logger` works everywhere; `disable_run_logger` silences."""

import logging

from prefect import flow, get_run_logger, task
from prefect.exceptions import MissingContextError
from prefect.logging import disable_run_logger, get_logger

lines: list[str] = []


class Collect(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("mine"):
            names = sorted(name for name in vars(record) if name.startswith(("flow", "task")))
            lines.append(f"{record.name} {record.levelname} {record.getMessage()} {names}")


@task
def inner() -> None:
    get_run_logger().error("mine %s", "from a task")


@flow
def pipeline() -> None:
    get_run_logger().info("mine from a flow")
    get_run_logger().debug("mine, below the level")
    inner()
    with disable_run_logger():
        get_run_logger().critical("mine, silenced")


if __name__ == "__main__":
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addHandler(Collect())
    pipeline()
    try:
        get_run_logger()
    except MissingContextError as error:
        print(type(error).__name__)
    print(get_logger().name, get_logger("mine").name)
    with disable_run_logger():
        inner.fn()
    print("\n".join(lines))
