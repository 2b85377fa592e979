/** Where two runs of a flow differ: in what they were given, in what their tasks did, and in how long these took. */
import type { Timeline } from "@/api/types";

export interface Difference {
  name: string;
  a: unknown;
  b: unknown;
}

/** The names whose values differ. */
export function differences(a: Record<string, unknown>, b: Record<string, unknown>): Difference[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
    .map((name) => ({ name, a: a[name], b: b[name] }));
}

export interface TaskPair {
  name: string;
  a: Side | undefined;
  b: Side | undefined;
}

export interface Side {
  id: string;
  state: string | null;
  type: string | null;
  seconds: number | null;
  /** Which one it was to start in its run. */
  started: number;
  subflow: string | null;
}

/** A task run's name without what is only chance: `extract-3f2` is the third call or a random end. */
export function taskOf(name: string): string {
  return name.replace(/-(?:\d+|[0-9a-f]{3})$/, "");
}

/** The name of the task that a task run is one of: by its key, which ends in what tells code apart, or else by its own name. */
export function taskAt(told: Timeline, place: number): string {
  const key = told.task_keys?.[told.tasks?.[place] ?? -1];
  return key ? key.replace(/-[0-9a-f]{8}$/, "") : taskOf(told.names[place] ?? "");
}

function sides(told: Timeline): Map<string, Side> {
  const found = new Map<string, Side>();
  const counts = new Map<string, number>();
  const rank: number[] = [];
  const start = (place: number) => told.starts[place] ?? Number.POSITIVE_INFINITY;
  told.ids
    .map((_, place) => place)
    .toSorted((a, b) => (start(a) === start(b) ? a - b : start(a) - start(b)))
    .forEach((place, nth) => {
      rank[place] = nth;
    });
  told.ids.forEach((id, place) => {
    const task = taskAt(told, place);
    const count = (counts.get(task) ?? 0) + 1;
    counts.set(task, count);
    const [begun, ended] = [told.starts[place], told.ends[place]];
    found.set(`${task} ${count}`, {
      id,
      state: told.state_names[place] ?? null,
      type: told.state_types[place] ?? null,
      seconds: begun != null && ended != null ? (ended - begun) / 1000 : null,
      started: rank[place] ?? place,
      subflow: told.subflow_run_ids[place] ?? null,
    });
  });
  return found;
}

/** The task runs of both, the n-th call of a task beside the n-th call of it, in the order in which they started. */
export function pair(a: Timeline, b: Timeline): TaskPair[] {
  const left = sides(a);
  const right = sides(b);
  const pairs = [...new Set([...left.keys(), ...right.keys()])].map((name) => ({
    name,
    a: left.get(name),
    b: right.get(name),
  }));
  const first = ({ a, b }: TaskPair) =>
    Math.min(a?.started ?? Number.POSITIVE_INFINITY, b?.started ?? Number.POSITIVE_INFINITY);
  return pairs.toSorted((one, other) => first(one) - first(other));
}

/** The first pair, in the order of start, that did not come to the same, or that only one run has. */
export function firstDivergence(pairs: readonly TaskPair[]): TaskPair | undefined {
  return pairs.find(({ a, b }) => a?.type !== b?.type);
}

/** By how many seconds the second took longer; nothing where one of them has not ended. */
export function changeOf({
  a,
  b,
}: {
  a: { seconds: number | null } | undefined;
  b: { seconds: number | null } | undefined;
}): number | null {
  return a?.seconds == null || b?.seconds == null ? null : b.seconds - a.seconds;
}

/** Those that changed most come first, whichever way; what cannot be compared comes last. */
export function byChange<
  T extends { a: { seconds: number | null } | undefined; b: { seconds: number | null } | undefined },
>(pairs: readonly T[]): T[] {
  const size = (each: T) => Math.abs(changeOf(each) ?? -1);
  const known = pairs.filter((each) => changeOf(each) !== null);
  return [
    ...known.toSorted((one, other) => size(other) - size(one)),
    ...pairs.filter((each) => changeOf(each) === null),
  ];
}

export interface TaskSum {
  count: number;
  failed: number;
  /** All its runs together, of those that have ended. */
  seconds: number | null;
}

export interface TaskPairSum {
  name: string;
  a: TaskSum | undefined;
  b: TaskSum | undefined;
}

/** The pairs put together by task: how often each was called, and how long all its calls took. */
export function byTask(pairs: readonly TaskPair[]): TaskPairSum[] {
  const found = new Map<string, TaskPairSum>();
  const add = (sum: TaskSum | undefined, side: Side | undefined): TaskSum | undefined => {
    if (!side) return sum;
    const known = sum ?? { count: 0, failed: 0, seconds: null };
    return {
      count: known.count + 1,
      failed: known.failed + (side.type === "FAILED" || side.type === "CRASHED" ? 1 : 0),
      seconds: side.seconds === null ? known.seconds : (known.seconds ?? 0) + side.seconds,
    };
  };
  for (const { name, a, b } of pairs) {
    const task = name.replace(/ \d+$/, "");
    const known = found.get(task);
    found.set(task, { name: task, a: add(known?.a, a), b: add(known?.b, b) });
  }
  return [...found.values()];
}
