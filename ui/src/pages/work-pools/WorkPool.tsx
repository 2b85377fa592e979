/** One work pool: who is alive, what its queues hold, and why a queue is stuck. */
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Pause, Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Full } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { WorkPool as Shown } from "@/api/types";
import { LatestRuns } from "@/components/FlowRuns";
import { Name } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Time } from "@/components/Time";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Confirm } from "@/ui/Dialog";
import { Answered, Bones, Empty, Notice } from "@/ui/Empty";
import { Json } from "@/ui/Json";
import { Menu } from "@/ui/Menu";
import { Switch } from "@/ui/Switch";
import { Table } from "@/ui/Table";
import { Tabs } from "@/ui/Tabs";
import { inert } from "@/util/text";

type Queue = Full<components["schemas"]["WorkQueue"]>;
type Worker = Full<components["schemas"]["Worker"]>;

const route = getRouteApi("/work-pools/work-pool/$name");
const crumbs = [{ label: "Work pools", to: "/work-pools" as const }];

export default function WorkPool() {
  const { name } = route.useParams();
  const { tab } = route.useSearch();
  const go = route.useNavigate();
  const navigate = useNavigate();
  const [asks, setAsks] = useState(false);
  const asked = useAsk("GET", "/work_pools/{name}", { path: { name } });
  const queues = useAsk("POST", "/work_pools/{work_pool_name}/queues/filter", { path: { work_pool_name: name }, body: { limit: 200 } });
  const workers = useAsk("POST", "/work_pools/{work_pool_name}/workers/filter", { path: { work_pool_name: name }, body: { limit: 200 } });
  const pool = asked.data as Shown | undefined;
  const pause = useAct(() => send("PATCH", "/work_pools/{name}", { path: { name }, body: { is_paused: !pool?.is_paused } }), pool?.is_paused ? "The pool gives out runs again." : "Paused: the pool gives out no runs.");
  const remove = useAct(() => send("DELETE", "/work_pools/{name}", { path: { name } }), "The work pool is deleted.");
  if (asked.error && !pool) return <><PageHead title="Work pool" crumbs={crumbs} /><Notice>{asked.error.message}</Notice></>;
  if (!pool) return <Bones />;
  const alive = ((workers.data ?? []) as Worker[]).filter((worker) => worker.status === "ONLINE").length;
  return (
    <>
      <PageHead title={pool.name} crumbs={crumbs} acts={
        <>
          <Button icon={pool.is_paused ? Play : Pause} onClick={() => pause.mutate(undefined)}>{pool.is_paused ? "Resume" : "Pause"}</Button>
          <Menu label="More to do" items={[{ label: "Delete", icon: Trash2, danger: true, act: () => setAsks(true) }]} />
        </>
      }>
        <WorkPoolStatus status={pool.status} /><span className="small second">{inert(pool.type, 40)}</span>
        <span className="small second">{pool.active_slots ?? 0}{pool.concurrency_limit != null && ` of ${pool.concurrency_limit}`} slots in use</span>
      </PageHead>
      {!pool.is_paused && workers.data && alive === 0 && (
        <div style={{ marginBlockEnd: 16 }}><Notice colour="orange">No worker looks after this pool, so its runs wait. Start one: <code>prefect worker start --pool {JSON.stringify(inert(pool.name, 80))}</code></Notice></div>
      )}
      <Tabs label="About this work pool" shown={tab ?? "runs"} onShow={(next) => void go({ search: { tab: next === "runs" ? undefined : next }, replace: true })} tabs={[
        { id: "runs", label: "Runs", content: () => <LatestRuns search={{ pool: name, all: true }} without={[]} none="No run was sent here." /> },
        { id: "queues", label: "Queues", count: queues.data?.length, content: () => <Card title="Queues, first by priority" bare><Answered of={queues}>{(found) => <Queues pool={pool} queues={found as Queue[]} alive={alive} />}</Answered></Card> },
        { id: "workers", label: "Workers", count: workers.data?.length, content: () => <Card title="Workers" bare><Answered of={workers}>{(found) => <Workers pool={name} workers={found as Worker[]} />}</Answered></Card> },
        { id: "template", label: "Job template", content: () => <Card title="Base job template"><Json value={pool.base_job_template} /></Card> },
      ]} />
      {asks && (
        <Confirm title={`Delete ${inert(pool.name, 60)}?`} act="Delete" danger onClose={() => setAsks(false)} onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: "/work-pools" }) })}>
          <p>Its queues go with it; deployments that use it have no place to run any more.</p>
        </Confirm>
      )}
    </>
  );
}

/** Why runs of a queue do not start; nothing if they do. */
function stuck(pool: Shown, queue: Queue, alive: number): string {
  if (pool.is_paused) return "The pool is paused.";
  if (queue.is_paused) return "The queue is paused.";
  if (alive === 0) return "No worker is alive.";
  if (queue.concurrency_limit === 0) return "Its limit is 0.";
  if (queue.concurrency_limit != null && (queue.active_slots ?? 0) >= queue.concurrency_limit) return "All of its slots are in use.";
  if (pool.concurrency_limit != null && (pool.active_slots ?? 0) >= pool.concurrency_limit) return "All slots of the pool are in use.";
  return "";
}

function Queues({ pool, queues, alive }: { pool: Shown; queues: readonly Queue[]; alive: number }) {
  const pause = useAct((queue: Queue) => send("PATCH", "/work_queues/{id}", { path: { id: queue.id }, body: { is_paused: !queue.is_paused } }), (queue) => (queue.is_paused ? "The queue gives out runs again." : "The queue is paused."));
  return (
    <Table label="Queues" rows={queues.toSorted((a, b) => a.priority - b.priority)} id={(queue) => queue.id} columns={[
      { head: "Priority", cell: (queue) => <span className="num">{queue.priority}</span>, className: "narrow" },
      { head: "Queue", cell: (queue) => <b style={{ fontWeight: 540 }}><Name of={queue.name} /></b> },
      { head: "Status", cell: (queue) => <WorkPoolStatus status={queue.status} />, className: "narrow" },
      { head: "Why runs wait", cell: (queue) => <span className="small second">{stuck(pool, queue, alive) || "They do not."}</span> },
      { head: "Slots", cell: (queue) => <span className="num">{queue.active_slots ?? 0}{queue.concurrency_limit != null && ` of ${queue.concurrency_limit}`}</span>, className: "narrow end" },
      { head: "Last asked for", cell: (queue) => <Time at={queue.last_polled} none="never" />, className: "narrow" },
      { head: <span className="hidden">Acts</span>, cell: (queue) => <Switch label={`${inert(queue.name, 60)} gives out runs`} on={!queue.is_paused} onTurn={() => pause.mutate(queue)} />, className: "narrow" },
    ]} />
  );
}

function Workers({ pool, workers }: { pool: string; workers: readonly Worker[] }) {
  if (!workers.length) return <Empty title="No worker has been here" command={`prefect worker start --pool ${JSON.stringify(inert(pool, 80))}`}>Start one where the runs shall be.</Empty>;
  return (
    <Table label="Workers" rows={workers} id={(worker) => worker.id} columns={[
      { head: "Worker", cell: (worker) => <b style={{ fontWeight: 540 }}><Name of={worker.name} /></b> },
      { head: "Status", cell: (worker) => <WorkPoolStatus status={worker.status} />, className: "narrow" },
      { head: "Last heard of", cell: (worker) => <Time at={worker.last_heartbeat_time} />, className: "narrow" },
      { head: "Beats every", cell: (worker) => <span className="num">{worker.heartbeat_interval_seconds == null ? "–" : `${worker.heartbeat_interval_seconds}s`}</span>, className: "narrow end" },
    ]} />
  );
}
