/** Times and durations as a person reads them; the other time zone on hover. */
import { zone as zones } from "@/hooks/usePreference";
import { useNow, useSecond } from "@/hooks/useNow";
import { clockTime, duration, fullTime, relative, shortTime } from "@/util/time";

type Look = "relative" | "full" | "clock" | "short";

export function Time({
  at,
  look = "relative",
  none = "–",
}: {
  at: string | number | Date | null | undefined;
  look?: Look;
  none?: string;
}) {
  const zone = zones.use();
  const now = useNow();
  if (at === null || at === undefined) return <span className="quiet">{none}</span>;
  const moment = new Date(at);
  const other = zone === "local" ? "utc" : "local";
  const text = {
    relative: () => relative(moment, now),
    full: () => fullTime(moment, zone),
    clock: () => clockTime(moment, zone),
    short: () => shortTime(moment, zone),
  }[look]();
  return (
    <time
      dateTime={moment.toISOString()}
      title={`${fullTime(moment, zone)}\n${fullTime(moment, other)}`}
      className="num"
    >
      {text}
    </time>
  );
}

/** How long something took; counts on while it runs. */
export function Took({
  start,
  end,
  running,
}: {
  start: string | null | undefined;
  end: string | null | undefined;
  running?: boolean;
}) {
  if (!start) return <span className="quiet">–</span>;
  if (end) return <span className="num">{duration((Date.parse(end) - Date.parse(start)) / 1000)}</span>;
  return running ? <Counting start={start} /> : <span className="quiet">–</span>;
}

function Counting({ start }: { start: string }) {
  const now = useSecond();
  return <span className="num">{duration(Math.max(0, Math.floor((now - Date.parse(start)) / 1000)))}</span>;
}
