/** Which things the events of a trigger are about: of a kind and by name, or by their labels. */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { type Fields, fieldsOf, OWN_ID, ROLE, textsOf, type Wrongs } from "@/components/automationDraft";
import { aboutOf, specsOf } from "@/components/automationWords";
import { ResourcePicker } from "@/components/ResourcePicker";
import { isNamedKind, kindWord } from "@/components/resourceKinds";
import { Button } from "@/ui/Button";
import { Choice, Field } from "@/ui/Field";
import { JsonField } from "@/ui/JsonField";
import { Tokens } from "@/ui/Tokens";
import { inert } from "@/util/text";

const KINDS = [
  "flow-run",
  "task-run",
  "flow",
  "deployment",
  "work-pool",
  "work-queue",
  "worker",
  "automation",
  "block-document",
  "concurrency-limit",
  "variable",
  "artifact",
];
const KIND_CHOICES = KINDS.map(
  (kind) =>
    [
      kind,
      { "flow-run": "Flow runs", "task-run": "Task runs" }[kind] ??
        `${kindWord(kind).charAt(0).toUpperCase()}${kindWord(kind).slice(1)}s`,
    ] as const,
);
const ROLES = [
  ["flow", "Flow"],
  ["deployment", "Deployment"],
  ["work-pool", "Work pool"],
  ["work-queue", "Work queue"],
  ["tag", "Tag"],
] as const;

export interface PartProps {
  trigger: Fields;
  path: string;
  wrongs: Wrongs;
  onChange: (changes: Fields) => void;
  onWrong: (path: string, wrong: string | undefined) => void;
}

const LABELS_HINT =
  "JSON: labels with a value, or a list of values. A value that ends with * means all that begin so; one that begins with ! means all others.";

/** A specification of one kind only is shown as that; of any other the labels are shown. */
export function MatchFields({ trigger, path, wrongs, onChange, onWrong }: PartProps) {
  const match = fieldsOf(trigger["match"]);
  const about = aboutOf(match);
  const [byLabels, setByLabels] = useState(Object.keys(match).length > 0 && !(about && KINDS.includes(about.kind)));
  const kind = byLabels ? "labels" : (about?.kind ?? "");
  const choose = (next: string) => {
    setByLabels(next === "labels");
    onWrong(`${path}.match`, undefined);
    if (next !== "labels") onChange({ match: next ? { [OWN_ID]: `prefect.${next}.*` } : {} });
  };
  return (
    <>
      <Choice
        label="About"
        value={kind}
        onChange={choose}
        options={[["", "Anything"], ...KIND_CHOICES, ["labels", "Things with labels …"]]}
      />
      {byLabels && (
        <JsonField
          label="Labels"
          value={match}
          lines={3}
          hint={LABELS_HINT}
          wrong={wrongs[`${path}.match`]}
          onWrong={(wrong) => onWrong(`${path}.match`, wrong)}
          onChange={(value) => onChange({ match: value ?? {} })}
        />
      )}
      {!byLabels && about && isNamedKind(about.kind) && (
        <ResourcePicker
          key={about.kind}
          kind={about.kind}
          label={`Which ${kindWord(about.kind)}s`}
          placeholder={about.which.length ? "" : "All of them"}
          values={about.which}
          onChange={(values) =>
            onChange({ match: { [OWN_ID]: values.length > 1 ? values : (values[0] ?? `prefect.${about.kind}.*`) } })
          }
        />
      )}
    </>
  );
}

/** The role and the ids of a specification that says no more than that. */
function roleOf(spec: Fields): { role: string; ids: string[] } | undefined {
  const { [ROLE]: role, [OWN_ID]: id, ...others } = spec;
  return typeof role === "string" && ROLES.some(([known]) => known === role) && !Object.keys(others).length
    ? { role, ids: textsOf(id) }
    : undefined;
}

const keyOf = (): string => crypto.randomUUID();

/** Of what else the things are: runs of a flow, in a work pool, with a tag. All of it must hold. */
export function RelatedFields({ trigger, path, wrongs, onChange, onWrong }: PartProps) {
  const specs = specsOf(trigger["match_related"]);
  const [fresh, setFresh] = useState<{ key: string; role: string }[]>([]);
  const [keys, setKeys] = useState(() => specs.map(keyOf));
  const write = (next: Fields[]) => onChange({ match_related: next.length > 1 ? next : (next[0] ?? {}) });
  const replace = (place: number, spec: Fields) => write(specs.map((each, at) => (at === place ? spec : each)));
  const drop = (place: number) => {
    setKeys(keys.filter((_, at) => at !== place));
    onWrong(`${path}.match_related.${place}`, undefined);
    write(specs.filter((_, at) => at !== place));
  };
  const remove = (label: string, act: () => void) => (
    <Button look="bare" icon={X} aria-label={`Take ${label} away`} onClick={act} />
  );
  const pick = (role: string, ids: string[], set: (ids: string[]) => void) =>
    role === "tag" ? (
      <TagPicker values={ids} onChange={set} />
    ) : (
      isNamedKind(role) && (
        <ResourcePicker
          kind={role}
          label={`Of ${kindWord(role)}`}
          values={ids}
          onChange={set}
          placeholder={ids.length ? "" : "Choose"}
        />
      )
    );
  // Only these have others to which they belong.
  const kind = aboutOf(trigger["match"])?.kind;
  const belongs = !kind || ["flow-run", "task-run", "deployment", "work-queue", "worker"].includes(kind);
  if (!belongs && !specs.length && !fresh.length) return null;
  return (
    <div className="column tight">
      {specs.map((spec, place) => {
        const own = roleOf(spec);
        return (
          <div key={keys[place] ?? place} className="pair">
            {own ? (
              pick(own.role, own.ids, (ids) =>
                ids.length ? replace(place, { ...spec, [OWN_ID]: ids.length > 1 ? ids : ids[0] }) : drop(place),
              )
            ) : (
              <JsonField
                label="Related, by labels"
                value={spec}
                lines={3}
                hint={LABELS_HINT}
                wrong={wrongs[`${path}.match_related.${place}`]}
                onWrong={(wrong) => onWrong(`${path}.match_related.${place}`, wrong)}
                onChange={(value) => replace(place, fieldsOf(value))}
              />
            )}
            {remove(own ? `the ${kindWord(own.role)}` : "the labels", () => drop(place))}
          </div>
        );
      })}
      {fresh.map(({ key, role }) => (
        <div key={key} className="pair">
          {pick(role, [], (ids) => {
            setFresh(fresh.filter((each) => each.key !== key));
            setKeys([...keys, key]);
            write([...specs, { [ROLE]: role, [OWN_ID]: ids.length > 1 ? ids : ids[0] }]);
          })}
          {remove(`the ${kindWord(role)}`, () => setFresh(fresh.filter((each) => each.key !== key)))}
        </div>
      ))}
      <div className="row wraps">
        <span className="small second">Only those of a certain</span>
        {ROLES.map(([role, word]) => (
          <Button key={role} low icon={Plus} onClick={() => setFresh([...fresh, { key: keyOf(), role }])}>
            {word.toLowerCase()}
          </Button>
        ))}
      </div>
    </div>
  );
}

const TAG = "prefect.tag.";

function TagPicker({ values, onChange }: { values: string[]; onChange: (values: string[]) => void }) {
  return (
    <Field label="With tag">
      {(given) => (
        <Tokens
          id={given.id}
          described={given["aria-describedby"]}
          label="With tag"
          free
          offers={[]}
          nothing="Write a tag."
          values={values}
          shown={(value) => inert(value.replace(TAG, ""), 60)}
          onChange={(next) => onChange(next.map((each) => (each.startsWith(TAG) ? each : TAG + each)))}
        />
      )}
    </Field>
  );
}
