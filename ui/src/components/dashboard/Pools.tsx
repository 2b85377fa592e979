/** How the work pools are: those first that cannot take runs. */
import { Link } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import type { WorkPool } from "@/api/types";
import { WorkPoolLink } from "@/components/Names";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Card } from "@/ui/Card";
import { Answered } from "@/ui/Empty";
import { inert } from "@/util/text";

const FEW = 6;
const RANK: Record<string, number> = { NOT_READY: 0, PAUSED: 1, READY: 2 };

export function Pools() {
  const pools = useAsk("POST", "/work_pools/filter", { body: { limit: 50 } });
  return (
    <Card title="Work pools" bare more={<Link to="/work-pools">All</Link>}>
      <Answered of={pools} lines={2}>
        {(found) =>
          found.length ? (
            <ul className="rows">
              {(found as WorkPool[])
                .toSorted((a, b) => (RANK[a.status ?? ""] ?? 3) - (RANK[b.status ?? ""] ?? 3))
                .slice(0, FEW)
                .map((pool) => (
                  <li key={pool.id}>
                    <span className="grow cut">
                      <WorkPoolLink name={pool.name} />
                    </span>
                    <span className="tiny quiet num">
                      {pool.concurrency_limit === null
                        ? inert(pool.type, 30)
                        : `${pool.active_slots ?? 0} of ${pool.concurrency_limit}`}
                    </span>
                    <WorkPoolStatus status={pool.status} />
                  </li>
                ))}
            </ul>
          ) : (
            <p className="quiet body">No work pools. Flows that are served or called need none.</p>
          )
        }
      </Answered>
    </Card>
  );
}
