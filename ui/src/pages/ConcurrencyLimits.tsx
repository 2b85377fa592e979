/** Concurrency limits: how many slots are taken, and who holds each since when. */
import { Link } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Full, send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { components } from "@/api/schema.gen";
import { Name } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Time } from "@/components/Time";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Confirm, Dialog } from "@/ui/Dialog";
import { Answered, Empty } from "@/ui/Empty";
import { TextField } from "@/ui/Field";
import { Switch } from "@/ui/Switch";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";

type Limit = Full<components["schemas"]["GlobalConcurrencyLimitResponse"]>;
type TagLimit = Full<components["schemas"]["ConcurrencyLimit"]>;
type Holder = Full<components["schemas"]["SlotHolder"]>;

export default function ConcurrencyLimits() {
  const limits = useAsk("POST", "/v2/concurrency_limits/filter", { body: { limit: 200 } });
  const tags = useAsk("POST", "/concurrency_limits/filter", { body: { limit: 200 } });
  const [making, setMaking] = useState<"limit" | "tag" | null>(null);
  const [shown, setShown] = useState<Limit | null>(null);
  const [dropped, setDropped] = useState<{ name: string; act: () => void } | null>(null);
  const turn = useAct((each: Limit) => send("PATCH", "/v2/concurrency_limits/{id_or_name}", { path: { id_or_name: each.id }, body: { active: !each.active } }), (each) => (each.active ? "The limit is off." : "The limit is on."));
  const remove = useAct((each: Limit) => send("DELETE", "/v2/concurrency_limits/{id_or_name}", { path: { id_or_name: each.id } }), "The limit is deleted.");
  const removeTag = useAct((each: TagLimit) => send("DELETE", "/concurrency_limits/{id}", { path: { id: each.id } }), "The limit is deleted.");
  const reset = useAct((each: TagLimit) => send("POST", "/concurrency_limits/tag/{tag}/reset", { path: { tag: each.tag }, body: {} }), "All of its slots are free.");
  return (
    <>
      <PageHead title="Concurrency" />
      <div className="column">
        <Card title="Limits" bare more={<Button low icon={Plus} onClick={() => setMaking("limit")}>New limit</Button>}>
          <Answered of={limits} lines={3}>
            {(found) => {
            // The limits of tags are among them too, and stand below.
            const all = (found as Limit[]).filter((each) => !each.name.startsWith("tag:"));
            return all.length ? (
              <Table label="Limits" rows={all} id={(each) => each.id} columns={[
                { head: "Name", cell: (each) => <b style={{ fontWeight: 540 }}><Name of={each.name} /></b> },
                { head: "Slots", cell: (each) => <Slots taken={each.active_slots} of={each.limit} /> },
                { head: "Free again", cell: (each) => each.slot_decay_per_second > 0 ? <span className="second num">{each.slot_decay_per_second} each second</span> : <span className="quiet">when given back</span>, className: "narrow" },
                { head: <span className="hidden">Acts</span>, className: "narrow", cell: (each) => (
                  <span className="row">
                    <Button low onClick={() => setShown(each)}>Holders</Button>
                    <Switch label={`${inert(each.name, 60)} holds`} on={each.active} onTurn={() => turn.mutate(each)} />
                    <Button look="bare" low icon={Trash2} aria-label={`Delete ${inert(each.name, 60)}`} onClick={() => setDropped({ name: each.name, act: () => remove.mutate(each) })} />
                  </span>
                ) },
              ]} />
            ) : <Empty title="No limits" command="prefect gcl create database --limit 5">A limit says how many of something may go on at once: with concurrency("database", occupy=1).</Empty>;
          }}
          </Answered>
        </Card>
        <Card title="Limits of tags of tasks" bare more={<Button low icon={Plus} onClick={() => setMaking("tag")}>New limit of a tag</Button>}>
          <Answered of={tags} lines={2}>
            {(all) => all.length ? (
              <Table label="Limits of tags" rows={all as TagLimit[]} id={(each) => each.id} columns={[
                { head: "Tag", cell: (each) => <b style={{ fontWeight: 540 }}><Name of={each.tag} /></b> },
                { head: "Task runs at once", cell: (each) => <Slots taken={each.active_slots.length} of={each.concurrency_limit} /> },
                { head: "Held by", cell: (each) => <span className="row wraps">{each.active_slots.slice(0, 5).map((id) => <Link key={id} to="/runs/task-run/$id" params={{ id }} className="link tiny">{id.slice(0, 8)}</Link>)}</span> },
                { head: <span className="hidden">Acts</span>, className: "narrow", cell: (each) => (
                  <span className="row">
                    <Button low disabled={!each.active_slots.length} onClick={() => reset.mutate(each)}>Free all</Button>
                    <Button look="bare" low icon={Trash2} aria-label={`Delete ${inert(each.tag, 60)}`} onClick={() => setDropped({ name: each.tag, act: () => removeTag.mutate(each) })} />
                  </span>
                ) },
              ]} />
            ) : <p className="quiet body" style={{ padding: "0 16px 16px" }}>Any number of tasks with the same tag run at once.</p>}
          </Answered>
        </Card>
      </div>
      {making && <NewLimit kind={making} onClose={() => setMaking(null)} />}
      {shown && <Holders limit={shown} onClose={() => setShown(null)} />}
      {dropped && <Confirm title={`Delete the limit ${inert(dropped.name, 60)}?`} act="Delete" danger onClose={() => setDropped(null)} onConfirm={() => { dropped.act(); setDropped(null); }}><p>What asks for it then finds no limit.</p></Confirm>}
    </>
  );
}

function Slots({ taken, of }: { taken: number; of: number }) {
  return (
    <div style={{ minWidth: 130 }}>
      <div className="small num">{taken} of {of}</div>
      <div className="meter" aria-hidden><i style={{ width: `${Math.min(100, (taken / Math.max(1, of)) * 100)}%` }} /></div>
    </div>
  );
}

function Holders({ limit, onClose }: { limit: Limit; onClose: () => void }) {
  const found = useAsk("GET", "/v2/concurrency_limits/{id_or_name}/holders", { path: { id_or_name: limit.id } });
  const release = useAct((each: Holder) => send("POST", "/v2/concurrency_limits/decrement-with-lease", { body: { lease_id: each.lease_id } }), "The slot is free.");
  return (
    <Dialog title={`Who holds ${inert(limit.name, 60)}`} wide onClose={onClose}>
      <Answered of={found} lines={2}>
        {(all) => all.length ? (
          <ul className="rows">
            {(all as Holder[]).map((each) => (
              <li key={each.lease_id}>
                <div className="grow">
                  <div>{each.holder ? each.holder.type === "task_run" ? <Link to="/runs/task-run/$id" params={{ id: each.holder.id }} className="link">A task run</Link> : each.holder.type === "flow_run" ? <Link to="/runs/flow-run/$id" params={{ id: each.holder.id }} className="link">A flow run</Link> : <Link to="/deployments/deployment/$id" params={{ id: each.holder.id }} className="link">A deployment</Link> : "A process"}</div>
                  <div className="tiny quiet">since <Time at={each.since} look="full" />{each.pid != null && ` · process ${each.pid}`}</div>
                </div>
                <span className="num small">{each.slots} slot{each.slots === 1 ? "" : "s"}</span>
                <Button low look="danger" onClick={() => release.mutate(each)}>Free</Button>
              </li>
            ))}
          </ul>
        ) : <p className="quiet">Nobody holds a slot.</p>}
      </Answered>
    </Dialog>
  );
}

function NewLimit({ kind, onClose }: { kind: "limit" | "tag"; onClose: () => void }) {
  const [name, setName] = useState("");
  const [most, setMost] = useState("1");
  const [decay, setDecay] = useState("0");
  const make = useAct(() => kind === "limit"
    ? send("POST", "/v2/concurrency_limits/", { body: { name: name.trim(), limit: Number(most), slot_decay_per_second: Number(decay) } })
    : send("POST", "/concurrency_limits/", { body: { tag: name.trim(), concurrency_limit: Number(most) } }), "The limit is made.");
  return (
    <Dialog title={kind === "limit" ? "New limit" : "New limit of a tag"} onClose={onClose} onSubmit={() => make.mutate(undefined, { onSuccess: onClose })}
      footer={<><Button onClick={onClose}>Not now</Button><Button type="submit" look="main" disabled={!name.trim() || !/^\d+$/.test(most) || make.isPending}>Make</Button></>}>
      <TextField label={kind === "limit" ? "Name" : "Tag"} value={name} onChange={setName} autoFocus wrong={make.error?.message} />
      <TextField label="Slots" value={most} onChange={setMost} wrong={/^\d+$/.test(most) ? undefined : "A whole number is needed."} />
      {kind === "limit" && <TextField label="Slots that come free each second" value={decay} onChange={setDecay} hint="0 for slots that are given back; more for a limit of a rate." />}
    </Dialog>
  );
}
