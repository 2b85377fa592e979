/** What a person prefers, kept in the browser: the same in all parts of the page. */
import { useSyncExternalStore } from "react";

const told = new Set<() => void>();

function preference<T extends string>(name: string, usual: T) {
  const key = `prefect.${name}`;
  const get = () => (localStorage.getItem(key) as T | null) ?? usual;
  const set = (value: T) => {
    localStorage.setItem(key, value);
    for (const tell of told) tell();
  };
  const use = () =>
    useSyncExternalStore((tell) => {
      told.add(tell);
      return () => told.delete(tell);
    }, get);
  return { get, set, use };
}

export const theme = preference<"system" | "light" | "dark">("theme", "system");
/** Whether single letters act on the page; who speaks or slips turns them off (WCAG 2.1.4). */
export const letters = preference<"on" | "off">("letters", "on");
export const zone = preference<"local" | "utc">("zone", "local");

export function applyTheme() {
  const chosen = theme.get();
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
}
told.add(applyTheme);
