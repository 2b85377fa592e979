"""Every kind of parameter: positional only, keyword only, collected, defaults that are not shared."""

from prefect import flow, task
from prefect.runtime import flow_run, task_run


@task
def kinds(a, /, b, *rest, c=3, **options):
    return a, b, rest, c, options, task_run.parameters


@flow
def flow_kinds(b, *rest, c=3, **options):
    return b, rest, c, options, flow_run.parameters


@flow
def defaults(items: list[int] = [1]) -> list[int]:  # noqa: B006 - what becomes of it is the question
    items.append(2)
    return items


@task
def task_defaults(items: list[int] = [1]) -> list[int]:  # noqa: B006 - the same
    items.append(2)
    return items


if __name__ == "__main__":
    print(kinds(1, 2))
    print(kinds(1, 2, 3, 4, c=5, d=6))
    print(flow_kinds(1))
    print(flow_kinds(1, 2, c=3, z=4))
    print(defaults(), defaults())
    print(task_defaults(), task_defaults())
