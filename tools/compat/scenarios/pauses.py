"""Flows that pause, with a question and without, resumed by the client; one that nobody resumes; inputs by key."""

import threading
import time

from claims import ENOUGH, eventually, same, verdict

from prefect import flow, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput


class Answer(RunInput):
    """What the person says."""

    word: str
    number: int = 3


@flow(flow_run_name="compat-paused-run")
def compat_paused() -> str:
    """Ask, and use the answer."""
    answer = pause_flow_run(wait_for_input=Answer, timeout=ENOUGH, poll_interval=1)
    return f"{answer.word} {answer.number}"


@flow(flow_run_name="compat-plain-pause-run")
def compat_plain_pause() -> str:
    """Pause without a question."""
    pause_flow_run(timeout=ENOUGH, poll_interval=1)
    return "went on"


@flow
def compat_impatient() -> None:
    """Pause until nobody comes."""
    pause_flow_run(timeout=1, poll_interval=1)


def resume(name: str, given: dict[str, object] | None) -> None:
    """Resume the run of a name, when it is paused."""
    with get_client(sync_client=True) as client:
        named = FlowRunFilter(name=FlowRunFilterName(any_=[name]))
        deadline = time.monotonic() + ENOUGH
        while time.monotonic() < deadline:
            runs = client.read_flow_runs(flow_run_filter=named)
            if runs and runs[0].state_name == "Paused":
                answer = client.resume_flow_run(runs[0].id, run_input=given)
                same(f"resumed {name}", answer.status.value, "ACCEPT")
                return
            time.sleep(0.2)


for work, name, given, wanted in (
    (compat_paused, "compat-paused-run", {"word": "yes"}, "yes 3"),
    (compat_plain_pause, "compat-plain-pause-run", None, "went on"),
):
    person = threading.Thread(target=resume, args=(name, given))
    person.start()
    state = work(return_state=True)
    person.join()
    same(name, (state.name, state.result()), ("Completed", wanted))
    with get_client(sync_client=True) as client:
        run_id = state.state_details.flow_run_id
        names = [each.name for each in client.read_flow_run_states(run_id)]
        same(f"states of {name}", names, ["Pending", "Running", "Paused", "Running", "Completed"])

state = compat_impatient(return_state=True)
with get_client(sync_client=True) as client:
    eventually(
        "nobody came",
        lambda: client.read_flow_run(state.state_details.flow_run_id).state_type.value,
        "FAILED",
    )
    client.create_flow_run_input(state.state_details.flow_run_id, "compat-key", '"told"', "me")
    told = client.read_flow_run_input(state.state_details.flow_run_id, "compat-key")
    same("input by key", told.strip(), '"told"')
    found = client.filter_flow_run_input(state.state_details.flow_run_id, "compat-", 10, set())
    same("input by prefix", [(each.key, each.sender) for each in found], [("compat-key", "me")])
    client.delete_flow_run_input(state.state_details.flow_run_id, "compat-key")
    same(
        "input deleted",
        client.filter_flow_run_input(state.state_details.flow_run_id, "compat-", 10, set()),
        [],
    )

raise SystemExit(verdict())
