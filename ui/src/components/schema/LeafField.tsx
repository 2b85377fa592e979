/** One value of a form of a schema: a text, a number, a choice, a time, JSON. */
import { useState } from "react";
import { Chips } from "@/ui/Chips";
import { Field } from "@/ui/Field";
import { toggled } from "@/ui/Table";
import { choiceText, readField, written } from "@/util/fieldText";
import { kindOf, type Schema, sound } from "@/util/schema";
import { inert } from "@/util/text";

export interface LeafProps {
  path: string;
  label: string;
  schema: Schema;
  nullable: boolean;
  optional: boolean;
  value: unknown;
  wrong: string | undefined;
  onChange: (value: unknown) => void;
  onWrong: (path: string, wrong: string | undefined) => void;
}

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

function hintFor(schema: Schema, kind: string): string | undefined {
  const said = [
    schema.description && inert(schema.description, 400),
    kind === "texts" && "One to a line.",
    kind === "pairs" && "NAME=value, one to a line.",
    kind === "date-time" && `Your time (${HERE}).`,
    schema.pattern && `In the form ${inert(schema.pattern, 120)}`,
    kind === "text" && schema.format && schema.format !== "path" && `As ${inert(schema.format, 40)}.`,
  ];
  return said.filter(Boolean).join(" ") || undefined;
}

export function LeafField({ path, label, schema, nullable, optional, value, wrong, onChange, onWrong }: LeafProps) {
  const kind = kindOf(schema);
  const [text, setText] = useState(() =>
    kind === "choice" && (value ?? schema.default) !== undefined
      ? choiceText(value ?? schema.default)
      : written(kind, value === undefined ? schema.default : value),
  );
  const write = (next: string) => {
    setText(next);
    const read = readField(kind, next, schema);
    onWrong(path, read.wrong);
    // Of what may be null an empty field means just that; other fields are left out when they are empty.
    if (read.wrong === undefined) onChange(read.value === undefined && nullable ? null : read.value);
  };
  const hint = hintFor(schema, kind);
  if (kind === "boolean" && !nullable)
    return (
      <label className="check">
        <input
          type="checkbox"
          checked={Boolean(value ?? schema.default)}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>
          {label}
          {hint && <span className="tiny quiet"> – {hint}</span>}
          {wrong && (
            <span className="tiny" style={{ color: "var(--danger)" }}>
              {" "}
              {wrong}
            </span>
          )}
        </span>
      </label>
    );
  if (kind === "choices") {
    const all = sound(schema.items).enum ?? [];
    const chosen = ((value ?? schema.default ?? []) as unknown[]).map(choiceText);
    return (
      <div className="field">
        <span className="label">
          {label}
          {optional && (
            <span className="quiet" style={{ fontWeight: 400 }}>
              {" "}
              (optional)
            </span>
          )}
        </span>
        <div>
          <Chips
            label={label}
            options={all.map((each) => [choiceText(each), inert(choiceText(each), 60)] as const)}
            chosen={chosen}
            onChoose={(one) => {
              const next = toggled(new Set(chosen), one);
              onChange(all.filter((each) => next.has(choiceText(each))));
            }}
          />
        </div>
        {(wrong ?? hint) && <span className={wrong ? "wrong" : "hint"}>{wrong ?? hint}</span>}
      </div>
    );
  }
  return (
    <Field
      label={
        <>
          {label}
          {optional && (
            <span className="quiet" style={{ fontWeight: 400 }}>
              {" "}
              (optional)
            </span>
          )}
        </>
      }
      hint={hint}
      wrong={wrong}
    >
      {(given) => {
        const shared = { ...given, className: "input", value: text };
        if (kind === "boolean")
          return (
            <select
              {...given}
              className="input"
              value={value === undefined || value === null ? "" : String(value)}
              onChange={(event) => onChange(event.target.value === "" ? null : event.target.value === "true")}
            >
              <option value="">–</option>
              <option value="true">Yes</option>
              <option value="false">No</option>
            </select>
          );
        if (kind === "choice")
          return (
            <select {...shared} onChange={(event) => write(event.target.value)}>
              <option value="">{optional ? "–" : "Choose"}</option>
              {schema.enum?.map((each) => (
                <option key={choiceText(each)} value={choiceText(each)}>
                  {inert(choiceText(each), 100)}
                </option>
              ))}
            </select>
          );
        if (kind === "json" || kind === "texts" || kind === "pairs" || kind === "long-text")
          return (
            <textarea
              {...shared}
              rows={kind === "json" ? 4 : 3}
              spellCheck={false}
              placeholder={kind === "json" ? "JSON" : ""}
              onChange={(event) => write(event.target.value)}
            />
          );
        const type =
          { "date-time": "datetime-local", date: "date", time: "time", secret: "password" }[kind as string] ?? "text";
        return (
          <input
            {...shared}
            type={type}
            step={type === "datetime-local" || type === "time" ? 1 : undefined}
            inputMode={kind === "integer" ? "numeric" : kind === "number" ? "decimal" : undefined}
            autoComplete={kind === "secret" ? "new-password" : "off"}
            onChange={(event) => write(event.target.value)}
          />
        );
      }}
    </Field>
  );
}
