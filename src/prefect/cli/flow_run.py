"""`prefect flow-run`: list flow runs, look at one, read its log, delete it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from cyclopts import App

from prefect._clock import now
from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.log_lines import LogSelection, RunNames, read_logs, show_logs
from prefect.cli.options import Asked, Head, NumLogs, Output, Positive, Reverse, Tail, Yes, state_types
from prefect.cli.questions import asking, confirmed
from prefect.cli.recorded import FlowNames, nothing_recorded, open_records, require_records
from prefect.cli.run_reports import flow_run_facts, heading, run_tree_table, state_history
from prefect.cli.run_search import find_flow_run
from prefect.cli.run_tables import flow_run_table, run_duration
from prefect.cli.run_tree import COLLAPSE_ABOVE, Branch, RunTree, TreeNode
from prefect.cli.screen import show_json, stdout_screen

if TYPE_CHECKING:
    from prefect.backend.protocol import Backend
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.task_runs import TaskRun
