"""`sys.exit` in a flow or task crashes the run and ends the script with its code."""

import sys

from prefect import flow, task


@task
def leave() -> None:
    sys.exit(7)


@flow
def pipeline() -> None:
    print("before")
    leave()


@flow
def directly() -> None:
    sys.exit("words")


if __name__ == "__main__":
    try:
        directly()
    except SystemExit as error:
        print("caught", error.code)
    pipeline()
