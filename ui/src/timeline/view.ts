/** Moving and zooming in a timeline: pure functions of what is in sight. */
import type { View } from "@/timeline/draw";

const CLOSEST = 0.002;
const MARGIN = 0.02;

/** See all of it. */
export function whole(first: number, last: number, width: number, height: number): View {
  const length = Math.max(1, last - first);
  const scale = Math.max(CLOSEST, (length * (1 + 2 * MARGIN)) / Math.max(1, width));
  return { from: first - length * MARGIN, scale, top: 0, width, height };
}

/** Zoom so that the time below `x` stays where it is. */
export function zoomed(view: View, factor: number, x: number, first: number, last: number): View {
  const widest = (Math.max(1, last - first) * (1 + 2 * MARGIN)) / Math.max(1, view.width);
  const scale = Math.min(Math.max(view.scale * factor, CLOSEST), Math.max(widest, CLOSEST));
  return moved({ ...view, scale, from: view.from + x * (view.scale - scale) }, 0, 0, first, last, Number.POSITIVE_INFINITY);
}

/** Move by pixels; what there is stays in sight. */
export function moved(view: View, dx: number, dy: number, first: number, last: number, depth: number): View {
  const length = Math.max(1, last - first);
  const span = view.width * view.scale;
  const low = first - length * MARGIN;
  const high = Math.max(low, last + length * MARGIN - span);
  const from = Math.min(Math.max(view.from + dx * view.scale, low), high);
  const top = Math.min(Math.max(view.top + dy, 0), Math.max(0, depth - view.height));
  return { ...view, from, top };
}
