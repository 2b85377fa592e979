/** Change a deployment: its description, tags, parameters, limit, and what its jobs are given. */
import { useState } from "react";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { Deployment } from "@/api/types";
import { JsonField } from "@/components/schema/JsonField";
import { ValuesForm } from "@/components/schema/ValuesForm";
import { refusalIn, splitTags, WHOLE } from "@/components/useCustomRun";
import { useSchemaForm } from "@/components/useSchemaForm";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import { type Schema, sound } from "@/util/schema";
import { inert } from "@/util/text";
import "@/style/work.css";

const STRATEGIES = [
  ["ENQUEUE", "More runs wait for a slot"],
  ["CANCEL_NEW", "More runs are cancelled"],
] as const;
type Strategy = (typeof STRATEGIES)[number][0];

/** Of what a deployment has, nothing is required: a run may still give it. */
function asked(deployment: Deployment): Schema {
  const { required: _, ...schema } = sound(deployment.parameter_openapi_schema);
  return schema;
}

export function DeploymentForm({ deployment, onClose }: { deployment: Deployment; onClose: () => void }) {
  const shared =
    deployment.global_concurrency_limit && !deployment.global_concurrency_limit.name.startsWith("deployment:");
  const [about, setAbout] = useState(deployment.description ?? "");
  const [tags, setTags] = useState(deployment.tags.join(", "));
  const [most, setMost] = useState(String(deployment.global_concurrency_limit?.limit ?? ""));
  const [strategy, setStrategy] = useState<Strategy>(deployment.concurrency_options?.collision_strategy ?? "ENQUEUE");
  const [retries, setRetries] = useState(String(deployment.infrastructure_retries ?? ""));
  const [variables, setVariables] = useState(deployment.job_variables as Record<string, unknown>);
  const [unread, setUnread] = useState<string>();
  const held = useSchemaForm(asked(deployment), deployment.parameters as Record<string, unknown>);
  const save = useAct(() => {
    const limit = most === "" ? null : Number(most);
    const grace = deployment.concurrency_options?.grace_period_seconds;
    const limited = shared
      ? {}
      : {
          concurrency_limit: limit,
          ...(limit === null
            ? {}
            : {
                concurrency_options: {
                  collision_strategy: strategy,
                  ...(grace ? { grace_period_seconds: grace } : {}),
                },
              }),
        };
    return send("PATCH", "/deployments/{id}", {
      path: { id: deployment.id },
      body: {
        description: about || null,
        tags: splitTags(tags),
        parameters: held.values,
        job_variables: variables,
        infrastructure_retries: retries === "" ? null : Number(retries),
        ...limited,
      },
    }).catch((error: unknown) => {
      const refused = error instanceof Error ? refusalIn(error.message) : null;
      if (refused) held.refuse(refused);
      throw error;
    });
  }, "The deployment is changed. Runs that are to come begin with it.");
  const wrongs = {
    most: most !== "" && (!WHOLE.test(most) || Number(most) < 1) ? "A whole number from 1 on is needed." : undefined,
    retries:
      retries !== "" && (!WHOLE.test(retries) || Number(retries) > 100)
        ? "A whole number up to 100 is needed."
        : undefined,
  };
  return (
    <Dialog
      title={`Change ${inert(deployment.name, 60)}`}
      wide
      onClose={onClose}
      onSubmit={() => {
        if (held.check()) save.mutate(undefined, { onSuccess: onClose });
      }}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="main" disabled={!!unread || !!wrongs.most || !!wrongs.retries || save.isPending}>
            Keep
          </Button>
        </>
      }
    >
      {save.error && <Notice>{save.error.message}</Notice>}
      <TextField label="Description" value={about} onChange={setAbout} lines={3} hint="Markdown." />
      <TextField label="Tags" value={tags} onChange={setTags} hint="Between commas." />
      {shared ? (
        <p className="small quiet">
          At most {deployment.global_concurrency_limit?.limit} runs at once, with others that share the limit{" "}
          {inert(deployment.global_concurrency_limit?.name ?? "", 60)}. Change that under Concurrency.
        </p>
      ) : (
        <div className="split">
          <TextField
            label="Runs at once"
            value={most}
            onChange={setMost}
            wrong={wrongs.most}
            hint="Empty for any number."
          />
          <Choice
            label="When all slots are taken"
            value={strategy}
            options={STRATEGIES}
            onChange={(next) => setStrategy(next as Strategy)}
          />
        </div>
      )}
      <TextField
        label="Execute lost runs again"
        value={retries}
        onChange={setRetries}
        wrong={wrongs.retries}
        hint="How many times, when their process or machine is lost. Empty for never. Retries of the code are not meant."
      />
      <ValuesForm held={held} label="Parameters" none="The flow takes no parameters." />
      <JsonField
        label="Job variables"
        first={variables}
        lines={5}
        onChange={setVariables}
        onWrong={setUnread}
        hint="What the jobs of its runs get in place of the defaults of the work pool, as JSON."
      />
      <p className="small quiet">
        The next <code>prefect deploy</code> writes what stands in code over this.
      </p>
    </Dialog>
  );
}
