"""`temporary_settings` changes settings for a while, and puts them back."""

from pathlib import Path

from prefect import flow
from prefect.settings import (
    PREFECT_API_DATABASE_CONNECTION_URL,
    PREFECT_HOME,
    PREFECT_LOGGING_LEVEL,
    PREFECT_TASK_DEFAULT_RETRIES,
    get_current_settings,
    temporary_settings,
)
from prefect.tasks import task


@flow
def pipeline() -> int:
    return get_current_settings().tasks.default_retries


if __name__ == "__main__":
    print(
        PREFECT_LOGGING_LEVEL.value(),
        get_current_settings().logging.level,
        PREFECT_TASK_DEFAULT_RETRIES.value(),
    )
    with temporary_settings({PREFECT_LOGGING_LEVEL: "ERROR", PREFECT_TASK_DEFAULT_RETRIES: 2}):
        print(PREFECT_LOGGING_LEVEL.value(), get_current_settings().logging.level, pipeline())

        @task
        def retried() -> None: ...

        print(retried.retries)
        with temporary_settings(restore_defaults={PREFECT_TASK_DEFAULT_RETRIES}):
            print(PREFECT_TASK_DEFAULT_RETRIES.value(), PREFECT_LOGGING_LEVEL.value())
        with temporary_settings(set_defaults={PREFECT_LOGGING_LEVEL: "DEBUG"}):
            print(PREFECT_LOGGING_LEVEL.value())
    print(PREFECT_LOGGING_LEVEL.value(), bool(PREFECT_HOME), isinstance(PREFECT_HOME.value(), Path))
    try:
        with temporary_settings({PREFECT_TASK_DEFAULT_RETRIES: "many"}):
            print("accepted")
    except Exception as error:
        print("refused", isinstance(error, ValueError))
    print(type(PREFECT_API_DATABASE_CONNECTION_URL).__name__)
