"""One run: what it waits for, what it did, how it goes on, and how it differs from another."""

from __future__ import annotations

import contextvars
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import task_run
from tests.browser.looking import Looking
from tests.browser.worlds import HOSTILE, a_run, deployed, move, orders
from tests.integration.runners import is_there, until
from tests.integration.server.serving import Served

ROOT = Path(__file__).parents[2]


@contextmanager
def serving_steps(server: Served, folder: Path) -> Iterator[dict[str, Any]]:
    """Serve the flow of `served_steps` by a runner in a process of its own; gives the deployment."""
    environment = {**os.environ, "PREFECT_API_URL": server.url, "STEPS": str(folder)}
    with (folder / "output").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.served_steps"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        until(lambda: _served(server) or process.poll() is not None, "the flow is served")
        assert process.poll() is None, (folder / "output").read_text(encoding="utf-8")
        yield _served(server)[0]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _served(server: Served) -> list[dict[str, Any]]:
    return server.ask("POST", "/deployments/filter", json={"deployments": {"name": {"any_": ["served"]}}})


def head(look: Looking, state: str) -> None:
    """Wait until the head of the page tells a state."""
    look.page.locator("header .state").get_by_text(state, exact=True).wait_for()


@pytest.mark.timeout(180)
def test_a_failed_run_is_retried_from_a_task(look: Looking, tmp_path: Path) -> None:
    """Who has freed the disk lets the run go on from the step that failed, and sees it complete; the rest is kept."""
    with serving_steps(look.server, tmp_path) as deployment:
        run = look.server.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", json={})
        page = look.at(f"/runs/flow-run/{run['id']}", run["name"])
        head(look, "Failed")
        (tmp_path / "disk-is-free").touch()
        page.get_by_role("button", name="Retry", exact=True).click()
        dialog = page.get_by_role("dialog", name=re.compile("^Retry"))
        dialog.get_by_label("From a task run", exact=True).check()
        dialog.get_by_role("button", name="Task run to begin with").click()
        page.get_by_role("combobox", name="Find").fill("load")
        page.get_by_role("option", name=re.compile("load")).first.wait_for()
        look.keep("retry-from-a-task-open")
        page.keyboard.press("Enter")
        dialog.get_by_text("it alone runs again").wait_for()
        look.keep("retry-from-a-task")
        dialog.get_by_role("button", name="Retry", exact=True).click()
        look.sees("The run waits to go on.")
        head(look, "Completed")
        diary = (tmp_path / "diary").read_text(encoding="utf-8").split()
        assert diary == ["extract", "transform", "load", "load"]

        transform = task_run_of(look.server, run["id"], "transform")
        page = look.at(f"/runs/task-run/{transform}")
        page.get_by_role("button", name="Retry the run from here").click()
        dialog = page.get_by_role("dialog", name=re.compile("^Retry"))
        dialog.get_by_text(re.compile("^1 more task run took its result: load")).wait_for()
        dialog.get_by_role("button", name="Retry", exact=True).click()
        page.get_by_role("heading", level=1, name=run["name"], exact=True).wait_for()
        until(lambda: len((tmp_path / "diary").read_text(encoding="utf-8").split()) == 6, "both ran again")
        head(look, "Completed")
        diary = (tmp_path / "diary").read_text(encoding="utf-8").split()
        assert diary[4:] == ["transform", "load"]


@pytest.mark.timeout(180)
def test_a_run_is_suspended_and_taken_up_by_another_process(look: Looking, tmp_path: Path) -> None:
    """A suspended run gives up its process; resumed, it goes on in a new one, and what was stored is not made anew."""
    (tmp_path / "hold").touch()
    (tmp_path / "disk-is-free").touch()
    with serving_steps(look.server, tmp_path) as deployment:
        run = look.server.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", json={})
        page = look.at(f"/runs/flow-run/{run['id']}", run["name"])
        diary = tmp_path / "diary"
        until(lambda: diary.exists() and "transform" in diary.read_text(encoding="utf-8"), "it transforms")
        head(look, "Running")
        page.get_by_role("button", name="More to do").click()
        page.get_by_role("menuitem", name="Suspend").click()
        page.get_by_role("button", name="Suspend the run").click()
        head(look, "Suspended")
        (tmp_path / "hold").unlink()
        process = int((tmp_path / "process").read_text(encoding="utf-8"))
        until(lambda: not is_there(process), "its process has ended")
        look.sees(re.compile("its process has ended, and another will go on"))
        page.get_by_role("button", name="Resume", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Resume").click()
        head(look, "Completed")
        assert diary.read_text(encoding="utf-8").split() == ["extract", "transform", "load"]


def task_run_of(server: Served, flow_run_id: str, task: str) -> str:
    """Return the id of the run of a task."""
    meant = {"flow_runs": {"id": {"any_": [flow_run_id]}}, "task_runs": {"name": {"like_": task}}}
    return server.ask("POST", "/task_runs/filter", json=meant)[0]["id"]


def test_a_run_without_a_deployment_tells_the_command(look: Looking) -> None:
    """Nobody would take up such a run, so the dialog shows what to type where its code is."""
    run = str(orders(5, return_state=True).state_details.flow_run_id)
    page = look.at(f"/runs/flow-run/{run}")
    page.get_by_role("button", name="Retry", exact=True).click()
    dialog = page.get_by_role("dialog", name=re.compile("^Retry"))
    dialog.get_by_text(f"prefect flow-run retry {run}", exact=True).wait_for()
    dialog.get_by_label("From a task run", exact=True).check()
    dialog.get_by_role("button", name="Task run to begin with").click()
    page.get_by_role("option").first.click()
    check = task_run_of(look.server, run, "check")
    dialog.get_by_text(f"prefect flow-run retry {run} --from {check}").wait_for()
    assert dialog.get_by_role("button", name="Retry", exact=True).count() == 0
    assert look.violations() == []


def test_logs_are_filtered_by_task_and_the_address_keeps_it(look: Looking) -> None:
    """The lines of one task, or of all its runs, are chosen from a list; the link shows the same; so does the file."""
    run = str(orders(3, return_state=True).state_details.flow_run_id)
    page = look.at(f"/runs/flow-run/{run}")
    page.get_by_text("6 records", exact=True).wait_for()
    page.get_by_role("button", name="Lines of: All tasks").click()
    look.keep("logs-of-a-task-open")
    page.get_by_role("combobox", name="Find").fill("doub")
    page.get_by_role("option", name=re.compile("^double ?3 task runs")).click()
    page.get_by_text("3 records", exact=True).wait_for()
    page.get_by_role("searchbox", name="Find in the logs").fill("2")
    page.get_by_text("1 record", exact=True).wait_for()
    page.wait_for_url(re.compile("find="))
    page.reload()
    page.get_by_text("1 record", exact=True).wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(",")[2] for line in lines] == ["message", "doubled 2"]
    page.get_by_role("searchbox", name="Find in the logs").fill("")
    page.get_by_role("button", name="Lines of: All of double").click()
    page.get_by_role("option", name="The flow itself").click()
    look.sees("the warehouse is slow")
    page.get_by_text("doubled 2").wait_for(state="detached")


def test_the_first_error_is_a_click_away(look: Looking) -> None:
    """Among thousands of lines the first that tells of an error is shown, and the way back to the beginning."""
    flow_id = look.server.ask("POST", "/flows/", json={"name": "long"})["id"]
    run = look.server.ask("POST", "/flow_runs/", json={"flow_id": flow_id, "name": "talkative"})["id"]
    lines = [
        {
            "name": "prefect.flow_runs",
            "level": 40 if number == 1500 else 20,
            "message": f"line {number}",
            "timestamp": f"2026-01-02T00:{number // 60:02}:{number % 60:02}.000Z",
            "flow_run_id": run,
        }
        for number in range(2000)
    ]
    look.server.ask("POST", "/logs/", json=lines)
    move(look.server, {"id": run}, "COMPLETED")
    page = look.at(f"/runs/flow-run/{run}", "talkative")
    look.sees("line 10")
    page.get_by_role("button", name="First error").click()
    page.locator(".logs .pointed").get_by_text("line 1500").wait_for()
    look.keep("first-error")
    page.wait_for_url(re.compile("from="))
    page.get_by_role("button", name="From the beginning").click()
    page.locator(".logs").get_by_text("line 0", exact=True).wait_for()


@pytest.mark.timeout(120)
def test_a_run_that_waits_says_why(look: Looking) -> None:
    """At the top stands what keeps the run from starting, with a link to where it is changed."""
    run = a_run(look.server, deployed(look.server), name="stuck")
    look.server.ask("PATCH", "/work_pools/local", json={"is_paused": True})
    page = look.at(f"/runs/flow-run/{run['id']}", "stuck")
    why = page.get_by_role("region", name="Why it waits")
    why.get_by_text("is paused").first.wait_for()
    look.keep("why-it-waits")
    why.get_by_role("link", name="local").first.click()
    page.get_by_role("heading", level=1, name="local").wait_for()


@contextmanager
def running(function: Any, *arguments: Any) -> Iterator[str]:
    """Run a flow in a thread; gives the id of its run as soon as it has begun."""
    ids: list[str] = []
    begun = threading.Event()

    def begin(_flow: object, run: Any, _state: object) -> None:
        ids.append(str(run.id))
        begun.set()

    flow_with_hook = function.with_options(on_running=[begin])
    call = contextvars.copy_context()
    thread = threading.Thread(target=call.run, args=(lambda: flow_with_hook(*arguments, return_state=True),))
    thread.start()
    try:
        assert begun.wait(60)
        yield ids[0]
    finally:
        thread.join(60)
        assert not thread.is_alive()


@pytest.mark.timeout(120)
def test_a_run_is_paused_and_goes_on(look: Looking) -> None:
    """A person holds a run up before its next task, sees how it goes on, and lets it."""
    over = threading.Event()

    @task
    def tick(number: int) -> int:
        time.sleep(0.02)  # the work of the task: there must be a next one to stop before
        return number

    @flow(name="ticking")
    def ticking() -> int:
        number = 0
        while not over.is_set():
            number = tick(number + 1)
        return number

    with running(ticking) as run:
        page = look.at(f"/runs/flow-run/{run}")
        try:
            head(look, "Running")
            page.get_by_role("button", name="More to do").click()
            page.get_by_role("menuitem", name="Pause").click()
            page.get_by_role("button", name="Pause the run").click()
            head(look, "Paused")
            page.get_by_role("region", name="Why it waits").get_by_text("How it goes on").wait_for()
            look.keep("paused")
            page.get_by_role("button", name="Resume", exact=True).click()
            page.get_by_role("dialog").get_by_role("button", name="Resume").click()
            head(look, "Running")
        finally:
            over.set()
    head(look, "Completed")


@pytest.mark.timeout(120)
def test_cancelling_says_what_goes_with_it(look: Looking) -> None:
    """Before a run is cancelled, its task runs and subflow runs that go on are told."""
    over, inside = threading.Event(), threading.Event()

    @flow(name="inner")
    def inner() -> None:
        inside.set()
        assert over.wait(60)

    @flow(name="outer")
    def outer() -> None:
        inner()

    with running(outer) as run:
        try:
            assert inside.wait(30)
            page = look.at(f"/runs/flow-run/{run}")
            page.get_by_role("tab", name="Task runs 1").wait_for()
            page.get_by_role("button", name="Cancel", exact=True).click()
            look.sees("1 subflow run of it is cancelled too, wherever it runs.")
            page.get_by_role("button", name="Keep").click()
            page.get_by_role("tab", name="Details").click()
            page.get_by_role("region", name="Subflow runs").get_by_role("link").click()
            page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link").nth(1).click()
            page.wait_for_url(re.compile(run))
        finally:
            over.set()


def test_a_run_is_started_again_with_its_parameters(look: Looking) -> None:
    """The form begins with what the earlier run was given, not with what the deployment would."""
    deployment = deployed(look.server)
    run = a_run(look.server, deployment, name="earlier", parameters={"rows": 41, "region": "us"})
    page = look.at(f"/runs/flow-run/{run['id']}?tab=details", "earlier")
    page.get_by_role("button", name="Run again with these").click()
    assert page.get_by_label("rows").input_value() == "41"
    page.get_by_label("rows").fill("42")
    page.get_by_role("button", name="Start the run").click()
    page.get_by_role("button", name="Open").click()
    page.get_by_role("heading", level=1, name="earlier").wait_for(state="detached")
    page.get_by_role("tab", name="Details").click()
    page.get_by_role("region", name="Parameters").get_by_text("42").wait_for()


@task(retries=1, persist_result=True)
def fetch(part: int) -> int:
    """Fetch a part; the first is not there at the first time."""
    if part == 0 and task_run.run_count == 1:
        raise OSError("not there yet")
    create_markdown_artifact(f"part **{part}**", key="part")
    return part


@task
def unite(parts: list[int]) -> int:
    """Put parts together."""
    return sum(parts)


@flow(name="publish")
def publish(total: int) -> int:
    """Tell the others."""
    return unite([total])


@flow(name="parts")
def parts(count: int) -> int:
    """Fetch parts and put them together."""
    return publish(unite(fetch.map(range(count))))


def test_a_graph_shows_many_runs_of_a_task_as_one(look: Looking) -> None:
    """Mapped task runs are one box until they are opened; keys zoom; a box leads to its run."""
    run = str(parts(12, return_state=True).state_details.flow_run_id)
    page = look.at(f"/runs/flow-run/{run}?tab=graph")
    graph = page.get_by_role("region", name="Graph of dependencies")
    many = graph.get_by_role("button", name="fetch, 12 runs: 12 completed. Open.")
    many.wait_for()
    look.keep("graph-collapsed")
    assert graph.get_by_role("link").count() == 2
    graph.focus()
    box = many.bounding_box()
    assert box is not None
    width = box["width"]
    page.keyboard.press("-")
    page.wait_for_function(
        "width => document.querySelector('.node.many').getBoundingClientRect().width < width", arg=width
    )
    page.keyboard.press("0")
    many.click()
    page.get_by_role("region", name="Graph", exact=True).get_by_role("button", name="Show all").click()
    page.get_by_role("button", name="Collapse").wait_for()
    assert graph.get_by_role("link", name=re.compile("^fetch")).count() == 12
    look.keep("graph-opened")
    graph.get_by_role("link", name=re.compile("^publish")).click()
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link").nth(1).wait_for()


def test_a_task_run_tells_its_attempts_its_inputs_and_its_result(look: Looking) -> None:
    """What it took leads to who made it; each attempt is told; the result says where it is stored."""
    run = str(parts(2, return_state=True).state_details.flow_run_id)
    page = look.at(f"/runs/task-run/{task_run_of(look.server, run, 'unite')}?tab=details")
    inputs = page.get_by_role("region", name="Where its inputs came from")
    inputs.get_by_role("link", name=re.compile("^fetch")).first.click()
    page.get_by_role("heading", level=1, name=re.compile("^fetch")).wait_for()
    first = min(look.server.ask("POST", "/task_runs/filter", json={}), key=lambda each: -each["run_count"])
    page = look.at(f"/runs/task-run/{first['id']}?tab=details", first["name"])
    attempts = page.get_by_role("region", name="Attempts").get_by_role("listitem")
    attempts.nth(1).wait_for()
    assert "Failed, retried" in attempts.nth(0).inner_text()
    page.get_by_role("region", name="Result").get_by_text("Stored at").wait_for()
    look.keep("task-run-details")
    page.get_by_role("tab", name="Artifacts").click()
    page.get_by_role("link", name="part").wait_for()
    page = look.at(f"/runs/flow-run/{run}?tab=results")
    table = page.get_by_role("region", name="Results", exact=True)
    table.get_by_role("link", name=re.compile("^fetch")).first.wait_for()
    assert table.get_by_text("not stored").count() == 2
    look.keep("run-results")


def test_task_runs_are_found_by_name_and_state(look: Looking) -> None:
    """The list of a run's task runs is searched; a row leads to its lines among the logs."""
    run = str(orders(5, return_state=True).state_details.flow_run_id)
    page = look.at(f"/runs/flow-run/{run}?tab=tasks")
    panel = page.get_by_role("tabpanel")
    panel.get_by_text("6 task runs", exact=True).wait_for()
    panel.get_by_label("State", exact=True).select_option("Failed")
    panel.get_by_text("1 task run", exact=True).wait_for()
    page.get_by_role("link", name=re.compile("^Logs of check")).click()
    page.get_by_text("2 records", exact=True).wait_for()
    page.get_by_role("button", name=re.compile("^Lines of: check")).wait_for()


def test_the_other_run_of_a_comparison_is_found_by_its_name(look: Looking) -> None:
    """Two runs are compared by each task or by all of a task, and by what took longer."""
    good = str(orders(3, return_state=True).state_details.flow_run_id)
    bad = look.server.ask("GET", f"/flow_runs/{orders(5, return_state=True).state_details.flow_run_id}")
    page = look.at(f"/runs/flow-run/{good}")
    page.get_by_role("button", name="More to do").click()
    page.get_by_role("menuitem", name="Compare with another run").click()
    page.get_by_role("button", name="Last completed").click()
    look.sees("No other run of the flow has completed.")
    page.get_by_role("button", name=re.compile("^Other run")).click()
    page.get_by_role("combobox", name="Find").fill(bad["name"])
    page.get_by_role("option", name=re.compile(bad["name"])).click()
    look.sees("They part at check 1")
    page.get_by_role("region", name="Differences").get_by_text("rows").wait_for()
    look.keep("compared")
    page.get_by_role("button", name="By task").click()
    page.get_by_role("row", name=re.compile("^double 3 runs 5 runs")).wait_for()
    page.get_by_role("button", name="Swap").click()
    page.get_by_role("row", name=re.compile("^double 5 runs 3 runs")).wait_for()
    page.get_by_label("Also what is the same").check()
    page.get_by_role("row", name=re.compile("^tags")).wait_for()
    assert "by=task" in page.url


@pytest.mark.timeout(120)
def test_graphs_and_lists_can_be_used_by_everybody(look: Looking) -> None:
    """A graph of many task runs, and the list of tasks that opens over the logs, break no rule and fit on a phone."""
    run = str(parts(8, return_state=True).state_details.flow_run_id)
    wrong: dict[str, object] = {}

    def check(name: str) -> None:
        for scheme in ("light", "dark"):
            look.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type] - a str where literals are named
            look.keep(f"{name}-{scheme}")
            if found := look.violations(only_contrast=scheme == "dark"):
                wrong[f"{name}, {scheme}"] = found
        look.page.set_viewport_size({"width": 390, "height": 844})
        look.keep(f"{name}-phone")
        if (width := look.page.evaluate("document.documentElement.scrollWidth")) > 390:
            wrong[f"{name}: width"] = width
        look.page.set_viewport_size({"width": 1360, "height": 880})

    page = look.at(f"/runs/flow-run/{run}?tab=graph")
    page.locator(".node.many").first.wait_for()
    check("graph-of-many")
    look.at(f"/runs/flow-run/{run}")
    page.get_by_role("button", name="Lines of: All tasks").click()
    page.get_by_role("option", name=re.compile("^fetch ?8 task runs")).wait_for()
    check("tasks-of-logs")
    assert wrong == {}, wrong


@task(task_run_name=HOSTILE)
def nasty(number: int) -> int:
    """Bear a name that would do harm on a page that believed it."""
    get_run_logger().error("\x1b[31m%s\x1b[0m %s", HOSTILE, "E" * 1_000_000)
    return number


@flow(name="nasty", flow_run_name=HOSTILE)
def all_nasty() -> None:
    """Call it several times, and fail with its name."""
    for number in range(8):
        nasty(number)
    raise ValueError(HOSTILE)


@pytest.mark.timeout(120)
def test_names_of_task_runs_are_not_believed_either(look: Looking) -> None:
    """In the graph, the pickers, the dialogs, the logs and the comparison they are text, and the layout holds."""
    alerts: list[str] = []
    look.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    runs = [str(all_nasty(return_state=True).state_details.flow_run_id) for _ in range(2)]
    page = look.at(f"/runs/flow-run/{runs[0]}?tab=graph")
    page.locator(".node").first.wait_for()
    assert "<img src=x onerror=alert(1)>" in page.locator(".node").first.inner_text()
    page.get_by_role("button", name="Retry", exact=True).click()
    page.get_by_role("dialog").get_by_label("From a task run", exact=True).check()
    page.get_by_role("button", name="Task run to begin with").click()
    page.get_by_role("option").first.wait_for()
    look.keep("hostile-retry")
    for path in (
        f"/runs/flow-run/{runs[0]}",
        f"/runs/flow-run/{runs[0]}?tab=tasks",
        f"/runs/flow-run/{runs[0]}?tab=results",
        f"/runs/flow-run/{runs[0]}?level=error&find=onerror",
        f"/runs/task-run/{task_run_of(look.server, runs[0], 'img')}?tab=details",
        f"/runs/compare?a={runs[0]}&b={runs[1]}",
    ):
        look.at(path)
        page.get_by_text("onerror=alert(1)").first.wait_for()
        look.settled()
        assert page.locator("main img, main [onerror], main script").count() == 0, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 1360, path
    assert alerts == []
