/** What an automation waits for: events, several triggers together, or several one after the other. */
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { EventTriggerFields } from "@/components/AutomationEventTrigger";
import type { PartProps } from "@/components/AutomationMatch";
import {
  changed,
  eventTrigger,
  type Fields,
  listOf,
  spanOf,
  triggerKind,
  turnedInto,
} from "@/components/automationDraft";
import { triggerWords } from "@/components/automationWords";
import { useNameOf } from "@/components/useResources";
import { Button } from "@/ui/Button";
import { Chips } from "@/ui/Chips";
import { DurationField } from "@/ui/DurationField";
import { Notice } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import { JsonField } from "@/ui/JsonField";

interface TriggerProps extends Omit<PartProps, "onChange"> {
  onChange: (trigger: Fields) => void;
  onRemoved: (list: string, place: number) => void;
}

const KINDS = [
  ["event", "Events"],
  ["compound", "Several together"],
  ["sequence", "One after the other"],
] as const;
const DEEPEST = 4;

export function TriggerFields({ trigger, path, wrongs, onChange, onWrong, onRemoved }: TriggerProps) {
  const kind = triggerKind(trigger);
  const change = (changes: Fields) => onChange(changed(trigger, changes));
  const part = { trigger, path, wrongs, onChange: change, onWrong };
  const parts = listOf(trigger["triggers"]);
  const deep = path.split(".triggers.").length > DEEPEST;
  if (kind === "other")
    return (
      <div className="column tight">
        <p className="small quiet">
          The form does not know this kind of trigger. It is kept as it is, and can be changed here.
        </p>
        <JsonField
          label="Trigger as JSON"
          value={trigger}
          lines={8}
          wrong={wrongs[path]}
          onWrong={(wrong) => onWrong(path, wrong)}
          onChange={(value) => onChange((value ?? {}) as Fields)}
        />
      </div>
    );
  return (
    <div className="column">
      {wrongs[path] && <Notice>{wrongs[path]}</Notice>}
      <div className="row wraps">
        <Chips
          label="Wait for"
          options={deep ? KINDS.slice(0, 1) : KINDS}
          chosen={[kind]}
          onChoose={(next) => {
            if (!(next === "event" && parts.length > 1)) onChange(turnedInto(trigger, next));
          }}
        />
        {parts.length > 1 && (
          <span className="tiny quiet">To wait for one kind of event only, take the other triggers away.</span>
        )}
      </div>
      {kind === "event" ? <EventTriggerFields {...part} /> : <Parts {...part} parts={parts} onRemoved={onRemoved} />}
    </div>
  );
}

function Parts({
  trigger,
  path,
  wrongs,
  onChange,
  onWrong,
  parts,
  onRemoved,
}: PartProps & { parts: Fields[]; onRemoved: TriggerProps["onRemoved"] }) {
  const nameOf = useNameOf();
  const [keys, setKeys] = useState(() => parts.map(() => crypto.randomUUID()));
  const { require } = trigger;
  const count = typeof require === "number";
  const list = `${path}.triggers`;
  return (
    <>
      <div className="fields">
        {triggerKind(trigger) === "compound" && (
          <Choice
            label="Fires when there are"
            value={count ? "count" : String(require)}
            options={[
              ["all", "All of them"],
              ["any", "Any of them"],
              ["count", "A number of them"],
            ]}
            onChange={(next) => onChange({ require: next === "count" ? Math.max(1, parts.length - 1) : next })}
          />
        )}
        {triggerKind(trigger) === "compound" && count && (
          <TextField
            label="How many"
            type="number"
            value={String(require)}
            wrong={wrongs[`${path}.require`]}
            onChange={(text) => onChange({ require: Number(text) })}
          />
        )}
        <DurationField
          label="Within"
          seconds={trigger["within"] === null || trigger["within"] === undefined ? null : spanOf(trigger["within"])}
          wrong={wrongs[`${path}.within`]}
          hint="Without a number, however long it takes."
          onChange={(seconds) => onChange({ within: seconds })}
        />
      </div>
      {wrongs[list] && <Notice>{wrongs[list]}</Notice>}
      <ol className="column tight parts">
        {parts.map((part, place) => (
          <li key={keys[place] ?? place} className="part">
            <div className="row">
              <b className="small grow breaks">
                {place + 1}. {triggerWords(part, nameOf)}
              </b>
              <Button
                look="bare"
                low
                icon={Trash2}
                aria-label={`Take trigger ${place + 1} away`}
                onClick={() => {
                  setKeys(keys.filter((_, at) => at !== place));
                  onRemoved(list, place);
                  onChange({ triggers: parts.filter((_, at) => at !== place) });
                }}
              />
            </div>
            <TriggerFields
              trigger={part}
              path={`${list}.${place}`}
              wrongs={wrongs}
              onWrong={onWrong}
              onRemoved={onRemoved}
              onChange={(next) => onChange({ triggers: parts.map((each, at) => (at === place ? next : each)) })}
            />
          </li>
        ))}
      </ol>
      <div>
        <Button
          low
          icon={Plus}
          onClick={() => {
            setKeys([...keys, crypto.randomUUID()]);
            onChange({ triggers: [...parts, eventTrigger({ expect: ["prefect.flow-run.Completed"] })] });
          }}
        >
          Add a trigger
        </Button>
      </div>
    </>
  );
}
