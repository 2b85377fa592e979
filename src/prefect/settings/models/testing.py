"""Settings at `testing`: what tests set."""

from __future__ import annotations

from typing import Any

from prefect.settings.section import Section, setting


class TestingSettings(Section, path="testing"):
    """What tests set."""

    test_mode: bool = setting(
        "Whether this is a test of a user's code.",
        default=False,
        also="PREFECT_TEST_MODE",
        planned=True,
    )
    unit_test_mode: bool = setting(
        "Whether this is a test of this library.",
        default=False,
        also="PREFECT_UNIT_TEST_MODE",
        planned=True,
    )
    unit_test_loop_debug: bool = setting(
        "Whether event loops are in debug mode in such a test.",
        default=True,
        also="PREFECT_UNIT_TEST_LOOP_DEBUG",
        planned=True,
    )
    test_setting: Any = setting(
        "A setting that changes nothing, for trying settings out.",
        default="FOO",
        also="PREFECT_TEST_SETTING",
        planned=True,
    )
