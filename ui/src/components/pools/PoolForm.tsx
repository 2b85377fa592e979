/** Make or change a work pool, with its base job template. */
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { WorkPool } from "@/api/types";
import { JobTemplateEditor } from "@/components/pools/JobTemplateEditor";
import type { JobTemplate } from "@/components/pools/jobTemplates";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import { inert } from "@/util/text";

interface WorkerType {
  type: string;
  display_name?: string;
  description?: string;
  default_base_job_configuration?: JobTemplate;
}

/** The types of workers that the server knows, the plain one first. */
function typesIn(view: unknown): WorkerType[] {
  const found = Object.values((view ?? {}) as Record<string, Record<string, WorkerType>>)
    .flatMap((each) => Object.values(each ?? {}))
    .filter((each) => typeof each?.type === "string");
  return found.toSorted(
    (a, b) => Number(b.type === "process") - Number(a.type === "process") || a.type.localeCompare(b.type),
  );
}

export function PoolForm({ known, onClose }: { known: WorkPool | null; onClose: () => void }) {
  const view = useAsk(
    "GET",
    "/collections/views/{view}",
    { path: { view: "aggregate-worker-metadata" } },
    { when: !known, every: false },
  );
  const types = typesIn(view.data);
  const [name, setName] = useState(known?.name ?? "");
  const [type, setType] = useState(known?.type ?? "process");
  const [about, setAbout] = useState(known?.description ?? "");
  const [most, setMost] = useState(known?.concurrency_limit == null ? "" : String(known.concurrency_limit));
  const [changed, setChanged] = useState<JobTemplate | null>(null);
  const [ready, setReady] = useState(true);
  const chosen = types.find((each) => each.type === type);
  const first = known ? (known.base_job_template as JobTemplate) : chosen?.default_base_job_configuration;
  const save = useAct(
    () => {
      const body = {
        description: about || null,
        concurrency_limit: most ? Number(most) : null,
        ...(changed ? { base_job_template: changed } : known ? {} : { base_job_template: first ?? {} }),
      };
      return known
        ? send("PATCH", "/work_pools/{name}", { path: { name: known.name }, body })
        : send("POST", "/work_pools/", { body: { ...body, name: name.trim(), type } });
    },
    known ? "The work pool is changed." : "The work pool is made.",
  );
  const wrong = most && !/^\d+$/.test(most) ? "A whole number is needed." : undefined;
  const options = types.length
    ? types.map((each) => [each.type, inert(`${each.display_name ?? each.type}`, 60)] as const)
    : [["process", "Process"] as const];
  return (
    <Dialog
      title={known ? `Change ${inert(known.name, 60)}` : "New work pool"}
      wide
      onClose={onClose}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="main" disabled={!name.trim() || !!wrong || !ready || save.isPending}>
            {known ? "Keep" : "Make"}
          </Button>
        </>
      }
    >
      {save.error && <Notice>{save.error.message}</Notice>}
      {!known && (
        <div className="split">
          <TextField label="Name" value={name} onChange={setName} autoFocus />
          <Choice
            label="Type"
            value={type}
            onChange={(next) => {
              setType(next);
              setChanged(null);
              setReady(true);
            }}
            options={options}
            hint={inert(chosen?.description ?? "Workers of this type take its runs.", 200)}
          />
        </div>
      )}
      <div className="split">
        <TextField label="Description" value={about} onChange={setAbout} />
        <TextField
          label="Runs at once"
          value={most}
          onChange={setMost}
          hint="Empty for any number; 0 for none."
          wrong={wrong}
        />
      </div>
      {first && <JobTemplateEditor key={type} first={first} onChange={setChanged} onReady={setReady} />}
    </Dialog>
  );
}
