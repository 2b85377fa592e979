/** Make or change a work queue. */
import { useState } from "react";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { WorkQueue } from "@/components/pools/types";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { TextField } from "@/ui/Field";
import { inert } from "@/util/text";

const WHOLE = /^\d+$/;

export function QueueForm({ pool, known, onClose }: { pool: string; known: WorkQueue | null; onClose: () => void }) {
  const [name, setName] = useState(known?.name ?? "");
  const [about, setAbout] = useState(known?.description ?? "");
  const [priority, setPriority] = useState(known ? String(known.priority) : "");
  const [most, setMost] = useState(known?.concurrency_limit == null ? "" : String(known.concurrency_limit));
  const save = useAct(
    () => {
      const body = {
        name: name.trim(),
        description: about,
        concurrency_limit: most ? Number(most) : null,
        ...(priority ? { priority: Number(priority) } : {}),
      };
      return known
        ? send("PATCH", "/work_queues/{id}", { path: { id: known.id }, body })
        : send("POST", "/work_pools/{work_pool_name}/queues", { path: { work_pool_name: pool }, body });
    },
    known ? "The queue is changed." : "The queue is made.",
  );
  const wrongs = {
    priority:
      priority && (!WHOLE.test(priority) || Number(priority) < 1) ? "A whole number from 1 on is needed." : undefined,
    most: most && !WHOLE.test(most) ? "A whole number is needed." : undefined,
  };
  return (
    <Dialog
      title={known ? `Change ${inert(known.name, 60)}` : "New queue"}
      onClose={onClose}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            type="submit"
            look="main"
            disabled={!name.trim() || !!wrongs.priority || !!wrongs.most || save.isPending}
          >
            {known ? "Keep" : "Make"}
          </Button>
        </>
      }
    >
      {save.error && <Notice>{save.error.message}</Notice>}
      <TextField label="Name" value={name} onChange={setName} autoFocus />
      <TextField label="Description" value={about} onChange={setAbout} />
      <div className="split">
        <TextField
          label="Priority"
          value={priority}
          onChange={setPriority}
          wrong={wrongs.priority}
          hint="1 is given out first. Queues with this number and greater ones move back."
        />
        <TextField
          label="Runs at once"
          value={most}
          onChange={setMost}
          wrong={wrongs.most}
          hint="Empty for any number; 0 for none."
        />
      </div>
    </Dialog>
  );
}
