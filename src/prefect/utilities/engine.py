"""Engine functions under the path that scripts import."""

from __future__ import annotations

from prefect._imports import forwarding

__getattr__ = forwarding(
    __name__,
    {
        **dict.fromkeys(
            (
                "UNTRACKABLE_TYPES",
                "collect_task_run_inputs",
                "collect_task_run_inputs_sync",
                "get_state_for_result",
                "link_state_to_flow_run_result",
                "link_state_to_result",
                "link_state_to_task_run_result",
                "resolve_inputs",
                "resolve_inputs_sync",
                "resolve_to_final_result",
            ),
            "prefect._engine.tracking",
        ),
        **dict.fromkeys(("propose_state", "propose_state_sync"), "prefect._engine.proposing"),
        **dict.fromkeys(
            ("capture_sigterm", "is_prefect_sigterm_handler_installed"), "prefect._engine.signals"
        ),
    },
)
