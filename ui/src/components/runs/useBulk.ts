/** Acting on the chosen runs: how far it is, and its end told in words. A few are deleted a moment later, so that it can be undone. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState, useSyncExternalStore } from "react";
import { type Act, actOn, outcomeWords, type Selected } from "@/components/runs/bulk";
import { plural } from "@/util/text";
import { toast } from "@/util/toasts";

export interface Progress {
  act: Act;
  done: number;
  /** How many there are; undefined while they are looked for. */
  all: number | undefined;
}

/** Runs that are about to be deleted: not shown, and still there. */
let hidden: ReadonlySet<string> = new Set();
const told = new Set<() => void>();

function hide(change: (ids: Set<string>) => void) {
  const next = new Set(hidden);
  change(next);
  hidden = next;
  for (const tell of told) tell();
}

export function useHidden(): ReadonlySet<string> {
  return useSyncExternalStore(
    (tell) => {
      told.add(tell);
      return () => told.delete(tell);
    },
    () => hidden,
  );
}

export function useBulk(onDone: () => void) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stopper = useRef<AbortController | null>(null);
  const tellDone = useRef(onDone);
  tellDone.current = onDone;

  const run = useCallback(
    async (act: Act, find: (signal: AbortSignal) => Promise<Selected[]>, quiet = false) => {
      const control = new AbortController();
      stopper.current = control;
      if (!quiet) setProgress({ act, done: 0, all: undefined });
      try {
        const runs = await find(control.signal);
        if (!quiet) setProgress({ act, done: 0, all: runs.length });
        const outcome = await actOn(
          act,
          runs,
          (done) => !quiet && setProgress({ act, done, all: runs.length }),
          control.signal,
        );
        const words = outcomeWords(act, outcome, runs.length);
        if (!quiet || words.kind === "bad") toast(words);
      } catch (error) {
        if (!control.signal.aborted) toast({ kind: "bad", text: (error as Error).message });
      } finally {
        setProgress(null);
        await client.invalidateQueries();
        tellDone.current();
      }
    },
    [client],
  );

  /** Hide runs at once and delete them when the message that offers to undo it is gone. */
  const removeLater = useCallback(
    (runs: readonly Selected[]) => {
      let undone = false;
      hide((ids) => runs.forEach(({ id }) => ids.add(id)));
      const show = () => hide((ids) => runs.forEach(({ id }) => ids.delete(id)));
      toast({
        kind: "good",
        text: `${plural(runs.length, "run")} deleted.`,
        act: {
          label: "Undo",
          run: () => {
            undone = true;
            show();
          },
        },
        gone: () => {
          if (!undone) void run("delete", () => Promise.resolve([...runs]), true).finally(show);
        },
      });
    },
    [run],
  );

  const stop = useCallback(() => stopper.current?.abort(), []);
  return { progress, run, removeLater, stop };
}
