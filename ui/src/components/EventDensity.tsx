/** How much happened when: a bar for each step of time; a part of it is chosen by click, drag or keys. */
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { HistoryTimes } from "@/components/HistoryBars";
import { zone as zones } from "@/hooks/usePreference";
import { plural } from "@/util/text";
import { shortTime } from "@/util/time";

export interface EventCount {
  start_time: string;
  end_time: string;
  count: number;
}

const STEP = 20;
const HEIGHT = 72;

export function EventDensity({
  counts,
  onChoose,
}: {
  counts: readonly EventCount[];
  onChoose: (since: string, until: string) => void;
}) {
  const zone = zones.use();
  const box = useRef<SVGSVGElement>(null);
  const [chosen, setChosen] = useState<{ from: number; to: number } | null>(null);
  const [held, setHeld] = useState(false);
  const most = Math.max(1, ...counts.map((each) => each.count));
  const total = counts.reduce((sum, each) => sum + each.count, 0);
  const last = counts.length - 1;
  const low = chosen ? Math.min(chosen.from, chosen.to) : 0;
  const high = chosen ? Math.min(last, Math.max(chosen.from, chosen.to)) : last;
  const part = counts.slice(low, high + 1);
  const time = (place: number, end?: boolean) =>
    shortTime(new Date((end ? counts[place]?.end_time : counts[place]?.start_time) ?? 0), zone);
  const at = ({ clientX }: PointerEvent) => {
    const bounds = box.current?.getBoundingClientRect();
    return bounds
      ? Math.max(0, Math.min(last, Math.floor(((clientX - bounds.left) / bounds.width) * counts.length)))
      : 0;
  };
  const choose = () => {
    const begin = counts[low];
    const end = counts[high];
    if (chosen && begin && end) onChoose(begin.start_time, end.end_time);
    setChosen(null);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const to = Math.max(0, Math.min(last, chosen ? chosen.to + step : step > 0 ? 0 : last));
      setChosen({ from: event.shiftKey && chosen ? chosen.from : to, to });
    } else if (event.key === "Enter" && chosen) choose();
    else if (event.key === "Escape" && chosen) setChosen(null);
    else return;
    event.preventDefault();
  };
  if (!counts.length) return <p className="quiet">No time is chosen.</p>;
  return (
    <div className="column tight">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its keys are those of its hint */}
      <div
        className="density"
        role="group"
        aria-label="Choose a part of the time: arrows, Shift with arrows, Enter"
        tabIndex={0}
        onKeyDown={press}
        onBlur={() => setChosen(null)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setHeld(true);
          setChosen({ from: at(event), to: at(event) });
        }}
        onPointerMove={(event) =>
          setChosen(held && chosen ? { from: chosen.from, to: at(event) } : { from: at(event), to: at(event) })
        }
        onPointerUp={() => {
          setHeld(false);
          choose();
        }}
        onPointerLeave={() => {
          if (!held) setChosen(null);
        }}
        onPointerCancel={() => {
          setHeld(false);
          setChosen(null);
        }}
      >
        <svg
          ref={box}
          className="bars"
          viewBox={`0 0 ${counts.length * STEP} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${plural(total, "event")}, at most ${most.toLocaleString("en")} at a time`}
        >
          {chosen && (
            <rect x={low * STEP} y={0} width={(high - low + 1) * STEP} height={HEIGHT} fill="var(--accent-soft)" />
          )}
          <line
            x1={0}
            x2={counts.length * STEP}
            y1={HEIGHT - 0.5}
            y2={HEIGHT - 0.5}
            stroke="var(--line)"
            vectorEffect="non-scaling-stroke"
          />
          {counts.map((each, place) => {
            const height = each.count ? Math.max(2, (each.count / most) * (HEIGHT - 4)) : 0;
            return (
              <rect
                key={each.start_time}
                x={place * STEP + 2.5}
                y={HEIGHT - height}
                width={STEP - 5}
                height={height}
                rx={1.5}
                fill="var(--accent)"
                opacity={chosen && (place < low || place > high) ? 0.45 : 0.9}
              />
            );
          })}
        </svg>
      </div>
      <HistoryTimes
        history={counts.map((each) => ({ interval_start: each.start_time, interval_end: each.end_time, states: [] }))}
      />
      <p className="tiny quiet num" aria-live="polite">
        {chosen
          ? `${time(low)} to ${time(high, true)}: ${plural(
              part.reduce((sum, each) => sum + each.count, 0),
              "event",
            )}`
          : `${plural(total, "event")}. Click a bar, or drag over several, to look closer.`}
      </p>
    </div>
  );
}
