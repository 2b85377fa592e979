"""A limit on a tag lets so many task runs with that tag run at once."""

import subprocess
import sys
import threading
import time

from prefect import flow, task

inside = 0
most = 0
lock = threading.Lock()


@task(tags=["conformance-tag"])
def guarded(number: int) -> int:
    global inside, most
    with lock:
        inside += 1
        most = max(most, inside)
    time.sleep(0.05)
    with lock:
        inside -= 1
    return number


@flow
def pipeline() -> None:
    print(sorted(guarded.map(range(3)).result()), most)


if __name__ == "__main__":
    command = [sys.executable, "-m", "prefect", "concurrency-limit", "create", "conformance-tag", "1"]
    print(subprocess.run(command, check=False, capture_output=True).returncode)
    pipeline()
