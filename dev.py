#!/usr/bin/env python3
"""The one door to this repository: `python3 dev.py demo`, `test`, `check`, `ui`, `bench`, `compat`, `help`.

One file on the standard library alone. Each verb sets up what it needs in `.venv` beside this file, does its
work, and says at the end what it did and where. The set-up is remembered in a stamp, so that a second call
starts at once; a changed `pyproject.toml`, interpreter or folder makes it run again.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file may be started by any Python; say so before anything fails
    sys.exit(
        "dev.py needs Python 3.11 or newer; this is Python {}.{} at {}.\n"
        "Start it with a newer one, for example: python3.12 {}".format(
            sys.version_info[0], sys.version_info[1], sys.executable, " ".join(sys.argv)
        )
    )

import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "dev-stamp.json"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
BASE_PYTHON = str(getattr(sys, "_base_executable", None) or sys.executable)

Command = Sequence[str | Path]


class Problem(Exception):
    """What went wrong and what to do, in the words to print."""


# --- telling -----------------------------------------------------------------------------------------------------


def say(line: str = "") -> None:
    """Print one line at once, so that it stands before what a started program prints."""
    print(line, flush=True)


def title(text: str) -> None:
    """Print a heading."""
    say(f"\n== {text} " + "=" * max(3, 76 - len(text)))


def table(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and values in two columns; a value may have several lines."""
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        first, *rest = value.splitlines() or [""]
        say(f"  {name.ljust(width)}  {first}")
        for line in rest:
            say(f"  {' ' * width}  {line}")


def shown(path: Path) -> str:
    """Return a path relative to this checkout where that is shorter."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def took(start: float) -> str:
    """Return the time since `start` for a person."""
    seconds = time.monotonic() - start
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


# --- running -----------------------------------------------------------------------------------------------------


UNWANTED = {"PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__", "PYTHONDONTWRITEBYTECODE"}


def clean_environment(**more: str) -> dict[str, str]:
    """Return the environment without what would lead a started Python elsewhere than this checkout.

    Nor shall anything keep it from storing what it has compiled: the tests start hundreds of processes, each of which
    would compile all that it loads again, which is a third of its work.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PREFECT_") and name not in UNWANTED
    }
    return kept | {"VIRTUAL_ENV": str(VENV), "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"} | more


def run(command: Command, *, show: str = "", cwd: Path = ROOT, env: dict[str, str] | None = None) -> int:
    """Show a command, run it on this terminal and return its exit code."""
    say(f"$ {show or shlex.join(str(part) for part in command)}")
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env or clean_environment(), check=False
    ).returncode


def read(
    command: Command, *, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command quietly and return what it printed."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env or clean_environment(),
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )


# --- setting up --------------------------------------------------------------------------------------------------


def project() -> dict[str, Any]:
    """Return what `pyproject.toml` says about what we are and what we need, without the options of tools."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        tables = tomllib.load(file)
    return {name: tables[name] for name in ("build-system", "project", "dependency-groups")}


def requirements(group: str | None) -> list[str]:
    """Return the requirements of a dependency group, the groups it includes among them."""
    groups: dict[str, list[str | dict[str, str]]] = project()["dependency-groups"]

    def walk(name: str) -> Iterator[str]:
        for entry in groups[name]:
            if isinstance(entry, dict):
                yield from walk(entry["include-group"])
            else:
                yield entry

    return sorted(set(walk(group))) if group else []


def identity() -> dict[str, str]:
    """Return what an environment is made for; when it changes, another one must be made."""
    return {"python": f"{sys.version} at {os.path.realpath(BASE_PYTHON)}", "folder": str(ROOT)}


def project_digest() -> str:
    """Return a digest of what `pyproject.toml` asks to be installed."""
    return hashlib.sha256(json.dumps(project(), sort_keys=True).encode()).hexdigest()


def stamp() -> dict[str, Any]:
    """Return what an earlier set-up noted, nothing if there was none."""
    try:
        noted: dict[str, Any] = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return noted


def note(groups: set[str]) -> None:
    """Leave the stamp: this environment is ours and holds these groups."""
    STAMP.write_text(
        json.dumps(identity() | {"project": project_digest(), "groups": sorted(groups)}), "utf-8"
    )


def set_up(group: str | None = None) -> None:
    """Make `.venv` hold this checkout, its requirements and those of a group; do nothing when it does already."""
    wanted = group or "run"
    noted = stamp()
    ours = all(noted.get(key) == value for key, value in identity().items()) and PYTHON.exists()
    current = ours and noted["project"] == project_digest()
    if current and wanted in noted["groups"]:
        return

    start = time.monotonic()
    title(
        f"Setting up {shown(VENV)} ({'what the program needs' if group is None else f'what `{group}` needs'})"
    )
    if VENV.exists() and not ours:
        if noted:
            say("  the environment is for another interpreter or folder: making it again")
            shutil.rmtree(VENV)
        else:
            adopt()
    packages = requirements(group)
    say(f"  installing this checkout{' and ' + ', '.join(packages) if packages else ''}")
    install(packages)
    included = {"check": {"check", "test"}}.get(wanted, {wanted})
    note({"run", *included, *(noted["groups"] if current else ())})
    say(f"  ready after {took(start)}")


def adopt() -> None:
    """Accept an environment that somebody else made, if it can work."""
    answer = (
        read([PYTHON, "-c", "import sys; print(sys.version_info >= (3, 11))"]) if PYTHON.exists() else None
    )
    if answer is None or answer.stdout.strip() != "True":
        raise Problem(
            f"{VENV} is there, was not made by dev.py and has no working Python 3.11 or newer.\n"
            "Move it away and start the same command again."
        )
    say("  using the environment that is there, which dev.py did not make")


def install(packages: list[str]) -> None:
    """Install this checkout and further packages with uv, or with pip where uv is missing or fails."""
    wanted = ["--editable", str(ROOT), *packages]
    uv = shutil.which("uv")
    if uv and read([uv, "--version"]).returncode == 0:
        try:
            if not PYTHON.exists():
                watch(
                    [uv, "venv", "--quiet", "--python", BASE_PYTHON, VENV], "making the environment with uv"
                )
                note(set())
            watch([uv, "pip", "install", "--python", PYTHON, *wanted], "installing with uv")
        except Problem as problem:
            say(f"  uv did not succeed, so pip is tried. uv said:\n{problem}")
        else:
            return
    if not PYTHON.exists() or read([PYTHON, "-m", "pip", "--version"]).returncode:
        if PYTHON.exists() and not stamp():
            raise Problem(
                f"{VENV} was not made by dev.py and has no pip.\nMove it away and start the same command again."
            )
        make_environment()
        note(set())
    options = ["--disable-pip-version-check", "--progress-bar=off", "--retries=2"]
    watch([PYTHON, "-m", "pip", "install", *options, *wanted], "installing with pip")


def make_environment() -> None:
    """Make `.venv` with pip in it, by venv or by virtualenv, whichever this Python has."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        watch([BASE_PYTHON, "-m", "venv", "--clear", VENV], "making the environment with venv")
    elif importlib.util.find_spec("virtualenv"):
        watch([sys.executable, "-m", "virtualenv", "--clear", VENV], "making the environment with virtualenv")
    elif found := shutil.which("virtualenv"):
        watch([found, "--clear", "--python", BASE_PYTHON, VENV], "making the environment with virtualenv")
    else:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Problem(
            f"This Python ({BASE_PYTHON}) cannot make a virtual environment: its module venv or ensurepip is missing,\n"
            "and neither uv nor virtualenv was found. One of these helps:\n"
            f"  Debian, Ubuntu:  sudo apt install python{version}-venv     (or python3-venv)\n"
            "  any system:      install uv (https://docs.astral.sh/uv/), or virtualenv with pip or pipx\n"
            "Then start the same command again."
        )


NEWS = re.compile(
    r"\s*(Collecting|Resolved|Prepared|Installed \d|Installing collected|Installing build dependencies: started)\b"
)
UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|Max retries exceeded|[Nn]ame or service not known"
    r"|[Nn]ame resolution|dns error|[Cc]onnection (?:refused|reset)|[Ff]ailed to fetch|error sending request"
    r"|timed out|\(from versions: none\)"
)


def watch(command: Command, what: str) -> None:
    """Run an installer, showing what it is at, and raise a `Problem` with its last words when it fails."""
    say(f"  {what}")
    lines: list[str] = []
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=clean_environment(PYTHONUNBUFFERED="1", NO_COLOR="1"),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if NEWS.match(line):
                say(f"    {progress(line.strip())}")
    if process.returncode == 0:
        return
    last = "\n".join(f"    {line}" for line in lines[-12:])
    if any(UNREACHABLE.search(line) for line in lines):
        raise Problem(
            f"{last}\n"
            "The package index could not be reached, or does not have these packages.\n"
            "Check the network and the proxy (HTTPS_PROXY).\n"
            "To use another index, set PIP_INDEX_URL (for pip) or UV_DEFAULT_INDEX (for uv).\n"
            "Then start the same command again."
        )
    raise Problem(f"{last}\nThe command was: {shlex.join(str(part) for part in command)}")


def progress(line: str) -> str:
    """Shorten one line of an installer to what a person waits for."""
    if match := re.match(r"Collecting ([\w.\[\]-]+)", line):
        return match[1]
    if match := re.match(r"Installing collected packages: (.*)", line):
        return f"unpacking {match[1].count(',') + 1} packages"
    return "the tool that builds this checkout" if line.startswith("Installing build") else line


# --- demo --------------------------------------------------------------------------------------------------------


def demo(arguments: list[str]) -> int:
    """Run the penguins pipeline on an empty home, then look at what was recorded."""
    if arguments:
        raise Problem(f"`demo` takes no arguments, got: {shlex.join(arguments)}")
    set_up()
    pages = have_pages()
    folder = fresh_folder(ROOT / ".demo")
    home = folder / "home"
    environment = clean_environment(PREFECT_HOME=str(home))
    prefect = BIN / ("prefect.exe" if os.name == "nt" else "prefect")

    def step(heading: str, command: Command, show: str) -> None:
        title(heading)
        if code := run(command, show=show, cwd=folder, env=environment):
            raise Problem(f"`{show}` ended with exit code {code}. What it wrote is in {folder}.")

    start = time.monotonic()
    example = ROOT / "examples" / "penguins.py"
    step("1. A pipeline runs", [PYTHON, example], f"python {shown(example)}")
    duration = took(start)
    step("2. What was recorded: the flow runs", [prefect, "flow-run", "ls"], "prefect flow-run ls")
    answer = read([prefect, "flow-run", "ls", "--output", "json"], cwd=folder, env=environment)
    if answer.returncode:
        raise Problem(f"`prefect flow-run ls --output json` ended with {answer.returncode}:\n{answer.stderr}")
    runs: list[dict[str, Any]] = json.loads(answer.stdout)
    outer = [each for each in runs if not each.get("parent_task_run_id")]
    if not outer or outer[0]["state_type"] != "COMPLETED":
        raise Problem(f"The example ran, but {home} has no record of a completed flow run.")
    run_id = str(outer[0]["id"])
    command = [prefect, "flow-run", "inspect", run_id]
    step("3. What was recorded: one run and its tasks", command, f"prefect flow-run inspect {run_id}")

    title("What was done, and where")
    table(
        [
            ("ran", f"{shown(example)} in {duration}, with {shown(PYTHON)}"),
            ("recorded", f"{len(runs)} flow run{'s' if len(runs) > 1 else ''}, with tasks, states and logs"),
            ("home", f"{home}  (PREFECT_HOME)"),
            ("records", files(home, "*.db")),
            ("result", files(folder, "*.db")),
            ("web interface", pages),
        ]
    )
    say("\nNext, in the same home:")
    say(f"  export PREFECT_HOME={shlex.quote(str(home))}")
    say(f"  {shown(BIN)}/prefect flow-run logs {run_id}")
    say(f"  {shown(BIN)}/prefect task-run ls")
    say(f"  {shown(PYTHON)} examples/etl.py")
    say(f"  {shown(BIN)}/prefect server start     # then open http://127.0.0.1:4200 in a browser")
    return 0


def fresh_folder(parent: Path) -> Path:
    """Make a new folder named for the time below `parent`; the four before it stay."""
    parent.mkdir(exist_ok=True)
    for old in sorted(parent.iterdir())[:-4]:
        shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=time.strftime("%Y%m%d-%H%M%S-"), dir=parent))


def files(folder: Path, pattern: str) -> str:
    """Return the files of a folder with their sizes, one to a line."""
    found = sorted(folder.glob(pattern))
    return "\n".join(f"{file}  ({file.stat().st_size / 1024:.0f} kB)" for file in found) or "none"


# --- test --------------------------------------------------------------------------------------------------------


def test(arguments: list[str]) -> int:
    """Run the tests with pytest, all of them or as its arguments say."""
    set_up("test")
    start = time.monotonic()
    title("Running the tests")
    temporary = Path(tempfile.mkdtemp(prefix="prefect-tests-"))
    report_file = temporary / "report.json"
    homes = temporary / "homes"
    command: list[str | Path] = [PYTHON, "-m", "pytest", f"--basetemp={homes}"]
    if not any(
        part in {"--pdb", "no:xdist"} or part.startswith(("-n", "--numprocesses")) for part in arguments
    ):
        # As many processes as there are cores: with more, tests of what is promised in fractions of a second wait
        # for the machine. Who has no tests left takes over some of another's.
        command += ["-n", str(min(os.cpu_count() or 1, 8)), "--dist=worksteal"]
    command += arguments
    code = run(
        command,
        show="pytest " + shlex.join(str(part) for part in command[3:]),
        env=clean_environment(DEV_TEST_REPORT=str(report_file)),
    )
    try:
        report: dict[str, Any] = json.loads(report_file.read_text("utf-8"))
    except (OSError, ValueError):
        report = {}
    if code == 0:
        shutil.rmtree(temporary, ignore_errors=True)

    title("What was run, and where")
    table(
        [
            ("tests", tiers(report) or "none"),
            ("not run", not_run(report)),
            ("python", f"{report.get('python', 'unknown')}, {shown(VENV)}"),
            ("homes", f"one fresh PREFECT_HOME a test, below {homes} ({'removed' if code == 0 else 'kept'})"),
            ("order", order(report)),
            ("time", took(start)),
            ("result", outcome(code, report)),
        ]
    )
    return 1 if code else 0


def tiers(report: dict[str, Any]) -> str:
    """Return one line for each folder of tests with the counts of its outcomes."""
    counts: dict[str, dict[str, int]] = report.get("tiers", {})
    return "\n".join(
        f"{tier}: " + ", ".join(f"{number} {name}" for name, number in sorted(counts[tier].items()))
        for tier in sorted(counts)
    )


def not_run(report: dict[str, Any]) -> str:
    """Return what could not be run, each with its reason."""
    reasons: dict[str, int] = report.get("skipped", {})
    if not reasons:
        return "nothing was left out"
    return "\n".join(f"!! {number} x {reason}" for reason, number in sorted(reasons.items()))


def order(report: dict[str, Any]) -> str:
    """Return how to have the same order of tests again."""
    seed = report.get("seed")
    return (
        "as written"
        if seed is None
        else f"random; the same again: python3 dev.py test --randomly-seed={seed}"
    )


def outcome(code: int, report: dict[str, Any]) -> str:
    """Return the sentence for an exit code of pytest."""
    if code == 0:
        passed = report.get("passed", 0)
        return f"all {passed} tests that were run passed" if passed else "no test was run, as asked"
    return {
        1: "FAILED: see the tests named above",
        2: "FAILED: interrupted, or a file of tests could not be read",
        3: "FAILED: pytest broke down",
        4: "FAILED: pytest does not know these arguments",
        5: "FAILED: no test was found",
    }.get(code, f"FAILED: pytest ended with exit code {code}")


# --- check -------------------------------------------------------------------------------------------------------


def checks() -> list[tuple[str, Command, str]]:
    """Return each check: its name, its command, what to do when it fails."""
    ruff: Command = [PYTHON, "-m", "ruff"]
    types: Command = [PYTHON, "-m", "basedpyright", "--pythonpath", PYTHON]
    again = f"{shown(BIN)}/"
    return [
        ("format", [*ruff, "format", "--check", "--output-format=concise", "."], f"{again}ruff format"),
        (
            "lint",
            [*ruff, "check", "--output-format=concise", "."],
            f"{again}ruff check --fix   (then what is left, by hand)",
        ),
        (
            "floors",
            [BIN / "lint-imports", "--no-cache"],
            "move the import, or the thing it needs, to its floor (ARCHITECTURE.md)",
        ),
        ("types", [*types, "src"], f"{again}basedpyright src"),
        ("typing", [*types, "tests/typing"], f"{again}basedpyright tests/typing"),
        ("mypy", [PYTHON, "-m", "mypy"], f"{again}mypy"),
    ]


def check(arguments: list[str]) -> int:
    """Check format, lint, floors, types and the web interface; report all of them."""
    known = checks()
    lacking = why_no_node()
    if lacking is None:
        command = [sys.executable, ROOT / "dev.py", "ui", "check"]
        known.append(("ui", command, "see above; the files are in ui/"))
    names = [name for name, _, _ in known]
    if unknown := set(arguments) - {*names, "ui"}:
        raise Problem(f"`check` does not know {', '.join(sorted(unknown))}; it knows {', '.join(names)}.")
    start = time.monotonic()
    results = side_by_side([each for each in known if not arguments or each[0] in arguments])
    done = [result for result, _ in results]
    failed = sum(has_failed for _, has_failed in results)
    if lacking is not None and (not arguments or "ui" in arguments):
        done.append(("ui", f"!! NOT CHECKED: {lacking}"))
    title("What was checked")
    table(done)
    made = len(results)
    verdict = f"{failed} of {made} checks FAILED" if failed else f"all {made} checks that were made passed"
    say(f"\n  {verdict} in {took(start)}, in {ROOT}")
    return 1 if failed else 0


def side_by_side(wanted: Sequence[tuple[str, Command, str]]) -> list[tuple[tuple[str, str], bool]]:
    """Run checks, as many at once as there are cores, and print what each said in one piece.

    The web interface begins while the environment of the others is still made, which it does not need.
    """

    def once(command: Command) -> tuple[int, str, str]:
        begun = time.monotonic()
        done = read(command)
        return done.returncode, done.stdout + done.stderr, took(begun)

    results: list[tuple[tuple[str, str], bool]] = []
    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as lanes:
        early = {name: lanes.submit(once, command) for name, command, _ in wanted if name == "ui"}
        set_up("check")
        # The longest first, so that none of them is left alone at the end.
        order = sorted(wanted, key=lambda each: LONG.index(each[0]) if each[0] in LONG else len(LONG))
        running = early | {
            name: lanes.submit(once, command) for name, command, _ in order if name not in early
        }
        for name, command, remedy in wanted:
            code, said, seconds = running[name].result()
            title(name)
            say(f"$ {shlex.join(shown(Path(part)) for part in command)}")
            say(said.rstrip())
            verdict = f"FAILED ({seconds}): {remedy}" if code else f"passed ({seconds})"
            results.append(((name, verdict), bool(code)))
    return results


LONG = ("types", "mypy", "typing")


# --- ui ----------------------------------------------------------------------------------------------------------

UI = ROOT / "ui"
BUILT = ROOT / "src" / "prefect" / "server" / "ui" / "static"
OLDEST_NODE = (20, 19)
# Not `npm ci`: that fails where a registry lacks the binaries for other systems. The lock holds all the same.
FETCH = ("install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")


def why_no_node() -> str | None:
    """Return why the web interface cannot be built here, None if it can."""
    wanted = f"Node {OLDEST_NODE[0]}.{OLDEST_NODE[1]} or newer, with npm (https://nodejs.org)"
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return f"this needs {wanted}; it was not found"
    version = read([node, "--version"]).stdout.strip()
    found = re.match(r"v(\d+)\.(\d+)", version)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_NODE:
        return f"this needs {wanted}; {node} is {version or 'broken'}"
    return None


def has_packages() -> bool:
    """Whether what the web interface is built with is there, as its lock says."""
    installed = UI / "node_modules" / ".package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= (UI / "package-lock.json").stat().st_mtime


def is_built() -> bool:
    """Whether the pages are there, and none of what they are made of has changed since."""
    page = BUILT / "index.html"
    if not page.exists():
        return False
    sources = [UI / name for name in ("index.html", "openapi.json", "package-lock.json", "vite.config.ts")]
    sources += [path for part in ("src", "public") for path in (UI / part).rglob("*")]
    generated = UI / "src" / "api" / "schema.gen.ts"
    newest = max(path.stat().st_mtime for path in sources if path.is_file() and path != generated)
    return newest <= page.stat().st_mtime


def have_pages() -> str:
    """Build the web interface if that is needed and can be done, and return one line about it; all else goes on."""
    if is_built():
        return f"{shown(BUILT)}; a server serves it"
    is_there = (BUILT / "index.html").exists()
    older = "; an older build is served" if is_there else "; a server does all the rest without it"
    if lacking := why_no_node():
        return f"!! not built{' again' if is_there else ''}: {lacking}; then run python3 dev.py ui{older}"
    say("\nBuilding the web interface, once; this takes half a minute.")
    done = read([sys.executable, ROOT / "dev.py", "ui", "build"])
    if done.returncode:
        return f"!! it could not be built; python3 dev.py ui says why{older}"
    return f"{shown(BUILT)}; a server serves it"


def ui(arguments: list[str]) -> int:
    """Build the web interface into the package, which a server then serves; or check it."""
    if len(arguments) > 1 or set(arguments) - {"build", "check", "dev", "document"}:
        raise Problem("`ui` takes one of build, check, dev and document, or nothing, which builds.")
    verb = arguments[0] if arguments else "build"
    if verb == "document":
        set_up()
        return run([PYTHON, ROOT / "tools" / "ui_document.py"])
    if lacking := why_no_node():
        raise Problem(f"The web interface was not built: {lacking}.")
    start = time.monotonic()
    npm = str(shutil.which("npm"))
    if not has_packages():
        title("Fetching what the web interface is built with")
        if run([npm, *FETCH], show=f"npm {shlex.join(FETCH)}", cwd=UI):
            raise Problem("The packages could not be fetched. Check the network and npm's registry.")
        (UI / "node_modules" / ".package-lock.json").touch()
    title(f"The web interface: {verb}")
    code = run([npm, "run", "--silent", verb], show=f"npm run {verb}", cwd=UI)
    if verb != "dev":
        title("What was done, and where")
        table(
            [
                ("built", f"{shown(BUILT)}; `prefect server start` serves it"),
                ("time", took(start)),
                ("result", "FAILED: see above" if code else "passed" if verb == "check" else "built"),
            ]
        )
    return 1 if code else 0


# --- bench -------------------------------------------------------------------------------------------------------


def bench(arguments: list[str]) -> int:
    """Measure this checkout, beside another installation with `--peer`."""
    set_up()
    start = time.monotonic()
    title("Measuring")
    code = run([PYTHON, ROOT / "benchmarks" / "run.py", *arguments])
    title("What was measured, and where")
    table(
        [
            ("ran", f"benchmarks/run.py {shlex.join(arguments)}".rstrip()),
            ("python", f"{sys.version.split()[0]}, {shown(VENV)}"),
            ("time", took(start)),
            ("result", f"FAILED with exit code {code}" if code else "measured; the figures are above"),
        ]
    )
    return 1 if code else 0


# --- compat ------------------------------------------------------------------------------------------------------


def compat(arguments: list[str]) -> int:
    """Check the published package against this checkout: its client, our server, and the other way round."""
    set_up()
    start = time.monotonic()
    title("Talking to the published package")
    code = run([PYTHON, ROOT / "tools" / "compat" / "run.py", *arguments])
    title("What was checked, and where")
    table(
        [
            ("ran", f"tools/compat/run.py {shlex.join(arguments)}".rstrip()),
            ("python", f"{sys.version.split()[0]}, {shown(VENV)}"),
            ("time", took(start)),
            ("result", f"FAILED with exit code {code}" if code else "passed; the table is above"),
        ]
    )
    return 1 if code else 0


# --- help --------------------------------------------------------------------------------------------------------


def show_help(arguments: list[str]) -> int:
    """Say what this file can do, or what one verb does."""
    if arguments and arguments[0] in VERBS:
        say(DETAILS[arguments[0]].strip())
        return 0
    say("python3 dev.py VERB [arguments]\n")
    table([(name, (verb.__doc__ or "").splitlines()[0]) for name, verb in VERBS.items()])
    say("\nEach verb installs what it needs into .venv beside this file; nothing else has to be done before.")
    say("`python3 dev.py help VERB` tells more about one.")
    return 0


VERBS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "test": test,
    "check": check,
    "ui": ui,
    "bench": bench,
    "compat": compat,
    "help": show_help,
}

DETAILS = {
    "demo": """
python3 dev.py demo

Runs examples/penguins.py with a new, empty PREFECT_HOME below .demo, then `prefect flow-run ls` and
`prefect flow-run inspect` on what it recorded. Your own home is not touched. The last five demos are kept.
Where Node is, the web interface is built first if it is not there yet or has changed.
""",
    "test": """
python3 dev.py test [arguments of pytest]

Runs all tests, or what the arguments choose, in one process per core and one more, and in random order:

    python3 dev.py test tests/unit
    python3 dev.py test -k retries -x
    python3 dev.py test -n 0 --pdb tests/unit/test_house.py

What this machine lacks is named at the end with the tests it cost. No test found is a failure.
""",
    "check": """
python3 dev.py check [names]

Checks the format and the lint rules (ruff), the floors (import-linter), the types of src (basedpyright, strict),
the typing tests (basedpyright and mypy) and, where Node is, the web interface (`ui check`). All are run, as many at
once as there are cores, and all are reported. With names, only those:

    python3 dev.py check format lint
""",
    "ui": """
python3 dev.py ui [build | check | dev | document]

Builds the web interface of ui/ into src/prefect/server/ui/static, from where a server serves it. Needs Node.

    build      the same; what it needs is fetched first
    check      its types, its lint rules and its tests, then the build and its size
    dev        serves it with what is changed at once, beside a server at port 4200
    document   writes ui/openapi.json, of which its types are made, from the routes; needs no Node
""",
    "bench": """
python3 dev.py bench [--peer PYTHON] [--only NAME,NAME] [--quick] [--out FILE] [--list]

Runs benchmarks/run.py with these arguments. With --peer, the interpreter of another environment that has a `prefect`
package, each workload runs on both sides in turn, so that the figures can be compared. --list names the workloads.
""",
    "compat": """
python3 dev.py compat [--peer PYTHON] [--only NAME,NAME] [--pair NAME] [--list]

Runs the scripts of tools/compat/scenarios twice: by the published client on our server (their-client), and by our
client on the published server (our-client). Each has a home of its own and claims what it reads back. The pair
`control` is the published client on its own server, `ours` is our client on our server. Without --peer, the interpreter
of an environment with the published package, one is made in .compat from the pins in tools/compat/requirements.txt;
that needs the package index. This is no part of `test`.
""",
    "help": """
python3 dev.py help [VERB]
""",
}


def main(arguments: list[str]) -> int:
    """Do what the command line says and return the exit code."""
    verb, *rest = arguments or ["help"]
    if verb in {"-h", "--help"}:
        verb = "help"
    if verb not in VERBS:
        say(f"dev.py does not know {verb!r}.\n")
        show_help([])
        return 2
    if verb != "help" and rest[:1] in (["-h"], ["--help"]):
        verb, rest = "help", [verb]
    try:
        return VERBS[verb](rest)
    except Problem as problem:
        say(f"\n{problem}")
        say(f"\n`dev.py {verb}` FAILED.")
        return 1
    except KeyboardInterrupt:
        say(f"\n`dev.py {verb}` was interrupted.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
