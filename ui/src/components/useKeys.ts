/** The keys that work on every page, but not while somebody types or a dialog is open. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { PAGES } from "@/components/places";
import { letters } from "@/hooks/usePreference";
import { actOnLast } from "@/util/toasts";

export const KEYS: readonly (readonly [string, string])[] = [
  ["Ctrl K", "Find anything, do anything"],
  ["?", "Show these keys"],
  ["/", "Search on this page"],
  ["J", "The next row of a list"],
  ["K", "The row before"],
  ["Enter", "Open the row"],
  ["X", "Choose the row, where rows can be chosen"],
  ["Z", "Do what the last message offers: undo, open"],
  ["Esc", "Close what is open, leave the search"],
];

const TYPED_IN =
  "input:not([type=checkbox]), textarea, select, canvas, [contenteditable], dialog, [popover]:not(.toasts)";
const ROWS = "main .table tbody tr, main .rows > li";

interface Doings {
  onFind: () => void;
  onHelp: () => void;
}

export function useKeys({ onFind, onHelp }: Doings) {
  const navigate = useNavigate();
  useEffect(() => {
    let waiting = "";
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onFind();
        return;
      }
      const within = event.target as HTMLElement;
      if (event.key === "Escape" && within.matches("main input[type=search]")) within.blur();
      if (event.ctrlKey || event.metaKey || event.altKey || letters.get() === "off" || within.closest(TYPED_IN)) return;
      const before = waiting;
      waiting = event.key;
      if (before === "g") {
        const page = PAGES.find((each) => each.key === event.key);
        if (!page) return;
        waiting = "";
        void navigate({ to: page.to });
        return;
      }
      const act = { "/": search, "?": onHelp, j: () => step(1), k: () => step(-1), x: choose, z: actOnLast }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [navigate, onFind, onHelp]);
}

function search() {
  document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus();
}

/** Move the focus by one row, to the first link or button in it. */
function step(by: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => handle(row));
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by];
  if (!next) return;
  handle(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function handle(row: HTMLElement): HTMLElement | null {
  return row.querySelector<HTMLElement>("a.name, a") ?? row.querySelector<HTMLElement>("button");
}

function choose() {
  document.activeElement
    ?.closest("tr")
    ?.querySelector<HTMLInputElement>("td:first-child input[type=checkbox]")
    ?.click();
}
