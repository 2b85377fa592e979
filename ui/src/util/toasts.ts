/** Short messages about what was done: told from anywhere, shown by `ui/Toasts`. They wait while somebody is at them. */
import { useSyncExternalStore } from "react";

export interface Toast {
  id: number;
  kind: "good" | "bad";
  text: string;
  act?: { label: string; run: () => void };
  /** Called when the message is gone, whether somebody acted on it or not. */
  gone?: () => void;
}

const MOST = 4;
/** How long a message stands, in milliseconds: longer if there is something to do about it. */
const PLAIN = 6_000;
const ASKING = 20_000;

let shown: Toast[] = [];
let last = 0;
let held = false;
const told = new Set<() => void>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function change(next: Toast[]) {
  shown = next;
  for (const tell of told) tell();
}

function begin({ id, kind, act }: Toast) {
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => dismiss(id), kind === "bad" || act ? ASKING : PLAIN),
  );
}

export function dismiss(id: number) {
  clearTimeout(timers.get(id));
  timers.delete(id);
  const gone = shown.find((each) => each.id === id)?.gone;
  change(shown.filter((each) => each.id !== id));
  if (!shown.length) held = false;
  gone?.();
}

export function toast(message: Omit<Toast, "id">) {
  const made = { ...message, id: ++last };
  for (const { id } of shown.slice(0, Math.max(0, shown.length - MOST + 1))) dismiss(id);
  change([...shown, made]);
  if (!held) begin(made);
}

/** Let all messages stand until they are released: somebody reads them. */
export function hold() {
  held = true;
  for (const timer of timers.values()) clearTimeout(timer);
}

/** Let the messages go again, each after its whole time. */
export function release() {
  held = false;
  for (const each of shown) begin(each);
}

/** Do what the last message offers, as to undo. */
export function actOnLast() {
  const offered = shown.findLast((each) => each.act);
  if (!offered) return;
  offered.act?.run();
  dismiss(offered.id);
}

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (tell) => {
      told.add(tell);
      return () => told.delete(tell);
    },
    () => shown,
  );
}
