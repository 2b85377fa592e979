/** Runs over time: one bar for each interval, stacked by state. */
import { useMemo } from "react";
import { zone as zones } from "@/hooks/usePreference";
import { type Colour, colourOf, wordOf } from "@/util/states";
import { plural } from "@/util/text";
import { shortTime } from "@/util/time";

export interface Interval {
  interval_start: string;
  interval_end: string;
  states: { state_type: string; state_name: string; count_runs: number }[];
}

const ORDER = [
  "COMPLETED",
  "FAILED",
  "CRASHED",
  "CANCELLED",
  "CANCELLING",
  "PAUSED",
  "RUNNING",
  "PENDING",
  "SCHEDULED",
];
const HEIGHT = 150;
const STEP = 20;

export function HistoryBars({
  history,
  onChoose,
}: {
  history: readonly Interval[];
  onChoose?: (from: string, to: string) => void;
}) {
  const zone = zones.use();
  const totals = useMemo(
    () => history.map((each) => each.states.reduce((sum, state) => sum + state.count_runs, 0)),
    [history],
  );
  const most = Math.max(1, ...totals);
  const width = history.length * STEP;
  return (
    <svg
      className="bars"
      viewBox={`0 0 ${width} ${HEIGHT + 2}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Runs over time, at most ${most} in an interval`}
      style={{ height: 160 }}
    >
      {[0.5, 1].map((part) => (
        <line
          key={part}
          x1={0}
          x2={width}
          y1={HEIGHT - part * (HEIGHT - 8)}
          y2={HEIGHT - part * (HEIGHT - 8)}
          stroke="var(--line)"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      <line x1={0} x2={width} y1={HEIGHT} y2={HEIGHT} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
      {history.map((each, place) => {
        let y = HEIGHT;
        const sorted = each.states.toSorted((a, b) => ORDER.indexOf(a.state_type) - ORDER.indexOf(b.state_type));
        const label = `${shortTime(new Date(each.interval_start), zone)}: ${plural(totals[place] ?? 0, "run")}\n${sorted.map((state) => `${state.count_runs} ${state.state_name || wordOf(state.state_type)}`).join("\n")}`;
        return (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- a shortcut of the filters, which the keyboard reaches
          <g
            key={each.interval_start}
            onClick={onChoose && (() => onChoose(each.interval_start, each.interval_end))}
            style={onChoose ? { cursor: "pointer" } : {}}
          >
            <title>{label}</title>
            <rect x={place * STEP} y={0} width={STEP} height={HEIGHT} fill="transparent" />
            {sorted.map((state) => {
              const height = Math.max(2, (state.count_runs / most) * (HEIGHT - 8));
              y -= height;
              return (
                <rect
                  key={`${state.state_type} ${state.state_name}`}
                  x={place * STEP + 2.5}
                  y={y}
                  width={STEP - 5}
                  height={Math.max(1, height - 0.6)}
                  rx={1.5}
                  data-colour={colourOf(state.state_type, state.state_name)}
                  fill="var(--mark)"
                />
              );
            })}
          </g>
        );
      })}
    </svg>
  );
}

/** The times below the bars: text of its own size, whatever the width of the bars. */
export function HistoryTimes({ history }: { history: readonly Interval[] }) {
  const zone = zones.use();
  const places = [0, 0.25, 0.5, 0.75, 1]
    .map((part) => history[Math.min(history.length - 1, Math.floor(part * history.length))])
    .filter((each) => each !== undefined);
  return (
    <div className="row tiny quiet num" style={{ justifyContent: "space-between" }}>
      {places.map((each, place) => (
        <span key={place}>{shortTime(new Date(each.interval_start), zone)}</span>
      ))}
    </div>
  );
}

export function Legend({ history }: { history: readonly Interval[] }) {
  const counts = new Map<string, { count: number; colour: Colour; word: string }>();
  for (const each of history)
    for (const state of each.states) {
      const late = state.state_name === "Late";
      const word = late ? "Late" : wordOf(state.state_type);
      const known = counts.get(word) ?? { count: 0, colour: colourOf(state.state_type, state.state_name), word };
      counts.set(word, { ...known, count: known.count + state.count_runs });
    }
  return (
    <div className="legend">
      {[...counts.values()]
        .toSorted((a, b) => b.count - a.count)
        .map(({ word, count, colour }) => (
          <span key={word} data-colour={colour}>
            <i />
            {word} <b className="num">{count.toLocaleString("en")}</b>
          </span>
        ))}
    </div>
  );
}
