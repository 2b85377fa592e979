"""The nine policies: which rules are asked, in which order, for which transitions.

Rules are named as in the documents of the API. The first tables list them with the types a run leaves and enters; the
policies at the end say which of them are asked, and in which order. The two global policies are what happens on each
write; see `writing` and `advance`.
"""

from __future__ import annotations

from prefect.orchestration import (
    background,
    caching,
    cancelling,
    catching_up,
    deployment_limits,
    duplicates,
    pausing,
    reporting,
    retries,
    scheduling,
    tag_limits,
    terminal,
    writing,
)
from prefect.orchestration.facts import FlowRunFacts, RunFacts, TaskRunFacts
from prefect.orchestration.rule import Policy, Rule
from prefect.orchestration.state_types import (
    CANCELLED,
    CANCELLING,
    COMPLETED,
    FAILED,
    FINAL,
    PAUSED,
    PENDING,
    RUNNING,
    SCHEDULED,
    anything_but,
    from_anything_but,
    from_one_of,
    one_of,
)
from prefect.orchestration.writing import Step
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.task_runs import TaskRun

# --- Rules for flow runs and task runs --------------------------------------------------------------------------------

PREVENT_PENDING_TRANSITIONS = Rule[RunFacts](
    "PreventPendingTransitions",
    leaving=from_one_of(PENDING, RUNNING, CANCELLED, CANCELLING),
    entering=one_of(PENDING),
    check=duplicates.refuse_pending_twice,
)
COPY_SCHEDULED_TIME = Rule[RunFacts](
    "CopyScheduledTime",
    leaving=from_one_of(SCHEDULED),
    entering=one_of(PENDING),
    check=scheduling.copy_scheduled_time,
)
WAIT_FOR_SCHEDULED_TIME = Rule[RunFacts](
    "WaitForScheduledTime",
    leaving=from_one_of(SCHEDULED, PENDING),
    entering=one_of(RUNNING),
    check=scheduling.wait_for_scheduled_time,
)

# --- Rules for flow runs ----------------------------------------------------------------------------------------------

PRESERVE_LEASE = Rule[FlowRunFacts](
    "PreserveDeploymentConcurrencyLeaseId",
    check=deployment_limits.keep_lease,
)
PREVENT_DUPLICATE_TRANSITIONS = Rule[FlowRunFacts](
    "PreventDuplicateTransitions",
    check=duplicates.refuse_same_transition,
)
HANDLE_FLOW_TERMINAL_STATES = Rule[FlowRunFacts](
    "HandleFlowTerminalStateTransitions",
    leaving=FINAL,
    check=terminal.check_ended_flow_run,
    after=terminal.forget_ended_flow_run,
)
ENFORCE_CANCELLING_TO_CANCELLED = Rule[FlowRunFacts](
    "EnforceCancellingToCancelledTransition",
    leaving=from_one_of(CANCELLING),
    entering=anything_but(CANCELLED),
    check=cancelling.finish_cancelling,
)
BYPASS_CANCELLING_WITHOUT_INFRASTRUCTURE = Rule[FlowRunFacts](
    "BypassCancellingFlowRunsWithNoInfra",
    leaving=from_one_of(SCHEDULED, PAUSED),
    entering=one_of(CANCELLING),
    check=cancelling.cancel_without_infrastructure,
)
VALIDATE_DEPLOYMENT_CONCURRENCY = Rule[FlowRunFacts](
    "ValidateDeploymentConcurrencyAtRunning",
    leaving=from_one_of(PENDING),
    entering=one_of(RUNNING),
    check=deployment_limits.check_lease,
    after=deployment_limits.renew_lease,
)
SECURE_FLOW_CONCURRENCY_SLOTS = Rule[FlowRunFacts](
    "SecureFlowConcurrencySlots",
    leaving=from_anything_but(PENDING, RUNNING, CANCELLING),
    entering=one_of(PENDING),
    check=deployment_limits.check_deployment_limit,
    after=deployment_limits.take_slot,
)
REVOKE_LEASE_OF_OLD_CLIENTS = Rule[FlowRunFacts](
    "RemoveDeploymentConcurrencyLeaseForOldClientVersions",
    leaving=from_one_of(PENDING),
    entering=one_of(RUNNING, CANCELLING),
    after=deployment_limits.revoke_lease,
)
ENSURE_ONLY_SCHEDULED_MARKED_LATE = Rule[FlowRunFacts](
    "EnsureOnlyScheduledFlowsMarkedLate",
    entering=one_of(SCHEDULED),
    check=scheduling.mark_late_once,
)
HANDLE_PAUSING_FLOWS = Rule[FlowRunFacts](
    "HandlePausingFlows",
    entering=one_of(PAUSED),
    check=pausing.check_pause,
    after=pausing.note_pause_key,
)
HANDLE_RESUMING_PAUSED_FLOWS = Rule[FlowRunFacts](
    "HandleResumingPausedFlows",
    leaving=from_one_of(PAUSED),
    check=pausing.check_resume,
    after=pausing.note_resuming,
)
RETRY_FAILED_FLOWS = Rule[FlowRunFacts](
    "RetryFailedFlows",
    leaving=from_one_of(RUNNING),
    entering=one_of(FAILED),
    check=retries.retry_failed_flow_run,
    after=retries.note_no_retry,
)
INSTRUMENT_FLOW_RUN_STATES = Rule[FlowRunFacts](
    "InstrumentFlowRunStateTransitions",
    after=reporting.emit_state_event,
    after_replacement=reporting.emit_state_event,
)
RELEASE_FLOW_CONCURRENCY_SLOTS = Rule[FlowRunFacts](
    "ReleaseFlowConcurrencySlots",
    after=deployment_limits.release_slot,
    after_replacement=deployment_limits.release_slot_unless_retrying,
)
PREVENT_RESULT_DATA_LOSS = Rule[FlowRunFacts](
    "PreventResultDataLoss",
    leaving=FINAL,
    entering=FINAL,
    check=terminal.keep_persisted_result,
)
ENFORCE_DEPLOYMENT_CONCURRENCY_ON_LATE = Rule[FlowRunFacts](
    "EnforceDeploymentConcurrencyOnLate",
    leaving=from_one_of(SCHEDULED),
    entering=one_of(SCHEDULED),
    check=deployment_limits.cancel_late_run_without_slot,
)
SKIP_MISSED_RUNS = Rule[FlowRunFacts](
    "SkipMissedRuns",
    leaving=from_one_of(SCHEDULED),
    entering=one_of(PENDING),
    check=catching_up.skip_missed_run,
)
REFUSE_LATE_WORKERS = Rule[FlowRunFacts](
    "RefuseLateWorkers",
    leaving=FINAL,
    entering=one_of(PENDING),
    check=terminal.refuse_late_worker,
)
UPDATE_SUBFLOW_PARENT_TASK = Rule[FlowRunFacts](
    "UpdateSubflowParentTask",
    after=reporting.tell_parent,
    after_replacement=reporting.tell_parent,
)

# --- Rules for task runs ----------------------------------------------------------------------------------------------

CACHE_RETRIEVAL = Rule[TaskRunFacts](
    "CacheRetrieval",
    entering=one_of(RUNNING),
    check=caching.use_cached_result,
)
HANDLE_TASK_TERMINAL_STATES = Rule[TaskRunFacts](
    "HandleTaskTerminalStateTransitions",
    leaving=FINAL,
    check=terminal.check_ended_task_run,
    after=terminal.restart_task_run,
)
PREVENT_RUNNING_TASKS_FROM_STOPPED_FLOWS = Rule[TaskRunFacts](
    "PreventRunningTasksFromStoppedFlows",
    entering=one_of(RUNNING),
    check=pausing.follow_flow_run,
)
SECURE_TASK_CONCURRENCY_SLOTS = Rule[TaskRunFacts](
    "SecureTaskConcurrencySlots",
    entering=one_of(RUNNING),
    check=tag_limits.check_tag_limits,
    after=tag_limits.take_tag_slots,
)
COPY_TASK_PARAMETERS_ID = Rule[TaskRunFacts](
    "CopyTaskParametersID",
    leaving=from_one_of(SCHEDULED, PENDING),
    entering=one_of(PENDING, RUNNING),
    check=background.keep_parameters_id,
)
RETRY_FAILED_TASKS = Rule[TaskRunFacts](
    "RetryFailedTasks",
    leaving=from_one_of(RUNNING),
    entering=one_of(FAILED),
    check=retries.retry_failed_task_run,
)
RENAME_RERUNS = Rule[TaskRunFacts](
    "RenameReruns",
    entering=one_of(RUNNING),
    check=retries.name_rerun,
)
UPDATE_FLOW_RUN_TRACKER = Rule[TaskRunFacts](
    "UpdateFlowRunTrackerOnTasks",
    entering=one_of(RUNNING),
    after=retries.note_flow_run_count,
)
CACHE_INSERTION = Rule[TaskRunFacts](
    "CacheInsertion",
    entering=one_of(COMPLETED),
    check=caching.check_cache_key,
    after=caching.store_result,
)
RELEASE_TASK_CONCURRENCY_SLOTS = Rule[TaskRunFacts](
    "ReleaseTaskConcurrencySlots",
    after=tag_limits.release_tag_slots,
    after_replacement=tag_limits.release_tag_slots,
)
ENQUEUE_SCHEDULED_TASKS = Rule[TaskRunFacts](
    "EnqueueScheduledTasks",
    entering=one_of(SCHEDULED),
    after=background.enqueue,
)

# --- What happens on each write ---------------------------------------------------------------------------------------

GLOBAL_FLOW_POLICY: tuple[Step[FlowRun], ...] = (
    Step("EnsureFlowRunStateTimestampIsUnique", elsewhere="advance.after"),
    Step("SetRunStateType", change=writing.set_type),
    Step("SetRunStateName", change=writing.set_name),
    Step("SetRunStateTimestamp", elsewhere="the timestamp of the written state"),
    Step("SetStartTime", writing.on_entering_running, change=writing.set_start_time),
    Step("SetEndTime", writing.on_entering_or_leaving_the_end, change=writing.set_end_time),
    Step("IncrementRunTime", writing.on_leaving_running, change=writing.add_run_time),
    Step("SetExpectedStartTime", writing.on_first_state, change=writing.set_expected_start_time),
    Step(
        "SetNextScheduledStartTime",
        writing.on_entering_or_leaving_scheduled,
        change=writing.set_next_start_time,
    ),
    Step("UpdateStateDetails", details=writing.name_flow_run),
    Step("UpdateSubflowParentTask", rule=UPDATE_SUBFLOW_PARENT_TASK),
    Step("UpdateSubflowStateDetails", details=writing.name_parent_task_run),
    Step("IncrementFlowRunCount", writing.on_entering_running, change=writing.count_flow_run),
    Step("RemoveResumingIndicator", writing.on_entering_running_or_the_end, change=writing.forget_resuming),
)
GLOBAL_TASK_POLICY: tuple[Step[TaskRun], ...] = (
    Step("SetRunStateType", change=writing.set_type),
    Step("SetRunStateName", change=writing.set_name),
    Step("SetRunStateTimestamp", elsewhere="the timestamp of the written state"),
    Step("SetStartTime", writing.on_entering_running, change=writing.set_start_time),
    Step("SetEndTime", writing.on_entering_or_leaving_the_end, change=writing.set_end_time),
    Step("IncrementRunTime", writing.on_leaving_running, change=writing.add_run_time),
    Step("SetExpectedStartTime", writing.on_first_state, change=writing.set_expected_start_time),
    Step(
        "SetNextScheduledStartTime",
        writing.on_entering_or_leaving_scheduled,
        change=writing.set_next_start_time,
    ),
    Step("UpdateStateDetails", details=writing.name_task_run),
    Step("IncrementTaskRunCount", writing.on_entering_running, change=writing.count_task_run),
)

_WITH_EACH_FLOW_RUN_STATE = tuple(row.rule for row in GLOBAL_FLOW_POLICY if row.rule)

# --- The policies a proposal is decided by ----------------------------------------------------------------------------

CORE_FLOW_POLICY = Policy[FlowRunFacts](
    "CoreFlowPolicy",
    (
        PRESERVE_LEASE,
        PREVENT_DUPLICATE_TRANSITIONS,
        HANDLE_FLOW_TERMINAL_STATES,
        ENFORCE_CANCELLING_TO_CANCELLED,
        BYPASS_CANCELLING_WITHOUT_INFRASTRUCTURE,
        PREVENT_PENDING_TRANSITIONS,
        VALIDATE_DEPLOYMENT_CONCURRENCY,
        SECURE_FLOW_CONCURRENCY_SLOTS,
        REVOKE_LEASE_OF_OLD_CLIENTS,
        ENSURE_ONLY_SCHEDULED_MARKED_LATE,
        HANDLE_PAUSING_FLOWS,
        HANDLE_RESUMING_PAUSED_FLOWS,
        COPY_SCHEDULED_TIME,
        WAIT_FOR_SCHEDULED_TIME,
        RETRY_FAILED_FLOWS,
        INSTRUMENT_FLOW_RUN_STATES,
        RELEASE_FLOW_CONCURRENCY_SLOTS,
    ),
    _WITH_EACH_FLOW_RUN_STATE,
    first=(SKIP_MISSED_RUNS, REFUSE_LATE_WORKERS),
)
MINIMAL_FLOW_POLICY = Policy[FlowRunFacts](
    "MinimalFlowPolicy",
    (
        PREVENT_RESULT_DATA_LOSS,
        BYPASS_CANCELLING_WITHOUT_INFRASTRUCTURE,
        INSTRUMENT_FLOW_RUN_STATES,
        RELEASE_FLOW_CONCURRENCY_SLOTS,
    ),
    _WITH_EACH_FLOW_RUN_STATE,
)
MARK_LATE_POLICY = Policy[FlowRunFacts](
    "MarkLateRunsPolicy",
    (
        ENSURE_ONLY_SCHEDULED_MARKED_LATE,
        ENFORCE_DEPLOYMENT_CONCURRENCY_ON_LATE,
        INSTRUMENT_FLOW_RUN_STATES,
    ),
    _WITH_EACH_FLOW_RUN_STATE,
)
CORE_TASK_POLICY = Policy[TaskRunFacts](
    "CoreTaskPolicy",
    (
        CACHE_RETRIEVAL,
        HANDLE_TASK_TERMINAL_STATES,
        PREVENT_RUNNING_TASKS_FROM_STOPPED_FLOWS,
        SECURE_TASK_CONCURRENCY_SLOTS,
        COPY_SCHEDULED_TIME,
        WAIT_FOR_SCHEDULED_TIME,
        RETRY_FAILED_TASKS,
        RENAME_RERUNS,
        UPDATE_FLOW_RUN_TRACKER,
        CACHE_INSERTION,
        RELEASE_TASK_CONCURRENCY_SLOTS,
    ),
)
CLIENT_TASK_POLICY = Policy[TaskRunFacts](
    "ClientSideTaskOrchestrationPolicy",
    (
        CACHE_RETRIEVAL,
        HANDLE_TASK_TERMINAL_STATES,
        PREVENT_RUNNING_TASKS_FROM_STOPPED_FLOWS,
        COPY_SCHEDULED_TIME,
        WAIT_FOR_SCHEDULED_TIME,
        RETRY_FAILED_TASKS,
        RENAME_RERUNS,
        UPDATE_FLOW_RUN_TRACKER,
        CACHE_INSERTION,
        RELEASE_TASK_CONCURRENCY_SLOTS,
    ),
)
BACKGROUND_TASK_POLICY = Policy[TaskRunFacts](
    "BackgroundTaskPolicy",
    (
        PREVENT_PENDING_TRANSITIONS,
        CACHE_RETRIEVAL,
        HANDLE_TASK_TERMINAL_STATES,
        COPY_SCHEDULED_TIME,
        COPY_TASK_PARAMETERS_ID,
        WAIT_FOR_SCHEDULED_TIME,
        RETRY_FAILED_TASKS,
        RENAME_RERUNS,
        UPDATE_FLOW_RUN_TRACKER,
        CACHE_INSERTION,
        RELEASE_TASK_CONCURRENCY_SLOTS,
        ENQUEUE_SCHEDULED_TASKS,
    ),
)
MINIMAL_TASK_POLICY = Policy[TaskRunFacts]("MinimalTaskPolicy", (RELEASE_TASK_CONCURRENCY_SLOTS,))


def policy_for_flow_run(*, force: bool = False) -> Policy[FlowRunFacts]:
    """Return the policy that a proposal for a flow run is decided by; by force almost everything is accepted."""
    return MINIMAL_FLOW_POLICY if force else CORE_FLOW_POLICY


def policy_for_task_run(
    *, force: bool = False, deferred: bool = False, client_side: bool = False
) -> Policy[TaskRunFacts]:
    """Return the policy that a proposal for a task run is decided by.

    Args:
        force: Accept almost everything.
        deferred: The run is a background task; force does not count there.
        client_side: The run is decided by the process that runs its flow, not by a server.
    """
    if deferred:
        return BACKGROUND_TASK_POLICY
    if force:
        return MINIMAL_TASK_POLICY
    return CLIENT_TASK_POLICY if client_side else CORE_TASK_POLICY
