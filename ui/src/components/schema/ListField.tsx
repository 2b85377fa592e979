/** A list in a form of a schema: its items one below the other. */
import { Plus, Trash2 } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "@/ui/Button";
import type { Schema } from "@/util/schema";
import { inert } from "@/util/text";
import "@/style/work.css";

const MOST = 100;

interface ListProps {
  path: string;
  label: string;
  schema: Schema;
  optional: boolean;
  value: unknown;
  wrong: string | undefined;
  /** What a new item begins with. */
  fresh: unknown;
  onChange: (value: unknown) => void;
  onGone: (path: string) => void;
  item: (path: string, label: string, value: unknown, change: (value: unknown) => void) => ReactNode;
}

export function ListField({ path, label, schema, optional, value, wrong, fresh, onChange, onGone, item }: ListProps) {
  const given = value ?? schema.default;
  const items = Array.isArray(given) ? given : [];
  const last = useRef(items.length);
  // Items have no names of their own: each keeps its number while others come and go.
  const [keys, setKeys] = useState(() => items.map((_, place) => place));
  const change = (place: number, next: unknown) =>
    onChange(items.map((each, here) => (here === place ? (next === undefined ? null : next) : each)));
  const add = () => {
    setKeys([...keys, last.current++]);
    onChange([...items, fresh]);
  };
  const drop = (place: number) => {
    onGone(path);
    setKeys(keys.filter((_, here) => here !== place));
    onChange(items.filter((_, here) => here !== place));
  };
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
      {items.slice(0, MOST).map((each, place) => (
        <div className="item" key={keys[place] ?? place}>
          <div>
            {item(`${path}.${place}`, `${label} ${place + 1}`, each === null ? undefined : each, (next) =>
              change(place, next),
            )}
          </div>
          <Button
            look="bare"
            low
            icon={Trash2}
            aria-label={`Remove ${label} ${place + 1}`}
            onClick={() => drop(place)}
          />
        </div>
      ))}
      {items.length > MOST && <p className="tiny quiet">{items.length - MOST} more are only shown as JSON.</p>}
      {wrong && (
        <span className="tiny" style={{ color: "var(--danger)" }}>
          {wrong}
        </span>
      )}
      <div>
        <Button low icon={Plus} aria-label={`Add to ${label}`} onClick={add} disabled={items.length >= MOST}>
          Add
        </Button>
      </div>
    </fieldset>
  );
}
