/** All work pools: whether they can take runs, and how full they are. */
import { Plus } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { WorkPool } from "@/api/types";
import { WorkPoolLink } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Time } from "@/components/Time";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Answered, Empty } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import { Switch } from "@/ui/Switch";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";

export default function WorkPools() {
  const pools = useAsk("POST", "/work_pools/filter", { body: { limit: 200 } });
  const [making, setMaking] = useState(false);
  const pause = useAct((pool: WorkPool) => send("PATCH", "/work_pools/{name}", { path: { name: pool.name }, body: { is_paused: !pool.is_paused } }), (pool) => (pool.is_paused ? "The pool gives out runs again." : "Paused: the pool gives out no runs."));
  return (
    <>
      <PageHead title="Work pools" acts={<Button icon={Plus} onClick={() => setMaking(true)}>New work pool</Button>} />
      <section className="card" aria-label="Work pools">
        <Answered of={pools}>
          {(found) => found.length ? (
            <Table label="Work pools" rows={found as WorkPool[]} id={(pool) => pool.id} columns={[
              { head: "Work pool", cell: (pool) => <><div className="cut"><WorkPoolLink name={pool.name} /></div><div className="under cut">{inert(pool.description ?? "", 120)}</div></> },
              { head: "Type", cell: (pool) => <span className="second">{inert(pool.type, 40)}</span>, className: "narrow" },
              { head: "Status", cell: (pool) => <WorkPoolStatus status={pool.status} />, className: "narrow" },
              { head: "Slots", cell: (pool) => <span className="num">{pool.active_slots ?? 0}{pool.concurrency_limit != null && ` of ${pool.concurrency_limit}`}</span>, className: "narrow end" },
              { head: "Created", cell: (pool) => <Time at={pool.created} />, className: "narrow" },
              { head: <span className="hidden">Acts</span>, cell: (pool) => <Switch label={`${inert(pool.name, 60)} gives out runs`} on={!pool.is_paused} onTurn={() => pause.mutate(pool)} />, className: "narrow" },
            ]} />
          ) : <Empty title="No work pools" command="prefect work-pool create my-pool --type process">A work pool holds runs for workers: processes that take them where there is room.</Empty>}
        </Answered>
      </section>
      {making && <NewPool onClose={() => setMaking(false)} />}
    </>
  );
}

function NewPool({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [type, setType] = useState("process");
  const [most, setMost] = useState("");
  const make = useAct(() => send("POST", "/work_pools/", { body: { name: name.trim(), type, ...(most ? { concurrency_limit: Number(most) } : {}) } }), "The work pool is made.");
  return (
    <Dialog title="New work pool" onClose={onClose} onSubmit={() => make.mutate(undefined, { onSuccess: onClose })} footer={<><Button onClick={onClose}>Not now</Button><Button type="submit" look="main" disabled={!name.trim() || make.isPending}>Make</Button></>}>
      <TextField label="Name" value={name} onChange={setName} autoFocus wrong={make.error?.message} />
      <Choice label="Type" value={type} onChange={setType} options={[["process", "Process: as processes beside the worker"], ["docker", "Docker: each run in a container"], ["kubernetes", "Kubernetes: each run as a job"]]} hint="Workers of this type take its runs." />
      <TextField label="Runs at once" value={most} onChange={setMost} hint="Empty for any number." wrong={most && !/^\d+$/.test(most) ? "A whole number is needed." : undefined} />
    </Dialog>
  );
}
