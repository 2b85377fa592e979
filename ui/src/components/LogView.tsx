/** Log lines, as many as there are: found by text, level and task, followed while the run goes on, kept as a file. */
import { ArrowDownToLine, Download, OctagonAlert, Search, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { keepFile, send } from "@/api/client";
import type { Log, Timeline } from "@/api/types";
import { levelName, LogLine, type Line, linesOf } from "@/components/LogLine";
import { logFilter, type LogSearch } from "@/components/logSearch";
import { LogTasks } from "@/components/LogTasks";
import { useLogs } from "@/components/useLogs";
import { useDelayed } from "@/hooks/useDelayed";
import { zone as zones } from "@/hooks/usePreference";
import { Button } from "@/ui/Button";
import { Bones, Empty, Notice } from "@/ui/Empty";
import { Virtual } from "@/ui/Virtual";
import { plural } from "@/util/text";
import { clockTime } from "@/util/time";
import { toast } from "@/util/toasts";
import "@/style/run.css";

export { levelName, linesOf };

const ROW = 20;
const NAMES = [
  ["", "All levels"],
  ["debug", "Debug and above"],
  ["info", "Info and above"],
  ["warning", "Warnings and above"],
  ["error", "Errors"],
] as const;

interface LogViewProps {
  flowRunId?: string;
  taskRunId?: string;
  live: boolean;
  height?: number;
  /** The task runs of the run, for their names. */
  told?: Timeline | undefined;
  search: LogSearch;
  onSearch: (change: LogSearch) => void;
}

export function LogView({ flowRunId, taskRunId, live, height = 440, told, search, onSearch }: LogViewProps) {
  const [typed, setTyped] = useState(search.find ?? "");
  const text = useDelayed(typed.trim());
  useEffect(() => {
    if (text !== (search.find ?? "")) onSearch({ find: text || undefined });
    // oxlint-disable-next-line react/exhaustive-deps -- only what was typed changes what is looked for
  }, [text]);
  const newestFirst = search.order === "new";
  const of = { ...(flowRunId ? { flowRunId } : {}), ...(taskRunId ? { taskRunId } : {}) };
  const filter = logFilter(search, of, told);
  const { logs, complete, started, error, more } = useLogs(filter, newestFirst, live);
  const lines = useMemo(() => linesOf(logs), [logs]);
  const names = useMemo(() => new Map(told?.ids.map((id, place) => [id, told.names[place] ?? ""])), [told]);
  const box = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(live && !search.from);
  const [pointed, setPointed] = useState<string>();
  const zone = zones.use();
  const count = lines.length;
  useEffect(() => {
    if (follows && live && !newestFirst && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count, follows, live, newestFirst]);
  useEffect(() => {
    if (box.current && !follows) box.current.scrollTop = 0;
    // oxlint-disable-next-line react/exhaustive-deps -- other lines begin at their beginning
  }, [search.from]);
  const filtered = !!(search.level || search.find || search.task || search.from);

  const toFirstError = async () => {
    const { timestamp: _, ...whole } = filter ?? {};
    const [first] = (await send("POST", "/logs/filter", {
      body: { logs: { ...whole, level: { ge_: 40 } }, sort: "TIMESTAMP_ASC", limit: 1 },
    }).catch(() => [])) as Log[];
    if (!first) return toast({ kind: "good", text: "No line tells of an error." });
    setFollows(false);
    setPointed(first.id);
    const place = lines.findIndex((line: Line) => line.log.id === first.id);
    if (place >= 0 && box.current) box.current.scrollTop = Math.max(0, (place - 3) * ROW);
    else onSearch({ from: first.timestamp, order: undefined });
  };
  const download = () =>
    void keepFile("/ui/logs/download", { logs: filter }, `logs-${taskRunId ?? flowRunId}.csv`).catch(
      (problem: unknown) =>
        toast({ kind: "bad", text: `The logs could not be downloaded. ${(problem as Error).message}` }),
    );
  return (
    <>
      <div className="row wraps log-tools">
        <label className="search">
          <span className="hidden">Find in the logs</span>
          <Search size={16} aria-hidden />
          <input
            className="input"
            type="search"
            placeholder="Find in the logs"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <select
          className="input"
          aria-label="Level"
          value={search.level ?? ""}
          onChange={(event) => onSearch({ level: event.target.value || undefined })}
        >
          {NAMES.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
        {!taskRunId && <LogTasks told={told} chosen={search.task} onChoose={(task) => onSearch({ task })} />}
        <select
          className="input"
          aria-label="Order"
          value={newestFirst ? "new" : "old"}
          onChange={(event) => onSearch({ order: event.target.value === "new" ? "new" : undefined, from: undefined })}
        >
          <option value="old">Oldest first</option>
          <option value="new">Newest first</option>
        </select>
        <span className="grow small quiet num" role="status">
          {started && `${plural(logs.length, "record")}${complete ? "" : " so far"}`}
        </span>
        {live && !newestFirst && (
          <Button
            look={follows ? "main" : "usual"}
            low
            icon={ArrowDownToLine}
            aria-pressed={follows}
            onClick={() => setFollows(!follows)}
          >
            Follow
          </Button>
        )}
        <Button low icon={OctagonAlert} onClick={() => void toFirstError()}>
          First error
        </Button>
        <Button low icon={Download} title={filtered ? "All lines that are like this" : "All lines"} onClick={download}>
          Download
        </Button>
      </div>
      {search.from && (
        <div className="row log-from small">
          <span className="grow">From {clockTime(new Date(search.from), zone)} on</span>
          <Button look="bare" low icon={X} onClick={() => onSearch({ from: undefined })}>
            From the beginning
          </Button>
        </div>
      )}
      {error && (
        <div className="body" style={{ padding: 16 }}>
          <Notice>{error.message}</Notice>
        </div>
      )}
      {!started && !error && <Bones />}
      {started && count === 0 && !error && (
        <Empty title={filtered ? "No line is like that" : "No logs"}>
          {filtered
            ? "Try another word, a lower level or all tasks."
            : live
              ? "Lines stand here as soon as the run writes some."
              : "The run has written none: use get_run_logger(), or log_prints=True."}
        </Empty>
      )}
      {count > 0 && (
        <Virtual
          box={box}
          className="logs"
          label="Logs"
          count={count}
          rowHeight={ROW}
          height={Math.min(height, Math.max(120, count * ROW + 4))}
          {...(complete ? {} : { onNearEnd: more })}
          row={(place) => {
            const line = lines[place];
            if (!line) return null;
            const task = line.log.task_run_id;
            return (
              <LogLine
                key={place}
                line={line}
                top={place * ROW}
                zone={zone}
                find={search.find ?? ""}
                pointed={line.log.id === pointed}
                {...(taskRunId ? {} : { who: task ? (names.get(task) ?? "task") : "" })}
                {...(task && task !== search.task && !taskRunId ? { onTask: () => onSearch({ task }) } : {})}
              />
            );
          }}
        />
      )}
    </>
  );
}
