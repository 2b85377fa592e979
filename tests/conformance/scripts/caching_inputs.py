"""`INPUTS` runs a task once for the same inputs; a repeat is Cached, in the same process and in a second one."""

import os
import subprocess
import sys

from prefect import flow, task
from prefect.cache_policies import INPUTS


@task(cache_policy=INPUTS)
def double(number: int, times: int = 2) -> int:
    print("called with", number, times)
    return number * times


@flow
def pipeline() -> None:
    for arguments in ((3,), (3, 2), (4,), (3, 5)):
        state = double(*arguments, return_state=True)
        print(state.name, state.result())
    print(double.submit(4).result())
    print(double.map([3, 9]).result())


if __name__ == "__main__":
    pipeline()
    if "SECOND" not in os.environ:
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__], env=os.environ | {"SECOND": "1"}, check=True)
