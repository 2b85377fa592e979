/** The time, as all parts of a page see it: one clock that ticks for everybody. */
import { useSyncExternalStore } from "react";

function clock(seconds: number) {
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const told = new Set<() => void>();
  const subscribe = (tell: () => void) => {
    told.add(tell);
    timer ??= setInterval(() => {
      now = Date.now();
      for (const each of told) each();
    }, seconds * 1000);
    return () => {
      told.delete(tell);
      if (told.size === 0) {
        clearInterval(timer);
        timer = undefined;
      }
    };
  };
  return () => useSyncExternalStore(subscribe, () => now);
}

/** The time, to some seconds. */
export const useNow = clock(10);
/** The time, to the second. */
export const useSecond = clock(1);
