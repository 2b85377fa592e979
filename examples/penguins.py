"""Palmer Penguins: a pipeline on real data, from a CSV file to a SQLite database and a table.

    python examples/penguins.py [--csv FILE] [--database FILE]

Every row is validated. Rows that fail are set aside with their reason; the others are summarised and loaded
per species, in parallel. Each run rebuilds the database (by default `penguins.db` in the current directory).
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, Field, ValidationError, model_validator

from prefect import State, Task, flow, get_run_logger, task, unmapped
from prefect.tasks import exponential_backoff

if TYPE_CHECKING:
    from collections.abc import Generator

    from prefect.client.schemas.objects import TaskRun

MEASURES = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
TABLES = """
CREATE TABLE IF NOT EXISTS penguins (line INTEGER PRIMARY KEY, species TEXT NOT NULL, island TEXT NOT NULL,
    bill_length_mm REAL NOT NULL, bill_depth_mm REAL NOT NULL, flipper_length_mm INTEGER NOT NULL,
    body_mass_g INTEGER NOT NULL, sex TEXT);
CREATE TABLE IF NOT EXISTS statistics (species TEXT, measure TEXT, count INTEGER NOT NULL, mean REAL NOT NULL,
    sd REAL, PRIMARY KEY (species, measure));
CREATE TABLE IF NOT EXISTS rejects (line INTEGER PRIMARY KEY, reason TEXT NOT NULL, content TEXT NOT NULL);
DELETE FROM penguins; DELETE FROM statistics; DELETE FROM rejects;
"""


class Penguin(BaseModel):
    """One bird as measured; `line` is where the file has it."""

    line: int
    species: Literal["Adelie", "Chinstrap", "Gentoo"]
    island: Literal["Biscoe", "Dream", "Torgersen"]
    bill_length_mm: Annotated[float, Field(gt=0, lt=100)]
    bill_depth_mm: Annotated[float, Field(gt=0, lt=100)]
    flipper_length_mm: Annotated[int, Field(gt=0, lt=500)]
    body_mass_g: Annotated[int, Field(gt=0, lt=20_000)]
    sex: Literal["female", "male"] | None = None

    @model_validator(mode="before")
    @classmethod
    def leave_out_missing(cls, row: dict[str, Any]) -> dict[str, Any]:
        """The file writes NA for what was not measured."""
        return {name: value for name, value in row.items() if value != "NA"}


class Reject(NamedTuple):
    """A row that is not a valid penguin, and why."""

    line: int
    reason: str
    content: str


@dataclass(frozen=True)
class Summary:
    """One species: how many birds, and each measure's mean and standard deviation (NaN for one bird)."""

    species: str
    rows: int
    measures: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Report:
    """What a run found; as text, a table."""

    summaries: list[Summary]
    set_aside: int

    def __str__(self) -> str:
        lines = [("species", "rows", *(name.replace("_", " ") for name in MEASURES))]
        for summary in self.summaries:
            figures = (f"{mean:,.1f} ({sd:.1f})" for mean, sd in summary.measures.values())
            lines.append((summary.species, str(summary.rows), *figures))
        table = [f"{name:<9}{rows:>6}" + "".join(map("{:>19}".format, cells)) for name, rows, *cells in lines]
        return "\n".join([*table, "Figures: mean (standard deviation).", f"Rows set aside: {self.set_aside}"])


@contextmanager
def transaction(database: Path) -> Generator[sqlite3.Connection]:
    """One write transaction: committed at the end, rolled back on an error."""
    with closing(sqlite3.connect(database, timeout=0.5)) as connection, connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def is_locked(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Only a lock goes away by itself; no other error of the database is worth a retry."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


@task
def read_rows(csv_file: Path) -> list[dict[str, Any]]:
    """Read the file; each row also gets its line number."""
    with csv_file.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if missing := Penguin.model_fields.keys() - {"line", *(reader.fieldnames or ())}:
            raise ValueError(f"{csv_file} is no penguins table: it lacks {', '.join(sorted(missing))}")
        rows = [{**row, "line": reader.line_num} for row in reader]
    get_run_logger().info("Read %d rows from %s", len(rows), csv_file.name)
    return rows


@task
def validate_rows(rows: list[dict[str, Any]]) -> tuple[list[Penguin], list[Reject]]:
    """Separate the valid penguins from the rows to set aside."""
    penguins: list[Penguin] = []
    rejects: list[Reject] = []
    for row in rows:
        try:
            penguins.append(Penguin.model_validate(row))
        except ValidationError as error:
            reason = "; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors())
            rejects.append(Reject(row["line"], reason, json.dumps(row)))
    get_run_logger().info("%d rows are valid, %d are set aside", len(penguins), len(rejects))
    return penguins, rejects


@task(retries=5, retry_delay_seconds=exponential_backoff(0.2), retry_condition_fn=is_locked)
def start_database(database: Path, rejects: list[Reject]) -> None:
    """Make the tables, empty them, and keep the rows that were set aside."""
    with transaction(database) as connection:
        for statement in TABLES.split(";"):  # executescript would commit in between
            connection.execute(statement)
        connection.executemany("INSERT INTO rejects VALUES (?, ?, ?)", rejects)


@task(task_run_name="summarise {species}")
def summarise(species: str, penguins: list[Penguin]) -> Summary:
    """Count one species and describe its measures."""
    measures: dict[str, tuple[float, float]] = {}
    for name in MEASURES:
        values = [float(getattr(penguin, name)) for penguin in penguins]
        measures[name] = fmean(values), stdev(values) if len(values) > 1 else nan
    return Summary(species, len(penguins), measures)


@task(
    task_run_name="load {species}",
    retries=5,
    retry_delay_seconds=exponential_backoff(0.2),
    retry_condition_fn=is_locked,
)
def load_species(species: str, penguins: list[Penguin], summary: Summary, database: Path) -> Summary:
    """Store one species, whole or not at all: that makes a retry safe."""
    birds = [tuple(penguin.model_dump().values()) for penguin in penguins]
    statistics = [(species, name, summary.rows, *figures) for name, figures in summary.measures.items()]
    with transaction(database) as connection:
        connection.executemany("INSERT INTO penguins VALUES (?, ?, ?, ?, ?, ?, ?, ?)", birds)
        connection.executemany("INSERT INTO statistics VALUES (?, ?, ?, ?, ?)", statistics)
    get_run_logger().info("Loaded %d penguins of species %s", len(penguins), species)
    return summary


@flow(name="Palmer Penguins")
def penguin_pipeline(csv_file: Path, database: Path) -> Report:
    """Read, validate, summarise and load the penguins of a CSV file."""
    penguins, rejects = validate_rows(read_rows(csv_file))
    start_database(database, rejects)
    species = sorted({penguin.species for penguin in penguins})
    birds = [[penguin for penguin in penguins if penguin.species == name] for name in species]
    summaries = summarise.map(species, birds)
    loaded = load_species.map(species, birds, summaries, unmapped(database))
    return Report(loaded.result(), len(rejects))


def main() -> None:
    """Run the pipeline from the command line and print its report."""
    parser = argparse.ArgumentParser(description="Load the Palmer Penguins into a SQLite database.")
    parser.add_argument("--csv", type=Path, default=Path(__file__).with_name("data") / "penguins.csv")
    parser.add_argument("--database", type=Path, default="penguins.db")
    options = parser.parse_args()
    if not options.csv.is_file():
        parser.error(f"there is no file {options.csv}; name an existing one with --csv")
    if not options.database.absolute().parent.is_dir():
        parser.error(f"{options.database} is in no existing directory; make it or change --database")
    print(penguin_pipeline(options.csv, options.database), f"Database: {options.database}", sep="\n")


if __name__ == "__main__":
    main()
