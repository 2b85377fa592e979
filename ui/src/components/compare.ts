/** Where two runs of a flow differ: in their parameters, and in what their tasks did. */
import type { Timeline } from "@/api/types";

export interface Difference {
  name: string;
  a: unknown;
  b: unknown;
}

/** The names whose values differ. */
export function differences(a: Record<string, unknown>, b: Record<string, unknown>): Difference[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name])).map((name) => ({ name, a: a[name], b: b[name] }));
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
}

/** A task run's name without what is only chance: `extract-3f2` is the third call or a random end. */
export function taskOf(name: string): string {
  return name.replace(/-(?:\d+|[0-9a-f]{3})$/, "");
}

function sides(told: Timeline): Map<string, Side> {
  const found = new Map<string, Side>();
  const counts = new Map<string, number>();
  told.ids.forEach((id, place) => {
    const task = taskOf(told.names[place] ?? "");
    const count = (counts.get(task) ?? 0) + 1;
    counts.set(task, count);
    const start = told.starts[place];
    const end = told.ends[place];
    found.set(`${task} ${count}`, { id, state: told.state_names[place] ?? null, type: told.state_types[place] ?? null, seconds: start != null && end != null ? (end - start) / 1000 : null });
  });
  return found;
}

/** The task runs of both, the n-th call of a task beside the n-th call of it, in the order of both. */
export function pair(a: Timeline, b: Timeline): TaskPair[] {
  const left = sides(a);
  const right = sides(b);
  const [ofA, ofB] = [[...left.keys()], [...right.keys()]];
  const names = Array.from({ length: Math.max(ofA.length, ofB.length) }, (_, place) => [ofA[place], ofB[place]]).flat();
  return [...new Set(names.filter((name) => name !== undefined))].map((name) => ({ name, a: left.get(name), b: right.get(name) }));
}

/** The first pair that did not come to the same. */
export function firstDivergence(pairs: readonly TaskPair[]): TaskPair | undefined {
  return pairs.find(({ a, b }) => a?.type !== b?.type);
}
