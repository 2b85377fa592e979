/** Why the run that has waited longest in a queue does not start: the real causes, with links to what has a part in them. */
import { FlowRunLink, Name } from "@/components/Names";
import { Causes } from "@/components/run/causes";
import { Time } from "@/components/Time";
import type { QueueWait } from "@/components/pools/types";
import { plural } from "@/util/text";
import "@/style/work.css";

export function QueueReason({ wait, pool }: { wait: QueueWait | undefined; pool: string }) {
  if (!wait?.waiting) return <span className="small quiet">Nothing waits.</span>;
  const why = wait.explanation;
  return (
    <div className="column tight why-waits">
      <div>
        <b className="num">{plural(wait.waiting, "run")}</b> due
        {wait.late > 0 && (
          <>
            ,{" "}
            <b className="num" style={{ color: "var(--orange)" }}>
              {wait.late} late
            </b>
          </>
        )}
        {why && (
          <>
            ; <FlowRunLink id={why.flow_run_id} name={why.name} /> since <Time at={wait.oldest_due} />
          </>
        )}
      </div>
      {why?.causes.length ? (
        <Causes causes={why.causes} pool={pool} />
      ) : (
        why && (
          <div>
            <Name of={why.summary} longest={400} />
          </div>
        )
      )}
    </div>
  );
}
