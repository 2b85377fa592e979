"""Docker images by the path that integration packages know; see `prefect.docker`."""

from __future__ import annotations

from prefect._imports import forwarding

_HOMES = {
    "prefect.docker.engine": "BuildError PushError build_image docker_client push_image silence_docker_warnings",
    "prefect.docker.dockerfiles": "generate_default_dockerfile to_run_command",
    "prefect.docker.image_names": """
        CONTAINER_LABELS IMAGE_LABELS format_outlier_version_name get_prefect_image_name parse_image_tag
        python_version_micro python_version_minor split_repository_path
    """,
}

# They use the engine and its errors, which lie above this room.
__getattr__ = forwarding(__name__, {name: home for home, names in _HOMES.items() for name in names.split()})
