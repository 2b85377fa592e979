"""What a type of workers says of itself, and how it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from prefect.workers import registry
from prefect.workers.job_templates import default_template

if TYPE_CHECKING:
    from prefect.workers.base import BaseWorker


class WorkerKind:
    """What a type of workers says of itself. A subclass with a `type` is found by it."""

    type: str
    job_configuration: Any
    job_configuration_variables: Any

    _documentation_url: ClassVar[str] = ""
    _logo_url: ClassVar[str] = ""
    _description: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if isinstance(getattr(cls, "type", None), str):
            registry.register(cls)

    @classmethod
    def get_documentation_url(cls) -> str:
        """Return where the type is documented."""
        return cls._documentation_url

    @classmethod
    def get_logo_url(cls) -> str:
        """Return where a picture of the type is."""
        return cls._logo_url

    @classmethod
    def get_description(cls) -> str:
        """Return what the type does."""
        return cls._description

    @classmethod
    def get_default_base_job_template(cls) -> dict[str, Any]:
        """Return the template of the jobs of pools of this type, where nobody has given another."""
        return default_template(cls.job_configuration, cls.job_configuration_variables)

    @staticmethod
    def get_worker_class_from_type(type: str) -> type[BaseWorker[Any, Any, Any]] | None:
        """Return the class of a type of workers, ours or that of an installed package; None if there is none."""
        return registry.worker_class(type)

    @staticmethod
    def get_all_available_worker_types() -> list[str]:
        """Return the types of workers that are here."""
        return sorted(registry.known_classes())
