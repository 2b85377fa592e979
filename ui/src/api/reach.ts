/** Whether the server answers: every request tells; while it does not, it is asked now and then whether it is back. */
import { useSyncExternalStore } from "react";

const PATIENCE = 2_000;

let there = true;
let timer: ReturnType<typeof setInterval> | undefined;
const told = new Set<() => void>();
const returned = new Set<() => void>();

function change(next: boolean) {
  if (there === next) return;
  there = next;
  for (const tell of told) tell();
}

/** The server has answered. */
export function found() {
  clearInterval(timer);
  timer = undefined;
  if (there) return;
  change(true);
  for (const tell of returned) tell();
}

/** The server has not answered: ask it again and again, as its API is at this address. */
export function lost(api: string) {
  change(false);
  timer ??= setInterval(() => {
    fetch(`${api}/health`).then(
      (answer) => answer.status < 500 && found(),
      () => {},
    ); // still away: asked again
  }, PATIENCE);
}

/** Call a listener each time that the server is back. */
export function onReturn(listener: () => void): () => void {
  returned.add(listener);
  return () => returned.delete(listener);
}

export function useIsThere(): boolean {
  return useSyncExternalStore(
    (tell) => {
      told.add(tell);
      return () => told.delete(tell);
    },
    () => there,
  );
}
