/** Start a run of a deployment: its parameters as a form, checked by the server. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { Deployment, FlowRun } from "@/api/types";
import { SchemaForm } from "@/components/SchemaForm";
import { useSchemaForm } from "@/components/useSchemaForm";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import type { Schema } from "@/util/schema";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";

export function CustomRun({ deployment, onClose, parameters }: { deployment: Deployment; onClose: () => void; parameters?: Record<string, unknown> }) {
  const schema = (deployment.parameter_openapi_schema ?? {}) as Schema;
  const { values, check, form } = useSchemaForm(schema, parameters ?? (deployment.parameters as Record<string, unknown>));
  const [name, setName] = useState("");
  const [start, setStart] = useState("now");
  const [at, setAt] = useState("");
  const [tags, setTags] = useState("");
  const navigate = useNavigate();
  const hasFields = Object.keys(schema.properties ?? {}).length > 0;
  const create = useAct(async () => {
    const when = start === "at" && at ? new Date(at) : new Date();
    const made = (await send("POST", "/deployments/{id}/create_flow_run", {
      path: { id: deployment.id },
      body: {
        parameters: values,
        state: { type: "SCHEDULED", name: "Scheduled", message: "Run from the web interface.", state_details: { scheduled_time: when.toISOString() } },
        ...(name.trim() ? { name: name.trim() } : {}),
        ...(tags.trim() ? { tags: tags.split(",").map((tag) => tag.trim()).filter(Boolean) } : {}),
      },
    })) as FlowRun;
    toast({ kind: "good", text: `${inert(made.name, 60)} is scheduled.`, act: { label: "Open", run: () => void navigate({ to: "/runs/flow-run/$id", params: { id: made.id } }) } });
    onClose();
  });
  return (
    <Dialog title={`Run ${inert(deployment.name, 60)}`} wide={hasFields} onClose={onClose} onSubmit={() => { if (check()) create.mutate(undefined); }}
      footer={<><Button onClick={onClose}>Not now</Button><Button type="submit" look="main" disabled={create.isPending}>Start the run</Button></>}>
      {create.error && <Notice>{create.error.message}</Notice>}
      {hasFields ? <SchemaForm {...form} /> : <p className="quiet">The flow takes no parameters.</p>}
      <details className="column tight">
        <summary className="small second">Name, time and tags</summary>
        <div className="column" style={{ paddingBlockStart: 12 }}>
          <TextField label="Name of the run" value={name} onChange={setName} hint="Without one, the server makes one up." />
          <Choice label="Start" value={start} onChange={setStart} options={[["now", "Now"], ["at", "At a time"]]} />
          {start === "at" && <TextField label="Time, of this place" type="datetime-local" value={at} onChange={setAt} />}
          <TextField label="Tags" value={tags} onChange={setTags} hint="Between commas; those of the deployment are added." />
        </div>
      </details>
    </Dialog>
  );
}
