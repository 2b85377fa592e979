/** An automation as a form: what it is called, what it waits for, what it does then. */
import { Actions } from "@/components/AutomationActions";
import {
  changed,
  type Fields,
  fieldsOf,
  listOf,
  type ListName,
  textOf,
  textsOf,
  type Wrongs,
} from "@/components/automationDraft";
import { TriggerFields } from "@/components/AutomationTrigger";
import { Card } from "@/ui/Card";
import { Notice } from "@/ui/Empty";
import { Field, TextField } from "@/ui/Field";
import { Tokens } from "@/ui/Tokens";
import { inert } from "@/util/text";

export interface FormProps {
  draft: Fields;
  wrongs: Wrongs;
  onChange: (draft: Fields) => void;
  onWrong: (path: string, wrong: string | undefined) => void;
  onRemoved: (list: string, place: number) => void;
}

export function AutomationForm({ draft, wrongs, onChange, onWrong, onRemoved }: FormProps) {
  const change = (changes: Fields) => onChange(changed(draft, changes));
  const actions = (list: ListName) => (
    <Actions
      list={list}
      actions={draft[list]}
      wrongs={wrongs}
      onWrong={onWrong}
      onRemoved={onRemoved}
      onChange={(next) => change({ [list]: next })}
    />
  );
  const more = listOf(draft["actions_on_trigger"]).length + listOf(draft["actions_on_resolve"]).length > 0;
  return (
    <div className="column">
      <Card title="What it is called">
        <div className="column">
          <TextField
            label="Name"
            value={textOf(draft["name"])}
            wrong={wrongs["name"]}
            onChange={(name) => change({ name })}
          />
          <TextField
            label="Description"
            value={textOf(draft["description"])}
            wrong={wrongs["description"]}
            onChange={(description) => change({ description })}
          />
          <div className="fields">
            <Field label="Tags" wrong={wrongs["tags"]}>
              {(given) => (
                <Tokens
                  id={given.id}
                  described={given["aria-describedby"]}
                  label="Tags"
                  free
                  offers={[]}
                  nothing="Write a tag, then Enter."
                  values={textsOf(draft["tags"])}
                  shown={(tag) => inert(tag, 60)}
                  onChange={(tags) => change({ tags })}
                />
              )}
            </Field>
            <label className="check" style={{ alignSelf: "end", minHeight: 34 }}>
              <input
                type="checkbox"
                checked={draft["enabled"] !== false}
                onChange={(event) => change({ enabled: event.target.checked })}
              />
              It is on
            </label>
          </div>
        </div>
      </Card>
      <Card title="When">
        {wrongs["trigger"] && <Notice>{wrongs["trigger"]}</Notice>}
        <TriggerFields
          trigger={fieldsOf(draft["trigger"])}
          path="trigger"
          wrongs={wrongs}
          onWrong={onWrong}
          onRemoved={onRemoved}
          onChange={(trigger) => change({ trigger })}
        />
      </Card>
      <Card title="Then">
        <div className="column">
          {actions("actions")}
          <details className="column tight" open={more || undefined}>
            <summary className="small second">Other actions when it begins, and when it is over</summary>
            <div className="column" style={{ paddingBlockStart: 12 }}>
              <h3>When it begins</h3>
              {actions("actions_on_trigger")}
              <h3>When it is over</h3>
              {actions("actions_on_resolve")}
            </div>
          </details>
        </div>
      </Card>
    </div>
  );
}
