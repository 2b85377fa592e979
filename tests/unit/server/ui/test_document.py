"""What the web interface is made of fits what the server is."""

from __future__ import annotations

import json
from pathlib import Path

from prefect.cli.state_marks import STATE_MARKS
from prefect.server.api.document import api_document

UI = Path(__file__).resolve().parents[4] / "ui"


def test_the_types_of_the_interface_are_those_of_the_api() -> None:
    """`ui/openapi.json` is the document of the routes as they are; `python3 dev.py ui document` writes it anew."""
    known = json.loads((UI / "openapi.json").read_text(encoding="utf-8"))
    now = json.loads(json.dumps(api_document()))
    assert sorted(known["paths"]) == sorted(now["paths"])
    assert known == now, "run `python3 dev.py ui document`"


def test_states_look_in_the_browser_as_on_the_command_line() -> None:
    """The sign and the colour of each type of state are the same in both."""
    marks = json.loads((UI / "src" / "util" / "stateMarks.json").read_text(encoding="utf-8"))
    assert {name: (mark["sign"], mark["colour"]) for name, mark in marks.items()} == {
        name: (mark.sign, mark.colour) for name, mark in STATE_MARKS.items()
    }
