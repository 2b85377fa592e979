/** A button that opens a list to choose one of, found by typing: the keyboard stays in the field, arrows go through the list. */
import { ChevronsUpDown, Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import "@/style/run.css";

export interface Option {
  id: string;
  text: string;
  /** How it looks, where that is more than its text. */
  look?: ReactNode;
}

interface PickerProps {
  label: string;
  /** What is chosen now. */
  shown: ReactNode;
  options: readonly Option[];
  chosen?: string | undefined;
  typed: string;
  onType: (text: string) => void;
  onPick: (id: string) => void;
  /** What stands below the list: that there are more, for example. */
  note?: ReactNode;
  onOpen?: () => void;
  wide?: boolean;
}

export function Picker({ label, shown, options, chosen, typed, onType, onPick, note, onOpen, wide }: PickerProps) {
  const list = useRef<HTMLDivElement>(null);
  const anchor = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [active, setActive] = useState(0);
  const [open, setOpen] = useState(false);
  const id = useId();
  const here = Math.min(active, options.length - 1);
  const pick = (option: Option | undefined) => {
    if (!option) return;
    list.current?.hidePopover();
    anchor.current?.focus();
    onPick(option.id);
  };
  const go = (to: number) => {
    setActive(to);
    document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: "nearest" });
  };
  const press = (event: KeyboardEvent) => {
    const acts: Record<string, () => void> = {
      ArrowDown: () => go((here + 1) % Math.max(1, options.length)),
      ArrowUp: () => go((here - 1 + options.length) % Math.max(1, options.length)),
      Enter: () => pick(options[here]),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const place = () => {
    const box = list.current;
    const from = anchor.current?.getBoundingClientRect();
    if (!box || !from) return;
    box.style.minWidth = `${Math.min(Math.max(from.width, 280), window.innerWidth - 16)}px`;
    const below = from.bottom + 4;
    box.style.top = `${Math.max(8, below + box.offsetHeight > window.innerHeight - 8 ? Math.max(from.top - box.offsetHeight - 4, window.innerHeight - box.offsetHeight - 8) : below)}px`;
    box.style.left = `${Math.max(8, Math.min(from.left, window.innerWidth - box.offsetWidth - 8))}px`;
    field.current?.focus();
  };
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={`button picker-button ${wide ? "wide" : ""}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        popoverTarget={`${id}-box`}
      >
        <span className="cut grow">
          <span className="hidden">{label}: </span>
          {shown}
        </span>
        <ChevronsUpDown size={14} aria-hidden />
      </button>
      <div
        ref={list}
        id={`${id}-box`}
        popover="auto"
        className="picker"
        role="dialog"
        aria-label={label}
        onBeforeToggle={(event) => {
          if (event.newState === "open") {
            setActive(0);
            onOpen?.();
          }
        }}
        onToggle={(event) => {
          setOpen(event.newState === "open");
          if (event.newState === "open") place();
        }}
      >
        <label className="search">
          <span className="hidden">Find</span>
          <Search size={16} aria-hidden />
          <input
            ref={field}
            className="input"
            type="text"
            role="combobox"
            placeholder="Find"
            autoComplete="off"
            spellCheck={false}
            aria-expanded={open}
            aria-controls={`${id}-list`}
            aria-activedescendant={open && options.length ? `${id}-${here}` : undefined}
            value={typed}
            onChange={(event) => {
              setActive(0);
              onType(event.target.value);
            }}
            onKeyDown={press}
          />
        </label>
        <ul id={`${id}-list`} role="listbox" aria-label={label}>
          {options.map((option, place) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are those of the field
            <li
              key={option.id}
              id={`${id}-${place}`}
              role="option"
              aria-selected={option.id === chosen}
              className={place === here ? "here" : ""}
              onMouseMove={() => {
                if (place !== here) setActive(place);
              }}
              onClick={() => pick(option)}
            >
              {option.look ?? <span className="cut">{option.text}</span>}
            </li>
          ))}
        </ul>
        {(note || options.length === 0) && (
          <p className="tiny quiet note">{options.length === 0 ? "Nothing is like that." : note}</p>
        )}
      </div>
    </>
  );
}
