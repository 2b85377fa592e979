"""The file of the default set-up, which people copy and change."""

from __future__ import annotations

from pathlib import Path

from prefect.logging.configuration import DEFAULT_LOGGING_SETTINGS_PATH, load_logging_config
from prefect.logging.default_configuration import default_configuration
from prefect.settings import (
    PREFECT_LOGGING_LEVEL,
    PREFECT_LOGGING_TO_API_ENABLED,
    get_current_settings,
    temporary_settings,
)


def test_the_file_says_what_is_done_without_it(tmp_path: Path) -> None:
    """Whoever copies the file changes nothing before changing the copy."""
    copied = tmp_path / "logging.yml"
    copied.write_bytes(DEFAULT_LOGGING_SETTINGS_PATH.read_bytes())
    assert load_logging_config(copied) == default_configuration(get_current_settings())
    with temporary_settings({PREFECT_LOGGING_LEVEL: "ERROR", PREFECT_LOGGING_TO_API_ENABLED: False}):
        assert load_logging_config(copied) == default_configuration(get_current_settings())
