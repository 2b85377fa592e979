/** Runs as points: when they were, and how long they took. One opens by a click, and says what it is under the pointer. */
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { zone as zones } from "@/hooks/usePreference";
import { colourOf, wordOf } from "@/util/states";
import { duration, shortTime } from "@/util/time";

export interface Point {
  id: string;
  state_type: string;
  timestamp: string;
  duration: number;
}

const WIDTH = 1000;
const HEIGHT = 150;
const EDGE = 44;
const TOP = 14;
/** From how many times the usual duration on a scale of tenfolds shows more than a plain one. */
const WIDE = 20;

/** Return the place of a duration, from 0 to 1: on a scale where each step is a tenfold, or on a plain one. */
export function heightOf(seconds: number, most: number, tenfold = true): number {
  if (!tenfold) return most ? seconds / most : 0;
  const scale = Math.log10(1 + most * 10);
  return scale ? Math.log10(1 + seconds * 10) / scale : 0;
}

/** Whether durations lie so far apart that a plain scale would press most of them to the floor. */
export function needsTenfolds(seconds: readonly number[]): boolean {
  const sorted = seconds.filter((each) => each > 0).toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return middle > 0 && (sorted.at(-1) ?? 0) / middle > WIDE;
}

const STEPS = [0.1, 1, 10, 60, 600, 3_600, 36_000, 86_400, 864_000];

/** Durations at which a line is drawn: the longest, and those below it that people count in. */
export function marksOf(most: number, tenfold: boolean): number[] {
  if (!tenfold) return [most, most / 2];
  return [
    most,
    ...STEPS.filter((step) => step < most * 0.5)
      .slice(-3)
      .toReversed(),
  ];
}

export function Scatter({ points, most: limit }: { points: readonly Point[]; most: number }) {
  const navigate = useNavigate();
  const zone = zones.use();
  const [at, setAt] = useState<number | null>(null);
  const drawn = useMemo(() => placed(points), [points]);
  const { places, most, tenfold, first, last } = drawn;
  const shown = at === null ? undefined : points[at];
  const place = at === null ? undefined : places[at];
  return (
    <div className="scatter column tight">
      <svg
        className="bars"
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 10}`}
        role="img"
        aria-label={`How long ${points.length} runs took, at most ${duration(most)}`}
        onPointerLeave={() => setAt(null)}
      >
        {marksOf(most, tenfold).map((mark) => {
          const y = HEIGHT - heightOf(mark, most, tenfold) * (HEIGHT - TOP);
          return (
            <g key={mark}>
              <line x1={EDGE} x2={WIDTH} y1={y} y2={y} stroke="var(--line)" />
              <text x={0} y={y + 4} fontSize={11} fill="var(--text-3)">
                {duration(mark)}
              </text>
            </g>
          );
        })}
        <line x1={EDGE} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--line)" />
        {points.map((point, number) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the table below has the same runs as links
          <circle
            key={point.id}
            cx={places[number]?.x}
            cy={places[number]?.y}
            r={number === at ? 6 : 3.6}
            data-colour={colourOf(point.state_type)}
            fill="var(--mark)"
            fillOpacity={number === at ? 1 : 0.7}
            style={{ cursor: "pointer" }}
            onPointerEnter={() => setAt(number)}
            onClick={() => void navigate({ to: "/runs/flow-run/$id", params: { id: point.id } })}
          />
        ))}
      </svg>
      {shown && place && (
        <div
          className="tip"
          style={{
            top: `${(place.y / (HEIGHT + 10)) * 100}%`,
            ...(place.x > WIDTH / 2
              ? { right: `${100 - (place.x / WIDTH) * 100 + 1.5}%` }
              : { left: `${(place.x / WIDTH) * 100 + 1.5}%` }),
          }}
        >
          <b>{duration(shown.duration)}</b>{" "}
          <span data-colour={colourOf(shown.state_type)} style={{ color: "var(--mark)" }}>
            {wordOf(shown.state_type)}
          </span>{" "}
          <span className="quiet num">{shortTime(new Date(shown.timestamp), zone)}</span>
        </div>
      )}
      <div className="row tiny quiet num" style={{ justifyContent: "space-between" }}>
        <span>{shortTime(new Date(first), zone)}</span>
        <span>
          {points.length >= limit ? `the latest ${limit}` : ""}
          {tenfold && (points.length >= limit ? ", " : "") + "long durations are drawn closer together"}
        </span>
        <span>{shortTime(new Date(last), zone)}</span>
      </div>
    </div>
  );
}

function placed(points: readonly Point[]) {
  const times = points.map((point) => Date.parse(point.timestamp));
  const durations = points.map((point) => point.duration);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const most = Math.max(1, ...durations);
  const tenfold = needsTenfolds(durations);
  const places = times.map((time, number) => ({
    x: EDGE + 6 + ((time - first) / Math.max(1, last - first)) * (WIDTH - EDGE - 12),
    y: HEIGHT - heightOf(durations[number] as number, most, tenfold) * (HEIGHT - TOP),
  }));
  return { places, most, tenfold, first, last };
}
