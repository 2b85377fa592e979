/** The queues of a work pool, first by priority: how full they are, what waits in them and why. */
import { ArrowDown, ArrowUp, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { WorkPool } from "@/api/types";
import { Name } from "@/components/Names";
import { Time } from "@/components/Time";
import { QueueForm } from "@/components/pools/QueueForm";
import { QueueReason } from "@/components/pools/QueueReason";
import { Slots } from "@/components/pools/Slots";
import type { QueueWait, WorkQueue } from "@/components/pools/types";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Confirm } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { Menu } from "@/ui/Menu";
import { Switch } from "@/ui/Switch";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";
import "@/style/work.css";

export function Queues({ pool, queues }: { pool: WorkPool; queues: readonly WorkQueue[] }) {
  const waits = useAsk("GET", "/ui/work_pools/{name}/waits", { path: { name: pool.name } }, { keep: true });
  const [edited, setEdited] = useState<WorkQueue | "new" | null>(null);
  const [dropped, setDropped] = useState<WorkQueue | null>(null);
  const pause = useAct(
    (queue: WorkQueue) =>
      send("PATCH", "/work_queues/{id}", { path: { id: queue.id }, body: { is_paused: !queue.is_paused } }),
    (queue) => (queue.is_paused ? "The queue gives out runs again." : "The queue is paused."),
  );
  const move = useAct(
    ({ queue, to }: { queue: WorkQueue; to: number }) =>
      send("PATCH", "/work_queues/{id}", { path: { id: queue.id }, body: { priority: to } }),
    "The order of the queues is changed.",
  );
  const remove = useAct(
    (queue: WorkQueue) => send("DELETE", "/work_queues/{id}", { path: { id: queue.id } }),
    "The queue is deleted.",
  );
  const sorted = queues.toSorted((a, b) => a.priority - b.priority || a.name.localeCompare(b.name));
  const waitOf = new Map(((waits.data ?? []) as QueueWait[]).map((wait) => [wait.work_queue_id, wait]));
  const order = (queue: WorkQueue) => {
    const place = sorted.indexOf(queue);
    const above = sorted[place - 1];
    const below = sorted[place + 1];
    return (
      <span className="order">
        <span className="num" style={{ minWidth: 18 }}>
          {queue.priority}
        </span>
        <Button
          look="bare"
          low
          icon={ArrowUp}
          aria-label={`${inert(queue.name, 60)} earlier`}
          disabled={!above || move.isPending}
          onClick={() => above && move.mutate({ queue, to: above.priority })}
        />
        <Button
          look="bare"
          low
          icon={ArrowDown}
          aria-label={`${inert(queue.name, 60)} later`}
          disabled={!below || move.isPending}
          onClick={() => below && move.mutate({ queue: below, to: queue.priority })}
        />
      </span>
    );
  };
  return (
    <Card
      title="Queues, first by priority"
      bare
      more={
        <Button low icon={Plus} onClick={() => setEdited("new")}>
          New queue
        </Button>
      }
    >
      {waits.error && (
        <div className="body">
          <Notice>{waits.error.message}</Notice>
        </div>
      )}
      <Table
        label="Queues"
        rows={sorted}
        id={(queue) => queue.id}
        columns={[
          { head: "Priority", cell: order, className: "narrow" },
          {
            head: "Queue",
            cell: (queue) => (
              <>
                <b style={{ fontWeight: 540 }}>
                  <Name of={queue.name} />
                </b>
                {queue.description && (
                  <div className="under cut" style={{ maxWidth: 220 }}>
                    <Name of={queue.description} longest={120} />
                  </div>
                )}
              </>
            ),
          },
          { head: "Status", cell: (queue) => <WorkPoolStatus status={queue.status} of="queue" />, className: "narrow" },
          {
            head: "Running",
            cell: (queue) => (
              <Slots
                taken={waitOf.get(queue.id)?.in_progress ?? queue.active_slots ?? undefined}
                of={queue.concurrency_limit}
              />
            ),
          },
          {
            head: "Why runs wait",
            cell: (queue) =>
              waits.data ? (
                <QueueReason wait={waitOf.get(queue.id)} pool={pool.name} />
              ) : (
                <span className="quiet">…</span>
              ),
          },
          {
            head: "Last asked for",
            cell: (queue) => <Time at={queue.last_polled} none="never" />,
            className: "narrow",
          },
          {
            head: <span className="hidden">Acts</span>,
            className: "narrow",
            cell: (queue) => (
              <span className="row">
                <Switch
                  label={`${inert(queue.name, 60)} gives out runs`}
                  on={!queue.is_paused}
                  onTurn={() => pause.mutate(queue)}
                />
                <Menu
                  label={`More to do with ${inert(queue.name, 60)}`}
                  items={[
                    { label: "Change", icon: Pencil, act: () => setEdited(queue) },
                    {
                      label: "Delete",
                      icon: Trash2,
                      danger: true,
                      disabled: queue.id === pool.default_queue_id,
                      act: () => setDropped(queue),
                    },
                  ]}
                />
              </span>
            ),
          },
        ]}
      />
      {edited && (
        <QueueForm pool={pool.name} known={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
      {dropped && (
        <Confirm
          title={`Delete the queue ${inert(dropped.name, 60)}?`}
          act="Delete"
          danger
          onClose={() => setDropped(null)}
          onConfirm={() => {
            remove.mutate(dropped);
            setDropped(null);
          }}
        >
          <p>
            Runs that wait in it, and deployments that send runs there, are no longer in a queue: no worker takes them.
          </p>
        </Confirm>
      )}
    </Card>
  );
}
