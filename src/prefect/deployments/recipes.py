"""Recipes: what `prefect init` writes into `prefect.yaml` for the usual ways of getting code to where it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

HEADER = """\
# What is deployed from this folder, and how. `prefect deploy --all` deploys it, `prefect deploy --plan --all` shows
# what that would change. Values may have placeholders: {{ step-id.output }}, {{ prefect.variables.NAME }},
# {{ prefect.blocks.TYPE.NAME }}, {{ $ENVIRONMENT_VARIABLE }}.

"""


class Field(NamedTuple):
    """Something that a recipe has to know: its name, what to ask for, and what it is otherwise."""

    name: str
    question: str
    otherwise: str = ""


class Recipe(NamedTuple):
    """A way of getting code to where it runs.

    Attributes:
        summary: What it does, in one line.
        fields: What it has to know.
        build: Steps that are done before deploying, YAML.
        push: Steps after those, YAML.
        pull: Steps that a run does before its flow is loaded, YAML.
        image: Runs start from the image that was built.
    """

    summary: str
    fields: tuple[Field, ...] = ()
    build: str = ""
    push: str = ""
    pull: str = ""
    image: bool = False


_IMAGE = (
    Field("image_name", "Name of the image, with its registry"),
    Field("tag", "Tag of the image", "latest"),
)
_BUCKET = (Field("bucket", "Bucket that holds the code"), Field("folder", "Folder in the bucket", "{name}"))
_CONTAINER = (
    Field("container", "Container that holds the code"),
    Field("folder", "Folder in the container", "{name}"),
)

_BUILD_IMAGE = """\
- prefect_docker.deployments.steps.build_docker_image:
    id: build_image
    requires: prefect-docker>=0.3.1
    image_name: {image_name}
    tag: {tag}
    dockerfile: auto
"""
_PUSH_IMAGE = """\
- prefect_docker.deployments.steps.push_docker_image:
    requires: prefect-docker>=0.3.1
    image_name: '{{ build_image.image_name }}'
    tag: '{{ build_image.tag }}'
"""
_GO_TO = """\
- prefect.deployments.steps.set_working_directory:
    directory: {directory}
"""
_CLONE = """\
- prefect.deployments.steps.git_clone:
    repository: {repository}
    branch: {branch}
    access_token: null   # for a private repository: '{{ prefect.blocks.secret.NAME-OF-A-BLOCK }}'
"""


def _kept(package: str, requires: str, place: str, verb: str) -> tuple[str, str]:
    """Return the steps that bring code to a place and fetch it from there."""
    where = f"    {place}: {{{place}}}\n    folder: {{folder}}\n"
    steps = f"{package}.deployments.steps"
    again = f"    {place}: '{{{{ push_code.{place} }}}}'\n    folder: '{{{{ push_code.folder }}}}'\n"
    return (
        f"- {steps}.push_to_{verb}:\n    id: push_code\n    requires: {requires}\n{where}",
        f"- {steps}.pull_from_{verb}:\n    id: pull_code\n    requires: {requires}\n{again}",
    )


_S3 = _kept("prefect_aws", "prefect-aws>=0.3.4", "bucket", "s3")
_GCS = _kept("prefect_gcp", "prefect-gcp>=0.4.3", "bucket", "gcs")
_AZURE = _kept("prefect_azure", "prefect-azure[blob_storage]>=0.2.8", "container", "azure_blob_storage")


def _in_image(summary: str, push: str = "", pull: str = "", fields: tuple[Field, ...] = ()) -> Recipe:
    return Recipe(summary, (*_IMAGE, *fields), _BUILD_IMAGE, _PUSH_IMAGE + push, pull, image=True)


RECIPES: Mapping[str, Recipe] = {
    "local": Recipe("Code stays in this folder.", pull=_GO_TO),
    "git": Recipe("Code is cloned from the git repository of this folder.", pull=_CLONE),
    "docker": _in_image("Code is built into an image.", pull=_GO_TO),
    "docker-git": _in_image("An image is built; code is cloned from git into it.", pull=_CLONE),
    "s3": Recipe("Code is kept in Amazon S3.", _BUCKET, push=_S3[0], pull=_S3[1]),
    "gcs": Recipe("Code is kept in Google Cloud Storage.", _BUCKET, push=_GCS[0], pull=_GCS[1]),
    "azure": Recipe("Code is kept in Azure Blob Storage.", _CONTAINER, push=_AZURE[0], pull=_AZURE[1]),
    "docker-s3": _in_image("An image is built; code is kept in Amazon S3.", *_S3, _BUCKET),
    "docker-gcs": _in_image("An image is built; code is kept in Google Cloud Storage.", *_GCS, _BUCKET),
    "docker-azure": _in_image("An image is built; code is kept in Azure Blob Storage.", *_AZURE, _CONTAINER),
}

_FILE = """\
name: {name}
prefect-version: {version}

# Done in this order before something is deployed; outputs of a step with an id are known to those after it.
build:{build}
push:{push}
# Done by each run before its flow is loaded.
pull:{pull}
# What is deployed. Each needs a name, an entrypoint (path/to/file.py:flow_function) and a work pool; each may have
# steps of its own.
deployments:
- name: null
  version: null
  tags: []
  description: null
  schedule: {{}}   # or schedules: [{{cron: "0 6 * * *", timezone: Europe/Berlin}}, ...]
  flow_name: null
  entrypoint: null
  parameters: {{}}
  work_pool:
    name: null
    work_queue_name: null
    job_variables:{variables}
"""


def project_text(recipe: Recipe, values: Mapping[str, Any], *, name: str, version: str) -> str:
    """Return the text of a `prefect.yaml` made by a recipe.

    Args:
        recipe: The recipe.
        values: What stands for its fields, and for `directory`, `repository` and `branch`.
        name: The name of the project.
        version: The release of Prefect.
    """
    known = {key: _scalar(value) for key, value in values.items()}

    def block(steps: str) -> str:
        for key, value in known.items():
            steps = steps.replace(f": {{{key}}}\n", f": {value}\n")
        return f"\n{steps}" if steps else " null\n"

    variables = "\n      image: '{{ build_image.image }}'" if recipe.image else " {}"
    return HEADER + _FILE.format(
        name=_scalar(name),
        version=version,
        build=block(recipe.build),
        push=block(recipe.push),
        pull=block(recipe.pull),
        variables=variables,
    )


def _scalar(value: Any) -> str:
    """Return a text as YAML writes it in one line."""
    import json

    text = str(value)
    plain = text and all(letter.isalnum() or letter in "-_./@" for letter in text) and text[0].isalpha()
    return (
        text
        if plain and text.lower() not in {"null", "true", "false", "yes", "no", "on", "off"}
        else json.dumps(text)
    )
