/** A form made of the schema of a flow's parameters, a block's fields, or what a paused run asks for. */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { LeafField } from "@/components/schema/LeafField";
import { ListField } from "@/components/schema/ListField";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Field";
import { beginning, kindOf, propertiesOf, resolve, type Schema, sound, suits, wordsFor } from "@/util/schema";
import { inert } from "@/util/text";
import "@/style/work.css";

type Values = Record<string, unknown>;
type Wrongs = Record<string, string>;

/** How deep objects are shown as fields; what is deeper is JSON. */
const DEEPEST = 5;
const nothing = () => {};

interface SchemaFormProps {
  schema: Schema;
  values: Values;
  wrongs: Wrongs;
  onChange: (values: Values) => void;
  /** What cannot be read as it is written, by the path of the field. */
  onWrong: (path: string, wrong: string | undefined) => void;
  /** A field with all below it is gone. */
  onGone?: (path: string) => void;
  /** Another number: the fields begin anew with the values. */
  version?: number;
}

interface Form {
  root: Schema;
  wrongs: Wrongs;
  onWrong: (path: string, wrong: string | undefined) => void;
  onGone: (path: string) => void;
}

export function SchemaForm({
  schema,
  values,
  wrongs,
  onChange,
  onWrong,
  onGone = nothing,
  version = 0,
}: SchemaFormProps) {
  return (
    <Properties
      key={version}
      form={{ root: schema, wrongs, onWrong, onGone }}
      schema={schema}
      path=""
      depth={0}
      values={values}
      onChange={onChange}
    />
  );
}

function Properties({
  form,
  schema,
  path,
  depth,
  values,
  onChange,
}: {
  form: Form;
  schema: Schema;
  path: string;
  depth: number;
  values: Values;
  onChange: (values: Values) => void;
}) {
  const required = new Set(sound(schema).required);
  return (
    <>
      {propertiesOf(schema).map(([name, property]) => {
        const change = (value: unknown) => {
          const { [name]: _, ...others } = values;
          onChange(value === undefined ? others : { ...others, [name]: value });
        };
        return (
          <Property
            key={name}
            form={form}
            path={path ? `${path}.${name}` : name}
            depth={depth}
            label={inert(property.title ?? name, 80)}
            written={property}
            required={required.has(name)}
            value={Object.hasOwn(values, name) ? values[name] : undefined}
            onChange={change}
          />
        );
      })}
    </>
  );
}

interface PropertyProps {
  form: Form;
  path: string;
  depth: number;
  label: string;
  written: Schema;
  required: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Property({ form, path, depth, label, written, required, value, onChange }: PropertyProps) {
  const { schema, nullable } = resolve(written, form.root);
  const kind = depth >= DEEPEST ? "json" : kindOf(schema);
  const optional = nullable || !required;
  const wrong = form.wrongs[path];
  // Fixed by the schema: nothing to choose.
  if ("const" in schema && required) return null;
  const gone = () => {
    form.onGone(path);
    onChange(nullable ? null : undefined);
  };
  switch (kind) {
    case "object":
      return (
        <ObjectField {...{ form, path, depth, label, schema, optional, value, wrong, onChange }} onLeaveOut={gone} />
      );
    case "list": {
      const items = resolve(schema.items ?? {}, form.root).schema;
      const fresh = items.default ?? (kindOf(items) === "object" ? beginning(items) : null);
      return (
        <ListField
          {...{ path, label, schema, optional, value, wrong, fresh, onChange }}
          onGone={form.onGone}
          item={(here, name, each, change) => (
            <Property
              form={form}
              path={here}
              depth={depth + 1}
              label={name}
              written={schema.items ?? {}}
              required
              value={each}
              onChange={change}
            />
          )}
        />
      );
    }
    case "variants":
      return (
        <VariantField {...{ form, path, depth, label, schema, required: required && !nullable, value, onChange }} />
      );
    default: {
      const shown =
        kindOf(schema) === "object" || kindOf(schema) === "list" || kindOf(schema) === "variants"
          ? { title: label, ...(schema.description ? { description: schema.description } : {}) }
          : schema;
      return (
        <LeafField
          {...{ path, label, nullable, optional, value, wrong, onChange }}
          schema={shown}
          onWrong={form.onWrong}
        />
      );
    }
  }
}

interface ObjectProps {
  form: Form;
  path: string;
  depth: number;
  label: string;
  schema: Schema;
  optional: boolean;
  value: unknown;
  wrong: string | undefined;
  onChange: (value: unknown) => void;
  onLeaveOut: () => void;
}

/** An object: its fields in a frame. One that may be left out is, until somebody fills it in. */
function ObjectField({ form, path, depth, label, schema, optional, value, wrong, onChange, onLeaveOut }: ObjectProps) {
  const given = (value === undefined ? schema.default : value) as Values | null | undefined;
  const isOpen = typeof given === "object" && given !== null && !Array.isArray(given);
  return (
    <fieldset className="part">
      <legend>
        {label}
        {optional && (
          <span className="quiet" style={{ fontWeight: 400 }}>
            {" "}
            (optional)
          </span>
        )}
      </legend>
      {schema.description && <p className="tiny quiet">{inert(schema.description, 400)}</p>}
      {isOpen || !optional ? (
        <Properties
          form={form}
          schema={schema}
          path={path}
          depth={depth + 1}
          values={isOpen ? given : beginning(schema)}
          onChange={onChange}
        />
      ) : (
        <div>
          <Button low icon={Plus} aria-label={`Fill in ${label}`} onClick={() => onChange(beginning(schema))}>
            Fill in
          </Button>
        </div>
      )}
      {wrong && (
        <span className="tiny" style={{ color: "var(--danger)" }}>
          {wrong}
        </span>
      )}
      {isOpen && optional && (
        <div>
          <Button low look="bare" icon={X} aria-label={`Leave out ${label}`} onClick={onLeaveOut}>
            Leave out
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** One of several kinds of values: which, and then its own field. */
function VariantField({
  form,
  path,
  depth,
  label,
  schema,
  required,
  value,
  onChange,
}: {
  form: Form;
  path: string;
  depth: number;
  label: string;
  schema: Schema;
  required: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const parts = (schema.anyOf ?? []).map((part) => resolve(part, form.root).schema);
  const [chosen, setChosen] = useState(() => {
    const given = value === undefined ? schema.default : value;
    return given === undefined || given === null
      ? 0
      : Math.max(
          0,
          parts.findIndex((part) => suits(part, form.root, given)),
        );
  });
  const part = parts[chosen];
  const choose = (next: number) => {
    const begins = parts[next] && kindOf(parts[next]) === "object" ? beginning(parts[next]) : undefined;
    form.onGone(path);
    setChosen(next);
    onChange(begins);
  };
  const suited = part !== undefined && value !== undefined && !suits(part, form.root, value) ? undefined : value;
  return (
    <div className="column tight">
      <Choice
        label={`Kind of ${label}`}
        value={String(chosen)}
        options={parts.map((each, place) => [String(place), inert(wordsFor(each), 60)] as const)}
        onChange={(next) => choose(Number(next))}
      />
      {part && (
        <Property
          key={chosen}
          form={form}
          path={path}
          depth={depth + 1}
          label={label}
          written={{
            ...part,
            ...(schema.default !== undefined && suits(part, form.root, schema.default)
              ? { default: schema.default }
              : {}),
          }}
          required={required}
          value={suited}
          onChange={onChange}
        />
      )}
    </div>
  );
}
