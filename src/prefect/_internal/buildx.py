"""Building images with BuildKit, by the path that integration packages know; see `prefect.docker.buildx`."""

from __future__ import annotations

from prefect._imports import forwarding

# It uses the engine and its errors, which lie above this room.
__getattr__ = forwarding(
    __name__, dict.fromkeys(("buildx_build_image", "buildx_push_image"), "prefect.docker.buildx")
)
