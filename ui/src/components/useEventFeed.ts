/** Events, the newest first: those that were, older ones when they are wanted, and new ones as they happen. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { send } from "@/api/client";
import { follow } from "@/api/live";
import { useAsk } from "@/api/queries";
import type { ReceivedEvent } from "@/api/types";
import { type EventSearch, filterOf, spanOfSearch } from "@/components/eventSearch";
import { toast } from "@/util/toasts";

export interface EventPage {
  events: ReceivedEvent[];
  total: number;
  next_page: string | null;
}

interface Feed {
  /** What is looked for, and from when on events are new. */
  key: string;
  fresh: ReceivedEvent[];
  older: EventPage[];
  busy: boolean;
}

const LIMIT = 50;
/** So many new ones at once are asked for as a new first page. */
const MOST_FRESH = 1_000;
/** How long new events are gathered before they are shown, in milliseconds. */
const GATHER = 300;
/** What happened between the question and the connection is asked for so long after it stands, in milliseconds. */
const CATCH_UP = 1_500;
const POLL = 5_000;

/** One after the other, each once, the newest first. */
export function inOrder(...lists: readonly (readonly ReceivedEvent[])[]): ReceivedEvent[] {
  const found = new Map(lists.flat().map((event) => [event.id, event]));
  return [...found.values()].toSorted(
    (a, b) => Date.parse(b.occurred) - Date.parse(a.occurred) || (a.id < b.id ? 1 : -1),
  );
}

export function tokenOf(page: EventPage | undefined): string {
  return page?.next_page ? (new URL(page.next_page).searchParams.get("page-token") ?? "") : "";
}

export function useEventFeed(search: EventSearch, live: boolean) {
  const [round, setRound] = useState(0);
  const meant = JSON.stringify(search);
  const key = `${round} ${meant}`;
  const { filter, span } = useMemo(() => {
    const wanted = JSON.parse(key.slice(key.indexOf(" ") + 1)) as EventSearch;
    return { filter: filterOf(wanted), span: spanOfSearch(wanted, Date.now()) };
  }, [key]);
  const [feed, setFeed] = useState<Feed>({ key, fresh: [], older: [], busy: false });
  const own = feed.key === key ? feed : { key, fresh: [], older: [], busy: false };
  const change = useCallback(
    (next: (before: Feed) => Partial<Feed>) =>
      setFeed((known) => {
        const before = known.key === key ? known : { key, fresh: [], older: [], busy: false };
        return { ...before, ...next(before) };
      }),
    [key],
  );
  const first = useAsk(
    "POST",
    "/events/filter",
    {
      body: {
        filter: { ...filter, occurred: { since: span.since.toISOString(), until: span.until.toISOString() } },
        limit: LIMIT,
      },
    },
    { keep: true, every: false, calm: true },
  );
  const page = first.data as EventPage | undefined;
  const following = live && span.open;

  useEffect(() => {
    if (!following) return undefined;
    let newest = span.until.getTime() - 1_000;
    let waiting: ReceivedEvent[] = [];
    let gather: ReturnType<typeof setTimeout> | undefined;
    let later: ReturnType<typeof setTimeout> | undefined;
    let poll: ReturnType<typeof setInterval> | undefined;
    const stop = new AbortController();
    const show = () => {
      gather = undefined;
      const came = waiting;
      waiting = [];
      for (const event of came) newest = Math.max(newest, Date.parse(event.occurred));
      change(({ fresh }) => ({ fresh: inOrder(came, fresh) }));
    };
    const take = (events: readonly ReceivedEvent[]) => {
      if (!events.length) return;
      waiting = [...waiting, ...events];
      if (waiting.length > MOST_FRESH) setRound((before) => before + 1);
      else gather ??= setTimeout(show, GATHER);
    };
    const catchUp = async () => {
      const occurred = {
        since: new Date(newest - 1_000).toISOString(),
        until: new Date(Date.now() + 60_000).toISOString(),
      };
      try {
        const missed = (await send(
          "POST",
          "/events/filter",
          { body: { filter: { ...filter, occurred }, limit: LIMIT } },
          stop.signal,
        )) as EventPage;
        if (missed.total > LIMIT) setRound((before) => before + 1);
        else take(missed.events);
      } catch {
        // The server is away: the connection says so, and it is asked again.
      }
    };
    const standing = (open: boolean) => {
      clearInterval(poll);
      clearTimeout(later);
      if (open) later = setTimeout(() => void catchUp(), CATCH_UP);
      else poll = setInterval(() => void catchUp(), POLL);
    };
    const end = follow(
      "/events/out",
      filter,
      (message) => {
        if (message["type"] === "event") take([message["event"] as ReceivedEvent]);
      },
      standing,
    );
    return () => {
      end();
      stop.abort();
      clearInterval(poll);
      clearTimeout(later);
      clearTimeout(gather);
    };
  }, [filter, span, following, change]);

  const isOwn = !first.isPlaceholderData;
  const last = own.older.at(-1) ?? (isOwn ? page : undefined);
  const token = tokenOf(last);
  const more = useCallback(async () => {
    if (!token) return;
    change(() => ({ busy: true }));
    try {
      const next = (await send("GET", "/events/filter/next", { query: { "page-token": token } })) as EventPage;
      change(({ older }) => ({ older: [...older, next] }));
    } catch (error) {
      toast({ kind: "bad", text: (error as Error).message });
    } finally {
      change(() => ({ busy: false }));
    }
  }, [token, change]);
  const events = useMemo(
    () => (page ? inOrder(own.fresh, page.events, ...own.older.map((each) => each.events)) : undefined),
    [own.fresh, own.older, page],
  );
  const known = new Set(page?.events.map((event) => event.id));
  const fresh = own.fresh.filter((event) => !known.has(event.id));
  return {
    events,
    error: first.error,
    isPending: first.isPending,
    total: (page?.total ?? 0) + fresh.length,
    more: token && !own.busy ? more : undefined,
    ended: isOwn && !token,
    open: span.open,
  };
}
