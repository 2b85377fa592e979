/** The log lines of a run: read as one scrolls, newer ones as they come. */
import { useCallback, useEffect, useRef, useState } from "react";
import { send } from "@/api/client";
import { follow } from "@/api/live";
import type { Log, LogFilter } from "@/api/types";

const PAGE = 200;
/** How many of the last lines are read again while the run goes on: what another process wrote may come late. */
const AGAIN = 50;

export interface Known {
  logs: Log[];
  ids: Set<string>;
  complete: boolean;
}

const nothing = (): Known => ({ logs: [], ids: new Set(), complete: false });

export function useLogs(filter: LogFilter | null, newestFirst: boolean, live: boolean) {
  const [known, setKnown] = useState<Known>(nothing);
  const [error, setError] = useState<Error | null>(null);
  const [started, setStarted] = useState(false);
  const state = useRef({ known: nothing(), busy: false, turn: 0 });
  const asked = filter && JSON.stringify(filter);

  /** Read the next lines: those after what is known, or, of the newest first, those that have come since. */
  const read = useCallback(
    async (newer: boolean) => {
      const now = state.current;
      if (now.busy || asked === null) return;
      now.busy = true;
      const { turn, known } = now;
      const offset =
        newestFirst && newer ? 0 : Math.max(0, known.logs.length - (known.complete && !newestFirst ? AGAIN : 0));
      try {
        const found = (await send("POST", "/logs/filter", {
          body: {
            logs: JSON.parse(asked) as LogFilter,
            sort: newestFirst ? "TIMESTAMP_DESC" : "TIMESTAMP_ASC",
            limit: PAGE,
            offset,
          },
        })) as Log[];
        if (turn !== now.turn) return;
        setError(null);
        const complete = found.length < PAGE || (newer && known.complete);
        now.known = merged(
          newestFirst && newer && found.every((log) => !known.ids.has(log.id)) ? nothing() : known,
          found,
          complete,
          newestFirst,
        );
        setKnown(now.known);
      } catch (problem) {
        if (turn === now.turn) setError(problem as Error);
      } finally {
        if (turn === now.turn) {
          now.busy = false;
          setStarted(true);
        }
      }
    },
    [asked, newestFirst],
  );
  const more = useCallback(() => void read(false), [read]);

  useEffect(() => {
    // What is shown stays until the first answer to the new question.
    state.current = { known: nothing(), busy: false, turn: state.current.turn + 1 };
    void read(false);
  }, [read]);

  const wasLive = useRef(live);
  useEffect(() => {
    const ended = wasLive.current && !live;
    wasLive.current = live;
    if (!ended) return;
    // The last lines of a run may be written a moment after its end.
    const timers = [100, 1_500, 5_000].map((wait) => setTimeout(() => void read(true), wait));
    return () => timers.forEach(clearTimeout);
  }, [live, read]);

  useEffect(() => {
    if (!live || asked === null) return;
    const { text: _, ...wanted } = JSON.parse(asked) as LogFilter;
    const look = () => {
      if (newestFirst || state.current.known.complete) void read(true);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    // What the filter means in words only the server knows, so a line that comes is only a reason to look.
    const end = follow("/logs/out", wanted, () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        look();
      }, 150);
    });
    const poll = setInterval(look, 5_000);
    return () => {
      end();
      clearTimeout(timer);
      clearInterval(poll);
    };
  }, [live, newestFirst, asked, read]);

  return { logs: known.logs, complete: known.complete, started, error, more };
}

const moment = (log: Log) => log.timestamp.replace(/Z$|\+00:00$/, "");

/** What is known, and lines that were found: each once, in the order of their time. */
export function merged(known: Known, found: Log[], complete: boolean, newestFirst: boolean): Known {
  const fresh = found.filter((log) => !known.ids.has(log.id));
  if (!fresh.length) return known.complete === complete ? known : { ...known, complete };
  const { ids } = known;
  for (const log of fresh) ids.add(log.id);
  const logs = [...known.logs, ...fresh];
  const [last, first] = [known.logs.at(-1), fresh[0]];
  const sign = newestFirst ? -1 : 1;
  const order = (a: Log, b: Log) => {
    const [left, right] = [moment(a), moment(b)];
    return sign * (left < right ? -1 : left > right ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  };
  if (last && first && order(last, first) > 0) logs.sort(order);
  return { logs, ids, complete };
}
