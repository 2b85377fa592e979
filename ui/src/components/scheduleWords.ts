/** Schedules in words. */
import { inert } from "@/util/text";
import { duration } from "@/util/time";

export type AnySchedule = {
  interval?: number | string;
  anchor_date?: string;
  cron?: string;
  rrule?: string;
  timezone?: string | null;
  day_or?: boolean;
};

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Seconds of an interval, which travels as a number or as an ISO 8601 duration. */
export function secondsOf(interval: number | string | undefined): number {
  if (typeof interval === "number") return interval;
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(interval ?? "");
  if (!found) return Number(interval) || 0;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = found;
  return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

function cronWords(cron: string): string {
  const [minute, hour, day, month, weekday] = cron.trim().split(/\s+/);
  const clock = `${hour?.padStart(2, "0")}:${minute?.padStart(2, "0")}`;
  const plain = /^\d+$/;
  if (day === "*" && month === "*" && plain.test(minute ?? "")) {
    if (hour === "*" && weekday === "*") return `Every hour at :${minute?.padStart(2, "0")}`;
    if (plain.test(hour ?? "")) {
      if (weekday === "*") return `Every day at ${clock}`;
      if (weekday === "1-5") return `Weekdays at ${clock}`;
      if (plain.test(weekday ?? "")) return `${DAYS[Number(weekday) % 7]}s at ${clock}`;
    }
  }
  const step = /^\*\/(\d+)$/.exec(minute ?? "");
  if (step && [hour, day, month, weekday].every((each) => each === "*")) return `Every ${step[1]} minutes`;
  return `Cron ${inert(cron, 80)}`;
}

export function scheduleWords(schedule: AnySchedule | null | undefined): string {
  if (!schedule) return "Never";
  const zone = schedule.timezone && schedule.timezone !== "UTC" ? ` (${inert(schedule.timezone, 40)})` : "";
  if (schedule.cron) return cronWords(schedule.cron) + zone;
  if (schedule.interval !== undefined) return `Every ${duration(secondsOf(schedule.interval))}`;
  if (schedule.rrule) return `Rule ${inert(schedule.rrule, 60)}${zone}`;
  return "Never";
}

/** What becomes of the dates that passed while nobody made runs, in words. */
export const CATCH_UP = {
  all: "missed dates all run",
  latest: "of missed dates the latest runs",
  none: "missed dates are left out",
} as const;

export function catchUpWords(policy: string): string {
  return CATCH_UP[policy as keyof typeof CATCH_UP] ?? inert(policy, 40);
}

export function latenessWords(seconds: number): string {
  return `given up when more than ${duration(seconds)} late`;
}

const SIZES = [
  ["86400", "days"],
  ["3600", "hours"],
  ["60", "minutes"],
  ["1", "seconds"],
] as const;
export const UNITS = [
  ["60", "minutes"],
  ["3600", "hours"],
  ["86400", "days"],
  ["1", "seconds"],
] as const;

/** The greatest unit in which so many seconds are a whole number. */
export function unitOf(seconds: number | undefined, usual = "60"): string {
  return seconds ? (SIZES.find(([size]) => seconds % Number(size) === 0)?.[0] ?? "1") : usual;
}
