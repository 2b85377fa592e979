/** The workers of a pool: who is alive, and what each of them is running. */
import { Trash2 } from "lucide-react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import { CommandLine } from "@/components/run/CommandLine";
import { Name } from "@/components/Names";
import { Time } from "@/components/Time";
import { HeldRuns } from "@/components/pools/Occupations";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import type { Occupation, Worker } from "@/components/pools/types";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered, Empty } from "@/ui/Empty";
import { inert, plural } from "@/util/text";
import { workerCommand } from "@/components/pools/words";

export function Workers({ pool, workers }: { pool: string; workers: readonly Worker[] }) {
  const found = useAsk("GET", "/ui/work_pools/{name}/occupations", { path: { name: pool } }, { keep: true });
  const forget = useAct(
    (worker: Worker) =>
      send("DELETE", "/work_pools/{work_pool_name}/workers/{name}", {
        path: { work_pool_name: pool, name: worker.name },
      }),
    "The worker is forgotten. If it is still there, it tells of itself again.",
  );
  const runs = (found.data ?? []) as Occupation[];
  const of = (worker: Worker) =>
    runs.filter((run) => run.executor_kind === "worker" && run.executor_name === worker.name);
  const known = new Set(workers.map((worker) => worker.name));
  const others = runs.filter((run) => run.executor_kind !== "worker" || !known.has(run.executor_name ?? ""));
  return (
    <div className="column">
      <Card title="Workers" bare={workers.length > 0}>
        {workers.length ? (
          <ul className="rows">
            {workers.map((worker) => {
              const own = of(worker);
              return (
                <li key={worker.id} style={{ alignItems: "flex-start" }}>
                  <div className="grow">
                    <div className="row wraps">
                      <b style={{ fontWeight: 540 }}>
                        <Name of={worker.name} />
                      </b>
                      <WorkPoolStatus status={worker.status} of="worker" />
                      <span className="quiet">
                        heard of <Time at={worker.last_heartbeat_time} none="never" />
                        {worker.heartbeat_interval_seconds != null && `, every ${worker.heartbeat_interval_seconds}s`}
                      </span>
                    </div>
                    {own.length ? (
                      <HeldRuns runs={own} label={`Runs of ${inert(worker.name, 60)}`} />
                    ) : (
                      <p className="tiny quiet">
                        {found.data ? (worker.status === "ONLINE" ? "It runs nothing now." : "It holds no run.") : " "}
                      </p>
                    )}
                  </div>
                  {own.length > 0 && <span className="small num second">{plural(own.length, "run")}</span>}
                  {worker.status !== "ONLINE" && (
                    <Button
                      look="bare"
                      low
                      icon={Trash2}
                      aria-label={`Forget ${inert(worker.name, 60)}`}
                      onClick={() => forget.mutate(worker)}
                    />
                  )}
                </li>
              );
            })}
          </ul>
        ) : (
          <Empty title="No worker has been here" command={workerCommand(pool)}>
            Start one where the runs shall be.
          </Empty>
        )}
      </Card>
      {others.length > 0 && (
        <Card title="In other hands">
          <p className="small quiet">
            Runs of this pool in progress that no worker above holds: those of containers and jobs, which speak for
            themselves, and those that nobody has claimed.
          </p>
          <HeldRuns runs={others} label="Runs in other hands" byWhom />
        </Card>
      )}
      {workers.length > 0 && (
        <Answered of={found} lines={1}>
          {() => (
            <div className="small second">
              One more worker: <CommandLine command={workerCommand(pool)} />
            </div>
          )}
        </Answered>
      )}
    </div>
  );
}
