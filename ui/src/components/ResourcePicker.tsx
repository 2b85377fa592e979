/** A field for one thing or several of a kind: flows, deployments, work pools and so on, found by their names. */
import { useState } from "react";
import { kindWord, type NamedKind, resourceId } from "@/components/resourceKinds";
import { named } from "@/components/automationWords";
import { useNameOf, useResources } from "@/components/useResources";
import { useDelayed } from "@/hooks/useDelayed";
import { Field } from "@/ui/Field";
import { Tokens } from "@/ui/Tokens";
import { inert } from "@/util/text";

interface ResourcePickerProps {
  kind: NamedKind;
  label: string;
  /** Ids of resources, as `prefect.flow.` and an id. */
  values: readonly string[];
  onChange: (values: string[]) => void;
  one?: boolean;
  able?: "notify" | "webhook";
  placeholder?: string;
  hint?: string;
  wrong?: string | undefined;
}

export function ResourcePicker({
  kind,
  label,
  values,
  onChange,
  one,
  able,
  placeholder,
  hint,
  wrong,
}: ResourcePickerProps) {
  const nameOf = useNameOf();
  const [typed, setTyped] = useState({ text: "", open: false });
  const text = useDelayed(typed.text.trim(), 150);
  const { found, busy } = useResources(kind, text, typed.open, able);
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(given) => (
        <Tokens
          id={given.id}
          described={given["aria-describedby"]}
          invalid={!!wrong}
          label={label}
          values={values}
          onChange={onChange}
          one={one}
          placeholder={placeholder}
          offers={found.map((each) => ({ value: resourceId(kind, each.id), label: inert(each.label, 100) }))}
          shown={(value) => found.find((each) => resourceId(kind, each.id) === value)?.label ?? named(value, nameOf)}
          onType={(next, open) => setTyped({ text: next, open })}
          nothing={
            busy
              ? "Looking…"
              : typed.text
                ? `No ${kindWord(kind)} is called that.`
                : `There is no ${kindWord(kind)} of use here yet.`
          }
        />
      )}
    </Field>
  );
}
