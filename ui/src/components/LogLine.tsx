/** One line of a log: when, how bad, of which task, and the text, inert. */
import type { ReactNode } from "react";
import type { Log } from "@/api/types";
import type { Colour } from "@/util/states";
import { inert } from "@/util/text";
import { clockTime, fullTime, type Zone } from "@/util/time";

/** Of one record no more lines are made than these. */
const MOST_LINES = 2_000;

export function levelName(level: number): [string, Colour | "none"] {
  if (level >= 50) return ["CRITICAL", "bright_red"];
  if (level >= 40) return ["ERROR", "red"];
  if (level >= 30) return ["WARNING", "orange"];
  if (level >= 20) return ["INFO", "none"];
  return ["DEBUG", "none"];
}

export interface Line {
  log: Log;
  text: string;
  first: boolean;
}

/** One log may have several lines; each is a row of its own. */
export function linesOf(logs: readonly Log[]): Line[] {
  const lines: Line[] = [];
  for (const log of logs) {
    const texts = log.message.split("\n", MOST_LINES + 1);
    const more = texts.length > MOST_LINES;
    (more ? texts.slice(0, MOST_LINES) : texts).forEach((text, place) =>
      lines.push({ log, text: inert(text), first: place === 0 }),
    );
    if (more) lines.push({ log, text: "… more lines; the download has them all", first: false });
  }
  return lines;
}

interface LogLineProps {
  line: Line;
  top: number;
  zone: Zone;
  /** What is looked for, to be marked. */
  find: string;
  pointed: boolean;
  /** The name of its task run, where there are several. */
  who?: string;
  onTask?: () => void;
}

export function LogLine({ line: { log, text, first }, top, zone, find, pointed, who, onTask }: LogLineProps) {
  const [word, colour] = levelName(log.level);
  return (
    <div
      className={`line ${pointed ? "pointed" : ""}`}
      style={{ top }}
      data-level={first && colour !== "none" ? colour : undefined}
    >
      <span className="at" title={fullTime(new Date(log.timestamp), zone)}>
        {first && clockTime(new Date(log.timestamp), zone)}
      </span>
      <span className="level" data-colour={colour}>
        {first && word}
      </span>
      {who !== undefined &&
        (first && onTask ? (
          <button
            type="button"
            className="who cut"
            tabIndex={-1}
            title={`Only the lines of ${inert(who, 80)}`}
            onClick={onTask}
          >
            {inert(who, 40)}
          </button>
        ) : (
          <span className="who cut">{first && inert(who, 40)}</span>
        ))}
      <bdi>{marked(text, find)}</bdi>
    </div>
  );
}

function marked(text: string, words: string): ReactNode {
  const wanted = words
    .replace(/^[-!"]+|"$/g, "")
    .split(" ")[0]
    ?.toLowerCase();
  if (!wanted) return text;
  const at = text.toLowerCase().indexOf(wanted);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </>
  );
}
