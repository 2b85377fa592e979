/** The timeline of a run: all of it once, then only what has changed. */
import { useEffect, useRef, useState } from "react";
import { send } from "@/api/client";
import { onEvent, useFreshness, useIsLive } from "@/api/live";
import type { ReceivedEvent, Timeline } from "@/api/types";
import { Told } from "@/timeline/told";

/** How long after an event the news are asked for, in milliseconds: several are told at once. */
const SOON = 500;
/** How long after the end of a run its last news have been told. */
const AFTER_END = 2_000;

/** Reads a timeline, one answer after the other; calls while one is on its way are remembered. */
class Reader {
  private known: Told<Timeline> | undefined;
  private busy = false;
  private missed = false;
  private took = 0;
  private over = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly id: string,
    private readonly tell: (told: Timeline | undefined, error: Error | null) => void,
  ) {}

  async read() {
    if (this.over) return;
    this.missed = this.busy;
    if (this.busy) return;
    this.busy = true;
    const begun = performance.now();
    try {
      const since = this.known?.columns.cursor ?? undefined;
      const news = (await send("GET", "/ui/flow_runs/{id}/timeline", {
        path: { id: this.id },
        query: { since },
      })) as Timeline;
      if (this.known) this.known.take(news);
      else this.known = new Told(news);
      if (!this.over) this.tell(this.known.columns, null);
    } catch (problem) {
      if (!this.over) this.tell(this.known?.columns, problem as Error);
    }
    this.busy = false;
    this.took = performance.now() - begun;
    if (this.missed) this.soon();
  }

  /** Read a moment later; what is slow to tell is asked for less often. */
  soon(after = Math.max(SOON, 3 * this.took)) {
    if (this.over) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.read();
    }, after);
  }

  end() {
    this.over = true;
    clearTimeout(this.timer);
  }
}

function concerns(event: ReceivedEvent, id: string): boolean {
  return (
    event.event.startsWith("prefect.task-run.") &&
    event.related.some((each) => (each as Record<string, string>)["prefect.resource.id"] === `prefect.flow-run.${id}`)
  );
}

export function useTimeline(id: string, running: boolean): { told: Timeline | undefined; error: Error | null } {
  const [{ told, error }, set] = useState<{ told: Timeline | undefined; error: Error | null }>({
    told: undefined,
    error: null,
  });
  const reader = useRef<Reader | null>(null);
  const every = Math.min(useFreshness(), useIsLive() ? 10 : 3);
  useEffect(() => {
    const made = new Reader(id, (told, error) => set({ told, error }));
    reader.current = made;
    void made.read();
    return () => made.end();
  }, [id]);
  useEffect(() => {
    if (!running) return;
    const end = onEvent((event) => {
      if (concerns(event, id)) reader.current?.soon();
    });
    return () => {
      end();
      void reader.current?.read();
      reader.current?.soon(AFTER_END);
    };
  }, [id, running]);
  useEffect(() => {
    if (!running) return;
    const poll = setInterval(() => void reader.current?.read(), every * 1000);
    return () => clearInterval(poll);
  }, [id, running, every]);
  return { told, error };
}
