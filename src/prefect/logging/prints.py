"""`log_prints`: while a run wants it, what its code prints goes to the run's log."""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from prefect.logging.adapters import adapter_for
from prefect.logging.run_scope import current_scope

_lock = threading.Lock()
_wanted = 0
_print = builtins.print


def print_as_log(*args: Any, **kwargs: Any) -> None:
    """Print to the log of the run that runs here if it wants that, or else as usual."""
    scope = current_scope.get()
    if scope is None or not scope.log_prints or kwargs.get("file") not in (None, sys.stdout, sys.stderr):
        return _print(*args, **kwargs)
    text = StringIO()
    kwargs["file"] = text
    _print(*args, **kwargs)
    adapter_for(scope).info(text.getvalue().rstrip("\n"))
    return None


@contextmanager
def patch_print() -> Generator[None]:
    """Replace the built-in `print` by `print_as_log` while at least one run is inside this block."""
    global _wanted, _print
    with _lock:
        if _wanted == 0 and builtins.print is not print_as_log:
            _print = builtins.print
            builtins.print = print_as_log
        _wanted += 1
    try:
        yield
    finally:
        with _lock:
            _wanted -= 1
            if _wanted == 0 and builtins.print is print_as_log:
                builtins.print = _print
