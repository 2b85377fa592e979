/** Short messages about what was done: told from anywhere, shown by `ui/Toasts`. */
import { useSyncExternalStore } from "react";

export interface Toast {
  id: number;
  kind: "good" | "bad";
  text: string;
  act?: { label: string; run: () => void };
}

let shown: Toast[] = [];
let last = 0;
const told = new Set<() => void>();

function change(next: Toast[]) {
  shown = next;
  for (const tell of told) tell();
}

export function dismiss(id: number) {
  change(shown.filter((each) => each.id !== id));
}

export function toast(message: Omit<Toast, "id">) {
  const id = ++last;
  change([...shown.slice(-3), { ...message, id }]);
  setTimeout(() => dismiss(id), message.kind === "bad" ? 12_000 : 6_000);
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
