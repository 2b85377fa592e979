"""`retry_condition_fn` decides whether a failure is worth another attempt."""

from prefect import flow, task

calls: list[str] = []


def only_value_errors(this, task_run, state) -> bool:
    calls.append(f"asked about {state.name} of {this.name}")
    try:
        state.result()
    except ValueError:
        return True
    except Exception:
        return False
    return False


@task(retries=2, retry_condition_fn=only_value_errors)
def value_error() -> None:
    calls.append("called")
    raise ValueError("v")


@task(retries=2, retry_condition_fn=only_value_errors)
def type_error() -> None:
    calls.append("called")
    raise TypeError("t")


def broken_condition(this, task_run, state) -> bool:
    raise RuntimeError("the condition is broken")


@task(retries=2, retry_condition_fn=broken_condition)
def with_broken_condition() -> None:
    calls.append("called")
    raise ValueError("v")


@flow
def pipeline() -> None:
    for each in (value_error, type_error, with_broken_condition):
        state = each(return_state=True)
        print(each.name, state.type.value, state.name, state.message)
        print(calls)
        calls.clear()


if __name__ == "__main__":
    pipeline()
