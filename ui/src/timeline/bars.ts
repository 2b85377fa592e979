/** The task runs that have started, as numbers: when each began and ended, and how it looks. Kept, and brought up to date. */
import type { Columns } from "@/timeline/told";
import { type Colour, colourOf, STATE_TYPES } from "@/util/states";

/** The colours, the more important the later: of several bars on one pixel the last one is seen. */
export const RANKS: readonly Colour[] = [
  "bright_black",
  "green",
  "yellow",
  "cyan",
  "blue",
  "orange",
  "bright_red",
  "red",
];
export const NO_STATE = STATE_TYPES.length;

const RANK = new Map(RANKS.map((colour, rank) => [colour, rank]));
const TYPE = new Map<string | null | undefined, number>(STATE_TYPES.map((type, place) => [type, place]));

export interface News {
  /** Those that have started since, by their start. */
  fresh: number[];
  /** Those that had started, and whose times are others now. */
  changed: number[];
}

/** A bar is known by its place in the columns. */
export class Bars {
  told: Columns | null = null;
  /** How many places there are, and how many of them have started. */
  count = 0;
  started = 0;
  first = Number.POSITIVE_INFINITY;
  /** The last moment that was told of. */
  lastTold = Number.NEGATIVE_INFINITY;
  /** In milliseconds; NaN before it starts. */
  starts = new Float64Array(0);
  /** Infinite while it runs. */
  ends = new Float64Array(0);
  ranks = new Uint8Array(0);
  types = new Uint8Array(0);
  /** How many are in each type of state; at the end those without one. */
  ofType: number[] = [];

  /** Read the columns, and tell what is new. */
  take(told: Columns): News {
    const { starts, ends, state_types: types, state_names: names } = told;
    this.told = told;
    this.grow(told.ids.length);
    const news: News = { fresh: [], changed: [] };
    const ofType = Array.from({ length: NO_STATE + 1 }, () => 0);
    for (let place = 0; place < this.count; place += 1) {
      const type = TYPE.get(types[place]) ?? NO_STATE;
      ofType[type] = (ofType[type] as number) + 1;
      const start = starts[place];
      if (start === null || start === undefined) continue;
      const end = Math.max(ends[place] ?? Number.POSITIVE_INFINITY, start);
      this.types[place] = type;
      this.ranks[place] = RANK.get(colourOf(types[place], names[place])) ?? 0;
      const before = this.starts[place] as number;
      if (before === start && this.ends[place] === end) continue;
      (Number.isNaN(before) ? news.fresh : news.changed).push(place);
      this.starts[place] = start;
      this.ends[place] = end;
      this.first = Math.min(this.first, start);
      this.lastTold = Math.max(this.lastTold, start, end === Number.POSITIVE_INFINITY ? start : end);
    }
    this.started += news.fresh.length;
    this.ofType = ofType;
    news.fresh.sort((a, b) => (this.starts[a] as number) - (this.starts[b] as number) || a - b);
    return news;
  }

  name(bar: number): string {
    return this.told?.names[bar] ?? "";
  }

  private grow(count: number) {
    this.count = count;
    if (count <= this.starts.length) return;
    const room = Math.max(256, Math.ceil(count * 1.5));
    const starts = new Float64Array(room).fill(Number.NaN);
    const ends = new Float64Array(room).fill(Number.NaN);
    const ranks = new Uint8Array(room);
    const types = new Uint8Array(room);
    starts.set(this.starts);
    ends.set(this.ends);
    ranks.set(this.ranks);
    types.set(this.types);
    Object.assign(this, { starts, ends, ranks, types });
  }
}
