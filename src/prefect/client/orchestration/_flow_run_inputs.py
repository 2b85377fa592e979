"""What flow runs are sent, as a client asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.client.orchestration._methods import Asking, given, method
from prefect.store import flow_run_inputs

if TYPE_CHECKING:
    from uuid import UUID

    from prefect._dual.effects import Steps
    from prefect.schemas.flow_run_inputs import FlowRunInput


class FlowRunInputs(Asking):
    """The methods of inputs of flow runs."""

    @method()
    def create_flow_run_input(
        self, flow_run_id: UUID, key: str, value: str, sender: str | None = None
    ) -> Steps[None]:
        """Send an input to a flow run.

        Args:
            flow_run_id: The run.
            key: The key under which it finds the input.
            value: The input, as JSON.
            sender: Who sends it.
        """
        yield from self.ask(
            flow_run_inputs.create_flow_run_input, flow_run_id, key=key, value=value, **given(sender=sender)
        )

    @method()
    def filter_flow_run_input(
        self, flow_run_id: UUID, key_prefix: str, limit: int, exclude_keys: set[str]
    ) -> Steps[list[FlowRunInput]]:
        """Return inputs of a flow run.

        Args:
            flow_run_id: The run.
            key_prefix: What their keys begin with.
            limit: How many at most.
            exclude_keys: The keys of those that are not wanted.
        """
        return (
            yield from self.ask(
                flow_run_inputs.filter_flow_run_input,
                flow_run_id,
                prefix=key_prefix,
                limit=limit,
                exclude_keys=sorted(exclude_keys),
            )
        )

    @method()
    def read_flow_run_input(self, flow_run_id: UUID, key: str) -> Steps[str]:
        """Return an input of a flow run, as JSON."""
        return (yield from self.ask(flow_run_inputs.read_flow_run_input, flow_run_id, key))

    @method()
    def delete_flow_run_input(self, flow_run_id: UUID, key: str) -> Steps[None]:
        """Delete an input of a flow run."""
        yield from self.ask(flow_run_inputs.delete_flow_run_input, flow_run_id, key)
