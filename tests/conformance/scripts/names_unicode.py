"""Names, parameters, tags and results in any script and with any sign."""

from prefect import flow, tags, task
from prefect.runtime import flow_run, task_run


@task(name="größer 🦊", task_run_name="für {name} 1")
def greet(name: str) -> str:
    return f"{task_run.task_name}: {task_run.name}"


@flow(name="日本語 flow", flow_run_name="{name} ✓ 1")
def pipeline(name: str) -> str:
    print(greet(name), sorted(flow_run.tags))
    print(greet("a\nb\"c'd\\e"))
    return f"{flow_run.flow_name}: {flow_run.name}"


if __name__ == "__main__":
    with tags("día", "ночь"):
        print(pipeline("Łukasz"))
