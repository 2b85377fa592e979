"""Settings at `deployments`: defaults of deployments."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class DeploymentsSettings(Section, path="deployments"):
    """Defaults of deployments."""

    default_work_pool_name: str | None = setting(
        "The work pool of deployments that name none.",
        default=None,
        also="PREFECT_DEFAULT_WORK_POOL_NAME",
    )
    default_docker_build_namespace: str | None = setting(
        "The registry or namespace of images that deployments build.",
        default=None,
        also="PREFECT_DEFAULT_DOCKER_BUILD_NAMESPACE",
    )
