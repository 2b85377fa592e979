"""Definitions that cannot work are refused when they are made."""

from prefect import flow, task


def attempt(what: str, make) -> None:
    try:
        make()
        print(what, "accepted")
    except Exception as error:
        print(what, type(error).__name__)


def positional(return_state):
    return return_state


if __name__ == "__main__":
    attempt("a number as task", lambda: task(5))
    attempt("a number as flow", lambda: flow(5))
    attempt("return_state as parameter of a flow", lambda: flow(positional))
    attempt("return_state as parameter of a task", lambda: task(positional))
    attempt("a name that is no text", lambda: flow(name=5)(lambda: None))
    attempt("a name with a slash", lambda: flow(name="a/b")(lambda: None))
    attempt("negative retries", lambda: task(retries=-1)(lambda: None))
    attempt("retries of a flow in words", lambda: flow(retries="two")(lambda: None))
    attempt("a run name that is a number", lambda: flow(flow_run_name=5)(lambda: None))
    attempt("a task run name that is a number", lambda: task(task_run_name=5)(lambda: None))
    attempt(
        "cache options that exclude one another",
        lambda: task(persist_result=False, cache_policy="x")(lambda: None),
    )
    attempt(
        "a key function and a policy",
        lambda: task(cache_key_fn=lambda c, p: "x", cache_policy=None)(lambda: None),
    )
    attempt("a condition that is no function", lambda: task(retry_condition_fn="x")(lambda: None))
    attempt("a duplicate of the name", lambda: (task(name="same")(lambda: 1), task(name="same")(lambda: 2)))
    attempt("a class", lambda: task(dict, name="dict"))
    attempt("a builtin", lambda: task(len, name="len"))
    attempt("a generator expression", lambda: flow(x for x in ()))
