/** Draws what is in sight of a timeline: bars and their names, tasks, the axis. Knows no React; the same work for any number of bars on a pixel. */
import { AXIS, drawAxis, drawNow } from "@/timeline/axis";
import type { Bars } from "@/timeline/bars";
import { Brush, tint } from "@/timeline/brush";
import { density } from "@/timeline/density";
import { firstAfter } from "@/timeline/lanes";
import type { Layout, Row } from "@/timeline/layout";
import type { Paint } from "@/timeline/paint";
import type { View } from "@/timeline/view";
import { inert } from "@/util/text";

export const LANE = 24;
const GAP = 3;
export const BAR = LANE - 2 * GAP;
const THIN = 2;
const ROUND = 16;
const NAMED = 44;

export interface Scene {
  bars: Bars;
  layout: Layout;
  view: View;
  paint: Paint;
  /** Where bars end that have no end. */
  now: number;
  /** Whether the run goes on. */
  running: boolean;
  chosen: number;
  /** 1 for each bar that is looked for; null if nothing is. */
  lit: Uint8Array | null;
  /** How wide the place is, left of what is in view, where tasks have their names. */
  gutter: number;
  /** Pixels of the screen for each of the page. */
  ratio: number;
}

const brush = new Brush();
/** The bars of this frame that have corners, names, or a frame around them: left, top, width and which. */
const wide: number[] = [];

export function draw(context: CanvasRenderingContext2D, scene: Scene) {
  const { layout, view, paint, bars, gutter } = scene;
  const { width, height, top } = view;
  context.clearRect(0, 0, gutter + width, height);
  context.font = paint.font;
  context.textBaseline = "middle";
  const first = Math.max(0, Math.floor(top / LANE));
  const last = Math.min(layout.rows.length, Math.ceil((top + height - AXIS) / LANE));
  const rows = layout.rows.slice(first, last);
  context.save();
  context.translate(gutter, 0);
  clip(context, 0, 0, width, height);
  drawAxis(context, bars.first, view, paint);
  clip(context, 0, AXIS, width, height - AXIS);
  brush.begin(width, scene.ratio);
  wide.length = 0;
  rows.forEach(({ section, lane }, place) => {
    const y = AXIS + (first + place) * LANE - top + GAP;
    if (lane < 0) density(brush, bars, section.members, scene.lit, view, scene.now, y, BAR, section.lanes.length);
    else laneBars(scene, section.lanes[lane] as number[], y);
  });
  brush.apply(context, paint);
  drawWide(context, scene);
  context.restore();
  if (gutter) drawTasks(context, scene, rows, AXIS + first * LANE - top);
  context.save();
  context.translate(gutter, 0);
  if (scene.running) drawNow(context, scene.now, view, paint);
  context.restore();
}

function clip(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number) {
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
}

function laneBars({ bars, view, now, lit, chosen }: Scene, lane: readonly number[], y: number) {
  const { from, scale, width } = view;
  const until = from + width * scale;
  const { starts, ends, ranks } = bars;
  for (let place = firstAfter(bars, lane, from); place < lane.length; place += 1) {
    const bar = lane[place] as number;
    const start = starts[bar] as number;
    if (start > until) break;
    const left = Math.max(-4, (start - from) / scale);
    const right = Math.min(
      width + 4,
      Math.max(left + THIN, (Math.min(ends[bar] as number, Math.max(now, start)) - from) / scale),
    );
    const colour = tint(ranks[bar] as number, !lit || lit[bar] === 1);
    if (right - left >= ROUND || bar === chosen) wide.push(left, y, right - left, bar);
    else if (right - left >= 4) brush.rectangle(colour, left, y, right - left, BAR);
    else brush.dot(colour, left, right);
  }
  brush.endRow(y, BAR);
}

function drawWide(context: CanvasRenderingContext2D, { bars, paint, lit, chosen }: Scene) {
  for (let at = 0; at < wide.length; at += 4) {
    const [x, y, width, bar] = [
      wide[at] as number,
      wide[at + 1] as number,
      wide[at + 2] as number,
      wide[at + 3] as number,
    ];
    context.globalAlpha = !lit || lit[bar] ? 1 : 0.2;
    context.fillStyle = paint.ranks[bars.ranks[bar] as number] as string;
    if (width >= ROUND) {
      context.beginPath();
      context.roundRect(x, y, width, BAR, 3);
      context.fill();
    } else context.fillRect(x, y, width, BAR);
    context.globalAlpha = 1;
    const subflow = Boolean(bars.told?.subflow_run_ids[bar]);
    const inside = Math.max(x, 0) + 6;
    if (width > NAMED && (!lit || lit[bar]))
      drawName(
        context,
        subflow ? `↳ ${bars.name(bar)}` : bars.name(bar),
        inside,
        y + BAR / 2,
        x + width - inside - 6,
        paint,
      );
    if (bar === chosen) {
      context.strokeStyle = paint.text;
      context.lineWidth = 2;
      context.strokeRect(x - 1, y - 1, width + 2, BAR + 2);
    }
  }
}

const widths = new Map<string, number>();

/** The font is another now, or has come. */
export function forgetWidths() {
  widths.clear();
}

function widthOf(context: CanvasRenderingContext2D, text: string): number {
  let size = widths.get(text);
  if (size === undefined) {
    if (widths.size > 20_000) widths.clear();
    widths.set(text, (size = context.measureText(text).width));
  }
  return size;
}

/** A text cut to the room that there is for it; null if there is too little. */
function cut(context: CanvasRenderingContext2D, text: string, room: number): string | null {
  const size = widthOf(context, text);
  if (size <= room) return text;
  const kept = Math.floor((room / size) * text.length) - 1;
  return kept < 3 ? null : `${text.slice(0, kept)}…`;
}

function drawName(context: CanvasRenderingContext2D, name: string, x: number, y: number, room: number, paint: Paint) {
  const text = cut(context, inert(name, 80), room);
  if (text === null) return;
  context.fillStyle = paint.surface;
  context.fillText(text, x, y);
}

/** The names of tasks, at the left, and how many runs those have whose lanes can be opened. */
function drawTasks(
  context: CanvasRenderingContext2D,
  { paint, gutter, view }: Scene,
  rows: readonly Row[],
  top: number,
) {
  context.save();
  clip(context, 0, AXIS, gutter, view.height - AXIS);
  rows.forEach(({ section, lane }, place) => {
    const { count, open, label } = section;
    if (lane >= 0 && count > 1) return;
    const y = top + place * LANE + LANE / 2 + 0.5;
    const many = count > 1 ? count.toLocaleString("en") : "";
    const room = gutter - 34 - (many ? widthOf(context, many) + 8 : 0);
    context.fillStyle = paint.quiet;
    if (many) {
      context.fillText(open ? "▾" : "▸", 10, y);
      context.fillText(many, gutter - 10 - widthOf(context, many), y);
    }
    context.fillStyle = paint.text;
    context.fillText(cut(context, inert(label, 60), room) ?? "", 24, y);
  });
  context.fillStyle = paint.line;
  context.fillRect(gutter - 1, AXIS, 1, view.height);
  context.restore();
}

/** The row at a place of the canvas. */
export function rowAt(layout: Layout, view: View, y: number): Row | undefined {
  return y < AXIS ? undefined : layout.rows[Math.floor((y - AXIS + view.top) / LANE)];
}

/** Which bar lies at a place of the canvas; -1 if none does. */
export function barAt(layout: Layout, view: View, x: number, y: number, now: number): number {
  const row = rowAt(layout, view, y);
  const lane = row && row.section.lanes[row.lane];
  if (!lane) return -1;
  const { bars } = layout;
  const slack = 2 * view.scale;
  const time = view.from + x * view.scale;
  let near = -1;
  for (let place = firstAfter(bars, lane, time - slack); place < lane.length; place += 1) {
    const bar = lane[place] as number;
    const start = bars.starts[bar] as number;
    if (start > time + slack) break;
    const end = Math.min(bars.ends[bar] as number, Math.max(now, start));
    if (start <= time && end >= time) return bar;
    if (near < 0 && end >= time - slack) near = bar;
  }
  return near;
}
