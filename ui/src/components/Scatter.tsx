/** Runs as points: when they were, and how long they took. */
import { useNavigate } from "@tanstack/react-router";
import { colourOf, wordOf } from "@/util/states";
import { duration } from "@/util/time";

export interface Point {
  id: string;
  state_type: string;
  timestamp: string;
  duration: number;
}

const WIDTH = 1000;
const HEIGHT = 150;
const EDGE = 44;

/** Return the place of a duration on a scale where each step is a tenfold. */
export function heightOf(seconds: number, most: number): number {
  const scale = Math.log10(1 + most * 10);
  return scale ? Math.log10(1 + seconds * 10) / scale : 0;
}

export function Scatter({ points }: { points: readonly Point[] }) {
  const navigate = useNavigate();
  const times = points.map((point) => Date.parse(point.timestamp));
  const first = Math.min(...times);
  const span = Math.max(1, Math.max(...times) - first);
  const most = Math.max(1, ...points.map((point) => point.duration));
  const marks = [most, 10 ** (Math.log10(most) / 2)].filter((mark, place, all) => place === 0 || mark < (all[0] as number) * 0.8);
  return (
    <svg className="bars" viewBox={`0 0 ${WIDTH} ${HEIGHT + 10}`} role="img" aria-label={`How long ${points.length} runs took, at most ${duration(most)}`} style={{ maxHeight: 200 }}>
      {marks.map((mark) => {
        const y = HEIGHT - heightOf(mark, most) * (HEIGHT - 14);
        return (
          <g key={mark}>
            <line x1={EDGE} x2={WIDTH} y1={y} y2={y} stroke="var(--line)" />
            <text x={0} y={y + 4} fontSize={11} fill="var(--text-3)">{duration(mark)}</text>
          </g>
        );
      })}
      <line x1={EDGE} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--line)" />
      {points.map((point, place) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the table below has the same runs as links
        <circle key={point.id} cx={EDGE + 6 + (((times[place] as number) - first) / span) * (WIDTH - EDGE - 12)} cy={HEIGHT - heightOf(point.duration, most) * (HEIGHT - 14)} r={3.6}
          data-colour={colourOf(point.state_type)} fill="var(--mark)" fillOpacity={0.75} style={{ cursor: "pointer" }}
          onClick={() => void navigate({ to: "/runs/flow-run/$id", params: { id: point.id } })}>
          <title>{`${wordOf(point.state_type)}, ${duration(point.duration)}`}</title>
        </circle>
      ))}
    </svg>
  );
}
