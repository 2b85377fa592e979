/** What keeps a run that has not ended from going on: asked of the server when it stands in a state for a while. */
import { Hourglass } from "lucide-react";
import { useAsk } from "@/api/queries";
import type { Explanation, FlowRun } from "@/api/types";
import { Causes } from "@/components/run/causes";
import { useNow, useSecond } from "@/hooks/useNow";
import { colourOf, isFinal } from "@/util/states";

/** How many seconds a run stands in a state until it is worth asking why: what just starts says so itself. */
const PATIENCE: Record<string, number> = { SCHEDULED: 2, PENDING: 4, PAUSED: 0, CANCELLING: 5, RUNNING: 15 };
/** Not worth a word while a run is running: its tasks follow one another. */
const USUAL = new Set(["upstream"]);

export function WhyItWaits({ run }: { run: FlowRun }) {
  const type = run.state_type ?? "";
  const patience = PATIENCE[type];
  if (isFinal(type) || patience === undefined || !run.state) return null;
  return <Waiting key={run.state.id} run={run} after={Date.parse(run.state.timestamp) + patience * 1000} />;
}

function Waiting({ run, after }: { run: FlowRun; after: number }) {
  return Date.now() >= after ? <Asked run={run} /> : <Soon run={run} after={after} />;
}

function Soon({ run, after }: { run: FlowRun; after: number }) {
  return useSecond() >= after ? <Asked run={run} /> : null;
}

function Asked({ run }: { run: FlowRun }) {
  const asked = useAsk("GET", "/flow_runs/{id}/why", { path: { id: run.id } }, { every: 10, keep: true });
  useNow();
  const told = asked.data as Explanation | undefined;
  const causes =
    run.state_type === "RUNNING" && told?.causes.every(({ code }) => USUAL.has(code)) ? [] : (told?.causes ?? []);
  if (!causes.length || told?.state_type !== run.state_type) return null;
  const starts = causes[0]?.code === "scheduled-for-later" || causes[0]?.code === "about-to-start";
  return (
    <section className="card why" aria-label="Why it waits" data-colour={colourOf(run.state_type, run.state_name)}>
      <Hourglass size={16} aria-hidden />
      <div className="grow column tight">
        <h2>
          {run.state_type === "RUNNING"
            ? "What it waits for"
            : starts
              ? "When it starts"
              : run.state_type === "PAUSED"
                ? "How it goes on"
                : "Why it waits"}
        </h2>
        <Causes causes={causes} pool={run.work_pool_name} />
      </div>
    </section>
  );
}
