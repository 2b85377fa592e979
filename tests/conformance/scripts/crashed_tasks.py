"""What is not an Exception crashes a task; the flow sees a crash, and hooks of crashes are called."""

from prefect import flow, task

called: list[str] = []


@task(retries=2)
def crashing() -> None:
    called.append("called")
    raise KeyboardInterrupt


def on_crash(this, run, state) -> None:
    called.append(f"crash of {this.name}")


@flow(on_crashed=[on_crash], on_failure=[on_crash])
def pipeline() -> None:
    crashing()


@flow
def submitted() -> str:
    future = leaving.submit()
    future.wait()
    return f"{future.state.type.value} {future.state.name}"


@task
def leaving() -> None:
    raise SystemExit(4)


if __name__ == "__main__":
    try:
        pipeline()
    except BaseException as error:
        print(type(error).__name__)
    print(called)
    print(submitted())
