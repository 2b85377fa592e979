/** Which events are meant: as it stands in the address, and as the server is asked for them. */
import type { EventFilter } from "@/api/types";
import { beginning } from "@/components/runSearch";

export interface EventSearch {
  /** Words that stand in the event. */
  q?: string | undefined;
  /** What the name begins with. */
  event?: string | undefined;
  /** The id of a resource that it is about, or that had a part in it. */
  resource?: string | undefined;
  /** How far back, as `1d`; or a time to begin with. */
  since?: string | undefined;
  until?: string | undefined;
}

export const SPANS = [
  ["1h", "Last hour"],
  ["1d", "Last day"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
] as const;
const DAY = 86_400_000;

/** From when to when: without an end it goes on. */
export function spanOfSearch(
  { since = "1d", until }: EventSearch,
  now: number,
): { since: Date; until: Date; open: boolean } {
  const end = Date.parse(until ?? "");
  const begin = beginning(since, now) ?? new Date(now - DAY);
  return { since: begin, until: new Date(Number.isNaN(end) ? now : end), open: Number.isNaN(end) };
}

/** What events must be, whenever they were. */
export function filterOf({ q, event, resource }: EventSearch): Omit<EventFilter, "occurred"> {
  return {
    ...(event ? { event: { prefix: [event] } } : {}),
    ...(resource ? { any_resource: { id: [resource] } } : {}),
    ...(q ? { text: { query: q.slice(0, 200) } } : {}),
  };
}

const EVER = { since: "2000-01-01T00:00:00Z", until: "2200-01-01T00:00:00Z" };

/** Read what stands in the address; what makes no sense there is left out. */
export function readEventSearch(found: Record<string, unknown>): EventSearch {
  const search = Object.fromEntries(
    ["q", "event", "resource", "since", "until"]
      .map((name) => [name, found[name]])
      .filter(([, value]) => typeof value === "string" && value),
  ) as EventSearch;
  const times = [search.since, search.until].filter((each) => each && !/^\d+[hd]$/.test(each));
  return times.some((each) => Number.isNaN(Date.parse(each ?? "")))
    ? { ...search, since: undefined, until: undefined }
    : search;
}

/** The question for one event. */
export function askForEvent(id: string) {
  return { body: { filter: { id: { id: [id] }, occurred: EVER }, limit: 1 } };
}

const STEPS = [
  ["second", 1],
  ["second", 5],
  ["second", 15],
  ["minute", 1],
  ["minute", 2],
  ["minute", 5],
  ["minute", 15],
  ["minute", 30],
  ["hour", 1],
  ["hour", 2],
  ["hour", 4],
  ["hour", 12],
  ["day", 1],
  ["day", 7],
] as const;
const SIZES = { second: 1000, minute: 60_000, hour: 3_600_000, day: DAY };
const BARS = 64;

/** How long the steps of a chart are, so that it has no more bars than can be seen. */
export function stepOf(
  since: Date,
  until: Date,
): { time_unit: "second" | "minute" | "hour" | "day"; time_interval: number } {
  const span = until.getTime() - since.getTime();
  const [time_unit, time_interval] =
    STEPS.find(([unit, count]) => span / (SIZES[unit] * count) <= BARS) ??
    (["day", Math.ceil(span / DAY / BARS)] as const);
  return { time_unit, time_interval };
}
