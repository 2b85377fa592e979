"""`prefect init`: begin a prefect.yaml in this folder."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.questions import answered, chosen, somebody_is_there


def init(
    *,
    name: Annotated[
        str | None, Parameter(help="The name of the project; by default that of the folder.")
    ] = None,
    recipe: Annotated[
        str | None,
        Parameter(
            help="How runs get their code: local, git, docker, docker-git, s3, gcs, azure, docker-s3, docker-gcs or "
            "docker-azure. By default git in a repository with a remote, else local."
        ),
    ] = None,
    fields: Annotated[
        list[str] | None,
        Parameter(
            name=["--field", "-f"],
            negative=(),
            help="Something that the recipe has to know, as NAME=VALUE, for example bucket=my-bucket. May be repeated.",
        ),
    ] = None,
) -> None:
    """Begin a prefect.yaml and a .prefectignore in this folder. Files that are there are left as they are."""
    from prefect.deployments.base import default_recipe, initialize_project  # loads pydantic
    from prefect.deployments.recipes import RECIPES

    inputs = dict(_field(text) for text in fields or ())
    if recipe is None:
        recipe = default_recipe()
        if somebody_is_there():
            known = list(RECIPES)
            choices = [f"{key:<13} {made.summary}" for key, made in RECIPES.items()]
            recipe = known[chosen("How do runs get their code?", choices, known.index(recipe))]
    if recipe not in RECIPES:
        raise CommandFailed(
            f"There is no recipe {recipe!r}. Choose from {', '.join(RECIPES)}.", exit_code=WRONG_USAGE
        )
    needed = RECIPES[recipe].fields
    unknown = sorted(inputs.keys() - {field.name for field in needed} - {"directory", "repository", "branch"})
    if unknown:
        told = ", ".join(field.name for field in needed) or "none"
        print(
            f"Warning: recipe {recipe!r} has no field {', '.join(unknown)}; it has: {told}.", file=sys.stderr
        )
    missing = [field for field in needed if field.name not in inputs and not field.otherwise]
    if missing and not somebody_is_there():
        raise CommandFailed(
            f"Recipe {recipe!r} has to know {' and '.join(field.name for field in missing)}. "
            f"Give {' '.join(f'--field {field.name}=VALUE' for field in missing)}.",
            exit_code=WRONG_USAGE,
        )
    for field in missing:
        inputs[field.name] = answered(field.question)
    written = initialize_project(name, recipe, inputs)
    if not written:
        print("Nothing was written: prefect.yaml and .prefectignore are here already.")
        return
    print(f"Wrote {' and '.join(written)}.")
    if "prefect.yaml" in written:
        print("Fill in a deployment there, and then: prefect deploy --all")


def _field(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise CommandFailed(f"--field {text!r} tells nothing. Write it as NAME=VALUE.", exit_code=WRONG_USAGE)
    return name, value
