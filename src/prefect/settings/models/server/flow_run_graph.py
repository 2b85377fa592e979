"""Settings at `server.flow_run_graph`: limits of the graph of a flow run."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class ServerFlowRunGraphSettings(Section, path="server.flow_run_graph"):
    """Limits of the graph of a flow run."""

    max_nodes: int = setting(
        "How many nodes the graph of a flow run may have.",
        default=10000,
        also="PREFECT_API_MAX_FLOW_RUN_GRAPH_NODES",
        unit="nodes",
        planned=True,
    )
    max_artifacts: int = setting(
        "How many artifacts the graph of a flow run may show.",
        default=10000,
        also="PREFECT_API_MAX_FLOW_RUN_GRAPH_ARTIFACTS",
        unit="artifacts",
        planned=True,
    )
