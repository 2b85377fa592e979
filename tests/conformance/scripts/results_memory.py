"""`cache_result_in_memory`, `persist_result` on a flow, and results of subflows and futures kept in memory."""

from prefect import flow, task


@task(cache_result_in_memory=False)
def uncached() -> int:
    return 1


@task(cache_result_in_memory=False, persist_result=True)
def stored() -> int:
    return 2


@flow
def child() -> int:
    return 3


@flow(persist_result=True)
def parent() -> int:
    state = stored(return_state=True)
    print(state.result())
    print(uncached())
    state = child(return_state=True)
    print(state.result(), state.result())
    return 4


if __name__ == "__main__":
    state = parent(return_state=True)
    print(state.result(), state.result())
