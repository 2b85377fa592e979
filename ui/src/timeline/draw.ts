/** Draws what is in sight of a timeline: bars, their names, the axis of time. Knows no React. */
import { type Bars, firstAfter } from "@/timeline/layout";
import type { Colour } from "@/util/states";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

export const LANE = 24;
export const AXIS = 26;
const GAP = 3;

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

export interface Paint {
  colours: Record<Colour, string>;
  text: string;
  quiet: string;
  line: string;
  surface: string;
  font: string;
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5];

export function axisStep(scale: number): number {
  return STEPS.find((step) => step / scale >= 90) ?? 864e5 * Math.ceil((90 * scale) / 864e5);
}

/** The words for a place of the axis, as fine as its steps are. */
export function axisLabel(milliseconds: number, step: number): string {
  if (step >= 60_000) return duration(milliseconds / 1000);
  if (milliseconds < 1000) return `${milliseconds}ms`;
  const digits = step >= 1000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(digits)}s`;
  const rest = (seconds % 60).toFixed(digits).padStart(digits ? 3 + digits : 2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export function draw(context: CanvasRenderingContext2D, bars: Bars, view: View, paint: Paint, now: number, chosen: number) {
  const { width, height, from, scale, top } = view;
  context.clearRect(0, 0, width, height);
  context.font = paint.font;
  context.textBaseline = "middle";
  drawAxis(context, bars, view, paint);
  const firstLane = Math.max(0, Math.floor(top / LANE));
  const lastLane = Math.min(bars.inLane.length, Math.ceil((top + height - AXIS) / LANE));
  const until = from + width * scale;
  context.save();
  context.beginPath();
  context.rect(0, AXIS, width, height - AXIS);
  context.clip();
  let filled = "";
  for (let lane = firstLane; lane < lastLane; lane += 1) {
    const members = bars.inLane[lane] as Int32Array;
    const y = AXIS + lane * LANE - top + GAP;
    let covered = -1;
    for (let place = firstAfter(bars, members, from); place < members.length; place += 1) {
      const bar = members[place] as number;
      const start = bars.starts[bar] as number;
      if (start > until) break;
      const known = bars.ends[bar] as number;
      const end = Number.isNaN(known) ? now : known;
      const left = (start - from) / scale;
      const right = Math.max(left + 1.5, (end - from) / scale);
      if (right <= covered) continue; // many bars on one pixel are one
      covered = Math.ceil(right);
      const colour = paint.colours[bars.colours[bar] as Colour];
      if (colour !== filled) context.fillStyle = filled = colour;
      const x = Math.max(-4, left);
      const wide = Math.min(width + 4, right) - x;
      if (wide > 6) {
        context.beginPath();
        context.roundRect(x, y, wide, LANE - 2 * GAP, 3);
        context.fill();
      } else context.fillRect(x, y, wide, LANE - 2 * GAP);
      if (wide > 44) {
        drawName(context, bars.names[bar] as string, Math.max(x, 0) + 6, y + (LANE - 2 * GAP) / 2, wide - 12, paint);
        filled = "";
      }
      if (bar === chosen) {
        context.strokeStyle = paint.text;
        context.lineWidth = 1.5;
        context.strokeRect(x - 0.5, y - 0.5, wide + 1, LANE - 2 * GAP + 1);
      }
    }
  }
  context.restore();
}

const widths = new Map<string, number>();

function drawName(context: CanvasRenderingContext2D, name: string, x: number, y: number, room: number, paint: Paint) {
  let text = inert(name, 80);
  let size = widths.get(text);
  if (size === undefined) {
    if (widths.size > 20_000) widths.clear();
    widths.set(text, (size = context.measureText(text).width));
  }
  if (size > room) {
    const kept = Math.floor((room / size) * text.length) - 1;
    if (kept < 3) return;
    text = `${text.slice(0, kept)}…`;
  }
  context.fillStyle = paint.surface;
  context.fillText(text, x, y);
}

function drawAxis(context: CanvasRenderingContext2D, bars: Bars, { from, scale, width, height }: View, paint: Paint) {
  const step = axisStep(scale);
  const origin = bars.first;
  context.strokeStyle = paint.line;
  context.fillStyle = paint.quiet;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = Math.max(0, Math.floor((from - origin) / step)) * step; at + origin <= from + width * scale; at += step) {
    const x = Math.round((at + origin - from) / scale) + 0.5;
    context.moveTo(x, AXIS - 6);
    context.lineTo(x, height);
    context.fillText(at === 0 ? "0" : `+${axisLabel(at, step)}`, x + 5, AXIS / 2);
  }
  context.moveTo(0, AXIS - 0.5);
  context.lineTo(width, AXIS - 0.5);
  context.stroke();
}

/** Which bar lies at a place of the canvas; -1 if none does. */
export function barAt(bars: Bars, view: View, x: number, y: number, now: number): number {
  if (y < AXIS) return -1;
  const members = bars.inLane[Math.floor((y - AXIS + view.top) / LANE)];
  if (!members) return -1;
  const slack = 2 * view.scale;
  const time = view.from + x * view.scale;
  for (let place = firstAfter(bars, members, time - slack); place < members.length; place += 1) {
    const bar = members[place] as number;
    const start = bars.starts[bar] as number;
    if (start > time + slack) return -1;
    const end = bars.ends[bar] as number;
    if ((Number.isNaN(end) ? now : end) >= time - slack) return bar;
  }
  return -1;
}
