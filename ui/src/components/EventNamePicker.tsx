/** A field for names of events: those that are known, those that the server has seen, or any other. */
import { useMemo, useState } from "react";
import { useAsk } from "@/api/queries";
import { EVENT_NAMES, eventWords } from "@/components/eventNames";
import { beginning, steady } from "@/components/runSearch";
import { useNow } from "@/hooks/useNow";
import { Field } from "@/ui/Field";
import { type Offer, Tokens } from "@/ui/Tokens";
import { inert } from "@/util/text";

interface EventNamePickerProps {
  label: string;
  values: readonly string[];
  onChange: (values: string[]) => void;
  /** The kind of thing that they are about, whose events come first. */
  kind: string | undefined;
  placeholder: string;
  hint?: string;
  wrong?: string | undefined;
}

const MOST = 40;

export function EventNamePicker({ label, values, onChange, kind, placeholder, hint, wrong }: EventNamePickerProps) {
  const [{ text, open }, setTyped] = useState({ text: "", open: false });
  const now = steady(useNow());
  const occurred = { since: beginning("7d", now)?.toISOString(), until: new Date(now + 60_000).toISOString() };
  const counts = useAsk(
    "POST",
    "/events/count-by/{countable}",
    { path: { countable: "event" }, body: { filter: { occurred } } },
    { when: open, keep: true, every: false },
  );
  const offers = useMemo(() => {
    const seen = new Map(
      (counts.data as { value: string; count: number }[] | undefined)?.map((each) => [each.value, each.count]),
    );
    const wanted = text.trim().toLowerCase();
    const all = [...new Set([...(kind ? [`prefect.${kind}.*`] : []), ...EVENT_NAMES, ...seen.keys()])].filter((name) =>
      `${name} ${eventWords(name)}`.toLowerCase().includes(wanted),
    );
    const own = (name: string) => (kind && name.startsWith(`prefect.${kind}.`) ? 1 : 0);
    const count = (name: string) => seen.get(name) ?? 0;
    return all
      .toSorted((a, b) => own(b) - own(a) || Number(count(b) > 0) - Number(count(a) > 0))
      .slice(0, MOST)
      .map((name): Offer => ({
        value: name,
        label: inert(name, 100),
        hint: count(name) ? `${count(name).toLocaleString("en")} in 7 days` : undefined,
      }));
  }, [counts.data, text, kind]);
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
          offers={offers}
          free
          placeholder={values.length ? "" : placeholder}
          shown={(value) => inert(value.replace(/^prefect\./, ""), 80)}
          onType={(next, isOpen) => setTyped({ text: next, open: isOpen })}
        />
      )}
    </Field>
  );
}
