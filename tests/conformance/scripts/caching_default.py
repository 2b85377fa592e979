"""The default policy caches within a flow run by inputs and source; without results persisted nothing is kept."""

from prefect import flow, task

calls: list[str] = []


@task(persist_result=True)
def kept(number: int) -> int:
    calls.append("kept")
    return number


@task
def not_kept(number: int) -> int:
    calls.append("not kept")
    return number


@flow
def pipeline() -> None:
    print([kept(1, return_state=True).name, kept(1, return_state=True).name, kept(2, return_state=True).name])
    print([not_kept(1, return_state=True).name, not_kept(1, return_state=True).name])


if __name__ == "__main__":
    pipeline()
    pipeline()
    print(calls)
    print(type(kept.cache_policy).__name__, kept.persist_result, not_kept.persist_result)
