"""Background tasks: delayed here, run by a worker in another process, their states read by the client."""

import subprocess
import sys
from pathlib import Path

from claims import eventually, same, verdict

from prefect import get_client, task
from prefect.task_worker import serve

SERVING = "serving"


@task(persist_result=True, retries=1, retry_delay_seconds=0)
def compat_background(number: int) -> int:
    """Return twice the number."""
    if number < 0:
        raise ValueError("negative")
    return number * 2


if sys.argv[1:] == [SERVING]:
    serve(compat_background)
    raise SystemExit

with get_client(sync_client=True) as client:
    early = compat_background.delay(4)
    same("before a worker", client.read_task_run(early.task_run_id).state_name, "Scheduled")
    worker = subprocess.Popen([sys.executable, Path(__file__), SERVING])
    try:

        def state(run_id: object) -> str:
            """Return the state of a task run."""
            return client.read_task_run(run_id).state_name

        eventually("waited for a worker", lambda: state(early.task_run_id), "Completed")
        later = [compat_background.delay(number) for number in (5, 6, -1)]
        eventually(
            "all ended",
            lambda: [state(each.task_run_id) for each in later],
            ["Completed", "Completed", "Failed"],
        )
        values = client.read_task_run(later[0].task_run_id).state.result()
        same("value read again", values, 10)
        same("attempts of the failing one", client.read_task_run(later[2].task_run_id).run_count, 2)
    finally:
        worker.terminate()
        worker.wait(60)

raise SystemExit(verdict())
