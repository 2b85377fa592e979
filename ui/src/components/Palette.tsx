/** Go anywhere, find anything and do much of it by typing. */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { usePaletteEntries } from "@/components/paletteEntries";
import { StateBadge } from "@/components/State";
import { useDelayed } from "@/hooks/useDelayed";
import { inert } from "@/util/text";

const LABEL = "Find a run, a deployment, a page, something to do";

export function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const entries = usePaletteEntries(typed, useDelayed(typed.trim(), 150), onHelp);
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const place = Math.max(0, Math.min(at, entries.length - 1));
  const move = (next: number) => {
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const take = (index: number) => {
    const entry = entries[index];
    if (!entry) return;
    onClose();
    entry.go();
  };
  const press = (event: KeyboardEvent) => {
    const count = Math.max(1, entries.length);
    if (event.key === "ArrowDown") move((place + 1) % count);
    else if (event.key === "ArrowUp") move((place - 1 + count) % count);
    else if (event.key === "Enter") take(place);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={box}
      className="palette"
      aria-label="Find anything"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      <div className="sheet">
        <input
          className="input"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={entries[place] ? `palette-${place}` : undefined}
          aria-label={LABEL}
          placeholder={LABEL}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
        <ul ref={list} id="palette-list" role="listbox" aria-label="Found" tabIndex={-1}>
          {entries.map((entry, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the input has the focus and the keys
            <li
              key={entry.kind + entry.key}
              id={`palette-${index}`}
              role="option"
              aria-selected={index === place}
              onClick={() => take(index)}
              onPointerMove={() => setAt(index)}
            >
              <bdi className="cut">{inert(entry.label, 120)}</bdi>
              {entry.run && <StateBadge type={entry.run.state_type} name={entry.run.state_name} />}
              <span className="kind">{entry.kind}</span>
            </li>
          ))}
          {entries.length === 0 && (
            <li role="option" aria-selected="false" aria-disabled="true">
              <span className="quiet">Nothing is called that.</span>
            </li>
          )}
        </ul>
      </div>
    </dialog>
  );
}
