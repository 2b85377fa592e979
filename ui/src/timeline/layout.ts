/** Where the bars of a timeline lie: each in the first lane that is free, so a lane is as busy as one worker. */
import { colourOf, type Colour } from "@/util/states";

export interface Bars {
  count: number;
  ids: string[];
  names: string[];
  states: (string | null)[];
  colours: Colour[];
  subflows: (string | null)[];
  starts: Float64Array;
  /** NaN while it runs. */
  ends: Float64Array;
  lanes: Int32Array;
  /** The bars of each lane, by start. */
  inLane: Int32Array[];
  first: number;
  last: number;
}

export interface Columns {
  ids: string[];
  names: string[];
  state_types: (string | null)[];
  state_names: (string | null)[];
  starts: (number | null)[];
  ends: (number | null)[];
  subflow_run_ids: (string | null)[];
}

/** A queue of numbers by a key: the least comes first. */
class LeastFirst {
  private keys: number[] = [];
  private values: number[] = [];

  get size(): number {
    return this.keys.length;
  }

  get leastKey(): number {
    return this.keys[0] ?? Number.POSITIVE_INFINITY;
  }

  push(key: number, value: number) {
    let at = this.keys.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((this.keys[above] as number) <= key) break;
      this.keys[at] = this.keys[above] as number;
      this.values[at] = this.values[above] as number;
      at = above;
    }
    this.keys[at] = key;
    this.values[at] = value;
  }

  pop(): number {
    const least = this.values[0] as number;
    const key = this.keys.pop() as number;
    const value = this.values.pop() as number;
    const size = this.keys.length;
    if (size === 0) return least;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      if (below + 1 < size && (this.keys[below + 1] as number) < (this.keys[below] as number)) below += 1;
      if ((this.keys[below] as number) >= key) break;
      this.keys[at] = this.keys[below] as number;
      this.values[at] = this.values[below] as number;
      at = below;
    }
    this.keys[at] = key;
    this.values[at] = value;
    return least;
  }
}

/** Lay out the runs that have started. `now` is where those that run end, for the choice of lanes. */
export function layOut(told: Columns, now: number): Bars {
  const started = told.ids.map((_, place) => place).filter((place) => told.starts[place] !== null);
  started.sort((a, b) => (told.starts[a] as number) - (told.starts[b] as number) || a - b);
  const count = started.length;
  const bars: Bars = {
    count,
    ids: started.map((place) => told.ids[place] as string),
    names: started.map((place) => told.names[place] as string),
    states: started.map((place) => told.state_names[place] ?? told.state_types[place] ?? null),
    colours: started.map((place) => colourOf(told.state_types[place], told.state_names[place])),
    subflows: started.map((place) => told.subflow_run_ids[place] ?? null),
    starts: new Float64Array(count),
    ends: new Float64Array(count),
    lanes: new Int32Array(count),
    inLane: [],
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
  };
  const busy = new LeastFirst();
  const free = new LeastFirst();
  const members: number[][] = [];
  for (let bar = 0; bar < count; bar += 1) {
    const place = started[bar] as number;
    const start = told.starts[place] as number;
    const end = told.ends[place] ?? null;
    bars.starts[bar] = start;
    bars.ends[bar] = end === null ? Number.NaN : Math.max(end, start);
    const until = end ?? Math.max(now, start) + 1;
    while (busy.leastKey <= start) {
      const lane = busy.pop();
      free.push(lane, lane);
    }
    const lane = free.size ? free.pop() : members.length;
    if (lane === members.length) members.push([]);
    (members[lane] as number[]).push(bar);
    bars.lanes[bar] = lane;
    busy.push(until + 0.5, lane);
    bars.first = Math.min(bars.first, start);
    bars.last = Math.max(bars.last, until);
  }
  bars.inLane = members.map((each) => Int32Array.from(each));
  return bars;
}

/** Take later news into what is known: what is there is replaced, what is new is added. */
export function merge<T extends Columns & { expected: (number | null)[]; cursor: string | null }>(known: T, news: T): T {
  if (!news.ids.length) return known;
  const where = new Map(known.ids.map((id, place) => [id, place]));
  const next: T = { ...known, ids: [...known.ids], names: [...known.names], state_types: [...known.state_types], state_names: [...known.state_names], starts: [...known.starts], ends: [...known.ends], expected: [...known.expected], subflow_run_ids: [...known.subflow_run_ids], cursor: news.cursor ?? known.cursor };
  news.ids.forEach((id, from) => {
    const place = where.get(id) ?? next.ids.length;
    for (const column of ["ids", "names", "state_types", "state_names", "starts", "ends", "expected", "subflow_run_ids"] as const)
      (next[column] as unknown[])[place] = news[column][from];
  });
  return next;
}

/** The first place of a lane whose bar may reach beyond a time: lanes have no overlaps, so ends are sorted too. */
export function firstAfter(bars: Bars, lane: Int32Array, time: number): number {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const end = bars.ends[lane[middle] as number] as number;
    if (Number.isNaN(end) || end >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}
