"""Tags of tasks, of the `tags` context, and of flows, collected and sorted."""

from prefect import flow, tags, task
from prefect.context import FlowRunContext, TaskRunContext


@task(tags=["mine"])
def show() -> list[str]:
    return sorted(TaskRunContext.get().task_run.tags)


@flow
def child() -> list[str]:
    return sorted(FlowRunContext.get().flow_run.tags)


@flow
def pipeline() -> None:
    print(show())
    with tags("inner", "b"):
        print(show())
        print(child())
        with tags("deeper") as current:
            print(sorted(current))
            print(show.with_options(tags=["other"])())
    print(show.submit().result())
    print(sorted(FlowRunContext.get().flow_run.tags))


if __name__ == "__main__":
    with tags("outer"):
        pipeline()
    print(sorted(show.tags))
