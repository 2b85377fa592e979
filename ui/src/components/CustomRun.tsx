/** Start a run of a deployment: its parameters as a form or as JSON, and what else a run can be given. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAct, useAsk } from "@/api/queries";
import type { Deployment } from "@/api/types";
import { JsonField } from "@/components/schema/JsonField";
import { ValuesForm } from "@/components/schema/ValuesForm";
import { StartTime } from "@/components/StartTime";
import { type RunOptions, useCustomRun, WHOLE } from "@/components/useCustomRun";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";
import "@/style/work.css";

export function CustomRun({
  deployment,
  onClose,
  parameters,
}: {
  deployment: Deployment;
  onClose: () => void;
  parameters?: Record<string, unknown>;
}) {
  const { held, options, setOptions, setUnread, create, ready, strict } = useCustomRun(deployment, parameters);
  const [more, setMore] = useState(false);
  const navigate = useNavigate();
  const act = useAct(async () => {
    const made = await create();
    if (!made) return;
    toast({
      kind: "good",
      text: `${inert(made.name, 60)} is scheduled.`,
      act: { label: "Open", run: () => void navigate({ to: "/runs/flow-run/$id", params: { id: made.id } }) },
    });
    onClose();
  });
  const set = (change: Partial<RunOptions>) => setOptions({ ...options, ...change });
  return (
    <Dialog
      title={`Run ${inert(deployment.name, 60)}`}
      wide
      onClose={onClose}
      onSubmit={() => {
        if (strict ? held.check() : held.readable) act.mutate(undefined);
      }}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="main" disabled={act.isPending || !ready}>
            Start the run
          </Button>
        </>
      }
    >
      {act.error && <Notice>{act.error.message}</Notice>}
      {deployment.paused && (
        <p className="small second">Its schedules are paused. A run that is started here runs all the same.</p>
      )}
      <ValuesForm held={held} label="Parameters" none="The flow takes no parameters." />
      <StartTime start={options.start} onChange={(start) => set({ start })} />
      <details className="more-options" onToggle={(event) => setMore(event.currentTarget.open)}>
        <summary>Name, tags, retries, queue and job variables</summary>
        <div className="column">
          <div className="split">
            <TextField
              label="Name of the run"
              value={options.name}
              onChange={(name) => set({ name })}
              hint="Without one, the server makes one up."
            />
            <TextField
              label="Tags"
              value={options.tags}
              onChange={(tags) => set({ tags })}
              hint="Between commas; those of the deployment are added."
            />
            <TextField
              label="Retries"
              value={options.retries}
              onChange={(retries) => set({ retries })}
              hint="Empty for as many as the flow says."
              wrong={options.retries && !WHOLE.test(options.retries) ? "A whole number is needed." : undefined}
            />
            <TextField
              label="Seconds between retries"
              value={options.delay}
              onChange={(delay) => set({ delay })}
              wrong={options.delay && !WHOLE.test(options.delay) ? "A whole number is needed." : undefined}
            />
          </div>
          {deployment.work_pool_name && more && (
            <QueueChoice
              pool={deployment.work_pool_name}
              usual={deployment.work_queue_name}
              chosen={options.queue}
              onChoose={(queue) => set({ queue })}
            />
          )}
          {deployment.work_pool_name && (
            <JsonField
              label="Job variables"
              first={{}}
              lines={4}
              hint="Those that this run gets in place of the deployment's, as JSON."
              onChange={(variables) => set({ variables })}
              onWrong={setUnread}
            />
          )}
        </div>
      </details>
    </Dialog>
  );
}

function QueueChoice({
  pool,
  usual,
  chosen,
  onChoose,
}: {
  pool: string;
  usual: string | null;
  chosen: string;
  onChoose: (name: string) => void;
}) {
  const found = useAsk(
    "POST",
    "/work_pools/{work_pool_name}/queues/filter",
    { path: { work_pool_name: pool }, body: { limit: 200 } },
    { every: false },
  );
  const names = (found.data ?? []).map((queue) => queue.name).filter((name) => name !== usual);
  return (
    <Choice
      label="Work queue"
      value={chosen}
      onChange={onChoose}
      options={[
        ["", usual ? `As deployed: ${inert(usual, 60)}` : "As deployed"],
        ...names.map((name) => [name, inert(name, 60)] as const),
      ]}
    />
  );
}
