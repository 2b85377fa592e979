"""The whole tree of settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from prefect.exceptions import ConfigurationError
from prefect.settings.names import existing
from prefect.settings.section import Section, section, setting
from prefect.settings.sources import INIT, Origin, collect

if TYPE_CHECKING:
    from prefect.settings.models.api import APISettings
    from prefect.settings.models.cli import CLISettings
    from prefect.settings.models.client import ClientSettings
    from prefect.settings.models.cloud import CloudSettings
    from prefect.settings.models.deployments import DeploymentsSettings
    from prefect.settings.models.events import EventsSettings
    from prefect.settings.models.experiments import ExperimentsSettings
    from prefect.settings.models.flows import FlowsSettings
    from prefect.settings.models.internal import InternalSettings
    from prefect.settings.models.logging import LoggingSettings
    from prefect.settings.models.plugins import PluginsSettings
    from prefect.settings.models.results import ResultsSettings
    from prefect.settings.models.runner import RunnerSettings
    from prefect.settings.models.server.root import ServerSettings
    from prefect.settings.models.tasks import TasksSettings
    from prefect.settings.models.telemetry import TelemetrySettings
    from prefect.settings.models.testing import TestingSettings
    from prefect.settings.models.worker import WorkerSettings


def pages_of_the_server(settings: Settings) -> str | None:
    """Return where the pages are that belong to the API URL, if there is one."""
    url = settings.api.url
    if not url:
        return None
    if not settings.connected_to_cloud:
        return url.removesuffix("/").removesuffix("/api")
    account = url.removeprefix(settings.cloud.api_url)
    account = account.replace("/accounts/", "/account/", 1).replace("/workspaces/", "/workspace/", 1)
    return f"{settings.cloud.ui_url}{account}"


class Settings(Section, path=""):
    """All settings, read from the environment and files when it is made; arguments win over both.

    Example:
        >>> Settings(api={"url": "http://127.0.0.1:4200/api"}).api.url
        'http://127.0.0.1:4200/api'
    """

    home: Path = setting(
        "The folder in which this machine's runs, results and profiles are kept.",
        default=Path("~/.prefect"),
        computed=lambda _: Path("~/.prefect").expanduser(),
    )
    profiles_path: Path = setting(
        "The file that holds the profiles.",
        default=None,
        computed=lambda settings: settings.home / "profiles.toml",
    )
    debug_mode: bool = setting(
        "Log at DEBUG unless a level is set, and show more in errors.",
        default=False,
    )
    ui_url: str | None = setting(
        "Where the server's pages are.",
        default=None,
        computed=pages_of_the_server,
        planned=True,
    )
    silence_api_url_misconfiguration: bool = setting(
        "Whether an API URL that looks wrong goes without a warning.",
        default=False,
        planned=True,
    )
    api: APISettings = section("api")
    cli: CLISettings = section("cli")
    client: ClientSettings = section("client")
    cloud: CloudSettings = section("cloud")
    deployments: DeploymentsSettings = section("deployments")
    events: EventsSettings = section("events")
    experiments: ExperimentsSettings = section("experiments")
    flows: FlowsSettings = section("flows")
    internal: InternalSettings = section("internal")
    logging: LoggingSettings = section("logging")
    plugins: PluginsSettings = section("plugins")
    results: ResultsSettings = section("results")
    runner: RunnerSettings = section("runner")
    server: ServerSettings = section("server.root")
    tasks: TasksSettings = section("tasks")
    telemetry: TelemetrySettings = section("telemetry")
    testing: TestingSettings = section("testing")
    worker: WorkerSettings = section("worker")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        collected = collect(type(self), os.environ)
        origins = {**collected.origins, **dict.fromkeys(self.given, Origin(INIT, "an argument"))}
        self.hold({**collected.values, **self.given}, None)
        self.__dict__["_origins"] = origins

    @classmethod
    def gathered(cls, values: Mapping[str, Any], origins: Mapping[str, Origin]) -> Self:
        """Return a tree with what is set by path, and with what set it."""
        made = cls.of(values)
        made.__dict__["_origins"] = origins
        return made

    def origin(self, path: str) -> Origin | None:
        """Return what set the setting at a path, or None when its default holds."""
        return self.__dict__.get("_origins", {}).get(path)

    def at(self, path: str) -> Any:
        """Return the value at a path.

        Example:
            >>> get_current_settings().at("flows.default_retries")
            0
        """
        value: Any = self
        for name in path.split("."):
            value = getattr(value, name)
        return value

    def copy_with_update(
        self,
        updates: Mapping[Any, Any] | None = None,
        set_defaults: Mapping[Any, Any] | None = None,
        restore_defaults: Iterable[Any] | None = None,
    ) -> Self:
        """Return these settings with changes. Settings are named by `PREFECT_API_URL`, "PREFECT_API_URL" or "api.url".

        Args:
            updates: New values.
            set_defaults: Values of settings that nothing sets.
            restore_defaults: Settings that are to have their defaults.

        Raises:
            ConfigurationError: There is no such setting, or it cannot have this value.
        """
        restored = {existing(type(self), key).path for key in restore_defaults or ()}
        kept = {path: value for path, value in self.given.items() if path not in restored}
        values = self._checked(set_defaults or {}) | kept | self._checked(updates or {})
        origins = {path: self.origin(path) if path in kept else None for path in values}
        told = {path: origin or Origin(INIT, "an argument") for path, origin in origins.items()}
        for key in updates or {}:
            told[existing(type(self), key).path] = Origin(INIT, "an argument")
        return self.gathered(values, told)

    def _checked(self, given: Mapping[Any, Any]) -> dict[str, Any]:
        home = str(self.home)
        settings = {existing(type(self), key): value for key, value in given.items()}
        return {
            declared.path: declared.read(value, declared.variable, home)
            for declared, value in settings.items()
        }

    def hash_key(self) -> str:
        """Return a text that two trees share if all their settings are equal."""
        import hashlib  # most programs never ask

        text = repr(sorted(self.to_environment_variables().items()))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def connected_to_cloud(self) -> bool:
        """Whether the API URL is one of the hosted service."""
        return bool(self.api.url and self.api.url.startswith(self.cloud.api_url))

    @property
    def api_url(self) -> str | None:
        """Where the server's API is, if there is one."""
        return self.api.url

    @property
    def database_path(self) -> Path:
        """The SQLite file in which runs are recorded without a server; `:memory:` for one that goes with the process.

        Raises:
            ConfigurationError: The settings name another kind of database.
        """
        if not any(path.startswith("server.database.") for path in self.given):
            return self.home / "prefect.db"  # without loading the server's settings
        secret = self.server.database.connection_url
        url = secret.get_secret_value() if secret else ""
        scheme, separator, rest = url.partition(":///")
        if not separator or not scheme.startswith("sqlite"):
            raise ConfigurationError(
                f"PREFECT_SERVER_DATABASE_CONNECTION_URL is {scheme.partition('://')[0]!r}…: without a server runs are "
                "recorded in an SQLite file only. Start one on that database (`prefect server start`) and set "
                "PREFECT_API_URL to its address; or give the URL as sqlite:///PATH, or unset it to use PREFECT_HOME."
            )
        return Path(rest.partition("?")[0]).expanduser()


def canonical_environment_prefix(settings: Section) -> str:
    """Return what the variables of a section begin with."""
    return "PREFECT_" + settings.own_prefix.replace(".", "_").upper()
