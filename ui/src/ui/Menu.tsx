/** A button that opens a list of things to do. */
import { EllipsisVertical, type LucideIcon } from "lucide-react";
import { type KeyboardEvent, useId, useRef } from "react";
import { Button } from "@/ui/Button";

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  danger?: boolean;
  disabled?: boolean;
  act: () => void;
}

export function Menu({ label, items }: { label: string; items: MenuItem[] }) {
  const list = useRef<HTMLDivElement>(null);
  const anchor = useRef<HTMLSpanElement>(null);
  const id = useId();
  const entries = () => [...(list.current?.querySelectorAll<HTMLButtonElement>("button:not(:disabled)") ?? [])];
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = entries();
    const here = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(here + step + all.length) % all.length]?.focus();
  };
  const place = () => {
    const box = list.current;
    const from = anchor.current?.getBoundingClientRect();
    if (!box || !from) return;
    box.style.top = `${Math.min(from.bottom, window.innerHeight - box.offsetHeight - 12)}px`;
    box.style.left = `${Math.max(8, from.right - box.offsetWidth)}px`;
    entries()[0]?.focus();
  };
  return (
    <span ref={anchor}>
      <Button look="bare" icon={EllipsisVertical} aria-label={label} aria-haspopup="menu" popoverTarget={id} />
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        className="menu"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={move}
        onToggle={(event) => {
          if (event.newState === "open") place();
        }}
      >
        {items.map(({ label, icon: Icon, danger, disabled, act }) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            className={danger ? "danger" : ""}
            disabled={disabled}
            onClick={() => {
              list.current?.hidePopover();
              act();
            }}
          >
            {Icon && <Icon size={15} aria-hidden />}
            {label}
          </button>
        ))}
      </div>
    </span>
  );
}
