"""The published workers for Docker and Kubernetes on our base classes. They run where the packages are installed.

Point INTEGRATIONS_PYTHON at a Python that has this package with prefect-docker and prefect-kubernetes:

    uv venv /tmp/integrations && uv pip install --python /tmp/integrations/bin/python -e . && \
    uv pip install --python /tmp/integrations/bin/python --no-deps prefect-docker prefect-kubernetes && \
    uv pip install --python /tmp/integrations/bin/python docker kubernetes-asyncio kopf exceptiongroup \
        python-on-whales tenacity packaging jsonpatch python-slugify cachetools python-json-logger pyopenssl
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.backend.servers import Server

NEEDED = "prefect_docker, prefect_kubernetes"

BUILD = """
import asyncio, json, sys, uuid
from prefect.client.schemas.objects import Flow, FlowRun, WorkPool
from prefect.client.schemas.responses import DeploymentResponse
from prefect.workers.base import BaseWorker

run = FlowRun(id=uuid.UUID(int=1), flow_id=uuid.UUID(int=2), name="Blue Cat!", deployment_id=uuid.UUID(int=3))
flow = Flow(id=uuid.UUID(int=2), name="feed")
deployment = DeploymentResponse(id=uuid.UUID(int=3), name="daily", flow_id=uuid.UUID(int=2))
pool = WorkPool(id=uuid.UUID(int=4), name="pool", type="any")

async def main():
    cls = BaseWorker.get_worker_class_from_type(sys.argv[1])
    template = cls.get_default_base_job_template()
    values = {"image": "mine:1", "env": {"COLOUR": "red"}, "labels": {"team": "blue"}}
    job = await cls.job_configuration.from_template_and_values(template, values)
    job.prepare_for_flow_run(run, deployment, flow, pool, "w-1")
    print(json.dumps({"template": template, "job": json.loads(job.model_dump_json())}))

asyncio.run(main())
"""

DEPLOY = """
import sys
from prefect.client.orchestration import get_client
with get_client(sync_client=True) as client:
    flow = client.create_flow_from_name("feed")
    deployment = client.create_deployment(flow, "daily", work_pool_name="pool", entrypoint="flows.py:feed")
    print(client.create_flow_run_from_deployment(deployment).id)
"""

READ = """
import sys
from prefect.client.orchestration import get_client
with get_client(sync_client=True) as client:
    run = client.read_flow_run(sys.argv[1])
    print(run.state_name, run.state.message)
"""


@cache
def python() -> str:
    """Return a Python that has the packages, or skip the test and say so."""
    candidate = os.environ.get("INTEGRATIONS_PYTHON", sys.executable)
    asked = subprocess.run([candidate, "-c", f"import {NEEDED}"], capture_output=True, text=True, check=False)
    if asked.returncode != 0:
        pytest.skip(
            "the published workers were NOT tried: prefect-docker and prefect-kubernetes are not installed here "
            f"({asked.stderr.strip().splitlines()[-1]}); see the head of this file"
        )
    return candidate


def told(home: Path, *arguments: str, api: str = "") -> str:
    """Return what a command of that Python prints; it must succeed. Runs are recorded at `api`, or in the home."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    # Nobody answers at either place, whatever this machine has.
    nowhere = {"DOCKER_HOST": f"unix://{home}/no.sock", "KUBECONFIG": str(home / "no-config")}
    done = subprocess.run(
        [python(), *arguments],
        env=outside | nowhere | {"PREFECT_HOME": str(home), "PREFECT_API_URL": api},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def built(home: Path, kind: str) -> dict[str, Any]:
    """Return the template of a type and a job that is made of it."""
    return json.loads(told(home, "-c", BUILD, kind).splitlines()[-1])


def test_a_docker_job_is_built(tmp_path: Path) -> None:
    """The Docker worker is found by its type, has its template, and makes its job of a flow run."""
    made = built(tmp_path, "docker")
    assert {"image", "networks", "volumes"} <= made["template"]["variables"]["properties"].keys()
    job = made["job"]
    assert (job["image"], job["env"]["COLOUR"], job["labels"]["team"]) == ("mine:1", "red", "blue")
    assert job["env"]["PREFECT__FLOW_RUN_ID"].endswith("1")
    assert job["labels"]["io.prefect.deployment-name"] == "daily"
    assert job["command"] == "prefect flow-run execute"


def test_a_kubernetes_manifest_is_built(tmp_path: Path) -> None:
    """The Kubernetes worker is found by its type and makes a manifest of a flow run, without empty limits."""
    made = built(tmp_path, "kubernetes")
    assert {"namespace", "cpu_limit"} <= made["template"]["variables"]["properties"].keys()
    manifest = made["job"]["job_manifest"]
    assert manifest["kind"] == "Job"
    pod = manifest["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == "mine:1"
    assert container["args"] == ["prefect", "flow-run", "execute"]
    assert {"name": "COLOUR", "value": "red"} in container["env"]
    assert container["resources"] == {"limits": {}, "requests": {}}
    assert manifest["metadata"]["labels"]["prefect.io/deployment-name"] == "daily"


@pytest.mark.parametrize(("kind", "reason"), [("docker", "Docker"), ("kubernetes", "kube-config")])
def test_without_an_engine_the_run_says_so(kind: str, reason: str, tmp_path: Path) -> None:
    """A worker whose engine does not answer ends its run as crashed, with the engine's own reason, and goes on."""
    python()
    worker = ["-m", "prefect", "worker", "start", "--pool", "pool", "--type", kind, "--run-once"]
    server = Server(tmp_path / "server")
    server.start()
    try:
        create = ["-m", "prefect", "work-pool", "create", "pool", "--type", kind]
        told(tmp_path, *create, api=server.url)
        run = told(tmp_path, "-c", DEPLOY, api=server.url)
        told(tmp_path, *worker, api=server.url)
        state = told(tmp_path, "-c", READ, run, api=server.url)
    finally:
        server.stop()
    assert state.startswith("Crashed The run could not be handed to its infrastructure")
    assert reason in state
