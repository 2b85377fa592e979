/** The axis of time above a timeline: how long after its beginning. */
import type { Paint } from "@/timeline/paint";
import type { View } from "@/timeline/view";
import { duration } from "@/util/time";

export const AXIS = 26;

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5,
  432e5, 864e5,
];

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

export function drawAxis(
  context: CanvasRenderingContext2D,
  first: number,
  { from, scale, width, height }: View,
  paint: Paint,
) {
  const step = axisStep(scale);
  context.strokeStyle = paint.line;
  context.fillStyle = paint.quiet;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = Math.max(0, Math.floor((from - first) / step)) * step; at + first <= from + width * scale; at += step) {
    const x = Math.round((at + first - from) / scale) + 0.5;
    context.moveTo(x, AXIS - 6);
    context.lineTo(x, height);
    context.fillText(at === 0 ? "0" : `+${axisLabel(at, step)}`, x + 5, AXIS / 2);
  }
  context.moveTo(0, AXIS - 0.5);
  context.lineTo(width, AXIS - 0.5);
  context.stroke();
}

/** A line where the time is now, while the run goes on. */
export function drawNow(
  context: CanvasRenderingContext2D,
  now: number,
  { from, scale, width, height }: View,
  paint: Paint,
) {
  const x = Math.round((now - from) / scale);
  if (x < 0 || x > width) return;
  context.fillStyle = paint.accent;
  context.fillRect(x, AXIS - 6, 1, height);
  context.beginPath();
  context.arc(x + 0.5, AXIS - 6, 3, 0, 2 * Math.PI);
  context.fill();
}
