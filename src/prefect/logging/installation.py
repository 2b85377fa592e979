"""Putting a set-up on the loggers, so that the next one can take its place without a line lost.

`logging.config.dictConfig` would close every handler of the program, also those that are not ours. Here its parts make
the handlers, and each logger changes from the old ones to the new ones in a single assignment.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from logging.config import DictConfigurator
from typing import Any, NamedTuple


class _Kept(NamedTuple):
    """How a logger was before it was first touched."""

    level: int
    propagate: bool


class Installation:
    """What is put on the loggers of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._before: dict[logging.Logger, _Kept] = {}
        self._handlers: set[logging.Handler] = set()
        self._filters: set[logging.Filter] = set()

    def change(self, configuration: Mapping[str, Any], extra_loggers: Iterable[str]) -> None:
        """Put a set-up in the place of the present one.

        Args:
            configuration: The set-up, as `logging.config.dictConfig` takes it.
            extra_loggers: Loggers of other libraries, which get what "prefect.extra" has.

        Raises:
            ValueError: Something in it cannot be used; the message and its cause say what.
        """
        with self._lock:
            parts = _Parts(configuration)
            wanted = self._wanted(configuration, extra_loggers)
            handlers, filters = set(parts.handlers.values()), set(parts.filters.values())
            for logger in {**self._before, **wanted}:
                self._before.setdefault(logger, _Kept(logger.level, logger.propagate))
                self._change(logger, wanted.get(logger, {}), parts)
            for handler in self._handlers:
                handler.close()
            self._handlers, self._filters = handlers, filters
            _disable_others(configuration, wanted)

    def _wanted(
        self, configuration: Mapping[str, Any], extra_loggers: Iterable[str]
    ) -> dict[logging.Logger, Mapping[str, Any]]:
        sections: Mapping[str, Mapping[str, Any]] = configuration.get("loggers") or {}
        wanted = {logging.getLogger(name): section for name, section in sections.items()}
        extra = dict(sections.get("prefect.extra") or {})
        extra.pop("propagate", None)
        for name in extra_loggers:
            logger = logging.getLogger(name)
            before = self._before.get(logger, _Kept(logger.level, logger.propagate))
            level = {} if before.level == logging.NOTSET else {"level": before.level}  # its own level wins
            wanted[logger] = {**extra, **level, **wanted.get(logger, {})}
        root = logging.getLogger()
        if "root" in configuration and all(handler in self._handlers for handler in root.handlers):
            wanted[root] = configuration["root"]
        return wanted

    def _change(self, logger: logging.Logger, section: Mapping[str, Any], parts: _Parts) -> None:
        before = self._before[logger]
        level: int | str | None = section.get("level")
        logger.setLevel(before.level if level is None else level)
        logger.propagate = bool(section.get("propagate", before.propagate))
        handlers = [parts.handler(name) for name in section.get("handlers") or ()]
        filters = [parts.filter(name) for name in section.get("filters") or ()]
        # Assigned at once: another thread that is logging meets the old ones or the new ones, never none.
        logger.handlers = [one for one in logger.handlers if one not in self._handlers] + handlers
        logger.filters = [one for one in logger.filters if one not in self._filters] + filters

    def change_levels(self, configuration: Mapping[str, Any]) -> None:
        """Change the levels of loggers only."""
        sections: Mapping[str, Mapping[str, Any]] = configuration.get("loggers") or {}
        for name, section in sections.items():
            if section.get("level") is not None:
                logging.getLogger(name).setLevel(section["level"])


class _Parts(DictConfigurator):
    """The formatters, filters and handlers of a set-up, made but not put on any logger."""

    def __init__(self, configuration: Mapping[str, Any]) -> None:
        super().__init__(dict(configuration))
        config: dict[str, Any] = self.config
        if config.get("version") != 1:
            raise ValueError(f"version is {config.get('version')!r}: begin with 'version: 1'.")
        for kind, make in (
            ("formatters", self.configure_formatter),
            ("filters", self.configure_filter),
            ("handlers", self.configure_handler),
        ):
            made: dict[str, Any] = config.get(kind) or {}
            # In the order of their names as `dictConfig` does, so that a handler finds one that it hands lines on to.
            for name in sorted(made):
                try:
                    made[name] = make(made[name])
                except Exception as error:  # whatever a class of the user's raises
                    raise ValueError(f"{kind} → {name}: {error.__cause__ or error}") from error
        self.handlers: dict[str, logging.Handler] = dict(config.get("handlers") or {})
        self.filters: dict[str, logging.Filter] = dict(config.get("filters") or {})

    def handler(self, name: str) -> logging.Handler:
        """Return a handler by name."""
        return _named(self.handlers, name, "handler")

    def filter(self, name: str) -> logging.Filter:
        """Return a filter by name."""
        return _named(self.filters, name, "filter")


def _named(made: Mapping[str, Any], name: str, kind: str) -> Any:
    try:
        return made[name]
    except KeyError:
        raise ValueError(
            f"A logger uses the {kind} {name!r}, which is not configured. There are {', '.join(made) or 'none'}."
        ) from None


def _disable_others(configuration: Mapping[str, Any], wanted: Iterable[logging.Logger]) -> None:
    """Disable the loggers that exist and are not configured, where the set-up says so, as `dictConfig` does."""
    if not configuration.get("disable_existing_loggers", False):
        return
    names = {logger.name for logger in wanted}
    for name, logger in list(logging.root.manager.loggerDict.items()):
        parents = {name[:end] for end in range(len(name)) if name[end] == "."} | {name}
        if isinstance(logger, logging.Logger) and not parents & names:
            logger.disabled = True
