/** One work pool: who is alive and runs what, what its queues hold, and why a queue is stuck. */
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Pause, Pencil, Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { WorkPool as Shown } from "@/api/types";
import { LatestRuns } from "@/components/FlowRuns";
import { PageHead } from "@/components/PageHead";
import { CommandLine } from "@/components/run/CommandLine";
import { Time } from "@/components/Time";
import { PoolForm } from "@/components/pools/PoolForm";
import { Queues } from "@/components/pools/Queues";
import { poolWords, workerCommand } from "@/components/pools/words";
import type { Worker, WorkQueue } from "@/components/pools/types";
import { Workers } from "@/components/pools/Workers";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Confirm } from "@/ui/Dialog";
import { Answered, Bones, Notice } from "@/ui/Empty";
import { Json } from "@/ui/Json";
import { Menu } from "@/ui/Menu";
import { Tabs } from "@/ui/Tabs";
import { inert, plural } from "@/util/text";

const route = getRouteApi("/work-pools/work-pool/$name");
const crumbs = [{ label: "Work pools", to: "/work-pools" as const }];

export default function WorkPool() {
  const { name } = route.useParams();
  const { tab } = route.useSearch();
  const go = route.useNavigate();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"delete" | "change" | null>(null);
  const asked = useAsk("GET", "/work_pools/{name}", { path: { name } });
  const queues = useAsk("POST", "/work_pools/{work_pool_name}/queues/filter", {
    path: { work_pool_name: name },
    body: { limit: 200 },
  });
  const workers = useAsk("POST", "/work_pools/{work_pool_name}/workers/filter", {
    path: { work_pool_name: name },
    body: { limit: 200 },
  });
  const pool = asked.data as Shown | undefined;
  const pause = useAct(
    () => send("PATCH", "/work_pools/{name}", { path: { name }, body: { is_paused: !pool?.is_paused } }),
    pool?.is_paused ? "The pool gives out runs again." : "Paused: the pool gives out no runs.",
  );
  const remove = useAct(() => send("DELETE", "/work_pools/{name}", { path: { name } }), "The work pool is deleted.");
  if (asked.error && !pool)
    return (
      <>
        <PageHead title="Work pool" crumbs={crumbs} />
        <Notice>{asked.error.message}</Notice>
      </>
    );
  if (!pool) return <Bones />;
  const alive = workers.data
    ? (workers.data as Worker[]).filter((worker) => worker.status === "ONLINE").length
    : undefined;
  const unattended = !pool.is_paused && pool.type !== "prefect-agent" && alive === 0;
  return (
    <>
      <PageHead
        title={pool.name}
        crumbs={crumbs}
        acts={
          <>
            <Button
              icon={pool.is_paused ? Play : Pause}
              disabled={pause.isPending}
              onClick={() => pause.mutate(undefined)}
            >
              {pool.is_paused ? "Resume" : "Pause"}
            </Button>
            <Button icon={Pencil} onClick={() => setDialog("change")}>
              Change
            </Button>
            <Menu
              label="More to do"
              items={[{ label: "Delete", icon: Trash2, danger: true, act: () => setDialog("delete") }]}
            />
          </>
        }
      >
        <WorkPoolStatus status={pool.status} />
        <span className="small second">{inert(pool.type, 40)}</span>
        <span className="small second num">
          {pool.concurrency_limit === null
            ? "any number of runs at once"
            : `${pool.active_slots ?? 0} of ${pool.concurrency_limit} slots in use`}
        </span>
        {!unattended && <span className="small second">{poolWords(pool, alive)}</span>}
      </PageHead>
      {pool.description && (
        <p className="second breaks" style={{ marginBlockEnd: 16 }}>
          {inert(pool.description, 600)}
        </p>
      )}
      {unattended && (
        <div style={{ marginBlockEnd: 16 }}>
          <Notice colour="orange">
            <div className="column tight">
              No worker looks after this pool, so its runs wait. Start one where they shall run:{" "}
              <CommandLine command={workerCommand(pool.name)} />
            </div>
          </Notice>
        </div>
      )}
      <Tabs
        label="About this work pool"
        shown={tab ?? "runs"}
        onShow={(next) => void go({ search: { tab: next === "runs" ? undefined : next }, replace: true })}
        tabs={[
          {
            id: "runs",
            label: "Runs",
            content: () => <LatestRuns search={{ pool: name, all: true }} without={[]} none="No run was sent here." />,
          },
          {
            id: "queues",
            label: "Queues",
            count: queues.data?.length,
            content: () => (
              <Answered of={queues}>{(found) => <Queues pool={pool} queues={found as WorkQueue[]} />}</Answered>
            ),
          },
          {
            id: "workers",
            label: "Workers",
            count: alive,
            content: () => (
              <Answered of={workers}>{(found) => <Workers pool={name} workers={found as Worker[]} />}</Answered>
            ),
          },
          { id: "details", label: "Details", content: () => <Details pool={pool} /> },
        ]}
      />
      {dialog === "change" && <PoolForm known={pool} onClose={() => setDialog(null)} />}
      {dialog === "delete" && (
        <Confirm
          title={`Delete ${inert(pool.name, 60)}?`}
          act="Delete"
          danger
          onClose={() => setDialog(null)}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: "/work-pools" }) })}
        >
          <p>
            {queues.data
              ? `Its ${plural(queues.data.length, "queue")} and workers go with it.`
              : "Its queues and workers go with it."}{" "}
            Deployments that send runs here stay, without a pool: no worker takes their runs any more.
          </p>
        </Confirm>
      )}
    </>
  );
}

function Details({ pool }: { pool: Shown }) {
  return (
    <div className="grid">
      <Card title="Facts" className="span-5">
        <dl className="facts">
          <dt>Id</dt>
          <dd>
            <code>{pool.id}</code>
          </dd>
          <dt>Type</dt>
          <dd>{inert(pool.type, 60)}</dd>
          <dt>Runs at once</dt>
          <dd>{pool.concurrency_limit ?? "any number"}</dd>
          <dt>Created</dt>
          <dd>
            <Time at={pool.created} look="full" />
          </dd>
          <dt>Changed</dt>
          <dd>
            <Time at={pool.updated} look="full" />
          </dd>
        </dl>
      </Card>
      <Card title="Base job template" className="span-7">
        <Json value={pool.base_job_template} />
      </Card>
    </div>
  );
}
