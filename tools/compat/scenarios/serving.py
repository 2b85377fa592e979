"""A flow that is served by another process: its runs are found, run, cancelled; its deployment pauses at the end."""

import subprocess
import sys
import time
from pathlib import Path

from claims import eventually, same, verdict

from prefect import flow, get_client
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelling

SERVING = "serving"


@flow
def compat_served(seconds: float = 0) -> str:
    """Take some time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(0.1)
    return "served"


if __name__ == "__main__":
    if sys.argv[1:] == [SERVING]:
        compat_served.serve(name="compat-serving", parameters={"seconds": 0})
        raise SystemExit

    with get_client(sync_client=True) as client:
        server = subprocess.Popen([sys.executable, Path(__file__), SERVING])
        try:

            def is_there() -> bool:
                """Whether the deployment was made."""
                try:
                    return not client.read_deployment_by_name("compat-served/compat-serving").paused
                except ObjectNotFound:
                    return False

            eventually("the deployment is made", is_there, True)
            deployment = client.read_deployment_by_name("compat-served/compat-serving")
            short = client.create_flow_run_from_deployment(deployment.id)
            eventually("a run is run", lambda: client.read_flow_run(short.id).state_name, "Completed")
            long = client.create_flow_run_from_deployment(deployment.id, parameters={"seconds": 300})
            eventually("a long run begins", lambda: client.read_flow_run(long.id).state_name, "Running")
            answer = client.set_flow_run_state(long.id, Cancelling())
            same("it is to be cancelled", answer.status.value, "ACCEPT")
            eventually("it is cancelled", lambda: client.read_flow_run(long.id).state_name, "Cancelled")
        finally:
            server.terminate()
            server.wait(60)
        eventually("the deployment pauses", lambda: client.read_deployment(deployment.id).paused, True)

    raise SystemExit(verdict())
