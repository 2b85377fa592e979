/** A form made of the schema of a flow's parameters, a block's fields, or what a paused run asks for. */
import { useState } from "react";
import { Field } from "@/ui/Field";
import { kindOf, propertiesOf, readField, resolve, type Schema, written } from "@/util/schema";
import { inert } from "@/util/text";

type Values = Record<string, unknown>;
type Wrongs = Record<string, string>;

interface SchemaFormProps {
  schema: Schema;
  values: Values;
  wrongs: Wrongs;
  onChange: (values: Values) => void;
  /** What cannot be read as it is written, by the path of the field. */
  onWrong: (path: string, wrong: string | undefined) => void;
}

export function SchemaForm({ schema, values, wrongs, onChange, onWrong }: SchemaFormProps) {
  return <Properties schema={schema} root={schema} path="" values={values} wrongs={wrongs} onChange={onChange} onWrong={onWrong} />;
}

interface PropertiesProps extends SchemaFormProps {
  root: Schema;
  path: string;
}

function Properties({ schema, root, path, values, wrongs, onChange, onWrong }: PropertiesProps) {
  return (
    <>
      {propertiesOf(schema).map(([name, property]) => {
        const { schema: own, nullable } = resolve(property, root);
        const here = path ? `${path}.${name}` : name;
        const change = (value: unknown) => {
          const { [name]: _, ...others } = values;
          onChange(value === undefined ? others : { ...others, [name]: value });
        };
        const label = inert(own.title ?? name, 80);
        const value = values[name];
        if (kindOf(own) === "object")
          return (
            <fieldset key={name} className="column tight" style={{ border: "1px solid var(--line)", borderRadius: 8, padding: 12, margin: 0 }}>
              <legend className="small"><b>{label}</b></legend>
              {own.description && <p className="tiny quiet">{inert(own.description, 400)}</p>}
              <Properties schema={own} root={root} path={here} values={(value as Values | undefined) ?? (own.default as Values | undefined) ?? {}} wrongs={wrongs} onChange={change} onWrong={onWrong} />
            </fieldset>
          );
        return <Property key={name} path={here} label={label} schema={own} optional={nullable || !schema.required?.includes(name)} value={value} wrong={wrongs[here]} onChange={change} onWrong={onWrong} />;
      })}
    </>
  );
}

interface PropertyProps {
  path: string;
  label: string;
  schema: Schema;
  optional: boolean;
  value: unknown;
  wrong: string | undefined;
  onChange: (value: unknown) => void;
  onWrong: (path: string, wrong: string | undefined) => void;
}

function Property({ path, label, schema, optional, value, wrong, onChange, onWrong }: PropertyProps) {
  const kind = kindOf(schema);
  const [text, setText] = useState(() => written(kind, value === undefined ? schema.default : value));
  const write = (next: string) => {
    setText(next);
    const read = readField(kind, next, schema);
    onWrong(path, read.wrong);
    if (read.wrong === undefined) onChange(read.value);
  };
  const hint = [schema.description && inert(schema.description, 400), kind === "texts" && "One to a line."].filter(Boolean).join(" ");
  if (kind === "boolean")
    return (
      <label className="check">
        <input type="checkbox" checked={Boolean(value ?? schema.default)} onChange={(event) => onChange(event.target.checked)} />
        <span>{label}{hint && <span className="tiny quiet"> – {hint}</span>}</span>
      </label>
    );
  return (
    <Field label={<>{label}{optional && <span className="quiet" style={{ fontWeight: 400 }}> (optional)</span>}</>} hint={hint || undefined} wrong={wrong}>
      {(given) => {
        const shared = { ...given, className: "input", value: text };
        if (kind === "choice")
          return (
            <select {...shared} onChange={(event) => write(event.target.value)}>
              <option value="">{optional ? "–" : "Choose"}</option>
              {schema.enum?.map((each) => <option key={String(each)} value={String(each)}>{inert(String(each), 100)}</option>)}
            </select>
          );
        if (kind === "json" || kind === "texts" || kind === "long-text")
          return <textarea {...shared} rows={kind === "json" ? 4 : 3} spellCheck={false} placeholder={kind === "json" ? "JSON" : ""} onChange={(event) => write(event.target.value)} />;
        const type = { "date-time": "datetime-local", date: "date", secret: "password" }[kind as string] ?? "text";
        return <input {...shared} type={type} step={type === "datetime-local" ? 1 : undefined} inputMode={kind === "integer" ? "numeric" : kind === "number" ? "decimal" : undefined} autoComplete={kind === "secret" ? "new-password" : "off"} onChange={(event) => write(event.target.value)} />;
      }}
    </Field>
  );
}
