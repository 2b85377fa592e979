/** Log lines, as many as there are: found by text and level, followed while the run goes on, kept as a file. */
import { ArrowDownToLine, Download, Search } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { authorization, facts } from "@/api/client";
import type { Log } from "@/api/types";
import { type LogQuery, useLogs } from "@/components/useLogs";
import { useDelayed } from "@/hooks/useDelayed";
import { zone as zones } from "@/hooks/usePreference";
import { Button } from "@/ui/Button";
import { Bones, Empty, Notice } from "@/ui/Empty";
import { Virtual } from "@/ui/Virtual";
import type { Colour } from "@/util/states";
import { inert, plural } from "@/util/text";
import { toast } from "@/util/toasts";
import { clockTime, fullTime } from "@/util/time";

const LEVELS = [[0, "All levels"], [10, "Debug and above"], [20, "Info and above"], [30, "Warnings and above"], [40, "Errors"]] as const;
const ROW = 20;

export function levelName(level: number): [string, Colour | "none"] {
  if (level >= 50) return ["CRITICAL", "bright_red"];
  if (level >= 40) return ["ERROR", "red"];
  if (level >= 30) return ["WARNING", "orange"];
  if (level >= 20) return ["INFO", "none"];
  return ["DEBUG", "none"];
}

interface Line {
  log: Log;
  text: string;
  first: boolean;
}

/** One log may have several lines; each is a row of its own. */
export function linesOf(logs: readonly Log[]): Line[] {
  const lines: Line[] = [];
  for (const log of logs) log.message.split("\n").forEach((text, place) => lines.push({ log, text: inert(text), first: place === 0 }));
  return lines;
}

interface LogViewProps {
  flowRunId?: string;
  taskRunId?: string;
  live: boolean;
  height?: number;
  /** The names of task runs, by id. */
  names?: ReadonlyMap<string, string>;
}

export function LogView({ flowRunId, taskRunId, live, height = 440, names }: LogViewProps) {
  const [level, setLevel] = useState(0);
  const [typed, setTyped] = useState("");
  const [newestFirst, setNewestFirst] = useState(false);
  const text = useDelayed(typed.trim());
  const query: LogQuery = { level, text, newestFirst, ...(flowRunId ? { flowRunId } : {}), ...(taskRunId ? { taskRunId } : {}) };
  const { logs, complete, started, error, more } = useLogs(query, live);
  const lines = useMemo(() => linesOf(logs), [logs]);
  const box = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(live);
  const zone = zones.use();
  const count = lines.length;
  useEffect(() => {
    if (follows && live && !newestFirst && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count, follows, live, newestFirst]);

  const row = (place: number): ReactNode => {
    const line = lines[place];
    if (!line) return null;
    const { log, first } = line;
    const [word, colour] = levelName(log.level);
    return (
      <div key={place} className="line" style={{ top: place * ROW }}>
        <span className="at" title={fullTime(new Date(log.timestamp), zone)}>{first && clockTime(new Date(log.timestamp), zone)}</span>
        <span className="level" data-colour={colour}>{first && word}</span>
        {!taskRunId && <span className="who cut">{first && (log.task_run_id ? inert(names?.get(log.task_run_id) ?? "task", 40) : "")}</span>}
        <bdi>{marked(line.text, text)}</bdi>
      </div>
    );
  };
  return (
    <>
      <div className="row wraps" style={{ padding: "0 16px 12px" }}>
        <label className="search">
          <span className="hidden">Find in the logs</span>
          <Search size={16} aria-hidden />
          <input className="input" type="search" placeholder="Find in the logs" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <select className="input" style={{ width: "auto", borderColor: "var(--line)" }} aria-label="Level" value={level} onChange={(event) => setLevel(Number(event.target.value))}>
          {LEVELS.map(([value, word]) => <option key={value} value={value}>{word}</option>)}
        </select>
        <select className="input" style={{ width: "auto", borderColor: "var(--line)" }} aria-label="Order" value={newestFirst ? "new" : "old"} onChange={(event) => setNewestFirst(event.target.value === "new")}>
          <option value="old">Oldest first</option>
          <option value="new">Newest first</option>
        </select>
        <span className="grow small quiet num" role="status">{started && `${plural(logs.length, "record")}${complete ? "" : " so far"}`}</span>
        {live && !newestFirst && <Button look={follows ? "main" : "usual"} low icon={ArrowDownToLine} aria-pressed={follows} onClick={() => setFollows(!follows)}>Follow</Button>}
        {flowRunId && <Button low icon={Download} onClick={() => void download(flowRunId)}>Download</Button>}
      </div>
      {error && <div className="body" style={{ padding: 16 }}><Notice>{error.message}</Notice></div>}
      {!started && !error && <Bones />}
      {started && count === 0 && !error && (
        <Empty title={text || level ? "No line is like that" : "No logs"}>
          {text || level ? "Try another word or a lower level." : live ? "Lines stand here as soon as the run writes some." : "The run has written none: use get_run_logger(), or log_prints=True."}
        </Empty>
      )}
      {count > 0 && <Virtual box={box} className="logs" label="Logs" count={count} rowHeight={ROW} height={Math.min(height, Math.max(120, count * ROW + 4))} row={row} {...(complete ? {} : { onNearEnd: more })} />}
    </>
  );
}

function marked(text: string, words: string): ReactNode {
  const wanted = words.replace(/^[-!"]+|"$/g, "").split(" ")[0]?.toLowerCase();
  if (!wanted) return text;
  const at = text.toLowerCase().indexOf(wanted);
  if (at < 0) return text;
  return <>{text.slice(0, at)}<mark>{text.slice(at, at + wanted.length)}</mark>{text.slice(at + wanted.length)}</>;
}

async function download(id: string) {
  try {
    const answer = await fetch(`${facts.api}/flow_runs/${id}/logs/download`, { headers: authorization() });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    const address = URL.createObjectURL(await answer.blob());
    const link = Object.assign(document.createElement("a"), { href: address, download: `logs-${id}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    toast({ kind: "bad", text: `The logs could not be downloaded. ${(error as Error).message}` });
  }
}
