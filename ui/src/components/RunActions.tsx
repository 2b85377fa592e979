/** What can be done with a flow run, and what is sent to do it. */
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { FlowRun, StateType } from "@/api/types";
import { isFinal } from "@/util/states";
import { plural } from "@/util/text";

type Change = {
  type: StateType;
  name: string;
  message: string;
  state_details?: { scheduled_time?: string; pause_timeout?: string; pause_reschedule?: boolean };
};

async function propose(id: string, state: Change, force = false) {
  const result = await send("POST", "/flow_runs/{id}/set_state", { path: { id }, body: { state: state, force } });
  const details = result.details as { reason?: string } | null;
  if (result.status !== "ACCEPT")
    throw new Error(details?.reason ?? `The server did not accept the state ${state.name}.`);
}

/** Cancel a run: at once if nothing of it runs anywhere, else by its process. */
export function cancelState(run: Pick<FlowRun, "state_type" | "deployment_id" | "infrastructure_pid">): Change {
  const waits = run.state_type === "SCHEDULED" || run.state_type === "PAUSED";
  return waits
    ? { type: "CANCELLED", name: "Cancelled", message: "Cancelled in the web interface." }
    : { type: "CANCELLING", name: "Cancelling", message: "Cancelled in the web interface." };
}

const A_DAY = 86_400_000;

/** Have a run wait for whoever resumes it, a day at most: in its process, or, suspended, without one. */
function pauseState(name: "Paused" | "Suspended"): Change {
  const details = { pause_timeout: new Date(Date.now() + A_DAY).toISOString(), pause_reschedule: name === "Suspended" };
  return { type: "PAUSED", name, message: `${name} in the web interface.`, state_details: details };
}

export const may = {
  cancel: (run: FlowRun) => !isFinal(run.state_type) && run.state_type !== "CANCELLING",
  retry: (run: FlowRun) => isFinal(run.state_type),
  resume: (run: FlowRun) => run.state_type === "PAUSED",
  pause: (run: FlowRun) => run.state_type === "RUNNING",
  suspend: (run: FlowRun) => run.state_type === "RUNNING" && !!run.deployment_id && !run.parent_task_run_id,
};

export function useRunActions() {
  const cancel = useAct((run: FlowRun) => propose(run.id, cancelState(run)), "The run is asked to stop.");
  const retry = useAct(
    ({ run, from }: { run: FlowRun; from?: string | undefined }) =>
      send("POST", "/flow_runs/{flow_run_id}/retry", {
        path: { flow_run_id: run.id },
        body: from ? { from_task: from } : {},
      }),
    "The run waits to go on.",
  );
  const suspend = useAct(
    (run: FlowRun) => propose(run.id, pauseState("Suspended")),
    "The run is suspended: its process ends before its next task.",
  );
  const pause = useAct(
    (run: FlowRun) => propose(run.id, pauseState("Paused")),
    "The run is paused: its process waits before its next task.",
  );
  const remove = useAct(
    (run: FlowRun) => send("DELETE", "/flow_runs/{id}", { path: { id: run.id } }),
    "The run is deleted.",
  );
  const resume = useAct(async ({ run, input }: { run: FlowRun; input: Record<string, unknown> | null }) => {
    const result = await send("POST", "/flow_runs/{id}/resume", { path: { id: run.id }, body: { run_input: input } });
    const details = result.details as { reason?: string } | null;
    if (result.status !== "ACCEPT") throw new Error(details?.reason ?? "The server did not let the run go on.");
  }, "The run goes on.");
  const cancelSome = useAct(
    async (runs: FlowRun[]) => {
      for (const waiting of [true, false]) {
        const some = runs.filter((run) => may.cancel(run) && (cancelState(run).type === "CANCELLED") === waiting);
        const [first] = some;
        if (first)
          await send("POST", "/flow_runs/bulk_set_state", {
            body: { flow_runs: { id: { any_: some.map((run) => run.id) } }, state: cancelState(first) },
          });
      }
    },
    (runs) => `${plural(runs.length, "run")} asked to stop.`,
  );
  const removeSome = useAct(
    (runs: FlowRun[]) =>
      send("POST", "/flow_runs/bulk_delete", { body: { flow_runs: { id: { any_: runs.map((run) => run.id) } } } }),
    (runs) => `${plural(runs.length, "run")} deleted.`,
  );
  return { cancel, retry, pause, suspend, remove, resume, cancelSome, removeSome };
}
