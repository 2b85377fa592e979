"""A limit whose slots come back with time slows down whoever takes more than it has."""

import subprocess
import sys
import time

from prefect import flow
from prefect.concurrency.sync import rate_limit


@flow
def pipeline() -> None:
    began = time.monotonic()
    for _ in range(4):
        rate_limit("conformance-rate")
    print(time.monotonic() - began > 0.5)
    try:
        rate_limit("conformance-rate", occupy=3)
    except Exception as error:
        print(type(error).__name__)


if __name__ == "__main__":
    options = ["--limit", "2", "--slot-decay-per-second", "2.0"]
    command = [
        sys.executable,
        "-m",
        "prefect",
        "global-concurrency-limit",
        "create",
        "conformance-rate",
        *options,
    ]
    print(subprocess.run(command, check=False, capture_output=True).returncode)
    pipeline()
