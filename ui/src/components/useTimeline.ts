/** The timeline of a run: all of it once, then only what has changed. */
import { useEffect, useRef, useState } from "react";
import { send } from "@/api/client";
import { useFreshness, useIsLive, onEvent } from "@/api/live";
import type { Timeline } from "@/api/types";
import { merge } from "@/timeline/layout";

export function useTimeline(id: string, running: boolean): { told: Timeline | undefined; error: Error | null } {
  const [told, setTold] = useState<Timeline>();
  const [error, setError] = useState<Error | null>(null);
  const known = useRef<Timeline | undefined>(undefined);
  const live = useIsLive();
  const usual = useFreshness();
  useEffect(() => {
    let over = false;
    let busy = false;
    const read = async () => {
      if (busy || over) return;
      busy = true;
      try {
        const since = known.current?.cursor ?? undefined;
        const news = (await send("GET", "/ui/flow_runs/{id}/timeline", { path: { id }, query: { since } })) as Timeline;
        if (over) return;
        known.current = known.current ? merge(known.current, news) : news;
        setTold(known.current);
        setError(null);
      } catch (problem) {
        if (!over) setError(problem as Error);
      } finally {
        busy = false;
      }
    };
    void read();
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (!running) {
      if (known.current) timer = setTimeout(() => void read(), 2_000); // what was told a moment after the end
      return () => {
        over = true;
        clearTimeout(timer);
      };
    }
    const end = onEvent((event) => {
      if (event.event.startsWith("prefect.task-run.") && event.related.some((each) => (each as Record<string, string>)["prefect.resource.id"] === `prefect.flow-run.${id}`))
        timer ??= setTimeout(() => {
          timer = undefined;
          void read();
        }, 500);
    });
    const poll = setInterval(() => void read(), (live ? Math.min(usual, 10) : 3) * 1000);
    return () => {
      over = true;
      clearTimeout(timer);
      clearInterval(poll);
      end();
    };
  }, [id, running, live, usual]);
  useEffect(() => () => { known.current = undefined; }, [id]);
  return { told, error };
}
