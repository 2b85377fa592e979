"""The command line, run as people and programs run it: in new processes, on a home with runs that were recorded."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

import prefect

RECORD = """
from prefect import flow, get_run_logger, tags, task

@task(task_run_name="extract")
def extract():
    get_run_logger().warning("caution: \\x1b[31mred\\x1b[0m [bold]words\\nand a second line")
    return {"records": 100}

@task(task_run_name="double-{x}")
def double(x):
    if x == 7:
        raise ValueError("[red]seven[/red] is refused")
    return 2 * x

@task(task_run_name="flaky", retries=2, retry_delay_seconds=0)
def flaky(upstream, seen=[]):
    seen.append(upstream)
    if len(seen) < 3:
        raise RuntimeError("not yet")
    return upstream

@flow(name="Inner", flow_run_name="inner-run")
def inner(n):
    return double(n)

@flow(name="[red]Orders", flow_run_name="orders-run")
def orders(where, numbers):
    first = extract()
    flaky(first)
    double.map(range(20)).wait()
    inner(3)
    return "done"

@flow(name="Twins", flow_run_name="twin")
def twin(fail):
    if fail:
        raise OSError("no luck")

with tags("nightly"):
    orders("here", [1, 2])
twin(False)
twin(True, return_state=True)
"""


def environment(home: Path, **changes: str) -> dict[str, str]:
    """Variables for a process that records in, or reads from, a home of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PREFECT_") and name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    return {**kept, "PREFECT_HOME": str(home), "PYTHONIOENCODING": "utf-8", "TZ": "UTC", **changes}


def record(home: Path, folder: Path) -> None:
    """Run the flows above in a process of their own."""
    script = folder / "record.py"
    script.write_text(RECORD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script],
        env=environment(home, PREFECT_LOGGING_LEVEL="DEBUG"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with four recorded flow runs, which tests only read."""
    folder = tmp_path_factory.mktemp("recorded")
    record(folder / "home", folder)
    return folder / "home"


def run(home: Path, *arguments: object, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command with its output in a pipe, as programs do."""
    return subprocess.run(
        [sys.executable, "-m", "prefect", *map(str, arguments)],
        env=environment(home, **changes),
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )


def shown(home: Path, *arguments: object, **changes: str) -> str:
    """What a command prints; it must succeed and be silent on stderr."""
    done = run(home, *arguments, **changes)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def answer(home: Path, *arguments: object):
    """What a command answers to a program."""
    return json.loads(shown(home, *arguments, "--output", "json"))


def refused(home: Path, *arguments: object, code: int = 1, **changes: str) -> str:
    """What a command says on stderr when it fails; stdout must stay empty."""
    done = run(home, *arguments, **changes)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    return done.stderr


def on_terminal(home: Path, *arguments: str, typed: str = "", columns: int = 100, **changes: str):
    """Run a command on a terminal of its own, and return its exit code and all that the terminal showed."""
    import fcntl
    import pty
    import struct
    import termios

    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    os.write(outer, typed.encode())
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", *arguments],
        env=environment(home, TERM="xterm", **changes),
        stdin=inner,
        stdout=inner,
        stderr=inner,
    )
    os.close(inner)
    seen = bytearray()
    try:
        while chunk := os.read(outer, 65536):
            seen += chunk
    except OSError:  # the terminal is closed: Linux tells it so
        pass
    os.close(outer)
    return process.wait(), seen.decode().replace("\r\n", "\n")


# --- lists -------------------------------------------------------------------------------------------------------


def test_flow_runs_are_listed_newest_first(recorded):
    """`flow-run ls` shows a line for each flow run: whole id, name, flow, state, age and duration."""
    heading, *lines = shown(recorded, "flow-run", "ls").splitlines()
    assert heading.split() == ["ID", "NAME", "FLOW", "STATE", "STARTED", "DURATION"]
    assert [line.split()[1:5] for line in lines] == [
        ["twin", "Twins", "✗", "Failed"],
        ["twin", "Twins", "✓", "Completed"],
        ["inner-run", "Inner", "✓", "Completed"],
        ["orders-run", "[red]Orders", "✓", "Completed"],
    ]
    ids = [str(UUID(line.split()[0])) for line in lines]
    assert ids == [found["id"] for found in answer(recorded, "flow-run", "ls")]


def test_short_list_says_how_many_more_there_are(recorded):
    """With --limit, the last line tells how many runs were left out and how to see them."""
    assert (
        shown(recorded, "flow-run", "ls", "--limit", 3).splitlines()[-1] == "1 more; `--limit 4` lists all."
    )
    assert "more" not in shown(recorded, "flow-run", "ls", "--limit", 4)
    assert "more; `--limit " in shown(recorded, "task-run", "ls")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--flow-name", "Inner"], ["inner-run"]),
        (["--flow-name", "Inner", "--flow-name", "Twins"], ["twin", "twin", "inner-run"]),
        (["--state-type", "failed"], ["twin"]),
        (["--state", "Completed"], ["twin", "inner-run", "orders-run"]),
        (["--state", "failed", "--flow-name", "Inner"], []),
    ],
)
def test_flow_runs_are_filtered(recorded, options, names):
    """Flow names and states choose what is listed; options of one kind widen the choice, others narrow it."""
    assert [found["name"] for found in answer(recorded, "flow-run", "ls", *options)] == names


def test_list_without_a_match_says_so(recorded):
    """A filter that fits no run is no error."""
    assert shown(recorded, "flow-run", "ls", "--flow-name", "Nobody") == "No flow run matches.\n"
    assert shown(recorded, "task-run", "ls", "--state", "Paused") == "No task run matches.\n"


def test_listed_runs_have_the_fields_of_the_api(recorded):
    """A program gets each run with the fields of the REST API, its state inside, and the name of its flow."""
    found = answer(recorded, "flow-run", "ls", "--flow-name", "[red]Orders")[0]
    assert found["flow_name"] == "[red]Orders"
    assert found["parameters"] == {"where": "here", "numbers": [1, 2]}
    assert found["tags"] == ["nightly"]
    assert (found["state_type"], found["state"]["type"]) == ("COMPLETED", "COMPLETED")
    assert found["run_count"] == 1
    assert found["end_time"] > found["start_time"]


def test_task_runs_are_listed_and_filtered(recorded):
    """`task-run ls` lists task runs of all flow runs, the newest first, by name and state if asked."""
    assert len(answer(recorded, "task-run", "ls")) == 15
    everything = answer(recorded, "task-run", "ls", "--limit", 100)
    assert sorted(found["name"] for found in everything if "double" in found["name"])[:3] == [
        "double-0",
        "double-1",
        "double-10",
    ]
    assert [found["name"] for found in answer(recorded, "task-run", "ls", "--state-type", "FAILED")] == [
        "double-7"
    ]
    assert len(answer(recorded, "task-run", "ls", "--task-run-name", "double-3")) == 2
    assert "flaky" in shown(recorded, "task-run", "ls", "--task-run-name", "flaky").splitlines()[1]


# --- one run -----------------------------------------------------------------------------------------------------


def test_flow_run_is_shown_with_its_facts(recorded):
    """`flow-run inspect` begins with what is known of the run."""
    lines = shown(recorded, "flow-run", "inspect", "orders-run").split("Run tree")[0].splitlines()
    facts = {line[:12].strip(): line[12:].strip() for line in lines}
    assert facts["Flow run"] == "orders-run"
    assert facts["Flow"] == "[red]Orders"
    assert facts["State"] == "✓ Completed"
    assert facts["Tags"] == "nightly"
    assert facts["Parameters"] == 'where = "here"'
    assert "numbers = [1, 2]" in [line.strip() for line in lines]
    assert facts["Started"].endswith(("ago)", "(now)"))


def test_run_tree_shows_tasks_subflows_and_what_waited_for_what(recorded):
    """The tree has a line for each call in the order of their starts, with retries, dependencies and subflows."""
    tree = shown(recorded, "flow-run", "inspect", "orders-run").split("Run tree\n")[1].split("\n\nStates")[0]
    names = [line.partition("  ✓")[0].partition("  ✗")[0].rstrip() for line in tree.splitlines()]
    assert names == [
        "orders-run",
        "├── extract",
        "├── flaky",
        "├── double (20 runs)",
        "│   └── double-7",
        "└── inner-run",
        "    └── double-3",
    ]
    assert "flow [red]Orders" in tree.splitlines()[0]
    assert tree.splitlines()[2].endswith("3 runs; after extract")
    assert "✓ 19 Completed, ✗ 1 Failed" in tree.splitlines()[3]
    assert "[red]seven[/red] is refused" in tree.splitlines()[4]
    assert "flow Inner" in tree.splitlines()[5]


def test_run_tree_shows_every_run_on_demand(recorded):
    """With --all, no runs are put together in one line."""
    tree = shown(recorded, "flow-run", "inspect", "orders-run", "--all")
    assert "(20 runs)" not in tree
    assert all(f"── double-{number} " in tree for number in range(20))


def test_state_history_has_messages(recorded):
    """The states that a run was in are listed with their messages, the oldest first."""
    failed = answer(recorded, "flow-run", "ls", "--state-type", "FAILED")[0]["id"]
    history = shown(recorded, "flow-run", "inspect", failed).split("\nStates\n")[1].splitlines()
    assert [line.split()[3] for line in history] == ["Pending", "Running", "Failed"]
    assert "no luck" in history[2]


def test_flow_run_for_programs_has_its_states_tasks_and_subflows(recorded):
    """With --output json, one object holds a run, its states, its task runs with their inputs, its subflow runs."""
    found = answer(recorded, "flow-run", "inspect", "orders-run")
    assert [state["name"] for state in found["states"]] == ["Pending", "Running", "Completed"]
    tasks = {task["name"]: task for task in found["task_runs"]}
    assert tasks["flaky"]["task_inputs"]["upstream"] == [
        {"input_type": "task_run", "id": tasks["extract"]["id"]}
    ]
    assert tasks["flaky"]["run_count"] == 3
    assert tasks["double-7"]["state"]["type"] == "FAILED"
    assert [child["name"] for child in found["child_flow_runs"]] == ["inner-run"]
    assert found["child_flow_runs"][0]["parent_task_run_id"] in {task["id"] for task in found["task_runs"]}


def test_subflow_run_names_its_caller(recorded):
    """The facts of a subflow run name the flow run that called it."""
    parent = answer(recorded, "flow-run", "inspect", "orders-run")["id"]
    lines = shown(recorded, "flow-run", "inspect", "inner-run").splitlines()
    assert ["Called", "by", "orders-run", f"({parent})"] in [line.split() for line in lines]


def test_task_run_is_shown_with_its_inputs(recorded):
    """`task-run inspect` shows the facts of a task run, where its inputs came from, and its states."""
    text = shown(recorded, "task-run", "inspect", "flaky")
    assert "upstream: extract" in text
    assert "3 (up to 2 retries)" in text
    assert "orders-run (" in text
    found = answer(recorded, "task-run", "inspect", "flaky")
    assert [state["type"] for state in found["states"]].count("RUNNING") == 3


# --- which run is meant ------------------------------------------------------------------------------------------


def test_run_is_found_by_id_prefix_and_name(recorded):
    """A run can be named by its id in any form, by the beginning of its id, and by its name."""
    whole = answer(recorded, "flow-run", "inspect", "inner-run")["id"]
    for text in (whole, whole.upper(), whole.replace("-", ""), whole[:23]):
        assert answer(recorded, "flow-run", "inspect", text)["id"] == whole
    assert answer(recorded, "flow-run", "inspect", "--id", whole)["id"] == whole


def test_ambiguous_name_lists_the_candidates(recorded):
    """When several runs fit, none is taken: they are listed with their ids."""
    text = refused(recorded, "flow-run", "inspect", "twin")
    assert text.startswith("Error: 'twin' names 2 flow runs.")
    for found in answer(recorded, "flow-run", "ls", "--flow-name", "Twins"):
        assert found["id"] in text
    assert "names 2 flow runs" in refused(recorded, "flow-run", "logs", "twin")
    assert "names 2 task runs" in refused(recorded, "task-run", "inspect", "double-3")


def test_unknown_run_is_refused_with_advice(recorded):
    """A run that does not exist is an error that names what was asked for and what to do."""
    text = refused(recorded, "flow-run", "inspect", "orders-rum")
    assert "There is no flow run 'orders-rum'" in text
    assert "Did you mean orders-run?" in text
    unknown = "00000000-0000-7000-8000-000000000000"
    assert "`task-run ls`" in refused(recorded, "task-run", "logs", unknown).replace("prefect ", "")


# --- logs --------------------------------------------------------------------------------------------------------


def messages(home: Path, *options: object) -> list[str]:
    """The messages of the log of the large run."""
    return [line["message"] for line in answer(home, "flow-run", "logs", "orders-run", *options)]


def test_log_of_a_flow_run_includes_its_tasks(recorded):
    """`flow-run logs` shows time, level, run and message of each line of the flow run and its task runs."""
    text = shown(recorded, "flow-run", "logs", "orders-run")
    assert "| INFO    | Flow run 'orders-run' - Finished in state Completed()" in text
    assert "| WARNING | Task run 'extract' - caution: " in text
    assert "\nand a second line\n" in text


def test_head_tail_and_reverse_choose_lines_and_their_order(recorded):
    """--head and --tail choose which lines, -n how many (20 by default), --reverse shows the newest first."""
    everything = messages(recorded)
    assert len(everything) > 25
    assert messages(recorded, "--head") == everything[:20]
    assert messages(recorded, "--tail") == everything[-20:]
    assert messages(recorded, "--tail", "--num-logs", 3) == everything[-3:]
    assert messages(recorded, "-t", "-n", 3, "-r") == everything[-3:][::-1]
    assert messages(recorded, "-h", "-n", 3, "-r") == everything[:3][::-1]
    assert messages(recorded, "-n", 3) == everything[:3]
    assert messages(recorded, "--reverse") == everything[::-1]
    assert "not both" in refused(recorded, "flow-run", "logs", "orders-run", "-h", "-t", code=2)


def test_log_of_a_task_run_has_its_lines_only(recorded):
    """`task-run logs` shows what one task run logged."""
    lines = shown(recorded, "task-run", "logs", "flaky").splitlines()
    assert lines
    assert all("Task run 'flaky' - " in line for line in lines)
    assert "Finished in state Completed()" in lines[-1]


def test_what_users_wrote_is_inert(recorded):
    """Escape sequences in logs are spelled out and markup stays text, in a pipe as on a terminal."""
    text = shown(recorded, "flow-run", "logs", "orders-run", FORCE_COLOR="1")
    assert r"caution: \x1b[31mred\x1b[0m [bold]words" in text
    assert "\x1b[31mred" not in text
    assert "[red]Orders" in shown(recorded, "flow-run", "ls", FORCE_COLOR="1")


def test_programs_get_messages_as_they_were_written(recorded):
    """With --output json, nothing of a message is changed."""
    assert "caution: \x1b[31mred\x1b[0m [bold]words\nand a second line" in messages(recorded)


# --- deleting ----------------------------------------------------------------------------------------------------


@pytest.fixture
def disposable(tmp_path):
    """A home of its own for a test that deletes."""
    record(tmp_path / "home", tmp_path)
    return tmp_path / "home"


def test_delete_removes_a_run_with_all_that_belongs_to_it(disposable):
    """Without a person to ask, `flow-run delete` deletes the run with its task runs, states and log; subflows stay."""
    whole = answer(disposable, "flow-run", "inspect", "orders-run")["id"]
    text = shown(disposable, "flow-run", "delete", "orders-run")
    assert text == f"Deleted flow run 'orders-run' ({whole}) with its 23 task runs.\n"
    assert "There is no flow run" in refused(disposable, "flow-run", "inspect", whole)
    names = [found["name"] for found in answer(disposable, "flow-run", "ls")]
    assert names == ["twin", "twin", "inner-run"]
    with closing(sqlite3.connect(disposable / "prefect.db")) as connection:
        for table in ("task_run", "log", "flow_run_state"):
            (left,) = connection.execute(
                f"SELECT count(*) FROM {table} WHERE flow_run_id = ?", (whole,)
            ).fetchone()
            assert left == 0, table


def test_delete_refuses_what_is_unknown_or_ambiguous(recorded):
    """Nothing is deleted unless exactly one run is meant."""
    assert "names 2 flow runs" in refused(recorded, "flow-run", "delete", "twin", "--yes")
    assert "There is no flow run" in refused(recorded, "flow-run", "delete", "nobody")
    assert len(answer(recorded, "flow-run", "ls")) == 4


@pytest.mark.needs("posix")
def test_delete_asks_the_person_at_the_terminal(disposable):
    """On a terminal a question comes first: n keeps the run, y deletes it, --no-prompt and -y do not ask."""
    code, seen = on_terminal(disposable, "flow-run", "delete", "orders-run", typed="n\n", columns=200)
    assert code == 1
    assert "with its 23 task runs and its log? [y/N]" in seen
    assert "Error: Nothing was deleted." in seen
    assert answer(disposable, "flow-run", "inspect", "orders-run")["name"] == "orders-run"

    code, seen = on_terminal(disposable, "flow-run", "delete", "orders-run", typed="y\n")
    assert (code, "Deleted flow run 'orders-run'" in seen) == (0, True)

    code, seen = on_terminal(disposable, "--no-prompt", "flow-run", "delete", "inner-run")
    assert (code, "[y/N]" in seen) == (0, False)
    twin = answer(disposable, "flow-run", "ls", "--limit", "1")[0]["id"]
    code, seen = on_terminal(disposable, "flow-run", "delete", twin, "-y")
    assert (code, "[y/N]" in seen) == (0, False)


@pytest.mark.needs("posix")
def test_control_c_ends_a_command_quietly(recorded):
    """Ctrl-C at a question ends the command with exit code 130 and without a traceback."""
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "--prompt", "flow-run", "delete", "orders-run"],
        env=environment(recorded),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdout
    seen = b""
    while not seen.endswith(b"[y/N] "):
        chunk = process.stdout.read(1)
        assert chunk, "the command ended without asking"
        seen += chunk
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert len(answer(recorded, "flow-run", "ls")) == 4


# --- nothing recorded yet, or not readable -----------------------------------------------------------------------


def test_empty_home_is_no_error_and_stays_empty(tmp_path):
    """Where nothing was recorded, lists are empty and tell how to run a first flow; no file or folder is made."""
    home = tmp_path / "nothing" / "here"
    for group in ("flow-run", "task-run"):
        text = shown(home, group, "ls")
        assert f"nothing was recorded in {home / 'prefect.db'}" in text
        assert "@flow" in text
        assert answer(home, group, "ls") == []
        assert "nothing was recorded" in refused(home, group, "inspect", "anything")
        assert "nothing was recorded" in refused(home, group, "logs", "anything", "--output", "json")
    assert "nothing was recorded" in refused(home, "flow-run", "delete", "anything")
    assert "made when a flow first runs" in shown(home, "version")
    assert not home.parent.exists()


def test_hint_for_a_first_flow_is_true(tmp_path):
    """The script that an empty list suggests runs, and its run is listed then."""
    home = tmp_path / "home"
    lines = shown(home, "flow-run", "ls").splitlines()
    script = tmp_path / "hello.py"
    script.write_text(
        "\n".join(line[4:] for line in lines if line.startswith("    ") or not line), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, script], env=environment(home), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "Hello\n")
    assert [found["flow_name"] for found in answer(home, "flow-run", "ls")] == ["hello"]


def test_foreign_database_is_refused_and_left_alone(tmp_path):
    """A file that is no database of ours is an error that says what to do, not a traceback."""
    file = tmp_path / "prefect.db"
    file.write_bytes(b"These are not the runs you are looking for. " * 100)
    text = refused(tmp_path, "flow-run", "ls")
    assert "is not an SQLite database" in text
    assert "PREFECT_HOME" in text
    assert file.read_bytes().startswith(b"These are not")


def test_a_server_that_does_not_answer(recorded):
    """With PREFECT_API_URL set, commands ask that server, and say so when it does not answer."""
    said = refused(recorded, "flow-run", "ls", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert "http://127.0.0.1:9/api" in said
    assert "Is the server running" in said


# --- version, help, usage ----------------------------------------------------------------------------------------


def test_version_tells_what_is_installed_and_where_runs_are(recorded):
    """`prefect version` names versions, the home and the database with its size."""
    text = shown(recorded, "version")
    assert f"API level  {prefect.__version__}\n" in text
    assert f"{recorded / 'prefect.db'} (" in text
    facts = answer(recorded, "version")
    assert facts["api_version"] == prefect.__version__
    assert facts["home"] == str(recorded)
    assert facts["database_bytes"] > 50_000
    assert facts["sqlite"] == sqlite3.sqlite_version
    assert "integrations" not in answer(recorded, "version", "--omit-integrations")


def test_version_flag_prints_the_version_alone(recorded):
    """`prefect --version` and `-v` print the API level, for scripts."""
    assert shown(recorded, "--version") == shown(recorded, "-v") == f"{prefect.__version__}\n"


def test_version_and_help_load_nothing_heavy(recorded):
    """Commands that read no records are quick: pydantic, rich tables and event loops stay unloaded."""
    check = (
        "import sys; from prefect.cli.command_line import run_command; "
        "code = run_command(['version']); "
        "heavy = {'pydantic', 'rich', 'sqlalchemy', 'asyncio', 'prefect.store'} & {*sys.modules}; "
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], env=environment(recorded), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["flow-run", "task-run", "version", "Examples:"]),
        (["--help"], ["flow-run", "task-run", "version", "completion", "Examples:"]),
        (["flow-run", "--help"], ["delete", "inspect", "logs", "ls", "Examples:"]),
        (["flow-runs", "ls", "--help"], ["--flow-name", "--limit", "--state-type", "--output, -o json"]),
        (["flow-run", "logs", "--help"], ["--head, -h", "--tail, -t", "--num-logs, -n", "--reverse, -r"]),
        (["flow-run", "delete", "-h"], ["--yes, -y", "ID"]),
        (["task-runs", "-h"], ["inspect", "logs", "ls"]),
        (["task-run", "ls", "--help"], ["--task-run-name", "--limit"]),
        (["version", "--help"], ["--omit-integrations"]),
    ],
)
def test_help_shows_commands_options_and_examples(tmp_path, arguments, expected):
    """Help pages name every command and option, and need no records."""
    text = shown(tmp_path, *arguments)
    assert text.startswith("Usage: prefect")
    assert [word for word in expected if word not in text] == []
    assert "object at 0x" not in text


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["flow-rum"], 'Did you mean "flow-run"?'),
        (["flow-run", "lss"], 'Did you mean "ls"?'),
        (["flow-run", "ls", "--limt", "3"], "Did you mean --limit?"),
        (["flow-run", "ls", "--limit", "many"], "--limit"),
        (["flow-run", "ls", "--limit", "0"], "Must be >= 1"),
        (["flow-run", "ls", "--output", "yaml"], 'Choose from: "json"'),
        (["flow-run", "ls", "--state-type", "DONE"], "Choose from SCHEDULED, PENDING"),
        (["flow-run", "inspect"], "`prefect flow-run inspect` needs ID."),
        (["flow-run", "inspect", "a", "b"], "takes no such argument: b"),
    ],
)
def test_wrong_usage_is_explained(tmp_path, arguments, expected):
    """Wrong usage ends with exit code 2, names the mistake and suggests what was meant."""
    assert expected in refused(tmp_path, *arguments, code=2)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_know_the_commands(tmp_path, shell):
    """The completion script of each shell names the commands and their options."""
    script = shown(tmp_path, "completion", shell)
    for word in ("flow-run", "task-run", "inspect", "num-logs", "state-type"):
        assert word in script


def test_completion_is_installed_on_demand(tmp_path):
    """`--install-completion` writes the script below the user's home and says where."""
    text = shown(tmp_path, "--install-completion", "--shell", "fish", HOME=str(tmp_path))
    script = tmp_path / ".config" / "fish" / "completions" / "prefect.fish"
    assert str(script) in text
    assert "flow-run" in script.read_text(encoding="utf-8")


# --- terminals and pipes -----------------------------------------------------------------------------------------


@pytest.mark.needs("posix")
def test_terminal_gets_colours_and_short_ids(recorded):
    """On a terminal states have colours, and ids are cut to what still names one run."""
    code, seen = on_terminal(recorded, "flow-run", "ls")
    assert code == 0
    assert "\x1b[32m✓ Completed" in seen
    assert "\x1b[31m✗ Failed" in seen
    for line in seen.splitlines()[1:]:
        short = line.split()[0]
        assert len(short) < 36
        assert answer(recorded, "flow-run", "inspect", short)["id"].startswith(short)


@pytest.mark.needs("posix")
def test_wide_terminal_shows_whole_ids(recorded):
    """Where there is room, ids are not cut."""
    _, seen = on_terminal(recorded, "flow-run", "ls", columns=160)
    assert answer(recorded, "flow-run", "inspect", "inner-run")["id"] in seen


@pytest.mark.needs("posix")
@pytest.mark.parametrize("command", [["flow-run", "ls"], ["flow-run", "inspect", "orders-run"]])
@pytest.mark.parametrize("columns", [60, 80, 100])
def test_no_color_and_narrow_terminals_are_respected(recorded, command, columns):
    """With NO_COLOR there is no escape sequence, and no line is wider than the terminal."""
    code, seen = on_terminal(recorded, *command, columns=columns, NO_COLOR="1")
    assert code == 0
    assert "\x1b" not in seen
    assert max(len(line) for line in seen.splitlines()) <= columns


def test_pipe_gets_no_escape_sequences(recorded):
    """In a pipe everything is plain text."""
    for command in (
        ["flow-run", "ls"],
        ["flow-run", "inspect", "orders-run"],
        ["flow-run", "logs", "orders-run"],
    ):
        assert "\x1b" not in shown(recorded, *command)


def test_output_that_takes_only_ascii_gets_only_ascii(recorded):
    """Where UTF-8 cannot be shown, signs and lines of the tree have plain forms."""
    text = shown(recorded, "flow-run", "inspect", "orders-run", PYTHONIOENCODING="ascii")
    assert text.isascii()
    assert "|-- flaky" in text
    assert "+ 19 Completed, x 1 Failed" in text


@pytest.mark.parametrize(
    "command",
    [
        ["flow-run", "ls"],
        ["flow-run", "logs", "orders-run"],
        ["flow-run", "inspect", "orders-run", "--output", "json"],
        ["version"],
    ],
)
def test_reader_that_goes_away_is_no_error(recorded, command):
    """When the other end of the pipe is closed (`… | head -1`), a command ends silently."""
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", *command],
        env=environment(recorded),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), errors) == (0, b"")


def test_reading_leaves_the_database_as_it_is(recorded):
    """Looking at runs changes no byte of the database."""
    before = (recorded / "prefect.db").read_bytes()
    for command in (
        ["flow-run", "ls"],
        ["flow-run", "inspect", "orders-run"],
        ["task-run", "ls"],
        ["version"],
    ):
        shown(recorded, *command)
    assert (recorded / "prefect.db").read_bytes() == before
