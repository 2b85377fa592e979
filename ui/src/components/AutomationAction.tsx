/** The fields of one action; those of an action that the form does not know are JSON. */
import { useState } from "react";
import { useAsk } from "@/api/queries";
import type { Deployment } from "@/api/types";
import { ACTIONS, type Target, targetField } from "@/components/automationActions";
import { changed, type Fields, fieldsOf, spanOf, textOf, type Wrongs } from "@/components/automationDraft";
import { ResourcePicker } from "@/components/ResourcePicker";
import { kindWord, readResourceId, resourceId } from "@/components/resourceKinds";
import { SchemaForm } from "@/components/SchemaForm";
import { Chips } from "@/ui/Chips";
import { DurationField } from "@/ui/DurationField";
import { Notice } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import { JsonField } from "@/ui/JsonField";
import type { Schema } from "@/util/schema";
import { STATE_TYPES, wordOf } from "@/util/states";

interface ActionProps {
  action: Fields;
  path: string;
  wrongs: Wrongs;
  onChange: (action: Fields) => void;
  onWrong: (path: string, wrong: string | undefined) => void;
}

const TEMPLATE_HINT = "{{ event.event }}, {{ event.resource.name }} and {{ automation.name }} are filled in.";

export function ActionFields(props: ActionProps) {
  const { action, path, wrongs, onChange, onWrong } = props;
  const change = (changes: Fields) => onChange(changed(action, changes));
  const kind = ACTIONS.find(({ type }) => type === action["type"]);
  const notice = wrongs[path] && <Notice>{wrongs[path]}</Notice>;
  if (!kind)
    return (
      <>
        <p className="small quiet">
          The form does not know this kind of action. It is kept as it is, and can be changed here.
        </p>
        <JsonField
          label="Action as JSON"
          value={action}
          wrong={wrongs[path]}
          onWrong={(wrong) => onWrong(path, wrong)}
          onChange={(value) => onChange(fieldsOf(value))}
        />
      </>
    );
  return (
    <>
      {notice}
      {kind.run && <p className="small quiet">About the run that the event is about, or that is related to it.</p>}
      {kind.target && <TargetFields {...props} target={kind.target} />}
      {kind.block && (
        <ResourcePicker
          kind="block-document"
          able={kind.block}
          one
          label="Block"
          placeholder="Choose a block"
          hint={
            kind.block === "notify"
              ? "Blocks that can notify, for example of Slack or mail; made on the page Blocks."
              : "A block of the type Webhook; made on the page Blocks."
          }
          values={
            action["block_document_id"] ? [resourceId("block-document", textOf(action["block_document_id"]))] : []
          }
          wrong={wrongs[`${path}.block_document_id`]}
          onChange={([chosen]) => change({ block_document_id: chosen ? readResourceId(chosen)?.id : "" })}
        />
      )}
      {kind.type === "send-notification" && (
        <TextField
          label="Subject"
          value={textOf(action["subject"])}
          onChange={(subject) => change({ subject })}
          wrong={wrongs[`${path}.subject`]}
        />
      )}
      {kind.type === "send-notification" && (
        <TextField
          label="Text"
          lines={4}
          value={textOf(action["body"])}
          onChange={(body) => change({ body })}
          hint={TEMPLATE_HINT}
          wrong={wrongs[`${path}.body`]}
        />
      )}
      {kind.type === "call-webhook" && (
        <TextField
          label="Payload"
          lines={4}
          value={textOf(action["payload"])}
          onChange={(payload) => change({ payload })}
          hint={TEMPLATE_HINT}
          wrong={wrongs[`${path}.payload`]}
        />
      )}
      {kind.type === "change-flow-run-state" && <StateFields {...props} />}
      {kind.type === "run-deployment" && action["source"] !== "inferred" && action["deployment_id"] ? (
        <Parameters key={textOf(action["deployment_id"])} {...props} />
      ) : null}
      {kind.type === "run-deployment" && <RunFields {...props} />}
    </>
  );
}

function TargetFields({ action, path, wrongs, onChange, target }: ActionProps & { target: Target }) {
  const field = targetField(target);
  const word = kindWord(target);
  const inferred = action["source"] === "inferred";
  const id = textOf(action[field]);
  return (
    <div className="fields">
      <Choice
        label="Which"
        value={inferred ? "inferred" : "selected"}
        options={[
          ["selected", `A ${word} that I choose`.replace("A a", "An a")],
          ["inferred", `The ${word} that the event is about`],
        ]}
        onChange={(source) => onChange(changed(action, { source, [field]: null }))}
      />
      {!inferred && (
        <ResourcePicker
          kind={target}
          one
          label={word.charAt(0).toUpperCase() + word.slice(1)}
          placeholder="Choose"
          values={id ? [resourceId(target, id)] : []}
          wrong={wrongs[`${path}.${field}`]}
          onChange={([chosen]) => onChange(changed(action, { [field]: chosen ? readResourceId(chosen)?.id : null }))}
        />
      )}
    </div>
  );
}

function StateFields({ action, path, wrongs, onChange }: ActionProps) {
  const change = (changes: Fields) => onChange(changed(action, changes));
  return (
    <>
      <div className="fields">
        <Choice
          label="State"
          value={textOf(action["state"])}
          options={STATE_TYPES.map((type) => [type, wordOf(type)] as const)}
          onChange={(state) => change({ state })}
        />
        <TextField
          label="Name of the state"
          value={textOf(action["name"])}
          onChange={(name) => change({ name: name || null })}
          hint="Without one, that of the state."
          wrong={wrongs[`${path}.name`]}
        />
      </div>
      <TextField
        label="Message"
        value={textOf(action["message"])}
        onChange={(message) => change({ message: message || null })}
        wrong={wrongs[`${path}.message`]}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={action["force"] === true}
          onChange={(event) => change({ force: event.target.checked })}
        />
        Even if the rules of states speak against it
      </label>
    </>
  );
}

function RunFields({ action, path, wrongs, onChange, onWrong }: ActionProps) {
  const at = `${path}.job_variables`;
  return (
    <details className="column tight" open={!!wrongs[at] || action["job_variables"] ? true : undefined}>
      <summary className="small second">Job variables and time</summary>
      <div className="column" style={{ paddingBlockStart: 12 }}>
        <JsonField
          label="Job variables"
          value={action["job_variables"]}
          lines={4}
          wrong={wrongs[at]}
          hint="JSON; they stand before those of the deployment."
          onWrong={(wrong) => onWrong(at, wrong)}
          onChange={(value) => onChange(changed(action, { job_variables: value ?? null }))}
        />
        <DurationField
          label="Start after"
          seconds={spanOf(action["schedule_after"])}
          wrong={wrongs[`${path}.schedule_after`]}
          onChange={(seconds) => onChange(changed(action, { schedule_after: seconds ?? 0 }))}
          hint="0 is at once."
        />
      </div>
    </details>
  );
}

/** Parameters as a form, or as JSON, where texts may be templates. */
function Parameters({ action, path, wrongs, onChange, onWrong }: ActionProps) {
  const id = textOf(action["deployment_id"]);
  const asked = useAsk(
    "POST",
    "/deployments/filter",
    { body: { deployments: { id: { any_: [id] } } } },
    { every: false },
  );
  const schema = ((asked.data as Deployment[] | undefined)?.[0]?.parameter_openapi_schema ?? {}) as Schema;
  const values = fieldsOf(action["parameters"]);
  const [asJson, setAsJson] = useState(() => JSON.stringify(values).includes("{{"));
  const at = `${path}.parameters`;
  const names = Object.keys(schema.properties ?? {});
  const write = (next: unknown) =>
    onChange(changed(action, { parameters: next && Object.keys(fieldsOf(next)).length ? next : null }));
  if (!names.length && !Object.keys(values).length) return null;
  const json = asJson || !names.length || Object.keys(values).some((name) => !names.includes(name));
  const own = Object.fromEntries(
    Object.entries(wrongs)
      .filter(([each]) => each.startsWith(`${at}.`))
      .map(([each, wrong]) => [each.slice(at.length + 1), wrong]),
  );
  const turn = (next: boolean) => {
    setAsJson(next);
    for (const each of Object.keys(own)) onWrong(`${at}.${each}`, undefined);
    onWrong(at, undefined);
  };
  return (
    <fieldset className="column tight inset">
      <legend className="small">
        <b>Parameters</b>
      </legend>
      <div>
        <Chips
          label="Parameters as"
          options={[
            ["form", "Form"],
            ["json", "JSON"],
          ]}
          chosen={[json ? "json" : "form"]}
          onChoose={(next) => turn(next === "json")}
        />
      </div>
      <p className="tiny quiet">
        Those that are not given here are those of the deployment.{json && ` Texts may be templates: ${TEMPLATE_HINT}`}
      </p>
      {json ? (
        <JsonField
          label="Parameters as JSON"
          value={action["parameters"]}
          wrong={wrongs[at]}
          onWrong={(wrong) => onWrong(at, wrong)}
          onChange={write}
        />
      ) : (
        <SchemaForm
          schema={{ ...schema, required: [] }}
          values={values}
          wrongs={own}
          onChange={write}
          onWrong={(name, wrong) => onWrong(`${at}.${name}`, wrong)}
        />
      )}
    </fieldset>
  );
}
