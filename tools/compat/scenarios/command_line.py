"""The command line: what it makes, the client reads, and what the client makes, it lists."""

import json
import subprocess
import sys

from claims import holds, same, verdict

from prefect import flow, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.variables import Variable


@flow(flow_run_name="compat-cli-run")
def compat_cli() -> str:
    """Return a word."""
    return "done"


def command(*words: str) -> str:
    """Run a command, which must succeed, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *words], check=False, capture_output=True, text=True, timeout=180
    )
    same(f"prefect {' '.join(words)}", (done.returncode, done.stderr if done.returncode else ""), (0, ""))
    return done.stdout


compat_cli()
with get_client(sync_client=True) as client:
    flow_id = client.create_flow(compat_cli)
    deployment = client.create_deployment(flow_id, "compat-cli-deployment", entrypoint="x.py:compat_cli")
    client.create_work_pool(WorkPoolCreate(name="compat-cli-pool", type="process"))

    holds("a version is printed", "Version" in command("version"))
    runs = json.loads(command("flow-run", "ls", "--limit", "50", "--output", "json"))
    mine = [each for each in runs if each["name"] == "compat-cli-run"]
    same("the run is listed", [each["state_name"] for each in mine], ["Completed"])
    inspected = json.loads(command("flow-run", "inspect", mine[0]["id"], "--output", "json"))
    same("the run is inspected", inspected["id"], mine[0]["id"])
    holds("the run is in a table", "compat-cli" in command("flow-run", "ls", "--flow-name", "compat-cli"))
    command("flow-run", "logs", mine[0]["id"])
    holds("the flow is listed", "compat-cli" in command("flow", "ls"))
    holds("the deployment is listed", "compat-cli" in command("deployment", "ls"))
    inspected = json.loads(
        command("deployment", "inspect", "compat-cli/compat-cli-deployment", "--output", "json")
    )
    same("the deployment is inspected", inspected["id"], str(deployment))
    command("deployment", "schedule", "create", "compat-cli/compat-cli-deployment", "--cron", "0 4 * * *")
    same(
        "a schedule is made",
        [each.schedule.cron for each in client.read_deployment_schedules(deployment)],
        ["0 4 * * *"],
    )
    command("deployment", "run", "compat-cli/compat-cli-deployment")
    command("deployment", "delete", "compat-cli/compat-cli-deployment")
    holds("the pool is listed", "compat-cli-pool" in command("work-pool", "ls"))
    command("work-pool", "pause", "compat-cli-pool")
    same("the pool is paused", client.read_work_pool("compat-cli-pool").is_paused, True)
    command("work-pool", "set-concurrency-limit", "compat-cli-pool", "3")
    same("the pool is limited", client.read_work_pool("compat-cli-pool").concurrency_limit, 3)
    command("variable", "set", "compat_cli_word", "hello")
    same("a variable is set", Variable.get("compat_cli_word"), "hello")
    same("a variable is read", command("variable", "get", "compat_cli_word").strip(), '"hello"')
    holds("a variable is listed", "compat_cli_word" in command("variable", "ls"))
    command("variable", "unset", "compat_cli_word")
    same("a variable is gone", Variable.get("compat_cli_word"), None)
    command("global-concurrency-limit", "create", "compat-cli-limit", "--limit", "5")
    same("a limit is made", client.read_global_concurrency_limit_by_name("compat-cli-limit").limit, 5)
    command("concurrency-limit", "create", "compat-cli-tag", "2")
    same("a tag limit is made", client.read_concurrency_limit_by_tag("compat-cli-tag").concurrency_limit, 2)
    command("concurrency-limit", "delete", "compat-cli-tag")
    command("flow-run", "delete", mine[0]["id"])

raise SystemExit(verdict())
