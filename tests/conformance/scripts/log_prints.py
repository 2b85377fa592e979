"""`log_prints` sends prints to the log of the run, inherited by tasks unless they say no."""

import logging

from prefect import flow, get_run_logger, task

lines: list[str] = []


class Collect(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        lines.append(f"{record.name} {record.levelname} {record.getMessage()}")


@task
def inherits() -> None:
    print("from the task", 1, sep=" / ")


@task(log_prints=False)
def refuses() -> None:
    print("printed to stdout")


@flow(log_prints=True)
def pipeline() -> None:
    print("from the flow")
    inherits()
    refuses()
    get_run_logger().warning("a warning")


@flow
def quiet() -> None:
    print("not logged")


if __name__ == "__main__":
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addHandler(Collect())
    pipeline()
    quiet()
    for line in lines:
        if "from the" in line or "warning" in line:
            print(line)
