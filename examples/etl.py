"""The smallest pipeline worth the name: three tasks, one flow, nothing to set up.

    python examples/etl.py

Each task's return value is the next one's argument, so the recorded run shows who fed whom.
"""

from __future__ import annotations

from typing import TypedDict

from prefect import flow, get_run_logger, task


class Reading(TypedDict):
    """One temperature as a weather station reports it."""

    station: str
    celsius: float


@task
def extract(source: str) -> list[Reading]:
    """Fetch the readings of a source; here they are made up, so that nothing needs a network."""
    get_run_logger().info("Reading from %s", source)
    return [
        {"station": "harbour", "celsius": 4.5},
        {"station": "summit", "celsius": -7.0},
        {"station": "valley", "celsius": 11.0},
    ]


@task
def transform(readings: list[Reading]) -> dict[str, float]:
    """Turn readings into degrees Fahrenheit by station."""
    get_run_logger().info("Converting %d readings", len(readings))
    return {reading["station"]: reading["celsius"] * 9 / 5 + 32 for reading in readings}


@task
def load(fahrenheit: dict[str, float]) -> dict[str, bool]:
    """Hand the rows to their destination; a real one would be a table or a file."""
    get_run_logger().info("Writing %d rows", len(fahrenheit))
    return {"loaded": True}


@flow(name="ETL Pipeline")
def etl(source: str) -> dict[str, bool]:
    """Extract, transform, load."""
    return load(transform(extract(source)))


if __name__ == "__main__":
    print(etl("https://weather.example/readings"))
