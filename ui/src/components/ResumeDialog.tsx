/** Let a paused run go on, with what it asks for. */
import { useAsk } from "@/api/queries";
import type { FlowRun } from "@/api/types";
import { Markdown } from "@/components/Markdown";
import { useRunActions } from "@/components/RunActions";
import { SchemaForm } from "@/components/SchemaForm";
import { useSchemaForm } from "@/components/useSchemaForm";
import { Button } from "@/ui/Button";
import { Confirm, Dialog } from "@/ui/Dialog";
import { Bones, Notice } from "@/ui/Empty";
import type { Schema } from "@/util/schema";
import { inert } from "@/util/text";

interface Input {
  key: string;
  value: string;
}

export function ResumeDialog({ run, onClose }: { run: FlowRun; onClose: () => void }) {
  const keys = run.state?.state_details?.run_input_keyset as Record<string, string> | null | undefined;
  const { resume } = useRunActions();
  const title = `Resume ${inert(run.name, 60)}`;
  const inputs = useAsk(
    "POST",
    "/flow_runs/{id}/input/filter",
    { path: { id: run.id }, body: { prefix: "", limit: 100 } },
    { when: !!keys, every: false },
  );
  if (!keys)
    return (
      <Confirm
        title={title}
        act="Resume"
        busy={resume.isPending}
        onClose={onClose}
        onConfirm={() => resume.mutate({ run, input: null }, { onSuccess: onClose })}
      >
        <p>
          {run.state?.state_details?.pause_reschedule
            ? "It begins again in a new process; results that were stored are not made anew."
            : "It goes on where it was paused."}
        </p>
        {resume.error && <Notice>{resume.error.message}</Notice>}
      </Confirm>
    );
  if (!inputs.data)
    return (
      <Dialog title={title} onClose={onClose}>
        {inputs.error ? <Notice>{inputs.error.message}</Notice> : <Bones />}
      </Dialog>
    );
  const read = (part: string): unknown => {
    const input = (inputs.data as Input[]).find((each) => each.key === keys[part]);
    return input ? parsed(input.value) : undefined;
  };
  const schema = (read("schema") as Schema | undefined) ?? {};
  const description = read("description");
  return (
    <InputForm
      title={title}
      schema={schema}
      description={typeof description === "string" ? description : undefined}
      busy={resume.isPending}
      wrong={resume.error?.message}
      onClose={onClose}
      onSend={(input) => resume.mutate({ run, input }, { onSuccess: onClose })}
    />
  );
}

/** What a run has stored is JSON, but who knows who has written it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

interface InputFormProps {
  title: string;
  schema: Schema;
  description: string | undefined;
  busy: boolean;
  wrong: string | undefined;
  onClose: () => void;
  onSend: (input: Record<string, unknown>) => void;
}

function InputForm({ title, schema, description, busy, wrong, onClose, onSend }: InputFormProps) {
  const { values, check, form } = useSchemaForm(schema, {});
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => {
        if (check()) onSend(values);
      }}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="main" disabled={busy}>
            Resume
          </Button>
        </>
      }
    >
      {description && <Markdown text={description} />}
      {wrong && <Notice>{wrong}</Notice>}
      <SchemaForm {...form} />
    </Dialog>
  );
}
