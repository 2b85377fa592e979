"""Every error this library raises.

    BaseException
    ├── PrefectSignal                   control flow of a run, not an error
    │   ├── Abort                       the orchestration refused to let the run go on
    │   └── Pause                       the run was paused or suspended
    ├── ExternalSignal                  the outside world asked the process to stop
    │   └── TerminationSignal
    └── Exception
        ├── PrefectImportError          (ImportError)
        └── PrefectException
            ├── ConfigurationError, MissingProfileError, ProfileSettingsValidationError
            ├── MissingContextError, MissingFlowError, UnspecifiedFlowError, ScriptError, InvalidNameError
            ├── ParameterTypeError, ParameterBindError, SignatureMismatchError, ReservedArgumentError
            ├── MappingLengthMismatch, MappingMissingIterable, UpstreamTaskError
            ├── FailedRun, CrashedRun, CancelledRun, PausedRun, UnfinishedRun, MissingResult
            ├── NotPausedError, FlowPauseTimeout, FlowRunWaitTimeout, FlowRunWatchError
            ├── FlowRunInProgress           the run cannot be retried, since it has not ended
            ├── SerializationError          an object cannot be serialised
            │   └── UnwritableResult        the result of a run cannot be; trying again would not help
            ├── HashError
            ├── DatabaseError               the store cannot be used: not ours, not writable, damaged
            │   ├── DatabaseUnavailable     not now: it cannot be reached, or has too much to do
            │   │   └── CommitUnknown       the connection broke while a transaction was being committed
            │   ├── ConstraintViolated      another row has this key, or a value is missing
            │   └── UnstorableValue         (ValueError) no column can hold this value
            ├── ObjectNotFound, ObjectAlreadyExists, ObjectLimitReached, ObjectUnsupported
            ├── PrefectHTTPStatusError      (httpx2.HTTPStatusError), loaded when it is first asked for
            ├── ReferenceNotFound           what is to be stored refers to what is not there
            ├── RequestRefused              (ValueError) it cannot be done in the way it was asked
            ├── FencedOff                   another process executes the run now
            ├── ConcurrencySlotsTaken, ConcurrencyRequestRefused, ConcurrencyLeaseGone
            ├── ConcurrencySlotAcquisitionError, ConcurrencySlotAcquisitionServiceError
            ├── AcquireConcurrencySlotTimeoutError     (TimeoutError)
            ├── BlockMissingCapabilities, ProtectedBlockError, InvalidRepositoryURLError, EventTooLarge
            ├── BlockNotSavedError, InvalidBlockRegistration, UnknownBlockType, NotificationError
            ├── ProjectFileError            (ValueError) what a file declares of deployments cannot be used
            ├── StepExecutionError          a step of a deployment failed, or there is no such step
            └── InfrastructureError, InfrastructureNotFound, InfrastructureNotAvailable

An error says what happened, to which thing, and what to do about it.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pydantic import ValidationError

    from prefect._http_errors import PrefectHTTPStatusError as PrefectHTTPStatusError  # noqa: PLC0414 - for checkers
    from prefect.schemas.states import State


class PrefectException(Exception):
    """Base of every error that this library raises."""


class PrefectImportError(ImportError):
    """Something that has to be imported is not installed."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


# Configuration


class ConfigurationError(PrefectException, ValueError):
    """A setting has a value that cannot be used."""


class MissingProfileError(PrefectException, ValueError):
    """The named profile does not exist."""


class ProfileSettingsValidationError(PrefectException):
    """Settings of a profile have values that cannot be used."""

    def __init__(self, errors: list[tuple[Any, ValidationError]]) -> None:
        self.errors = errors
        super().__init__(f"{len(errors)} setting(s) of the profile cannot be used: {errors}")


# Flows, scripts and contexts


class MissingContextError(PrefectException, RuntimeError):
    """What was called works only inside a running flow or task."""


class MissingFlowError(PrefectException):
    """The script defines no flow, or not the one that was asked for."""


class UnspecifiedFlowError(PrefectException):
    """The script defines several flows and none was chosen."""


class InvalidNameError(PrefectException, ValueError):
    """A name holds characters that it must not hold."""


class ScriptError(PrefectException):
    """A script raised an exception while it was loaded."""

    def __init__(self, user_exc: Exception, path: str) -> None:
        self.user_exc = user_exc
        super().__init__(
            f"The script {path!r} raised {type(user_exc).__name__} while it was loaded: {user_exc}"
        )


# Parameters


class ParameterTypeError(PrefectException):
    """A flow or task was called with parameters of the wrong type."""

    def __init__(self, msg: str) -> None:
        super().__init__(msg)

    @classmethod
    def from_validation_error(cls, exc: ValidationError) -> Self:
        """Explain what pydantic found, one line for each parameter."""
        lines = [
            f"  {'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in exc.errors(include_url=False)
        ]
        return cls("These parameters have the wrong type or value:\n" + "\n".join(lines))


class ParameterBindError(TypeError, PrefectException):
    """A flow or task was called with arguments that its signature does not take."""

    def __init__(self, msg: str) -> None:
        super().__init__(msg)

    @classmethod
    def from_bind_failure(
        cls, fn: Callable[..., Any], exc: TypeError, call_args: tuple[Any, ...], call_kwargs: dict[str, Any]
    ) -> Self:
        """Explain which arguments were given and which are taken."""
        name = getattr(fn, "__name__", repr(fn))
        given = [described(value) for value in call_args]
        given += [f"{key}={described(value)}" for key, value in call_kwargs.items()]
        return cls(
            f"{name!r} was called with arguments it does not take: {exc}. "
            f"It takes {name}{inspect.signature(fn)}; it was given ({', '.join(given)})."
        )


class SignatureMismatchError(PrefectException, TypeError):
    """The given parameters do not match the parameters of the function."""

    def __init__(self, msg: str) -> None:
        super().__init__(msg)

    @classmethod
    def from_bad_params(cls, expected_params: list[str], provided_params: list[str]) -> Self:
        """Explain which parameters are expected and which were provided."""
        return cls(f"The function expects the parameters {expected_params} but was given {provided_params}.")


class ReservedArgumentError(PrefectException, TypeError):
    """A flow or task takes an argument whose name the library itself uses."""


# Mapping and upstream runs


class MappingLengthMismatch(PrefectException):
    """The iterables given to `map` have different lengths."""


class MappingMissingIterable(PrefectException):
    """`map` was given nothing to iterate over."""


class UpstreamTaskError(PrefectException):
    """A run that this one depends on did not complete."""


# How runs end


class FailedRun(PrefectException):
    """The run failed."""


class CrashedRun(PrefectException):
    """The run crashed."""


class CancelledRun(PrefectException):
    """The run was cancelled."""


class PausedRun(PrefectException):
    """The run is paused."""

    def __init__(self, *args: Any, state: State[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state = state


class UnfinishedRun(PrefectException):
    """The run has not ended, so it has no result yet."""


class MissingResult(PrefectException):
    """The run completed, but its result is not available here."""


class NotPausedError(PrefectException):
    """The run cannot be resumed, because it is not paused."""


class FlowPauseTimeout(PrefectException):
    """A paused run was not resumed in time."""


class FlowRunWaitTimeout(PrefectException):
    """A run did not end in the time it was waited for."""


class FlowRunInProgress(PrefectException):
    """A flow run cannot be retried, since it has not ended."""


class FlowRunWatchError(PrefectException):
    """A run could not be watched."""


# Results and storage


class SerializationError(PrefectException):
    """An object cannot be serialised."""


class UnwritableResult(SerializationError):
    """A result that is to be persisted cannot be written by its serializer; running again would not help."""


class HashError(PrefectException):
    """A stable hash of an object cannot be computed."""


class DatabaseError(PrefectException):
    """The database of the runs cannot be used."""


class DatabaseUnavailable(DatabaseError):
    """The database cannot be used now; what was asked for has changed nothing, and may be asked for again."""


class CommitUnknown(DatabaseUnavailable):
    """The connection broke while a transaction was being committed: it may have been stored, or not."""


class ConstraintViolated(DatabaseError):
    """A row cannot be stored beside what there is: its key is taken, or a value that it needs is missing."""


class UnstorableValue(DatabaseError, ValueError):
    """A value cannot be stored: it is too large, or of another kind than its column."""


# The API


class _HTTPAnswerError(PrefectException):
    """The server answered that something cannot be done. `http_exc` holds its answer."""

    def __init__(self, http_exc: Exception, *args: Any, **kwargs: Any) -> None:
        self.http_exc = http_exc
        super().__init__(*(args or (str(http_exc),)), **kwargs)


class ObjectNotFound(_HTTPAnswerError):
    """The server does not know this object."""

    def __init__(
        self, http_exc: Exception, help_message: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        self.help_message = help_message
        super().__init__(http_exc, *args, **kwargs)

    def __str__(self) -> str:
        return self.help_message or super().__str__()


class ObjectAlreadyExists(_HTTPAnswerError):
    """The server already has an object of this name."""


class ObjectLimitReached(_HTTPAnswerError):
    """The server takes no more objects of this kind."""


class ObjectUnsupported(_HTTPAnswerError):
    """The server does not support this kind of object."""


class ReferenceNotFound(PrefectException):
    """Something that is to be stored refers to what is not there."""


class RequestRefused(PrefectException, ValueError):
    """What was asked for cannot be done in the way it was asked. `status` is the HTTP status that says so."""

    def __init__(self, message: str, status: int = 422) -> None:
        self.status = status
        super().__init__(message)


class FencedOff(PrefectException):
    """Nothing was written, since who would write does not have the claim on the flow run any more (HTTP 409).

    Attributes:
        flow_run_id: The flow run.
        fence: The number of the claim that is over.
    """

    def __init__(self, flow_run_id: str, fence: int, present: int | None = None) -> None:
        self.flow_run_id = flow_run_id
        self.fence = fence
        is_now = "" if present is None else f"; it is {present} now"
        super().__init__(
            f"Flow run {flow_run_id} is not executed by this process any more: its claim had fence {fence}{is_now}. "
            "Nothing was written. End the process."
        )


class ConcurrencySlotsTaken(PrefectException):
    """There are not enough free slots now (HTTP 423); it may be worth asking again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class ConcurrencyRequestRefused(PrefectException, ValueError):
    """What was asked of a concurrency limit can never be had (HTTP 422)."""


class ConcurrencyLeaseGone(PrefectException):
    """A lease on concurrency slots does not exist any more: it lapsed or was revoked (HTTP 410)."""


class ConcurrencySlotAcquisitionError(PrefectException):
    """Concurrency slots could not be acquired."""


class ConcurrencySlotAcquisitionServiceError(PrefectException):
    """The service that acquires concurrency slots failed."""


class AcquireConcurrencySlotTimeoutError(PrefectException, TimeoutError):
    """Concurrency slots were not free in time."""


class BlockMissingCapabilities(PrefectException):
    """A block cannot do what it is used for."""


class ProtectedBlockError(PrefectException):
    """A block is protected and cannot be changed."""


class BlockNotSavedError(PrefectException, RuntimeError):
    """A block was used as one that is saved, but it is not."""


class InvalidBlockRegistration(PrefectException):
    """The type of a class of blocks cannot be registered: the class does not stand for one."""


class UnknownBlockType(PrefectException):
    """No class of blocks with this slug was imported or is installed."""


class NotificationError(PrefectException):
    """A notification could not be sent. `log` is what the service said."""

    def __init__(self, log: str) -> None:
        self.log = log
        super().__init__(log)


class InvalidRepositoryURLError(PrefectException):
    """The address of a repository cannot be used."""


class EventTooLarge(PrefectException):
    """An event is larger than the server takes. `size` and `maximum` are in bytes."""

    def __init__(self, size: int, maximum: int) -> None:
        self.size = size
        self.maximum = maximum
        super().__init__(f"The event has {size} bytes; at most {maximum} are taken. Send less data with it.")


class ProjectFileError(PrefectException, ValueError):
    """What a file such as `prefect.yaml` declares cannot be used. The message says in which line, and why."""


class StepExecutionError(PrefectException):
    """A step of a deployment failed, or there is no such step."""


class InfrastructureError(PrefectException):
    """The infrastructure of a run failed."""


class InfrastructureNotFound(PrefectException):
    """The infrastructure of a run does not exist any more."""


class InfrastructureNotAvailable(PrefectException):
    """The infrastructure of a run cannot be reached from here."""


# Signals


class PrefectSignal(BaseException):
    """Base of what steers a run without being an error; not caught by `except Exception`."""


class Abort(PrefectSignal):
    """The orchestration refused to let the run go on."""


class Pause(PrefectSignal):
    """The run was paused or suspended."""

    def __init__(self, *args: Any, state: State[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state = state


class ExternalSignal(BaseException):
    """Base of signals that come from outside the process."""


class TerminationSignal(ExternalSignal):
    """The process was asked to end. `signal` is the number of the signal."""

    def __init__(self, signal: int) -> None:
        self.signal = signal
        super().__init__(f"The process was asked to end by signal {signal}.")


def exception_traceback(exc: BaseException) -> str:
    """Return the traceback of an exception as text."""
    return "".join(traceback.format_exception(exc))


def described(value: object) -> str:
    """Return the `repr` of any value for a message, or its type where that fails."""
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - whatever a `__repr__` of the user's raises
        return f"<{type(value).__qualname__} object>"


def __getattr__(name: str) -> Any:
    """Load the one error that needs an HTTP library when somebody asks for it."""
    if name == "PrefectHTTPStatusError":
        from prefect._http_errors import PrefectHTTPStatusError  # heavy: loads httpx2

        return PrefectHTTPStatusError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
