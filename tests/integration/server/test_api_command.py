"""`prefect api`: the API, asked from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prefect.cli.command_line import run_command


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run_command(["api", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_records_of_this_machine_are_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Without a server the records of this machine answer, as a server would."""
    body = tmp_path / "body.json"
    body.write_text('{"name": "a", "value": 1}')
    code, out, _ = asked(capsys, "POST", "/variables/", "--data", f"@{body}")
    assert (code, json.loads(out)["name"]) == (0, "a")
    code, out, err = asked(capsys, "post", "variables/filter", "--verbose", "-H", "X-Mine: 5")
    assert (code, len(json.loads(out))) == (0, 1)
    assert "> POST " in err
    assert "> x-mine: 5" in err
    assert "< 200 OK" in err
    assert asked(capsys, "DELETE", "/variables/name/a") == (0, "", "")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("GET", "/variables/name/nope"), 4, "404 Not Found"),
        (("POST", "/variables/", "--data", '{"name": 1}'), 4, "Invalid request received"),
        (("LOOK", "/flows"), 2, "There is no method 'LOOK'"),
        (("GET", "/me", "--root"), 2, "hosted service"),
        (("POST", "/flows/", "--data", "{"), 2, "--data is no JSON"),
        (("POST", "/flows/", "--data", "@nowhere.json"), 1, "nowhere.json"),
        (("GET", "/health", "-H", "nothing"), 2, "is no header"),
    ],
)
def test_what_goes_wrong_is_said(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, says: str
) -> None:
    """What the API refuses, and what cannot be asked, is told with an exit code of its own."""
    got, out, err = asked(capsys, *words)
    assert (got, out) == (code, "")
    assert says in err
