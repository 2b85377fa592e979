/** A field for the one thing that events are about: a flow, a deployment or a work pool by name, or the id of anything. */
import { useState } from "react";
import { named } from "@/components/automationWords";
import { kindWord, type NamedKind, readResourceId, resourceId } from "@/components/resourceKinds";
import { useResourceNames, useResources } from "@/components/useResources";
import { useDelayed } from "@/hooks/useDelayed";
import { Tokens } from "@/ui/Tokens";
import { inert } from "@/util/text";

const KINDS: readonly NamedKind[] = ["flow", "deployment", "work-pool"];
const NONE: string[] = [];

export function EventResourcePicker({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (resource: string | undefined) => void;
}) {
  const [typed, setTyped] = useState({ text: "", open: false });
  const text = useDelayed(typed.text.trim(), 150);
  const [names] = useState(() => new Map<string, string>());
  const asked = value && !names.has(value) ? [value] : NONE;
  const nameOf = useResourceNames(asked);
  const flows = useResources("flow", text, typed.open).found;
  const deployments = useResources("deployment", text, typed.open).found;
  const pools = useResources("work-pool", text, typed.open).found;
  const offers = [flows, deployments, pools].flatMap((found, place) => {
    const kind = KINDS[place] as NamedKind;
    return found
      .slice(0, 8)
      .map((each) => ({ value: resourceId(kind, each.id), label: inert(each.label, 80), hint: kindWord(kind) }));
  });
  const shown = (resource: string) => {
    const own = readResourceId(resource);
    const name = names.get(resource) ?? named(resource, nameOf);
    return own ? `${kindWord(own.kind)} ${name}` : name;
  };
  return (
    <div className="resource-picker">
      <Tokens
        id="event-resource"
        name="About, for example a flow"
        label="Things"
        one
        free
        values={value ? [value] : NONE}
        offers={offers}
        placeholder="About: a flow, a deployment, any id"
        shown={shown}
        onType={(next, open) => setTyped({ text: next, open })}
        onChange={([chosen]) => {
          const offer = offers.find((each) => each.value === chosen);
          if (chosen && offer) names.set(chosen, offer.label);
          onChange(chosen);
        }}
      />
    </div>
  );
}
