"""A worker that runs what is deployed to its work pool."""

import subprocess
import sys
from pathlib import Path

from claims import eventually, same, verdict

from prefect import flow, get_client
from prefect.client.schemas.actions import WorkPoolCreate


@flow
def compat_worked(word: str = "none") -> str:
    """Return the word."""
    return word


if __name__ == "__main__":
    here = Path(__file__)
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="compat-workers", type="process"))
        deployment = flow.from_source(source=here.parent, entrypoint=f"{here.name}:compat_worked").deploy(
            name="compat-working", work_pool_name="compat-workers", parameters={"word": "a"}
        )
        run = client.create_flow_run_from_deployment(deployment, parameters={"word": "b"})
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "prefect",
                "worker",
                "start",
                "--pool",
                "compat-workers",
                "--name",
                "compat-one",
            ]
        )
        try:
            eventually("the run is run", lambda: client.read_flow_run(run.id).state_name, "Completed")
            names = [each.name for each in client.read_flow_run_states(run.id)]
            # The published worker tells besides that it is about to start the process.
            names = [name for name in names if name != "Submitting"]
            same("its states", names, ["Scheduled", "Pending", "Running", "Completed"])

            def online() -> list[tuple[str, str]]:
                """Return the workers of the pool."""
                return [
                    (each.name, each.status.value)
                    for each in client.read_workers_for_work_pool("compat-workers")
                ]

            eventually("the worker is known", online, [("compat-one", "ONLINE")])
            eventually(
                "the pool is ready", lambda: client.read_work_pool("compat-workers").status.value, "READY"
            )
        finally:
            worker.terminate()
            worker.wait(60)

    raise SystemExit(verdict())
