"""A transaction with a key, and a commit mode; a rolled-back task runs again although it has a cache."""

from prefect import flow, task
from prefect.cache_policies import INPUTS
from prefect.transactions import CommitMode, IsolationLevel, transaction

calls: list[str] = []


@task(cache_policy=INPUTS)
def step(name: str) -> str:
    calls.append(name)
    return name


@flow
def pipeline(fail: bool) -> None:
    with transaction():
        step("a")
        if fail:
            raise ValueError("later")


@flow
def modes() -> None:
    with transaction(commit_mode=CommitMode.EAGER) as eager:
        print(eager.commit_mode.name, eager.isolation_level.name, eager.is_active())
    with transaction(commit_mode=CommitMode.OFF) as off:
        pass
    print(eager.state.name, off.state.name)
    print([level.name for level in IsolationLevel], [mode.name for mode in CommitMode])


if __name__ == "__main__":
    print(pipeline(True, return_state=True).name)
    print(pipeline(False, return_state=True).name, calls)
    print(pipeline(False, return_state=True).name, calls)
    modes()
