"""Docker images of flows: built and pushed with the Docker engine of this machine."""

from prefect.docker.docker_image import DockerImage

__all__ = ["DockerImage"]
