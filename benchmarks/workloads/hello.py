"""The smallest script: one flow, one task."""

from figures import expect, peak_kb, report

from prefect import flow, task


@task
def greet() -> str:
    return "hello"


@flow
def hello() -> str:
    return greet()


if __name__ == "__main__":
    expect(hello(), "hello")
    report(peak_mb=peak_kb() / 1024)
