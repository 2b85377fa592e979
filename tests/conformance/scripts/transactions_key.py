"""A transaction with a key writes what is staged when it is committed, and finds it the next time."""

from prefect import flow
from prefect.results import get_result_store
from prefect.transactions import transaction


@flow(persist_result=True)
def pipeline(number: int) -> str:
    with transaction(key="conformance-report", store=get_result_store()) as current:
        if current.is_committed():
            return f"found {current.read().result}"
        current.stage({"number": number})
    return f"made {number}"


@flow(persist_result=True)
def broken() -> None:
    with transaction(key="conformance-broken", store=get_result_store()) as current:
        current.stage("never written")
        raise ValueError("before the commit")


@flow(persist_result=True)
def overwritten(number: int) -> bool:
    with transaction(key="conformance-report", store=get_result_store(), overwrite=True) as current:
        committed = current.is_committed()
        current.stage({"number": number})
    return committed


if __name__ == "__main__":
    print(pipeline(1), pipeline(2))
    print(broken(return_state=True).name, get_result_store().exists("conformance-broken"))
    print(overwritten(3), pipeline(4))
