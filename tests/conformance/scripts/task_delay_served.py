"""A task worker in another process runs delayed tasks; their futures know the result."""

import os
import subprocess
import sys

from prefect import task
from prefect.task_worker import serve


@task(persist_result=True)
def double(number: int) -> int:
    if number < 0:
        raise ValueError("negative")
    return number * 2


if __name__ == "__main__":
    if "WORKER" in os.environ:
        serve(double, limit=2)
    else:
        futures = [double.delay(number) for number in (1, 2, -1)]
        worker = subprocess.Popen([sys.executable, __file__], env=os.environ | {"WORKER": "1"})
        try:
            for future in futures:
                future.wait(timeout=60)
                print(future.state.type.value, future.state.name)
            print(futures[0].result(), futures[1].result())
        finally:
            worker.terminate()
            worker.wait(20)
