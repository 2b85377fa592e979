"""The steps by which a work pool keeps bundles: a module that is run to upload one, and one to execute it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypedDict, cast

import prefect
from prefect.docker.image_names import python_version_minor


class BundleLauncherOverride(TypedDict, total=False):
    """Commands that take the place of `uv run`: to upload a bundle, and to execute it."""

    upload: list[str]
    execution: list[str]


BundleLauncher: TypeAlias = list[str] | BundleLauncherOverride
"""A command that takes the place of `uv run`, for both sides or for each."""

BundleLauncherSide: TypeAlias = Literal["upload", "execution"]
"""Where a step is run: by who submits a run, or by who executes it."""

_SIDES = ("upload", "execution")


def convert_step_to_command(step: dict[str, Any], key: str, quiet: bool = False) -> list[str]:
    """Return the command that a step stands for.

    Args:
        step: A module with its options, for example `{"prefect_aws.experimental.bundles.upload": {"bucket": "b"}}`.
            `requires` names packages that `uv run` brings; `launcher` is a command in the place of `uv run`.
        key: The key of the bundle.
        quiet: Let `uv` say nothing of what it installs.

    Raises:
        ValueError: The step does not name one module.
    """
    if len(step) != 1:
        raise ValueError(
            f"Expected exactly one function in step, and not {len(step)}: {', '.join(step) or 'none'}."
        )
    module, options = next(iter(step.items()))
    given = dict(cast("Mapping[str, Any]", options))
    requires = given.pop("requires", None)
    launcher = given.pop("launcher", None)
    if launcher is not None:
        command = validate_bundle_step_launcher(launcher)
    else:
        command = ["uv", "run"]
        if quiet:
            command.append("--quiet")
        if requires:
            wanted = [requires] if isinstance(requires, str) else list(requires)
            command += ["--with", ",".join([*wanted, f"prefect=={prefect.__version__}"])]
        command += ["--python", python_version_minor()]
    command = [*command, "-m", module]
    for name, value in given.items():
        command += [f"--{name.replace('_', '-')}", str(value)]
    return [*command, "--key", key]


def validate_bundle_step_launcher(launcher: Any, *, field_name: str = "launcher") -> list[str]:
    """Return a launcher if it is a command.

    Raises:
        ValueError: It is not.
    """
    if not isinstance(launcher, list) or not launcher:
        raise ValueError(f"{field_name} must be a non-empty list[str]")
    words = cast("list[Any]", launcher)
    for number, word in enumerate(words):
        if not isinstance(word, str) or not word:
            raise ValueError(f"{field_name}[{number}] must be a non-empty string")
    return list(words)


def normalize_launcher(launcher: BundleLauncher | None) -> BundleLauncherOverride | None:
    """Return a launcher as one for each side; None for none.

    Raises:
        TypeError: It is neither a command nor one for each side.
        ValueError: It names another side, or none.
    """
    if launcher is None:
        return None
    if isinstance(launcher, list):
        command = validate_bundle_step_launcher(launcher)
        return {"upload": command, "execution": list(command)}
    if not isinstance(launcher, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - a text would be read as words
        raise TypeError("launcher must be a list[str] or a mapping with 'upload'/'execution' keys")
    unknown = sorted(set(launcher) - set(_SIDES))
    if unknown:
        raise ValueError(f"launcher may only specify 'upload' and 'execution'; got {unknown}")
    if not launcher:
        raise ValueError("launcher must specify at least one of 'upload' or 'execution'")
    sides = {
        side: validate_bundle_step_launcher(command, field_name=f"launcher.{side}")
        for side, command in launcher.items()
    }
    return cast("BundleLauncherOverride", sides)


def get_launcher_for_side(launcher: BundleLauncher | None, side: BundleLauncherSide) -> list[str] | None:
    """Return the command of one side of a launcher, or None."""
    sides = normalize_launcher(launcher)
    return None if sides is None else sides.get(side)


def resolve_bundle_step_with_launcher(
    step: dict[str, Any], launcher: BundleLauncher | None, side: BundleLauncherSide
) -> dict[str, Any]:
    """Return a step with the command of one side of a launcher, if it has one, in the place of its own."""
    command = get_launcher_for_side(launcher, side)
    if command is None:
        return step
    return {module: {**options, "launcher": command} for module, options in step.items()}
