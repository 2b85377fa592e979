"""The results as a person reads them."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalogue import Workload
    from process import Figures

Runs = dict[str, list["Figures"]]


def medians(runs: Runs, name: str) -> dict[str, float]:
    """The median of a figure per side, of the sides that have it."""
    return {
        side: median(run[name] for run in done) for side, done in runs.items() if done and name in done[0]
    }


def number(value: float | None) -> str:
    """At least three digits that count, and no exponent."""
    if value is None:
        return "-"
    if value and abs(value) < 1:
        return f"{value:.3f}"
    return f"{value:,.{max(0, 3 - len(str(int(abs(value)))))}f}"


def render(workload: Workload, command: list[str], runs: Runs) -> str:
    """One workload: a heading, then a line per figure with ours, the peer's and their ratio."""
    sizes = [f"{int(run[0]['n']):,}" for run in runs.values() if run and "n" in run[0]]
    counts = [str(len(done)) for done in runs.values()]
    noise = [number(value) for value in medians(runs, "other_cores").values()]
    heading = f"{workload.name}: {workload.about} ({' '.join(command)})"
    facts = [f"runs {' / '.join(counts)}"]
    if sizes:
        facts.insert(0, f"n {' / '.join(sizes)}")
    if noise:
        facts.append(f"other cores {' / '.join(noise)}")
    lines = [heading, "  " + ", ".join(facts)]
    for name in workload.figures:
        values = medians(runs, name)
        ours, peer = values.get("ours"), values.get("peer")
        ratio = f"{peer / ours:.1f} x" if ours and peer and ours > 0 and peer > 0 else "-"
        lines.append(f"  {name:<22}{number(ours):>12}{number(peer):>12}{ratio:>12}")
    return "\n".join(lines)


HEAD = f"  {'figure (median)':<22}{'ours':>12}{'peer':>12}{'peer/ours':>12}"
