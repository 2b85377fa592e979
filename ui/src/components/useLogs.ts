/** The log lines of a run: read as one scrolls, newer ones as they come. */
import { useCallback, useEffect, useRef, useState } from "react";
import { send } from "@/api/client";
import { follow } from "@/api/live";
import type { Log } from "@/api/types";

const PAGE = 200;

export interface LogQuery {
  flowRunId?: string;
  taskRunId?: string;
  level: number;
  text: string;
  newestFirst: boolean;
}

interface Known {
  logs: Log[];
  ids: Set<string>;
  complete: boolean;
}

const nothing = (): Known => ({ logs: [], ids: new Set(), complete: false });

export function logFilter({ flowRunId, taskRunId, level, text }: LogQuery) {
  return {
    level: { ge_: level },
    ...(taskRunId ? { task_run_id: { any_: [taskRunId] } } : {}),
    ...(flowRunId ? { flow_run_id: { any_: [flowRunId] } } : {}),
    ...(text ? { text: { query: text } } : {}),
  };
}

export function useLogs(query: LogQuery, live: boolean) {
  const { flowRunId, taskRunId, level, text, newestFirst } = query;
  const [known, setKnown] = useState<Known>(nothing);
  const [error, setError] = useState<Error | null>(null);
  const [started, setStarted] = useState(false);
  const state = useRef({ known, busy: false, turn: 0 });
  state.current.known = known;

  const more = useCallback(async () => {
    const now = state.current;
    if (now.busy) return;
    now.busy = true;
    const turn = now.turn;
    const wanted = { level, text, newestFirst, ...(flowRunId ? { flowRunId } : {}), ...(taskRunId ? { taskRunId } : {}) };
    try {
      const found = (await send("POST", "/logs/filter", {
        body: { logs: logFilter(wanted), sort: newestFirst ? "TIMESTAMP_DESC" : "TIMESTAMP_ASC", limit: PAGE, offset: now.known.logs.length },
      })) as Log[];
      if (turn !== now.turn) return;
      setError(null);
      setKnown((before) => added(before, found, found.length < PAGE));
    } catch (problem) {
      if (turn === now.turn) setError(problem as Error);
    } finally {
      if (turn === now.turn) {
        now.busy = false;
        setStarted(true);
      }
    }
  }, [flowRunId, taskRunId, level, text, newestFirst]);

  useEffect(() => {
    state.current.turn += 1;
    state.current.busy = false;
    state.current.known = nothing();
    setKnown(nothing());
    setStarted(false);
    void more();
  }, [more]);

  const wasLive = useRef(live);
  useEffect(() => {
    const ended = wasLive.current && !live;
    wasLive.current = live;
    if (!ended) return;
    // The last lines of a run may be written a moment after its end.
    const timers = [100, 1_500, 5_000].map((wait) => setTimeout(() => void more(), wait));
    return () => timers.forEach(clearTimeout);
  }, [live, more]);

  const complete = known.complete;
  useEffect(() => {
    if (!live || newestFirst) return;
    const wanted = { level, text: "", newestFirst, ...(flowRunId ? { flowRunId } : {}), ...(taskRunId ? { taskRunId } : {}) };
    const end = follow("/logs/out", logFilter(wanted), () => {
      // What the filter means in words only the server knows, so a line that comes is only a reason to look.
      if (state.current.known.complete) later();
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void more();
      }, 150);
    };
    const poll = setInterval(() => state.current.known.complete && void more(), 5_000);
    return () => {
      end();
      clearTimeout(timer);
      clearInterval(poll);
    };
  }, [live, newestFirst, flowRunId, taskRunId, level, more]);

  return { logs: known.logs, complete, started, error, more };
}

function added(before: Known, found: Log[], complete: boolean): Known {
  const fresh = found.filter((log) => !before.ids.has(log.id));
  if (!fresh.length) return before.complete === complete ? before : { ...before, complete };
  const ids = before.ids;
  for (const log of fresh) ids.add(log.id);
  return { logs: [...before.logs, ...fresh], ids, complete };
}
