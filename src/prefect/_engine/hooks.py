"""State hooks: user's functions that are called when a run enters a state. Their errors never change the run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from prefect._dual.awaiting import finish
from prefect._dual.effects import Steps, call
from prefect.logging.loggers import PrefectLogAdapter
from prefect.schemas.states import State, StateType

Hook = Callable[[Any, Any, State[Any]], Any]


def hooks_for(owner: Any, state: State[Any]) -> Iterable[Hook]:
    """Return the hooks that a flow or task has for a state."""
    if state.type == StateType.COMPLETED:
        return owner.on_completion_hooks
    if state.type == StateType.FAILED:
        return owner.on_failure_hooks
    if state.type == StateType.RUNNING:
        return owner.on_running_hooks
    if state.type == StateType.CRASHED:
        return getattr(owner, "on_crashed_hooks", ())
    if state.type == StateType.CANCELLING:
        return getattr(owner, "on_cancellation_hooks", ())
    return ()


def run_hooks(
    owner: Any, run: Any, state: State[Any], logger: Callable[[], PrefectLogAdapter]
) -> Steps[None]:
    """Call each hook of a state in order; an exception is logged and the next hook is called."""
    for hook in hooks_for(owner, state):
        name = hook_name(hook)
        try:
            logger().debug("Calling hook %r for state %s", name, state.name)
            yield from call(_run_hook, hook, owner, run, state)
        except Exception:  # a hook must not change what became of the run
            logger().exception(
                "Hook %r raised an exception for state %s; the run is not affected.", name, state.name
            )


def _run_hook(hook: Hook, owner: Any, run: Any, state: State[Any]) -> Any:
    """Call a hook. What it returns is awaited by an async driver; in a sync run it is awaited here."""
    result = hook(owner, run, state)
    return finish(result) if inspect.isawaitable(result) and not owner.isasync else result


def hook_name(hook: Any) -> str:
    """Return a name by which a person recognises a hook."""
    if hasattr(hook, "__name__"):
        return hook.__name__
    wrapped = getattr(hook, "func", None)
    return hook_name(wrapped) if wrapped is not None else type(hook).__name__
