"""`get_run_context`, the context classes, and errors outside of runs."""

from prefect import flow, task
from prefect.context import FlowRunContext, TaskRunContext, get_run_context
from prefect.exceptions import MissingContextError


@task
def inner(number: int) -> None:
    context = get_run_context()
    print(type(context).__name__, context.task.name, context.parameters)
    print(FlowRunContext.get().flow.name, context.task_run.flow_run_id == FlowRunContext.get().flow_run.id)


@flow
def pipeline(number: int) -> None:
    context = get_run_context()
    print(type(context).__name__, context.flow.name, context.parameters, TaskRunContext.get())
    inner(number + 1)


if __name__ == "__main__":
    pipeline(1)
    print(FlowRunContext.get(), TaskRunContext.get())
    try:
        get_run_context()
    except MissingContextError as error:
        print(type(error).__name__)
