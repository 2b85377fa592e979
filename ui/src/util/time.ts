/** Times and durations in words. */

export type Zone = "local" | "utc";

function formatter(zone: Zone, options: Intl.DateTimeFormatOptions) {
  return new Intl.DateTimeFormat("en-GB", {
    hour12: false,
    ...(zone === "utc" ? { timeZone: "UTC" } : {}),
    ...options,
  });
}

const formatters = new Map<string, Intl.DateTimeFormat>();
function format(at: Date, zone: Zone, key: string, options: Intl.DateTimeFormatOptions): string {
  const name = `${zone} ${key}`;
  let made = formatters.get(name);
  if (!made) formatters.set(name, (made = formatter(zone, options)));
  return made.format(at);
}

/** The day and the time, to the second. */
export function fullTime(at: Date, zone: Zone): string {
  const text = format(at, zone, "full", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return zone === "utc" ? `${text} UTC` : text;
}

/** The time of day, to the millisecond. */
export function clockTime(at: Date, zone: Zone): string {
  return format(at, zone, "clock", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
  });
}

/** The day and the time, to the minute, without the year. */
export function shortTime(at: Date, zone: Zone): string {
  return format(at, zone, "short", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

const STEPS: [number, string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
];

/** A duration in at most two units: `2h 5m`, `3.4s`, `120ms`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds === 0) return "0s";
  if (seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))}ms`;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [size, unit] of STEPS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count || parts.length) parts.push(`${count}${unit}`);
    if (parts.length === 2) break;
  }
  return parts.filter((part, place) => place === 0 || !part.startsWith("0")).join(" ");
}

/** How long ago, or in how long: `3m ago`, `in 2h`. */
export function relative(at: Date, now: number): string {
  const seconds = (now - at.getTime()) / 1000;
  if (Math.abs(seconds) < 5) return "just now";
  const [first = ""] = duration(Math.round(Math.abs(seconds))).split(" ");
  const whole = first.replace(/\.\d/, "");
  return seconds > 0 ? `${whole} ago` : `in ${whole}`;
}
