"""The examples, run as a stranger runs them: in a new process, on an empty home."""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
CSV = EXAMPLES / "data" / "penguins.csv"
HEADER = "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex\n"


@pytest.fixture
def run(tmp_path: Path):
    """Run an example in an empty directory and return what it printed and its exit code."""

    def run(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(EXAMPLES / name), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    return run


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    """What a query finds in a database."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def content(database: Path) -> list[str]:
    """Every row of every table, as SQL."""
    with closing(sqlite3.connect(database)) as connection:
        return sorted(connection.iterdump())


def test_etl_prints_what_it_loaded(run):
    """The smallest example runs on an empty home, prints its result and logs a line per task."""
    done = run("etl.py")
    assert (done.returncode, done.stdout) == (0, "{'loaded': True}\n"), done.stderr
    for line in ("Reading from https://weather.example/readings", "Converting 3 readings", "Writing 3 rows"):
        assert line in done.stderr


def test_data_is_the_whole_published_data_set():
    """The shipped file has all 344 penguins, with the gaps that the published one has."""
    with CSV.open(newline="", encoding="utf-8") as file:
        penguins = list(csv.DictReader(file))
    species = [penguin["species"] for penguin in penguins]
    assert {name: species.count(name) for name in species} == {"Adelie": 152, "Chinstrap": 68, "Gentoo": 124}
    assert sum(penguin["sex"] == "NA" for penguin in penguins) == 11
    measured = [int(penguin["body_mass_g"]) for penguin in penguins if penguin["body_mass_g"] != "NA"]
    assert (len(measured), sum(measured)) == (342, 1_437_000)


def test_penguins_prints_a_table_per_species(run):
    """The penguins example prints the figures of each species and how many rows it set aside."""
    done = run("penguins.py")
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "Adelie 151 38.8 (2.7) 18.3 (1.2) 190.0 (6.5) 3,700.7 (458.6)" in lines
    assert "Chinstrap 68 48.8 (3.3) 18.4 (1.1) 195.8 (7.1) 3,733.1 (384.3)" in lines
    assert "Gentoo 123 47.5 (3.1) 15.0 (1.0) 217.2 (6.5) 5,076.0 (504.1)" in lines
    assert "Rows set aside: 2\nDatabase: penguins.db\n" in done.stdout


def test_penguins_loads_a_database(run, tmp_path):
    """Valid penguins, statistics and rejected rows with their reason end up in the database."""
    database = tmp_path / "birds.db"
    done = run("penguins.py", "--database", database)
    assert done.returncode == 0, done.stderr
    counts = rows(database, "SELECT species, count(*) FROM penguins GROUP BY species")
    assert counts == [("Adelie", 151), ("Chinstrap", 68), ("Gentoo", 123)]
    assert rows(database, "SELECT * FROM penguins WHERE line = 10") == [
        (10, "Adelie", "Torgersen", 34.1, 18.1, 193, 3475, None)
    ]
    statistics = "SELECT count, round(mean, 3), round(sd, 3) FROM statistics"
    assert rows(database, f"{statistics} WHERE species = 'Gentoo' AND measure = 'body_mass_g'") == [
        (123, 5076.016, 504.116)
    ]
    assert rows(database, "SELECT count(*) FROM statistics") == [(12,)]
    rejects = rows(database, "SELECT line, reason FROM rejects ORDER BY line")
    assert [line for line, _ in rejects] == [5, 273]
    assert "bill_length_mm: Field required" in str(rejects[0][1])


def test_penguins_run_twice_leaves_the_same_database(run, tmp_path):
    """A second run does not double a row."""
    assert run("penguins.py").returncode == 0
    first = content(tmp_path / "penguins.db")
    assert run("penguins.py").returncode == 0
    assert content(tmp_path / "penguins.db") == first


def test_penguins_mirrors_the_last_file(run, tmp_path):
    """A run on another file replaces what an earlier run loaded, even a species that is gone."""
    small = tmp_path / "small.csv"
    small.write_text(HEADER + "Gentoo,Biscoe,50,15,220,5000,NA\nDodo,Biscoe,1,1,1,1,male\nGentoo,Biscoe,50\n")
    assert run("penguins.py").returncode == 0
    done = run("penguins.py", "--csv", small)
    assert done.returncode == 0, done.stderr
    assert "Rows set aside: 2" in done.stdout
    assert rows(tmp_path / "penguins.db", "SELECT line, species FROM penguins") == [(2, "Gentoo")]
    assert rows(tmp_path / "penguins.db", "SELECT DISTINCT species, count, sd FROM statistics") == [
        ("Gentoo", 1, None)
    ]
    reasons = dict(rows(tmp_path / "penguins.db", "SELECT line, reason FROM rejects"))
    assert sorted(reasons) == [3, 4]
    assert str(reasons[3]).startswith("species: Input should be 'Adelie'")


def test_penguins_waits_for_a_locked_database(tmp_path):
    """Another program that holds the database only delays the pipeline: the tasks that write are retried."""
    database = tmp_path / "penguins.db"
    command = [sys.executable, str(EXAMPLES / "penguins.py"), "--database", str(database)]
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as pipeline:
            assert pipeline.stderr
            seen = next((line for line in pipeline.stderr if "database is locked" in line), None)
            other.rollback()
            output, errors = pipeline.communicate()
    assert seen, "the pipeline did not meet the lock"
    assert pipeline.returncode == 0, errors
    assert "Rows set aside: 2" in output


def test_penguins_names_a_missing_file(run):
    """A file that is not there is named in one clear sentence, and nothing is run."""
    done = run("penguins.py", "--csv", "nowhere.csv")
    assert done.returncode == 2
    assert "there is no file nowhere.csv; name an existing one with --csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_penguins_names_a_missing_directory(run):
    """A database in a directory that is not there is refused before the pipeline starts."""
    done = run("penguins.py", "--database", "no/such/penguins.db")
    assert done.returncode == 2
    assert "penguins.db is in no existing directory" in done.stderr


def test_penguins_names_missing_columns(run, tmp_path):
    """A file that is another table fails, naming the columns it lacks."""
    other = tmp_path / "other.csv"
    other.write_text("species,island\nAdelie,Dream\n")
    done = run("penguins.py", "--csv", other)
    assert done.returncode == 1
    assert "is no penguins table: it lacks bill_depth_mm, bill_length_mm" in done.stderr
