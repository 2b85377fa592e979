"""A persisted result is read by a second process under its storage key."""

import os
import subprocess
import sys

from prefect import flow, task
from prefect.results import ResultStore


@task(persist_result=True, result_storage_key="of-task-{parameters[number]}.pkl")
def compute(number: int) -> dict[str, int]:
    print("computing")
    return {"value": number * 2}


@flow(persist_result=True)
def pipeline() -> list[int]:
    print(compute(21))
    return [1, 2]


def read_back() -> None:
    store = ResultStore()
    record = store.read("of-task-21.pkl")
    print(record.result, record.metadata.storage_key, record.metadata.expiration)
    print(store.exists("of-task-21.pkl"), store.exists("nothing.pkl"))
    try:
        store.read("nothing.pkl")
    except ValueError:
        print("a ValueError")


if __name__ == "__main__":
    if "SECOND" in os.environ:
        read_back()
    else:
        pipeline()
        print(compute(21))
        sys.stdout.flush()
        done = subprocess.run([sys.executable, __file__], env=os.environ | {"SECOND": "1"}, check=False)
        print(done.returncode)
