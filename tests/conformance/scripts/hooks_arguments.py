"""Hooks get the flow or task, its run with name and parameters, and the state with its result or message."""

from prefect import flow, task


@task(task_run_name="task run 1")
def step(number: int) -> int:
    if number == 0:
        raise ValueError("zero")
    return number


@step.on_failure
def task_failed(this, task_run, state) -> None:
    print(this.name, task_run.name, task_run.run_count, task_run.state.name, state.message)


@step.on_running
def task_began(this, task_run, state) -> None:
    print(this.name, state.type.value, state.message)


@flow(flow_run_name="flow run 1")
def pipeline(number: int) -> int:
    return step(number)


@pipeline.on_completion
def flow_done(this, flow_run, state) -> None:
    print(
        this.name, flow_run.name, flow_run.parameters, flow_run.run_count, flow_run.state.name, state.result()
    )


@pipeline.on_failure
def flow_failed(this, flow_run, state) -> None:
    print(this.name, flow_run.name, flow_run.state.type.value, state.message)
    print(repr(state.result(raise_on_failure=False)))


if __name__ == "__main__":
    pipeline(1)
    pipeline(0, return_state=True)
