"""How a line looks: a text for people, with the run it belongs to, or a JSON document."""

from __future__ import annotations

import functools
import json
import logging
import time
import traceback
from types import TracebackType
from typing import Any, Literal, Protocol, TypeAlias

from prefect.logging.run_scope import UNKNOWN, scope_of

ExceptionInfoType: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class PrefectFormatter(logging.Formatter):
    """Formats lines of flow runs and task runs in ways of their own, and all others like any formatter.

    Args:
        format: How lines look, as `logging.Formatter` takes it.
        datefmt: How times look.
        style: Whether formats use `%`, `{` or `$`.
        validate: Whether formats are checked.
        defaults: Values of fields that a line may lack.
        task_run_fmt: How lines of "prefect.task_runs" look.
        flow_run_fmt: How lines of "prefect.flow_runs" look.

    Example:
        >>> formatter = PrefectFormatter("%(message)s", flow_run_fmt="%(flow_run_name)s: %(message)s")
    """

    def __init__(
        self,
        format: str | None = None,
        datefmt: str | None = None,
        style: Literal["%", "{", "$"] = "%",
        validate: bool = True,
        *,
        defaults: dict[str, Any] | None = None,
        task_run_fmt: str | None = None,
        flow_run_fmt: str | None = None,
    ) -> None:
        super().__init__(format, datefmt, style, validate, defaults=defaults)
        self.flow_run_fmt, self.task_run_fmt = flow_run_fmt, task_run_fmt
        self._of_runs = {
            logger: logging.Formatter(given, datefmt, style, validate, defaults=defaults)
            for logger, given in (("prefect.flow_runs", flow_run_fmt), ("prefect.task_runs", task_run_fmt))
            if given
        }
        self._uses_time = super().usesTime() or any(one.usesTime() for one in self._of_runs.values())

    def usesTime(self) -> bool:
        """Whether any of the formats shows the time."""
        return self._uses_time

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the time of a line; many lines share a second."""
        if datefmt is None or self.converter is not time.localtime:
            return super().formatTime(record, datefmt)
        return _local_time(int(record.created), datefmt)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return a line in the format that belongs to its logger."""
        formatter = self._of_runs.get(record.name)
        if formatter is None:
            return super().formatMessage(record)
        if not hasattr(record, "flow_run_name"):
            self._add_fields(record)
        return formatter.formatMessage(record)

    def _add_fields(self, record: logging.LogRecord) -> None:
        """Say which run a line belongs to that was written through the plain logger of runs."""
        scope = scope_of(record)
        names = ("flow_run_name", "flow_name", "task_run_name", "task_name", "flow_run_id", "task_run_id")
        fields = scope.fields() if scope else {}
        for name in names:
            record.__dict__.setdefault(name, fields.get(name, UNKNOWN))


@functools.lru_cache(maxsize=16)
def _local_time(seconds: int, form: str) -> str:
    """Return a second as the clock on the wall shows it."""
    return time.strftime(form, time.localtime(seconds))


class SerializesLines(Protocol):
    """Writes a line as bytes; a serializer of results such as `prefect.serializers.JSONSerializer` does so too."""

    def dumps(self, obj: Any) -> bytes:
        """Return a line as bytes of UTF-8."""
        ...


class JsonLine:
    """Writes a line as JSON; what JSON cannot hold is written as Python shows it."""

    def __init__(self, layout: dict[str, Any]) -> None:
        self._layout = layout

    def dumps(self, obj: Any) -> bytes:
        """Return a line as bytes of UTF-8."""
        text = json.dumps(obj, default=str, ensure_ascii=False, **self._layout)
        return text.encode("utf-8", "surrogatepass")


class JsonFormatter(logging.Formatter):
    """Formats a line as a JSON document with all that it carries.

    Attributes:
        serializer: What writes the document; another one may be set.

    Args:
        fmt: "default" for one line, "pretty" for many.
        dmft: How times look; they are numbers here, so it has no effect.
        style: The style of formats; there is none here.

    Raises:
        ValueError: `fmt` is neither.
    """

    serializer: SerializesLines

    def __init__(self, fmt: Literal["pretty", "default"], dmft: str | None = None, style: str = "%") -> None:
        if fmt not in ("pretty", "default"):
            raise ValueError(f"The format of JSON log lines is {fmt!r}: give 'default' or 'pretty'.")
        super().__init__()
        self.serializer = JsonLine({"indent": 2} if fmt == "pretty" else {"separators": (",", ":")})

    def format(self, record: logging.LogRecord) -> str:
        """Return a line as JSON. What JSON cannot hold is written as Python shows it."""
        document = {name: value for name, value in record.__dict__.items() if name != "run_scope"}
        document["message"] = record.getMessage()
        if record.exc_info:
            document["exc_info"] = format_exception_info(record.exc_info)
        document["severity"] = record.levelname
        return self.serializer.dumps(document).decode("utf-8", "surrogatepass")


def format_exception_info(exc_info: ExceptionInfoType) -> dict[str, Any]:
    """Return an exception's type, message and traceback as texts."""
    kind, error, trace = exc_info
    return {
        "type": kind.__name__ if kind else None,
        "message": str(error) if error is not None else None,
        "traceback": "".join(traceback.format_tb(trace)) if trace else None,
    }
