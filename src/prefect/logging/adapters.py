"""The loggers of runs: a standard logger that tells with each line which run it belongs to."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from prefect.logging.run_scope import RunScope

_Adapter = logging.LoggerAdapter[logging.Logger] if TYPE_CHECKING else logging.LoggerAdapter


class PrefectLogAdapter(_Adapter):
    """A logger that adds which run a line belongs to. `extra` given with a line wins over the adapter's."""

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """Merge the adapter's fields with those of one call."""
        given = kwargs.get("extra")
        kwargs["extra"] = {**(self.extra or {}), **given} if given else self.extra
        return msg, kwargs

    def getChild(self, suffix: str, extra: dict[str, Any] | None = None) -> PrefectLogAdapter:
        """Return the adapter of a child logger, for the same run."""
        return PrefectLogAdapter(self.logger.getChild(suffix), {**(self.extra or {}), **(extra or {})})


def adapter_for(scope: RunScope, *, logger: logging.Logger | None = None, **extra: Any) -> PrefectLogAdapter:
    """Return the logger of a run.

    Args:
        scope: The run.
        logger: Another logger than the usual one of flow runs or task runs.
        **extra: Fields to add to each line.
    """
    return PrefectLogAdapter(logger or logging.getLogger(scope.logger_name), {**scope.fields(), **extra})
