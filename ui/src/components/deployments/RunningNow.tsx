/** In whose hands the runs of a deployment are: runners that serve it, workers, or their own processes. */
import { useAsk } from "@/api/queries";
import type { Deployment } from "@/api/types";
import { Time } from "@/components/Time";
import { executorWords, HeldRuns } from "@/components/pools/Occupations";
import type { Occupation } from "@/components/pools/types";
import { Card } from "@/ui/Card";
import { Answered, Empty } from "@/ui/Empty";
import { plural } from "@/util/text";

export function RunningNow({ deployment }: { deployment: Deployment }) {
  const found = useAsk("GET", "/ui/deployments/{id}/occupations", { path: { id: deployment.id } }, { keep: true });
  const asked = deployment.work_pool_name ? "A worker last asked for its runs" : "A runner last asked for its runs";
  return (
    <Card title="In progress, by who executes it">
      <p className="small quiet" style={{ marginBlockEnd: 12 }}>
        {asked}: <Time at={deployment.last_polled} none="never" />.
      </p>
      <Answered of={found} lines={2}>
        {(all) => {
          const groups = new Map<string, Occupation[]>();
          for (const each of all as Occupation[])
            groups.set(executorWords(each), [...(groups.get(executorWords(each)) ?? []), each]);
          return groups.size ? (
            <div className="column">
              {[...groups].map(([who, runs]) => (
                <section key={who} aria-label={who}>
                  <h3 className="breaks">
                    {who} <span className="quiet num">{plural(runs.length, "run")}</span>
                  </h3>
                  <HeldRuns runs={runs} label={`Runs of ${who}`} />
                </section>
              ))}
            </div>
          ) : (
            <Empty title="Nothing runs now">
              {deployment.work_pool_name
                ? "Its runs are executed by the workers of its pool."
                : "Its runs are executed by the process that serves it: my_flow.serve(…)."}
            </Empty>
          );
        }}
      </Answered>
    </Card>
  );
}
