/** Values for a schema: as a form, or as JSON. */
import { useState } from "react";
import { JsonField } from "@/components/schema/JsonField";
import { SchemaForm } from "@/components/SchemaForm";
import type { useSchemaForm } from "@/components/useSchemaForm";
import { Chips } from "@/ui/Chips";
import { Notice } from "@/ui/Empty";
import { propertiesOf } from "@/util/schema";
import { inert } from "@/util/text";

type Held = ReturnType<typeof useSchemaForm>;
const LOOKS = [
  ["form", "Form"],
  ["json", "JSON"],
] as const;

export function ValuesForm({ held, label, none }: { held: Held; label: string; none: string }) {
  const { values, replace, form, refused } = held;
  const known = propertiesOf(form.schema).map(([name]) => name);
  const [look, setLook] = useState<"form" | "json">("form");
  const strange = Object.keys(values).filter((name) => !known.includes(name));
  // What is said of a field that no form shows is told above.
  const unplaced =
    look === "json"
      ? Object.entries(form.wrongs).filter(([path]) => path !== "")
      : Object.entries(refused).filter(([path]) => !known.includes(path.split(".")[0] ?? ""));
  return (
    <section className="column" aria-label={label}>
      <div className="part-head">
        <h3 className="grow">{label}</h3>
        <Chips
          label={`${label} as`}
          options={LOOKS}
          chosen={[look]}
          onChoose={(next) => {
            if (next === look) return;
            if (next === "form") replace(values);
            setLook(next);
          }}
        />
      </div>
      {unplaced.length > 0 && (
        <Notice>
          {unplaced.map(([path, wrong]) => (
            <div key={path}>
              {path && <b>{inert(path, 80)}: </b>}
              {inert(wrong, 300)}
            </div>
          ))}
        </Notice>
      )}
      {look === "json" ? (
        <JsonField
          label={`${label} as JSON`}
          first={values}
          lines={12}
          onChange={form.onChange}
          onWrong={(wrong) => form.onWrong("", wrong)}
        />
      ) : (
        <>
          {known.length ? <SchemaForm {...form} /> : <p className="quiet">{none}</p>}
          {strange.length > 0 && (
            <p className="tiny quiet">
              Also given, only seen as JSON: {strange.map((name) => inert(name, 60)).join(", ")}
            </p>
          )}
        </>
      )}
    </section>
  );
}
