/** A trigger that waits for events, or for their absence. */
import { MatchFields, type PartProps, RelatedFields } from "@/components/AutomationMatch";
import { type Fields, OWN_ID, spanOf, textsOf } from "@/components/automationDraft";
import { aboutOf } from "@/components/automationWords";
import { EventNamePicker } from "@/components/EventNamePicker";
import { Chips } from "@/ui/Chips";
import { DurationField } from "@/ui/DurationField";
import { Choice, Field, TextField } from "@/ui/Field";
import { Tokens } from "@/ui/Tokens";
import { inert } from "@/util/text";

const POSTURES = [
  ["Reactive", "It happens"],
  ["Proactive", "It does not happen"],
] as const;
const EACH = [
  ["each", "For each thing by itself"],
  ["all", "For all of them together"],
  ["labels", "By labels …"],
] as const;
const LABELS = [
  OWN_ID,
  "prefect.resource.name",
  "prefect.resource.role",
  "prefect.state-type",
  "prefect.state-name",
].map((label) => ({ value: label, label }));

export function EventTriggerFields(props: PartProps) {
  const { trigger, path, wrongs, onChange } = props;
  const proactive = trigger["posture"] === "Proactive";
  const kind = aboutOf(trigger["match"])?.kind;
  const after = textsOf(trigger["after"]);
  const seconds = spanOf(trigger["within"]);
  const threshold = trigger["threshold"] ?? 1;
  return (
    <div className="column">
      <div className="fields">
        <MatchFields {...props} />
      </div>
      <RelatedFields {...props} />
      <div>
        <Chips
          label="What is waited for"
          options={POSTURES}
          chosen={[proactive ? "Proactive" : "Reactive"]}
          onChoose={(posture) =>
            onChange({ posture, ...(posture === "Proactive" && seconds < 10 ? { within: 3600 } : {}) })
          }
        />
      </div>
      <div className="fields">
        <EventNamePicker
          label={proactive ? "Events that do not happen" : "Events"}
          kind={kind}
          placeholder="Any event"
          values={textsOf(trigger["expect"])}
          wrong={wrongs[`${path}.expect`]}
          onChange={(expect) => onChange({ expect })}
          hint="One of them is enough. A name that ends with * means all that begin so."
        />
        <EventNamePicker
          label="Only after"
          kind={kind}
          placeholder="Nothing before"
          values={after}
          wrong={wrongs[`${path}.after`]}
          onChange={(next) => onChange({ after: next })}
          hint={
            proactive
              ? "The time begins with one of these; without them it always runs."
              : "One of these must have happened before."
          }
        />
      </div>
      <div className="fields three">
        <TextField
          label="How many times"
          type="number"
          value={String(threshold)}
          wrong={wrongs[`${path}.threshold`]}
          onChange={(text) => onChange({ threshold: text === "" ? "" : Number(text) })}
        />
        <DurationField
          key={proactive ? "for" : "within"}
          label={proactive ? "For" : "Within"}
          seconds={seconds}
          wrong={wrongs[`${path}.within`]}
          onChange={(next) => onChange({ within: next ?? 0 })}
          hint={proactive ? "At least 10 seconds." : "The time in which so many must happen."}
        />
        <ForEach each={textsOf(trigger["for_each"])} onChange={onChange} />
      </div>
    </div>
  );
}

function ForEach({ each, onChange }: { each: string[]; onChange: (changes: Fields) => void }) {
  const [only] = each;
  const kind = each.length === 0 ? "all" : each.length === 1 && only === OWN_ID ? "each" : "labels";
  return (
    <div className="column tight">
      <Choice
        label="Counted"
        value={kind}
        options={EACH}
        onChange={(next) =>
          onChange({ for_each: next === "all" ? [] : next === "each" ? [OWN_ID] : [OWN_ID, "prefect.resource.name"] })
        }
      />
      {kind === "labels" && (
        <Field label="Labels by which they are told apart">
          {(given) => (
            <Tokens
              id={given.id}
              described={given["aria-describedby"]}
              label="Labels"
              free
              offers={LABELS}
              values={each}
              shown={(value) => inert(value, 80)}
              onChange={(for_each) => onChange({ for_each })}
            />
          )}
        </Field>
      )}
    </div>
  );
}
