/** Moving and zooming in a timeline: pure functions of what is in sight. */

export interface View {
  /** The time at the left edge, in milliseconds. */
  from: number;
  /** Milliseconds for each pixel. */
  scale: number;
  /** How far it is scrolled down, in pixels. */
  top: number;
  width: number;
  height: number;
}

/** What there is to see: its first and its last moment, and how many pixels its rows take. */
export interface Extent {
  first: number;
  last: number;
  depth: number;
}

const CLOSEST = 0.002;
const MARGIN = 0.02;

function lengthOf({ first, last }: Extent): number {
  return Math.max(1, last - first);
}

function widest(extent: Extent, width: number): number {
  return Math.max(CLOSEST, (lengthOf(extent) * (1 + 2 * MARGIN)) / Math.max(1, width));
}

/** See all of it. */
export function whole(extent: Extent, width: number, height: number, top = 0): View {
  return held(
    { from: extent.first - lengthOf(extent) * MARGIN, scale: widest(extent, width), top, width, height },
    extent,
  );
}

/** Keep a view where there is something to see. */
export function held(view: View, extent: Extent): View {
  const margin = lengthOf(extent) * MARGIN;
  const low = extent.first - margin;
  const high = Math.max(low, extent.last + margin - view.width * view.scale);
  const from = Math.min(Math.max(view.from, low), high);
  const top = Math.min(Math.max(view.top, 0), Math.max(0, extent.depth - view.height));
  return { ...view, from, top };
}

/** Zoom so that the time below `x` stays where it is. */
export function zoomed(view: View, factor: number, x: number, extent: Extent): View {
  const scale = Math.min(
    Math.max(view.scale * factor, CLOSEST),
    Math.max(widest(extent, view.width), factor < 1 ? view.scale : 0),
  );
  return held({ ...view, scale, from: view.from + x * (view.scale - scale) }, extent);
}

/** Move by pixels; what there is stays in sight. */
export function moved(view: View, dx: number, dy: number, extent: Extent): View {
  return held({ ...view, from: view.from + dx * view.scale, top: view.top + dy }, extent);
}

/** Whether all of the time is in sight. */
export function isWhole(view: View, extent: Extent): boolean {
  return view.scale >= widest(extent, view.width) * 0.999;
}

/** Whether the last moment is in sight. */
export function seesEnd(view: View, extent: Extent): boolean {
  return view.from + view.width * view.scale >= extent.last;
}

/** Move so that the last moment stands a little before the right edge. */
export function atEnd(view: View, extent: Extent): View {
  const reach = view.width * view.scale;
  return held({ ...view, from: extent.last - reach * 0.9 }, { ...extent, last: extent.last + reach * 0.1 });
}
