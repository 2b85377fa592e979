"""The profile that one command uses, when `--profile` names it."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def choosing(name: str | None) -> Generator[None]:
    """While this lasts, use the profile of this name, here and in processes that are started; None changes nothing.

    Raises:
        MissingProfileError: There is no such profile.
    """
    if name is None:
        yield
        return
    from prefect.settings.profiles import load_profile  # most commands name none

    before = os.environ.get("PREFECT_PROFILE")
    os.environ["PREFECT_PROFILE"] = load_profile(name).name
    try:
        yield
    finally:
        if before is None:
            del os.environ["PREFECT_PROFILE"]
        else:
            os.environ["PREFECT_PROFILE"] = before
