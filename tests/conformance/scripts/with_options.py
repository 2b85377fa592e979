"""`with_options` makes a copy with other options; the original stays."""

from prefect import flow, task


@task(retries=0, tags=["a"])
def step(number: int = 1) -> int:
    return number


@flow(name="original", version="1", retries=1, retry_delay_seconds=0)
def pipeline() -> int:
    return step.with_options(name="renamed", tags=["b"])(3)


if __name__ == "__main__":
    other = step.with_options(name="other", retries=4, retry_delay_seconds=[1, 2], timeout_seconds=9)
    print(step.name, step.retries, step.timeout_seconds, sorted(step.tags))
    print(other.name, other.retries, other.retry_delay_seconds, other.timeout_seconds, sorted(other.tags))
    changed = pipeline.with_options(
        name="changed", version="2", retries=0, description="new", timeout_seconds=5
    )
    print(pipeline.name, pipeline.version, pipeline.retries, pipeline.description, pipeline.timeout_seconds)
    print(changed.name, changed.version, changed.retries, changed.description, changed.timeout_seconds)
    print(pipeline(), changed(), other(8))
    kept = changed.with_options(log_prints=True)
    print(kept.name, kept.log_prints, changed.log_prints)
