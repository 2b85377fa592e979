"""One run: a fresh process on a fresh home, its figures, and how busy the machine was with something else."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalogue import Workload

WORKLOADS = Path(__file__).parent / "workloads"
TIMEOUT_S = 900
MARK = "FIGURES "

Figures = dict[str, float]


class RunFailed(Exception):
    """A run ended badly, or did not report its figures."""


@dataclass
class Side:
    """An interpreter with a `prefect` package, and a home that it has used once."""

    name: str
    python: str
    scratch: Path
    version: str = ""
    used_home: Path | None = field(default=None, repr=False)

    def prepare(self) -> None:
        """Find the package and compile it, so that no run pays for that."""
        find = (
            "import compileall, os, prefect\n"
            "compileall.compile_dir(os.path.dirname(prefect.__file__), quiet=2)\n"
            "print(prefect.__version__)"
        )
        output = run_process([self.python, "-c", find], self.home(empty=True))
        self.version = output.split()[-1]

    def home(self, *, empty: bool) -> Path:
        """Make a home for one run."""
        home = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=self.scratch))
        if not empty:
            if self.used_home is None:
                self.used_home = self.home(empty=True)
                run_process([self.python, "hello.py"], self.used_home)
            shutil.copytree(self.used_home, home, dirs_exist_ok=True)
        return home

    def command(self, workload: Workload, n: int) -> list[str]:
        """The command line of a workload under this interpreter."""
        arguments = [argument.format(n=n) for argument in workload.arguments]
        if workload.script != "prefect":
            return [self.python, workload.script, *arguments]
        # Not resolved: the interpreter of a virtual environment is a link to another directory.
        executable = Path(self.python).absolute().with_name("prefect")
        return [*([str(executable)] if executable.exists() else [self.python, "-m", "prefect"]), *arguments]

    def measure(self, workload: Workload, n: int) -> Figures:
        """Run a workload once."""
        home = self.home(empty=workload.empty_home)
        busy, cpu, wall = machine_busy_s(), children_cpu_s(), perf_counter()
        output = run_process(self.command(workload, n), home)
        wall, cpu = perf_counter() - wall, children_cpu_s() - cpu
        figures: Figures = {"wall_s": wall, "cpu_s": cpu}
        if busy is not None and (now := machine_busy_s()) is not None:
            figures["other_cores"] = max(0.0, now - busy - cpu) / wall
        figures |= read_figures(output)
        shutil.rmtree(home, ignore_errors=True)
        if missing := [name for name in workload.figures if name not in figures]:
            raise RunFailed(f"{workload.name} under {self.python} did not report {', '.join(missing)}")
        return figures


def environment(home: Path) -> dict[str, str]:
    """The caller's environment without what would configure Prefect or Python, and with an own home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "PYTHON"))}
    return kept | {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        # On a small machine the server that the peer starts for a script needs longer than it allows itself.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    }


def run_process(command: list[str], home: Path) -> str:
    """Run to the end and return what was printed; whatever is left of it when it hangs is stopped."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env=environment(home),
            cwd=WORKLOADS,
            start_new_session=True,
        )
        try:
            code = process.wait(TIMEOUT_S)
        except BaseException as error:  # whatever ends the wait, the workload must not go on
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise RunFailed(f"{' '.join(command)} did not end within {TIMEOUT_S} s") from None
            raise
        output.seek(0)
        errors.seek(0)
        text = output.read()
        if code:
            raise RunFailed(
                f"{' '.join(command)} ended with code {code}:\n{text[-500:]}{errors.read()[-2000:]}"
            )
        return text


def read_figures(output: str) -> Figures:
    """The figures that a script reported."""
    lines = [line for line in output.splitlines() if line.startswith(MARK)]
    return json.loads(lines[-1].removeprefix(MARK)) if lines else {}


def children_cpu_s() -> float:
    """CPU time of the processes that have ended under this one, with those that they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def machine_busy_s() -> float | None:
    """CPU time of the whole machine since it started; None where the system does not tell."""
    try:
        first, _, _ = Path("/proc/stat").read_text().partition("\n")
    except OSError:
        return None
    user, nice, system, _idle, _iowait, irq, softirq, steal, *_ = map(int, first.split()[1:])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
