/** One act on many runs: in lots, with how far it is, what was refused and why; it can be stopped between two lots. */
import { send } from "@/api/client";
import type { components } from "@/api/schema.gen";
import { cancelState } from "@/components/RunActions";
import type { RunFilters } from "@/components/runSearch";
import { isFinal } from "@/util/states";
import { plural } from "@/util/text";

export type Act = "cancel" | "retry" | "delete";
export type Selected = Required<components["schemas"]["SelectedRun"]>;

const LOT = 50;
/** Retries are asked for one by one; so many at a time. */
const AT_ONCE = 4;
const PAGE = 5_000;

export interface Outcome {
  done: number;
  /** How many were refused, by the reason. */
  refused: Map<string, number>;
}

/** Whether an act makes sense for a run. */
export const suits: Record<Act, (run: Selected) => boolean> = {
  cancel: (run) => !isFinal(run.state_type) && run.state_type !== "CANCELLING",
  retry: (run) => isFinal(run.state_type) && run.deployed,
  delete: () => true,
};

const WORDS: Record<Act, (runs: string) => string> = {
  cancel: (runs) => `${runs} asked to stop.`,
  retry: (runs) => `${runs} wait to go on.`,
  delete: (runs) => `${runs} deleted.`,
};

/** Return all runs that are meant, however many. */
export async function allMeant(filters: RunFilters, signal: AbortSignal): Promise<Selected[]> {
  const found: Selected[] = [];
  for (;;) {
    const after = found.at(-1)?.id ?? null;
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before it ends
    const some = (await send(
      "POST",
      "/ui/flow_runs/select",
      { body: { ...filters, after, limit: PAGE } },
      signal,
    )) as Selected[];
    found.push(...some);
    if (some.length < PAGE) return found;
  }
}

/** Do it to all of these runs. */
export async function actOn(
  act: Act,
  runs: readonly Selected[],
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const outcome: Outcome = { done: 0, refused: new Map() };
  const size = act === "retry" ? AT_ONCE : LOT;
  for (const group of groupsOf(act, runs))
    for (let at = 0; at < group.length && !signal.aborted; at += size) {
      const lot = group.slice(at, at + size);
      try {
        // oxlint-disable-next-line no-await-in-loop -- one lot after the other, so that it can be stopped
        await (act === "retry" ? retryLot : act === "cancel" ? cancelLot : deleteLot)(lot, outcome);
      } catch (error) {
        refuse(outcome, (error as Error).message, lot.length);
      }
      progress(outcome.done + total(outcome));
    }
  return outcome;
}

/** What waits is cancelled at once, what runs is asked to stop: these are different states. */
function groupsOf(act: Act, runs: readonly Selected[]): Selected[][] {
  if (act !== "cancel") return [[...runs]];
  return ["CANCELLED", "CANCELLING"].map((type) => runs.filter((run) => stateFor(run).type === type));
}

function stateFor(run: Selected) {
  return cancelState({ state_type: run.state_type, deployment_id: null, infrastructure_pid: null });
}

async function cancelLot(lot: readonly Selected[], outcome: Outcome) {
  const ids = lot.map((run) => run.id);
  const { results } = await send("POST", "/flow_runs/bulk_set_state", {
    body: { flow_runs: { id: { any_: ids } }, state: stateFor(lot[0] as Selected), limit: LOT },
  });
  for (const { status, details } of results) {
    if (status === "ACCEPT") outcome.done += 1;
    else refuse(outcome, (details as { reason?: string | null }).reason ?? "The server did not accept it.", 1);
  }
  gone(outcome, ids.length - results.length);
}

async function deleteLot(lot: readonly Selected[], outcome: Outcome) {
  const ids = lot.map((run) => run.id);
  const { deleted } = await send("POST", "/flow_runs/bulk_delete", {
    body: { flow_runs: { id: { any_: ids } }, limit: LOT },
  });
  outcome.done += deleted.length;
  gone(outcome, ids.length - deleted.length);
}

async function retryLot(lot: readonly Selected[], outcome: Outcome) {
  const answers = await Promise.allSettled(
    lot.map(({ id }) => send("POST", "/flow_runs/{flow_run_id}/retry", { path: { flow_run_id: id }, body: {} })),
  );
  for (const answer of answers) {
    if (answer.status === "fulfilled") outcome.done += 1;
    else refuse(outcome, (answer.reason as Error).message, 1);
  }
}

function refuse(outcome: Outcome, reason: string, count: number) {
  outcome.refused.set(reason, (outcome.refused.get(reason) ?? 0) + count);
}

function gone(outcome: Outcome, count: number) {
  if (count > 0) refuse(outcome, "They are not there any more.", count);
}

function total({ refused }: Outcome): number {
  return [...refused.values()].reduce((sum, count) => sum + count, 0);
}

/** What came of it, in words; of what was refused the reason that most share. */
export function outcomeWords(act: Act, outcome: Outcome, meant: number): { kind: "good" | "bad"; text: string } {
  const refused = total(outcome);
  const said = outcome.done || !refused ? WORDS[act](plural(outcome.done, "run")) : "";
  const left = meant - outcome.done - refused;
  const rest = left > 0 ? ` Stopped: ${left.toLocaleString("en")} are as they were.` : "";
  if (!refused) return { kind: "good", text: said + rest };
  const [reason, count] = [...outcome.refused].toSorted((a, b) => b[1] - a[1])[0] as [string, number];
  return {
    kind: "bad",
    text: `${said} ${plural(refused, "run")} refused: ${reason}${count < refused ? ` (${count} of them; others for other reasons)` : ""}${rest}`.trim(),
  };
}
