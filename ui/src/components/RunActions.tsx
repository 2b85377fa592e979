/** What can be done with a flow run, and what is sent to do it. */
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { FlowRun, StateType } from "@/api/types";
import { isFinal } from "@/util/states";
import { plural } from "@/util/text";

type Change = { type: StateType; name: string; message: string; state_details?: { scheduled_time?: string; pause_timeout?: string; pause_reschedule?: boolean } };

async function propose(id: string, state: Change, force = false) {
  const result = await send("POST", "/flow_runs/{id}/set_state", { path: { id }, body: { state: state, force } });
  const details = result.details as { reason?: string } | null;
  if (result.status !== "ACCEPT") throw new Error(details?.reason ?? `The server did not accept the state ${state.name}.`);
}

/** Cancel a run: at once if nothing of it runs anywhere, else by its process. */
export function cancelState(run: Pick<FlowRun, "state_type" | "deployment_id" | "infrastructure_pid">): Change {
  const waits = run.state_type === "SCHEDULED" || run.state_type === "PAUSED";
  return waits
    ? { type: "CANCELLED", name: "Cancelled", message: "Cancelled in the web interface." }
    : { type: "CANCELLING", name: "Cancelling", message: "Cancelled in the web interface." };
}

export const may = {
  cancel: (run: FlowRun) => !isFinal(run.state_type) && run.state_type !== "CANCELLING",
  retry: (run: FlowRun) => isFinal(run.state_type) && !!run.deployment_id,
  resume: (run: FlowRun) => run.state_type === "PAUSED",
  suspend: (run: FlowRun) => run.state_type === "RUNNING" && !!run.deployment_id,
};

export function useRunActions() {
  const cancel = useAct((run: FlowRun) => propose(run.id, cancelState(run)), "The run is asked to stop.");
  const retry = useAct(
    (run: FlowRun) => propose(run.id, { type: "SCHEDULED", name: "AwaitingRetry", message: "Retried in the web interface.", state_details: { scheduled_time: new Date().toISOString() } }),
    "The run goes again, from what it has not finished.",
  );
  const suspend = useAct(
    (run: FlowRun) => propose(run.id, { type: "PAUSED", name: "Suspended", message: "Suspended in the web interface.", state_details: { pause_timeout: new Date(Date.now() + 86_400_000).toISOString(), pause_reschedule: true } }),
    "The run is suspended.",
  );
  const remove = useAct((run: FlowRun) => send("DELETE", "/flow_runs/{id}", { path: { id: run.id } }), "The run is deleted.");
  const resume = useAct(async ({ run, input }: { run: FlowRun; input: Record<string, unknown> | null }) => {
    const result = await send("POST", "/flow_runs/{id}/resume", { path: { id: run.id }, body: { run_input: input } });
    const details = result.details as { reason?: string } | null;
    if (result.status !== "ACCEPT") throw new Error(details?.reason ?? "The server did not let the run go on.");
  }, "The run goes on.");
  const cancelSome = useAct(async (runs: FlowRun[]) => {
    for (const waiting of [true, false]) {
      const some = runs.filter((run) => may.cancel(run) && (cancelState(run).type === "CANCELLED") === waiting);
      const [first] = some;
      if (first) await send("POST", "/flow_runs/bulk_set_state", { body: { flow_runs: { id: { any_: some.map((run) => run.id) } }, state: cancelState(first) } });
    }
  }, (runs) => `${plural(runs.length, "run")} asked to stop.`);
  const removeSome = useAct((runs: FlowRun[]) => send("POST", "/flow_runs/bulk_delete", { body: { flow_runs: { id: { any_: runs.map((run) => run.id) } } } }), (runs) => `${plural(runs.length, "run")} deleted.`);
  return { cancel, retry, suspend, remove, resume, cancelSome, removeSome };
}
