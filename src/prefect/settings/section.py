"""How settings are declared, and the frozen objects that hold them.

A section is a class; its fields are settings or further sections. Defaults lie on the class, what was set lies on the
object, and what follows from other settings is computed when it is first asked for. Sections below are loaded and
built when they are first asked for too, so that a script pays for the few settings that it reads. Ordinary dataclasses
would cost more to define, at every start, than everything else here together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import FrozenInstanceError
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast, dataclass_transform

from prefect._imports import load
from prefect._secrets import register_secret
from prefect.exceptions import ConfigurationError
from prefect.settings.kinds import as_json, as_text, read_value

_MUTABLE = (list, dict, set)


class Declared:
    """One setting as it was declared.

    Attributes:
        path: Where it is in the tree, for example `flows.default_retries`.
        variable: The environment variable that sets it.
        also: Older variables that set it too.
        kind: Its type, as annotated.
        default: What holds when nothing sets it and nothing is computed.
        computed: What holds when nothing sets it, from all settings.
        unit: What a number counts, for example "seconds".
        planned: Whether it is read and checked, but changes nothing yet.
    """

    __slots__ = (
        "also",
        "at_least",
        "at_most",
        "computed",
        "default",
        "description",
        "kind",
        "more_than",
        "path",
        "planned",
        "unit",
        "variable",
    )

    path: str
    variable: str
    kind: str

    def __init__(
        self,
        description: str,
        default: Any,
        computed: Callable[[Any], Any] | None,
        also: tuple[str, ...],
        unit: str | None,
        planned: bool,
        limits: tuple[Any, Any, Any],
    ) -> None:
        self.description = description
        self.default = default
        self.computed = computed
        self.also = also
        self.unit = unit
        self.planned = planned
        self.at_least, self.more_than, self.at_most = limits

    @property
    def is_secret(self) -> bool:
        """Whether its value is not to be shown."""
        return self.kind.startswith("SecretStr")

    def read(self, given: Any, said_by: str, home: str | None = None) -> Any:
        """Return what a raw value means.

        Args:
            given: Text, or a value of Python or TOML.
            said_by: What set it, for the error.
            home: What `$PREFECT_HOME` stands for in paths and database URLs.

        Raises:
            ConfigurationError: It cannot be used.
        """
        if home and isinstance(given, str) and "$PREFECT_HOME" in given:
            given = given.replace("$PREFECT_HOME", home)
        try:
            value = read_value(self.kind, given)
            self._check_limits(value)
        except (TypeError, ValueError, OverflowError) as error:
            shown = "" if self.is_secret else f" to {given.strip() if isinstance(given, str) else given!r}"
            shown = f" to {given.strip()!r}" if shown and isinstance(given, str) else shown
            raise ConfigurationError(f"{said_by} is set{shown}, which cannot be used: {error}") from error
        if self.is_secret and value is not None:
            self._keep_out_of_logs(value.get_secret_value())
        return value

    def _keep_out_of_logs(self, secret: str) -> None:
        register_secret(secret)
        if self.path.endswith("auth_string"):
            register_secret(secret.partition(":")[2])  # the password of "user:password"

    def _check_limits(self, value: Any) -> None:
        if not isinstance(value, (int, float, timedelta)):
            return
        if self.at_least is not None and not value >= self.at_least:  # pyright: ignore[reportOperatorIssue] - of one kind
            raise ValueError(f"give at least {as_text(self.at_least)}.")
        if self.more_than is not None and not value > self.more_than:  # pyright: ignore[reportOperatorIssue] - of one kind
            raise ValueError(f"give more than {as_text(self.more_than)}.")
        if self.at_most is not None and not value <= self.at_most:  # pyright: ignore[reportOperatorIssue] - of one kind
            raise ValueError(f"give at most {as_text(self.at_most)}.")


def setting(
    description: str,
    *,
    default: Any,
    computed: Callable[[Any], Any] | None = None,
    also: str | tuple[str, ...] = (),
    unit: str | None = None,
    planned: bool = False,
    at_least: Any = None,
    more_than: Any = None,
    at_most: Any = None,
) -> Any:
    """Declare a setting; see `Declared` for what is declared."""
    also = (also,) if isinstance(also, str) else also
    return Declared(description, default, computed, also, unit, planned, (at_least, more_than, at_most))


class _Below:
    """A section in a section: the module of its class, whose name is in the annotation."""

    __slots__ = ("module",)

    def __init__(self, module: str) -> None:
        self.module = module


def section(module: str, *, default: Any = None) -> Any:
    """Declare a section whose class is in this module of `prefect.settings.models`; it is loaded on use."""
    return _Below(f"prefect.settings.models.{module}")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(setting, section))
class Section:
    """A part of the tree of settings, or the whole of it. It cannot be changed, only copied with changes."""

    section_path: ClassVar[str]
    own_settings: ClassVar[dict[str, Declared]]
    own_sections: ClassVar[dict[str, tuple[str, str]]]
    if TYPE_CHECKING:

        @property
        def given(self) -> Mapping[str, Any]:
            """What is set in the whole tree, by path."""
            ...

        @property
        def _tree(self) -> Section | None: ...

    def __init_subclass__(cls, path: str) -> None:
        cls.section_path = path
        cls.own_settings, cls.own_sections = {}, {}
        prefix = f"{path}." if path else ""
        for name, kind in cls.__annotations__.items():
            declared = cls.__dict__.get(name)
            if isinstance(declared, _Below):
                cls.own_sections[name] = declared.module, kind
                delattr(cls, name)
            elif isinstance(declared, Declared):
                cls.own_settings[name] = declared
                declared.path = prefix + name
                declared.variable = "PREFECT_" + declared.path.replace(".", "_").upper()
                declared.kind = kind
                if declared.computed is None and not isinstance(declared.default, _MUTABLE):
                    setattr(cls, name, declared.default)
                else:
                    delattr(cls, name)

    def __init__(self, **values: Any) -> None:
        given: dict[str, Any] = {}
        for name, value in values.items():
            given |= self.given_by(name, value)
        self.hold(given, None)

    @classmethod
    def of(cls, given: Mapping[str, Any], tree: Section | None = None) -> Self:
        """Return the section with what is given by path for the whole tree; the values are checked already."""
        made = cls.__new__(cls)
        made.hold(given, tree)
        return made

    def hold(self, given: Mapping[str, Any], tree: Section | None) -> None:
        """Take what is given by path for the whole tree. Only for those who make a section."""
        state = self.__dict__
        state["given"], state["_tree"] = given, tree
        for name, declared in self.own_settings.items():
            if declared.path in given:
                state[name] = given[declared.path]

    @classmethod
    def class_below(cls, name: str) -> type[Section]:
        """Return the class of a section in this one."""
        return load(*cls.own_sections[name])

    @classmethod
    def declared_at(cls, path: str) -> Declared | None:
        """Return the setting at a path below this section: names between dots."""
        name, _, rest = path.partition(".")
        if not rest:
            return cls.own_settings.get(name)
        return cls.class_below(name).declared_at(rest) if name in cls.own_sections else None

    @classmethod
    def all_declared(cls) -> Iterator[Declared]:
        """Yield every setting of this section and of those below."""
        yield from cls.own_settings.values()
        for name in cls.own_sections:
            yield from cls.class_below(name).all_declared()

    @classmethod
    def given_by(cls, name: str, value: Any) -> dict[str, Any]:
        """Return by path what one argument sets: a setting, or a section as an object or a mapping."""
        declared = cls.own_settings.get(name)
        if declared is not None:
            return {declared.path: declared.read(value, declared.path)}
        if name in cls.own_sections:
            below = cls.class_below(name)
            if isinstance(value, Section):
                prefix = f"{below.section_path}."
                return {path: set_to for path, set_to in value.given.items() if path.startswith(prefix)}
            return {
                k: v
                for part in cast("Mapping[str, Any]", value)
                for k, v in below.given_by(part, value[part]).items()
            }
        for below_name in cls.own_sections:  # `to_api_enabled` for `to_api.enabled`
            if name.startswith(f"{below_name}_"):
                return cls.class_below(below_name).given_by(name.removeprefix(f"{below_name}_"), value)
        raise TypeError(cls._no_such(name))

    @classmethod
    def _no_such(cls, name: str) -> str:
        return f"{cls.__name__} has no setting {name!r}. It has {', '.join([*cls.own_settings, *cls.own_sections])}."

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        declared = self.own_settings.get(name)
        if declared is not None:
            value = declared.computed(self._whole()) if declared.computed else copy(declared.default)
        elif name in self.own_sections:
            value = self.class_below(name).of(self.given, self._whole())
        else:
            raise AttributeError(self._no_such(name))
        self.__dict__[name] = value
        return value

    def _whole(self) -> Section:
        """Return the tree that this belongs to; one of its own if it was made alone."""
        if self._tree is None and self.section_path:
            whole: type[Section] = load("prefect.settings.models.root", "Settings")
            self.__dict__["_tree"] = whole.of(self.given)
        return self._tree or self

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(
            f"Settings cannot be changed ({name!r}). Use prefect.settings.temporary_settings, or the environment."
        )

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return type(self) is type(other) and self.model_dump() == cast("Section", other).model_dump()

    def __hash__(self) -> int:
        return hash(repr(self.model_dump()))

    def __repr__(self) -> str:
        fields = [f"{name}={getattr(self, name)!r}" for name in (*self.own_settings, *self.own_sections)]
        return f"{type(self).__name__}({', '.join(fields)})"

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the settings and sections here that something sets."""
        below = {name for name in self.own_sections if self.sets_below(f"{self.own_prefix}{name}.")}
        return {name for name, declared in self.own_settings.items() if declared.path in self.given} | below

    @property
    def own_prefix(self) -> str:
        """What the paths of the settings here begin with."""
        return f"{self.section_path}." if self.section_path else ""

    def sets_below(self, prefix: str) -> bool:
        """Whether anything is set whose path begins so."""
        return any(path.startswith(prefix) for path in self.given)

    def model_dump(
        self, *, mode: str = "python", exclude_unset: bool = False, context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the settings as nested dictionaries.

        Args:
            mode: "json" for values that JSON can hold.
            exclude_unset: Leave out what nothing sets.
            context: `{"include_secrets": True}` reveals secrets in JSON.
        """
        include_secrets = bool(context and context.get("include_secrets"))
        names = self.model_fields_set if exclude_unset else {*self.own_settings, *self.own_sections}
        dumped: dict[str, Any] = {}
        for name in (*self.own_settings, *self.own_sections):
            if name not in names:
                continue
            value = getattr(self, name)
            if isinstance(value, Section):
                dumped[name] = value.model_dump(mode=mode, exclude_unset=exclude_unset, context=context)
            else:
                dumped[name] = as_json(value, include_secrets=include_secrets) if mode == "json" else value
        return dumped

    def to_environment_variables(
        self, exclude_unset: bool = False, include_secrets: bool = True, include_aliases: bool = False
    ) -> dict[str, str]:
        """Return the variables that would set what is set here; settings without a value have none.

        Args:
            exclude_unset: Only what something sets, not the defaults.
            include_secrets: Reveal secrets, as another process needs them.
            include_aliases: Set the older variables too.
        """
        variables: dict[str, str] = {}
        for name, declared in self.own_settings.items():
            value = getattr(self, name)
            if value is None or (exclude_unset and declared.path not in self.given):
                continue
            text = as_text(value) if include_secrets or not declared.is_secret else str(value)
            variables |= dict.fromkeys((declared.variable, *(declared.also if include_aliases else ())), text)
        for name in self.own_sections:
            if exclude_unset and not self.sets_below(f"{self.own_prefix}{name}."):
                continue
            below: Section = getattr(self, name)
            variables |= below.to_environment_variables(
                exclude_unset=exclude_unset, include_secrets=include_secrets, include_aliases=include_aliases
            )
        return variables
