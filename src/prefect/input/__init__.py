"""What is sent to flow runs while they run or are paused, and how they receive it.

actions     values under keys of a run: create, read, filter, delete
keysets     the three keys under which a run describes and gets one input
run_input   `RunInput`, the model of an input; `send_input`, `receive_input`
receiving   the inputs of a run, one by one, as they arrive
"""

from __future__ import annotations

from prefect.input.actions import (
    acreate_flow_run_input,
    acreate_flow_run_input_from_model,
    adelete_flow_run_input,
    afilter_flow_run_input,
    aread_flow_run_input,
    create_flow_run_input,
    create_flow_run_input_from_model,
    delete_flow_run_input,
    filter_flow_run_input,
    read_flow_run_input,
)
from prefect.input.keysets import Keyset, keyset_from_base_key, keyset_from_paused_state
from prefect.input.receiving import GetInputHandler
from prefect.input.run_input import RunInput, RunInputMetadata, receive_input, send_input

__all__ = [
    "GetInputHandler",
    "Keyset",
    "RunInput",
    "RunInputMetadata",
    "acreate_flow_run_input",
    "acreate_flow_run_input_from_model",
    "adelete_flow_run_input",
    "afilter_flow_run_input",
    "aread_flow_run_input",
    "create_flow_run_input",
    "create_flow_run_input_from_model",
    "delete_flow_run_input",
    "filter_flow_run_input",
    "keyset_from_base_key",
    "keyset_from_paused_state",
    "read_flow_run_input",
    "receive_input",
    "send_input",
]
