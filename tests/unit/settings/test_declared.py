"""The list of settings, against the reference: nothing is missing, and nothing is called or typed differently."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

import prefect.settings
from prefect.exceptions import ConfigurationError
from prefect.settings import Settings, get_current_settings, temporary_settings
from prefect.settings.names import all_variables, by_variable
from prefect.settings.secret import SecretStr

REFERENCE = json.loads((Path(__file__).parents[2] / "data" / "settings.json").read_text(encoding="utf-8"))
BY_PATH = {entry["path"]: entry for entry in REFERENCE["settings"]}
OURS = {
    "flows.lease_seconds": "PREFECT_FLOWS_LEASE_SECONDS",
    "runner.grace_seconds": "PREFECT_RUNNER_GRACE_SECONDS",
}
"""Settings that the original does not have: what they set, it does not do."""

CONSTRAINED = {path: entry["constraints"] for path, entry in BY_PATH.items() if "constraints" in entry}
KINDS = {
    "pathlib.Path": "Path",
    "datetime.timedelta": "timedelta",
    "pydantic.types.SecretStr": "SecretStr",
    "Dict[str, str]": "dict[str, str]",
    "Any": "Any",
    "Literal['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']": "LogLevel",
    "Literal['warn', 'error', 'ignore']": "WhenMissingFlow",
    "Literal['postgresql+asyncpg', 'sqlite+aiosqlite']": "DatabaseDriver",
    "Union[int, float, list[float]]": "RetryDelay",
    "Union[str, int, float, list[float], NoneType]": "RetryDelay",
    "Union[set[str], bool, NoneType]": "set[str] | bool | None",
    # What a text or nothing is turned into a collection by is declared as that collection.
    "Union[str, list[str], NoneType]": "list[str]",
}
COLLECTIONS = {
    "plugins.allow": "set[str]",
    "plugins.deny": "set[str]",
    "client.retry_extra_codes": "set[int]",
}


def kind_of(path: str, reference: str) -> str:
    """Return how a type of the reference is declared here."""
    if path in COLLECTIONS:
        return COLLECTIONS[path]
    if reference.startswith("dict[str, Annotated[datetime.timedelta"):
        return "dict[str, timedelta]"
    if reference == "Optional[Any]":
        return "Any"
    if found := re.fullmatch(r"Optional\[(.*)\]", reference):
        return f"{KINDS.get(found[1], found[1])} | None"
    return KINDS.get(reference, reference)


def value_of(written: str, home: Path) -> Any:
    """Return the value that the reference writes so."""
    names = {"PosixPath": Path, "datetime": dt, "SecretStr": SecretStr, "set": set}
    return eval(written.replace("$PREFECT_HOME", str(home)), names)  # noqa: S307 - our own data


@pytest.mark.parametrize("path", BY_PATH)
def test_each_setting_exists_as_documented(path: str) -> None:
    """Each setting has its documented variables, older ones too, its type, and a sentence that explains it."""
    reference, declared = BY_PATH[path], Settings.declared_at(path)
    assert declared
    assert (declared.variable, list(declared.also)) == (reference["env"], reference.get("aliases", []))
    assert declared.kind == kind_of(path, reference["type"])
    assert re.fullmatch(r"[A-Z].+\.", declared.description)
    for variable in (declared.variable, *declared.also):
        assert by_variable(Settings, variable) is declared


@pytest.mark.parametrize("path", BY_PATH)
def test_each_setting_has_its_documented_default(
    path: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an empty home, each setting has the documented value."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    reference, value = BY_PATH[path], get_current_settings().at(path)
    expected = value_of(reference.get("effective") or reference.get("default"), home)
    if isinstance(expected, SecretStr):
        assert (path, str(value)) == ("server.database.connection_url", str(expected))
        assert value.get_secret_value() == f"sqlite+aiosqlite:///{home.as_posix()}/prefect.db"
    else:
        assert value == expected


def test_no_setting_is_made_up() -> None:
    """There are exactly the documented settings, but for a few of ours, and no two share a variable."""
    declared = [declared.path for declared in Settings.all_declared()]
    assert [path for path in declared if path not in BY_PATH] == list(OURS)
    named = [name for entry in BY_PATH.values() for name in (entry["env"], *entry.get("aliases", []))]
    assert all_variables(Settings) == sorted([*named, *OURS.values()])


@pytest.mark.parametrize("entry", REFERENCE["classes"], ids=lambda entry: entry["name"])
def test_each_section_is_a_class_where_it_is_documented(entry: dict[str, str]) -> None:
    """Code that imports the class of a section finds it, and the tree is made of these classes."""
    documented = getattr(importlib.import_module(entry["module"]), entry["name"])
    value: Any = get_current_settings()
    for name in filter(None, entry["path"].split(".")):
        value = getattr(value, name)
    assert type(value) is documented
    assert documented().own_prefix == (f"{entry['path']}." if entry["path"] else "")


@pytest.mark.parametrize("path", CONSTRAINED)
def test_limits_hold(path: str) -> None:
    """A number outside of the documented limits is refused with the setting's name; one inside is taken."""
    declared = Settings.declared_at(path)
    assert declared
    for constraint in CONSTRAINED[path]:
        found = re.fullmatch(r"(Ge|Gt|Le)\(\w+=(.*)\)", constraint)
        assert found
        limit = value_of(found[2], Path())
        step = dt.timedelta(seconds=1) if isinstance(limit, dt.timedelta) else 1
        outside = {"Ge": limit - step, "Gt": limit, "Le": limit + step}[found[1]]
        inside = {"Ge": limit, "Gt": limit + step, "Le": limit}[found[1]]
        with pytest.raises(ConfigurationError, match=declared.variable), temporary_settings({path: outside}):
            pytest.fail("taken")
        with temporary_settings({path: inside}) as settings:
            assert settings.at(path) == inside


@pytest.mark.parametrize("path", BY_PATH)
def test_each_setting_goes_through_the_environment_unchanged(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one process hands to another as variables is read there as the same value."""
    settings = get_current_settings()
    declared = Settings.declared_at(path)
    assert declared
    text = settings.to_environment_variables().get(declared.variable)
    if text is None:
        assert settings.at(path) is None
        return
    monkeypatch.setenv(declared.variable, text)
    assert get_current_settings().at(path) == settings.at(path)


@pytest.mark.parametrize("variable", [*all_variables(Settings)][::10])
def test_settings_can_be_imported_by_their_variables(variable: str) -> None:
    """`from prefect.settings import PREFECT_API_URL` works for present and for older names."""
    setting = getattr(prefect.settings, variable)
    assert (setting.name, setting.accessor) == (variable, by_variable(Settings, variable).path)  # type: ignore[union-attr]
