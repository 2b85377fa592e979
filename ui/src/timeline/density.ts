/** How many bars there are at each pixel, and how many of them are bad or still run: one row that stands for many lanes. */
import { type Bars, RANKS } from "@/timeline/bars";
import { type Brush, tint } from "@/timeline/brush";
import type { View } from "@/timeline/view";

const RUNNING = RANKS.indexOf("blue");
const GOOD = RANKS.indexOf("green");
const BAD = RANKS.indexOf("red");
/** Of a kind that is there at all so many pixels are seen. */
const LEAST = 4;

const kinds = [BAD, RUNNING, GOOD];
/** For each kind: how many begin or end at a pixel, and how much of it those fill that are narrower. */
let steps = kinds.map(() => new Int32Array(0));
let parts = kinds.map(() => new Float64Array(0));

function kindOf(rank: number): number {
  return rank > RUNNING ? 0 : rank === RUNNING ? 1 : 2;
}

function clear(width: number) {
  if (steps[0]?.length !== width + 2) {
    steps = kinds.map(() => new Int32Array(width + 2));
    parts = kinds.map(() => new Float64Array(width + 2));
  } else for (const each of [...steps, ...parts]) each.fill(0);
}

/** Paint how many of some bars there are over time, from the bottom up to `height` for `most` of them. */
export function density(
  brush: Brush,
  bars: Bars,
  members: readonly number[],
  lit: Uint8Array | null,
  view: View,
  now: number,
  y: number,
  height: number,
  most: number,
) {
  const { from, scale, width } = view;
  clear(width);
  for (const bar of members) {
    const start = bars.starts[bar] as number;
    const left = Math.max(0, (start - from) / scale);
    const right = Math.min(width, (Math.min(bars.ends[bar] as number, Math.max(now, start)) - from) / scale);
    if (right < 0 || left > width || (lit && !lit[bar])) continue;
    const kind = kindOf(bars.ranks[bar] as number);
    const first = Math.floor(left);
    const last = Math.max(first, Math.floor(right));
    const part = parts[kind] as Float64Array;
    const step = steps[kind] as Int32Array;
    if (last === first) part[first] = (part[first] as number) + Math.max(right - left, 0.01);
    else {
      part[first] = (part[first] as number) + first + 1 - left;
      part[last] = (part[last] as number) + right - last;
      step[first + 1] = (step[first + 1] as number) + 1;
      step[last] = (step[last] as number) - 1;
    }
  }
  const whole = [0, 0, 0];
  const unit = height / Math.max(1, most);
  for (let x = 0; x < width; x += 1) {
    let below = 0;
    for (let kind = 0; kind < kinds.length; kind += 1) {
      const count =
        (whole[kind] = (whole[kind] as number) + ((steps[kind] as Int32Array)[x] as number)) +
        ((parts[kind] as Float64Array)[x] as number);
      if (count < 0.005) continue;
      const high = Math.min(height - below, Math.max(LEAST, Math.round(count * unit)));
      if (high > 0) brush.rectangle(tint(kinds[kind] as number, true), x, y + height - below - high, 1, high);
      below += high;
    }
  }
}
