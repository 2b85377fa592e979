/** Lanes of bars that do not overlap: a bar lies in the first lane that is free, so a lane is as busy as one worker. */
import type { Bars } from "@/timeline/bars";

/** From when on each lane is free. The first one that is free at a time is found in a tree of the least values. */
class FreeFrom {
  private room = 16;
  private least = new Float64Array(32).fill(Number.POSITIVE_INFINITY);
  count = 0;

  set(lane: number, from: number) {
    let at = this.room + lane;
    this.least[at] = from;
    for (at >>= 1; at > 0; at >>= 1)
      this.least[at] = Math.min(this.least[2 * at] as number, this.least[2 * at + 1] as number);
  }

  /** The first lane that is free at a time, or a new one. */
  find(time: number): number {
    if (!((this.least[1] as number) <= time)) return this.add();
    let at = 1;
    while (at < this.room) {
      at *= 2;
      if (!((this.least[at] as number) <= time)) at += 1;
    }
    return at - this.room;
  }

  private add(): number {
    if (this.count === this.room) {
      const before = this.least.subarray(this.room);
      this.room *= 2;
      this.least = new Float64Array(2 * this.room).fill(Number.POSITIVE_INFINITY);
      this.least.set(before, this.room);
      for (let at = this.room - 1; at > 0; at -= 1)
        this.least[at] = Math.min(this.least[2 * at] as number, this.least[2 * at + 1] as number);
    }
    this.count += 1;
    return this.count - 1;
  }
}

/** What ends and begins at the same moment does not share a lane: bars without length would lie on one another. */
const APART = 0.5;

/** Bars that are laid out together: all of them, or those of one task. */
export class Section {
  /** Its bars, by their start. */
  readonly members: number[] = [];
  /** The bars of each lane, by their start; none overlaps the next, so they stand by their end too. */
  readonly lanes: number[][] = [];
  /** Whether its lanes are seen; else one row stands for all of them. */
  open = true;
  /** The row where it begins. */
  top = 0;
  private readonly free = new FreeFrom();

  constructor(readonly label: string) {}

  get count(): number {
    return this.members.length;
  }

  /** Lay a bar into a lane, and return which. Those that began earlier have been laid before. */
  add(bars: Bars, bar: number): number {
    const lane = this.free.find(bars.starts[bar] as number);
    (this.lanes[lane] ??= []).push(bar);
    this.members.push(bar);
    this.free.set(lane, (bars.ends[bar] as number) + APART);
    return lane;
  }

  /** Take in that the times of a bar are others; tells whether it still has its place. */
  change(bars: Bars, bar: number, lane: number): boolean {
    const fellows = this.lanes[lane] ?? [];
    const place = fellows.lastIndexOf(bar);
    const end = bars.ends[bar] as number;
    const before = fellows[place - 1];
    const after = fellows[place + 1];
    if (before !== undefined && (bars.ends[before] as number) > (bars.starts[bar] as number)) return false;
    if (after !== undefined) return end < (bars.starts[after] as number);
    this.free.set(lane, end + APART);
    return true;
  }
}

/** The first place of a lane whose bar reaches a time. */
export function firstAfter(bars: Bars, lane: readonly number[], time: number): number {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars.ends[lane[middle] as number] as number) >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}
