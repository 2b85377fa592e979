"""Settings that hold for a block of code."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest

import prefect.context
from prefect import flow, task
from prefect.context import SettingsContext, get_settings_context, root_settings_context, use_profile
from prefect.exceptions import MissingProfileError
from prefect.settings import (
    PREFECT_API_KEY,
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_LOGGING_LEVEL,
    Profile,
    get_current_settings,
    load_current_profile,
    temporary_settings,
)

PROFILE = Profile(name="p", settings={"PREFECT_API_URL": "http://p", "PREFECT_CLIENT_MAX_RETRIES": "8"})


def present() -> tuple[str | None, int, str]:
    """Return three settings that hold here."""
    return PREFECT_API_URL.value(), PREFECT_CLIENT_MAX_RETRIES.value(), PREFECT_LOGGING_LEVEL.value()


def test_temporary_settings_nest_and_end() -> None:
    """Blocks of temporary settings add up, the inner wins, and each ends with its block, also by an error."""
    with temporary_settings({PREFECT_API_URL: "http://t"}):
        with temporary_settings({PREFECT_LOGGING_LEVEL: "DEBUG", "api.url": "http://u"}):
            assert present() == ("http://u", 5, "DEBUG")
        with pytest.raises(ZeroDivisionError), temporary_settings({"api.url": "http://u"}):
            _ = 1 / 0
        assert present() == ("http://t", 5, "INFO")
        with temporary_settings(
            restore_defaults={PREFECT_API_URL}, set_defaults={PREFECT_CLIENT_MAX_RETRIES: 9}
        ):
            assert present() == (None, 9, "INFO")
    assert present() == (None, 5, "INFO")


def test_defaults_do_not_win_over_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """`set_defaults` leaves alone what the environment sets."""
    monkeypatch.setenv("PREFECT_API_URL", "http://env")
    with temporary_settings(set_defaults={PREFECT_API_URL: "http://d"}) as settings:
        assert settings.api.url == "http://env"


def test_a_profile_holds_in_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile holds below the environment, or above it if that is asked for."""
    with use_profile(PROFILE) as context:
        assert (context.profile.name, present()) == ("p", ("http://p", 8, "INFO"))
        assert (get_settings_context().profile, load_current_profile().name) == (PROFILE, "p")
    monkeypatch.setenv("PREFECT_API_URL", "http://env")
    with use_profile(PROFILE):
        assert present() == ("http://env", 8, "INFO")
    with use_profile(PROFILE, override_environment_variables=True):
        assert present() == ("http://p", 8, "INFO")


def test_a_profile_inside_temporary_settings() -> None:
    """A profile keeps what is set around it and it does not set, unless it is told not to."""
    with temporary_settings({PREFECT_API_URL: "http://t", PREFECT_LOGGING_LEVEL: "DEBUG"}):
        with use_profile(PROFILE):
            assert present() == ("http://p", 8, "DEBUG")
        with use_profile(PROFILE, include_current_context=False):
            assert present() == ("http://p", 8, "INFO")
        with use_profile("local"):
            assert PREFECT_API_URL.value() == "http://127.0.0.1:4200/api"


def test_an_unknown_profile_is_refused() -> None:
    """A profile that does not exist is refused, with those that do."""
    with pytest.raises(MissingProfileError, match=r"no profile 'nope'.*ephemeral"), use_profile("nope"):
        pytest.fail("used")
    with pytest.raises(ValueError), use_profile("nope"):
        pytest.fail("used")


def test_the_context_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is always a context of settings; what a block changes is in it, and the root knows only the outside."""
    assert SettingsContext.get() is None
    with temporary_settings({PREFECT_API_KEY: "hunter2"}) as settings:
        context = get_settings_context()
        assert context is SettingsContext.get()
        assert (context.settings, context.profile.name) == (settings, "ephemeral")
        assert root_settings_context().settings.api.key is None
        assert hash(context) == hash(get_settings_context())
        assert "hunter2" in str(context.serialize())
        assert "hunter2" not in str(context.serialize(include_secrets=False)) + repr(context)
    monkeypatch.setenv("PREFECT_API_URL", "http://env")
    prefect.context.refresh_global_settings_context()
    assert root_settings_context().settings.api.url == "http://env"


def test_settings_follow_the_context() -> None:
    """Temporary settings hold in tasks of an event loop and in copied contexts, and not in foreign threads."""

    async def in_a_loop() -> str | None:
        return await asyncio.create_task(asyncio.sleep(0, PREFECT_API_URL.value()))

    seen: list[str | None] = []
    with temporary_settings({PREFECT_API_URL: "http://t"}):
        assert asyncio.run(in_a_loop()) == "http://t"
        inside = contextvars.copy_context()
        thread = threading.Thread(target=lambda: seen.append(PREFECT_API_URL.value()))
        thread.start()
        thread.join()
    assert inside.run(PREFECT_API_URL.value) == "http://t"
    assert seen == [None]


def test_flows_and_tasks_take_their_defaults_from_here() -> None:
    """A flow that is defined among temporary settings has them as its defaults, and so has a task."""
    with temporary_settings({"flows.default_retries": 3, "tasks.default_retries": 4}):

        @flow
        def a() -> None: ...

        @task
        def b() -> None: ...

    assert (a.retries, b.retries) == (3, 4)


def test_tasks_in_threads_see_the_settings() -> None:
    """Tasks that run in threads of a flow see the settings that the flow was called with."""

    @task
    def level() -> str:
        return get_current_settings().results.default_serializer

    @flow
    def all_levels() -> list[str]:
        return [level(), level.submit().result()]

    with temporary_settings({"results.default_serializer": "json"}):
        assert all_levels() == ["json", "json"]
