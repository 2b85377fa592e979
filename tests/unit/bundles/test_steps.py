"""The steps by which pools keep bundles: the commands that they stand for."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import prefect
from prefect._internal.launchers import (
    get_launcher_for_side,
    normalize_launcher,
    resolve_bundle_step_with_launcher,
)
from prefect.bundles import convert_step_to_command

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.parametrize(
    ("options", "command"),
    [
        ({}, ["uv", "run", "--python", PYTHON, "-m", "m.f"]),
        (
            {"bucket": "b", "requires": "prefect-aws"},
            [
                *f"uv run --with prefect-aws,prefect=={prefect.__version__} --python {PYTHON} -m m.f".split(),
                "--bucket",
                "b",
            ],
        ),
        ({"launcher": ["uvx", "x"], "a_b": 3}, ["uvx", "x", "-m", "m.f", "--a-b", "3"]),
    ],
)
def test_a_step_is_a_command(options: dict[str, Any], command: list[str]) -> None:
    """The module is run by `uv`, with the packages that it requires, or by a command of its own."""
    assert convert_step_to_command({"m.f": options}, "KEY") == [*command, "--key", "KEY"]


def test_a_step_names_one_module() -> None:
    """What names none or two is no step; `uv` can be told to be quiet."""
    with pytest.raises(ValueError, match="exactly one function"):
        convert_step_to_command({"a": {}, "b": {}}, "KEY")
    assert convert_step_to_command({"m.f": {}}, "KEY", quiet=True)[2] == "--quiet"


def test_a_launcher_takes_the_place_of_uv() -> None:
    """A command may be given for both sides, or for each; what is none is refused."""
    assert get_launcher_for_side(["x"], "upload") == ["x"]
    assert get_launcher_for_side({"upload": ["u"]}, "execution") is None
    assert normalize_launcher(None) is None
    step = {"m.f": {"a": 1, "launcher": ["own"]}}
    assert resolve_bundle_step_with_launcher(step, ["x"], "upload") == {"m.f": {"a": 1, "launcher": ["x"]}}
    assert resolve_bundle_step_with_launcher(step, None, "upload") == step
    for wrong in ([], [""], {}, {"other": ["x"]}):
        with pytest.raises(ValueError, match="launcher"):
            normalize_launcher(wrong)  # pyright: ignore[reportArgumentType] - the mistakes
    with pytest.raises(TypeError, match="launcher"):
        normalize_launcher("x")  # pyright: ignore[reportArgumentType] - the mistake
