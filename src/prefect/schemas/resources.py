"""Resources: what events are about, as labels with values; and specifications that some of them fulfil."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from copy import deepcopy
from typing import Any, NamedTuple, Self
from uuid import UUID

from pydantic import RootModel, ValidatorFunctionWrapHandler, model_validator

from prefect.settings import get_current_settings
from prefect.settings.models.server.events import ServerEventsSettings

ID = "prefect.resource.id"
NAME = "prefect.resource.name"
ROLE = "prefect.resource.role"


class EventLimits(NamedTuple):
    """How large events may be."""

    labels: int
    related: int
    name: int


_limits: ContextVar[EventLimits | None] = ContextVar("event_limits", default=None)


def event_limits() -> EventLimits:
    """Return how large events may be, as the settings say."""
    held = _limits.get()
    if held is not None:
        return held
    return _limits_of(get_current_settings().server.events)


def hold_event_limits(settings: ServerEventsSettings) -> None:
    """Let these limits hold for all events that are made in this context from now on."""
    _limits.set(_limits_of(settings))


def _limits_of(settings: ServerEventsSettings) -> EventLimits:
    return EventLimits(
        settings.maximum_labels_per_resource,
        settings.maximum_related_resources,
        settings.maximum_event_name_length,
    )


def asking_limits_once(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    """Validate with the settings asked once for all events in the value: asking takes longer than an event."""
    if _limits.get() is not None:
        return validate(value)
    token = _limits.set(event_limits())
    try:
        return validate(value)
    finally:
        _limits.reset(token)


class Labelled(RootModel[dict[str, str]]):
    """Labels with their values."""

    def keys(self) -> Iterable[str]:
        """Return the labels."""
        return self.root.keys()

    def items(self) -> Iterable[tuple[str, str]]:
        """Return the labels with their values."""
        return self.root.items()

    def __getitem__(self, label: str) -> str:
        return self.root[label]

    def __setitem__(self, label: str, value: str) -> None:
        self.root[label] = value

    def __contains__(self, label: object) -> bool:
        return label in self.root

    def get(self, label: str, default: str | None = None) -> str | None:
        """Return the value of a label, or `default`."""
        return self.root.get(label, default)

    def as_label_value_array(self) -> list[dict[str, str]]:
        """Return the labels as a list of `{"label": ..., "value": ...}`."""
        return [{"label": label, "value": value} for label, value in self.root.items()]

    def has_all_labels(self, labels: dict[str, str]) -> bool:
        """Whether all of these labels are here with these values."""
        return all(self.root.get(label) == value for label, value in labels.items())


class Resource(Labelled):
    """Something that events are about. The label `prefect.resource.id` says what."""

    @model_validator(mode="after")
    def _check_labels(self) -> Self:
        _check(self.root)
        return self

    @property
    def id(self) -> str:
        """The value of `prefect.resource.id`."""
        return self.root[ID]

    @property
    def name(self) -> str | None:
        """The value of `prefect.resource.name`, if there is one."""
        return self.root.get(NAME)

    def prefect_object_id(self, kind: str) -> UUID:
        """Return the id of the object of ours that this is.

        Args:
            kind: What its resource id begins with, for example "prefect.flow-run".

        Raises:
            ValueError: It is no object of this kind.
        """
        prefix = f"{kind}."
        if not self.id.startswith(prefix):
            raise ValueError(f"Resource ID {self.id} does not start with {prefix}")
        return UUID(self.id.removeprefix(prefix))


def _check(labels: dict[str, str]) -> None:
    if ID not in labels:
        raise ValueError(f"Resources must include the {ID} label")
    if not labels[ID]:
        raise ValueError(f"The {ID} label must be non-empty")
    most = event_limits().labels
    if len(labels) > most:
        raise ValueError(f"The maximum number of labels per resource is {most}")


class RelatedResource(Resource):
    """Something else that had a part in an event. The label `prefect.resource.role` says which part."""

    @model_validator(mode="after")
    def _check_labels(self) -> Self:
        # In place of that of all resources, which a second validator would be run beside.
        _check(self.root)
        if ROLE not in self.root:
            raise ValueError(f"Related Resources must include the {ROLE} label")
        if not self.root[ROLE]:
            raise ValueError(f"The {ROLE} label must be non-empty")
        return self

    @property
    def role(self) -> str:
        """The value of `prefect.resource.role`."""
        return self.root[ROLE]


class ResourceSpecification(RootModel[dict[str, str | list[str]]]):
    """Which resources are meant: for each label, the values that will do.

    A value that ends with * means all that begin so; a value that begins with ! means all others.
    """

    def matches_every_resource(self) -> bool:
        """Whether every resource is meant."""
        return not self.root

    def matches_every_resource_of_kind(self, prefix: str) -> bool:
        """Whether every resource is meant whose id begins with `prefix` and a dot."""
        return not self.root or (len(self.root) == 1 and self.get(ID) in ([prefix + ".*"], [prefix + "*"]))

    def includes(self, candidates: Iterable[Resource]) -> bool:
        """Whether one of these resources is meant."""
        return not self.root or any(self.matches(candidate) for candidate in candidates)

    def matches(self, resource: Resource) -> bool:
        """Whether this resource is meant."""
        return all(
            any(matches(expected, resource.get(label)) for expected in values)
            for label, values in self.items()
        )

    def items(self) -> Iterable[tuple[str, list[str]]]:
        """Return the labels, each with the values that will do."""
        return [(label, _listed(values)) for label, values in self.root.items()]

    def __contains__(self, key: object) -> bool:
        return key in self.root

    def __getitem__(self, key: str) -> list[str]:
        return _listed(self.root[key])

    def __len__(self) -> int:
        return len(self.root)

    def pop(self, key: str, default: str | list[str] | None = None) -> list[str]:
        """Take a label away and return its values."""
        return _listed(self.root.pop(key, default))

    def get(self, key: str, default: str | list[str] | None = None) -> list[str]:
        """Return the values of a label."""
        return _listed(self.root.get(key, default))

    def deepcopy(self) -> ResourceSpecification:
        """Return a copy that shares nothing with this one."""
        return ResourceSpecification(root=deepcopy(self.root))


def matches(expected: str, value: str | None) -> bool:
    """Whether a value will do. `expected` is as in a specification; no value never does.

    Example:
        >>> matches("prefect.flow-run.*", "prefect.flow-run.1"), matches("!a", "b")
        (True, True)
    """
    if value is None:
        return False
    if expected.startswith("!"):
        return not matches(expected[1:], value)
    return value.startswith(expected[:-1]) if expected.endswith("*") else value == expected


def _listed(values: str | list[str] | None) -> list[str]:
    if values is None:
        return []
    return [values] if isinstance(values, str) else values
