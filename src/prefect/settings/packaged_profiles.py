"""The profiles that exist before anybody makes one."""

from __future__ import annotations

from pathlib import Path

DEFAULT_PROFILES_PATH = Path(__file__)
"""The source of profiles that nobody made."""

DEFAULT_PROFILE = "ephemeral"
"""The profile that is active until another one is chosen."""

PACKAGED_PROFILES: dict[str, dict[str, str]] = {
    "ephemeral": {"PREFECT_SERVER_EPHEMERAL_ENABLED": "true"},
    "local": {"PREFECT_API_URL": "http://127.0.0.1:4200/api"},
    "test": {
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "sqlite+aiosqlite:///:memory:",
    },
    "cloud": {},
}
"""The variables of each."""
