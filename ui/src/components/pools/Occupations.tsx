/** Runs that are in somebody's hands: since when, by which number of the claim, and for how long without a word. */
import { FlowLink, FlowRunLink, Name } from "@/components/Names";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import type { Occupation } from "@/components/pools/types";
import { inert } from "@/util/text";
import { duration } from "@/util/time";
import "@/style/work.css";

/** Who that is, in words. */
export function executorWords(each: Pick<Occupation, "executor_kind" | "executor_name" | "machine" | "pid">): string {
  const where = [each.machine && `on ${inert(each.machine, 60)}`, each.pid !== null && `process ${each.pid}`]
    .filter(Boolean)
    .join(", ");
  const name = inert(each.executor_name ?? "", 60);
  const who =
    each.executor_kind === "process"
      ? "its own process"
      : each.executor_kind
        ? `${each.executor_kind} ${name}`
        : name || "nobody that tells";
  return where ? `${who} (${where})` : who;
}

export function HeldRuns({ runs, label, byWhom }: { runs: readonly Occupation[]; label: string; byWhom?: boolean }) {
  return (
    <ul className="held" aria-label={label}>
      {runs.map((each) => (
        <li key={each.flow_run_id}>
          <span className="cut">
            <FlowRunLink id={each.flow_run_id} name={each.flow_run_name} />
          </span>
          <StateBadge type={each.state_type} name={each.state_name} />
          <span className="quiet cut">
            of <FlowLink id={each.flow_id} name={each.flow_name} />
          </span>
          {byWhom && (
            <span className="second">
              <Name of={executorWords(each)} />
            </span>
          )}
          {each.is_held ? (
            <span
              className="tiny quiet"
              title={
                each.expires_at ? "Unless it is renewed, the claim lapses, and the run counts as lost." : undefined
              }
            >
              since <Time at={each.since} /> · fence {each.fence} · lease {duration(each.lease_seconds ?? 0)}
            </span>
          ) : (
            <span className="tiny quiet">
              nobody has claimed it; started <Time at={each.start_time} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
