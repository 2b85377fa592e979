"""The records that commands read. Looking at them never creates a database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from prefect.backend import open_reader
from prefect.cli.failures import CommandFailed
from prefect.cli.opened import closed_in_the_end
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from prefect.backend.protocol import Reader


def open_records() -> Reader | None:
    """Return what was recorded, until the command ends; None where nothing ever was."""
    records = open_reader()
    if records is not None:
        closed_in_the_end(records.close)
    return records


def require_records(noun: str, text: str) -> Reader:
    """Return what was recorded, in order to find one run in it.

    Args:
        noun: What is looked for, for example "flow run".
        text: How the person named it.

    Raises:
        CommandFailed: Nothing was ever recorded.
    """
    records = open_records()
    if records is None:
        raise CommandFailed(
            f"There is no {noun} {text!r}: nothing was recorded in {get_current_settings().database_path} yet.\n"
            "Runs are recorded when a flow runs; PREFECT_HOME says where."
        )
    return records


def nothing_recorded() -> str:
    """Return what to tell somebody who wants to see runs where none were recorded yet."""
    return f"""No runs yet: nothing was recorded in {get_current_settings().database_path}.

Save this as hello.py and run `python hello.py`, then look again:

    from prefect import flow

    @flow
    def hello():
        print("Hello")

    hello()
"""


class FlowNames:
    """The names of flows by their id, each read once."""

    def __init__(self, records: Reader) -> None:
        self._records = records
        self._names: dict[UUID, str] = {}

    def read(self, flow_ids: Iterable[UUID]) -> None:
        """Read the names of these flows at once."""
        missing = {*flow_ids} - {*self._names}
        flows = self._records.read_flows(missing)
        for flow_id in missing:
            flow = flows.get(flow_id)
            self._names[flow_id] = flow.name if flow else f"unknown flow {flow_id}"

    def __call__(self, flow_id: UUID) -> str:
        """Return the name of a flow."""
        if flow_id not in self._names:
            self.read([flow_id])
        return self._names[flow_id]
