"""Suspending needs a deployment: elsewhere the flow goes on or fails with an error that says so."""

from prefect import flow, suspend_flow_run


@flow
def pipeline() -> str:
    try:
        suspend_flow_run(timeout=5)
    except Exception as error:
        print(type(error).__name__)
        raise
    return "went on"


if __name__ == "__main__":
    state = pipeline(return_state=True)
    print(state.type.value, state.name)
    try:
        suspend_flow_run()
    except Exception as error:
        print(type(error).__name__)
