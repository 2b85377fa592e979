/** All work pools: whether they can take runs, and how full they are. */
import { getRouteApi } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { WorkPool } from "@/api/types";
import { WorkPoolLink } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Time } from "@/components/Time";
import { PoolForm } from "@/components/pools/PoolForm";
import { Slots } from "@/components/pools/Slots";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Button } from "@/ui/Button";
import { Answered, Empty } from "@/ui/Empty";
import { Switch } from "@/ui/Switch";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";

const route = getRouteApi("/work-pools");
const RANK: Record<string, number> = { NOT_READY: 0, READY: 1, PAUSED: 2 };

export default function WorkPools() {
  const making = route.useSearch().new === "yes";
  const go = route.useNavigate();
  const setMaking = (next: boolean) => void go({ search: { new: next ? "yes" : undefined }, replace: true });
  const pools = useAsk("POST", "/work_pools/filter", { body: { limit: 200 } });
  const [busy, setBusy] = useState<string | null>(null);
  const pause = useAct(
    (pool: WorkPool) => {
      setBusy(pool.id);
      return send("PATCH", "/work_pools/{name}", {
        path: { name: pool.name },
        body: { is_paused: !pool.is_paused },
      }).finally(() => setBusy(null));
    },
    (pool) => (pool.is_paused ? "The pool gives out runs again." : "Paused: the pool gives out no runs."),
  );
  // Those that nobody looks after stand first.
  const sorted = (found: WorkPool[]) =>
    found.toSorted((a, b) => (RANK[a.status ?? ""] ?? 1) - (RANK[b.status ?? ""] ?? 1) || a.name.localeCompare(b.name));
  return (
    <>
      <PageHead
        title="Work pools"
        acts={
          <Button icon={Plus} onClick={() => setMaking(true)}>
            New work pool
          </Button>
        }
      />
      <section className="card" aria-label="Work pools">
        <Answered of={pools}>
          {(found) =>
            found.length ? (
              <Table
                label="Work pools"
                rows={sorted(found as WorkPool[])}
                id={(pool) => pool.id}
                columns={[
                  {
                    head: "Work pool",
                    cell: (pool) => (
                      <>
                        <div className="cut">
                          <WorkPoolLink name={pool.name} />
                        </div>
                        <div className="under cut">{inert(pool.description ?? "", 120)}</div>
                      </>
                    ),
                  },
                  {
                    head: "Type",
                    cell: (pool) => <span className="second">{inert(pool.type, 40)}</span>,
                    className: "narrow",
                  },
                  { head: "Status", cell: (pool) => <WorkPoolStatus status={pool.status} />, className: "narrow" },
                  {
                    head: "Slots",
                    cell: (pool) => <Slots taken={pool.active_slots ?? undefined} of={pool.concurrency_limit} />,
                  },
                  { head: "Created", cell: (pool) => <Time at={pool.created} />, className: "narrow" },
                  {
                    head: <span className="hidden">Acts</span>,
                    cell: (pool) => (
                      <Switch
                        label={`${inert(pool.name, 60)} gives out runs`}
                        on={!pool.is_paused}
                        busy={busy === pool.id}
                        onTurn={() => pause.mutate(pool)}
                      />
                    ),
                    className: "narrow",
                  },
                ]}
              />
            ) : (
              <Empty title="No work pools" command="prefect work-pool create my-pool --type process">
                A work pool holds runs for workers: processes that take them where there is room.
              </Empty>
            )
          }
        </Answered>
      </section>
      {making && <PoolForm known={null} onClose={() => setMaking(false)} />}
    </>
  );
}
