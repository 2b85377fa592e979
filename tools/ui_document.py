"""Writes `ui/openapi.json`, of which the web interface's types are made: `python3 dev.py ui document`.

It is committed, so that the interface is built without Python; `tests/unit/server/ui/test_document.py` fails when it is
older than the routes.
"""

import json
from pathlib import Path

from prefect.server.api.document import api_document

FILE = Path(__file__).resolve().parent.parent / "ui" / "openapi.json"


def written() -> str:
    """Return the document as the file has it."""
    return json.dumps(api_document(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
    print(f"wrote {FILE}")
