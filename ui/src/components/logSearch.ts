/** What is looked for in logs, as it stands in the address of a page. */
import type { LogFilter, Timeline } from "@/api/types";
import { taskAt } from "@/components/compare";

export interface LogSearch {
  /** The least level, by its name. */
  level?: string | undefined;
  find?: string | undefined;
  /** The id of a task run, `flow` for what the flow itself wrote, or `all:` and the name of a task. */
  task?: string | undefined;
  order?: "new" | undefined;
  /** The time of the first line. */
  from?: string | undefined;
}

export const LEVELS = { debug: 10, info: 20, warning: 30, error: 40 } as const;
/** Of more task runs than these no filter is made. */
export const MOST_TASK_RUNS = 500;

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" && value ? value : typeof value === "number" ? String(value) : undefined;
  };
  const from = text("from");
  const read: LogSearch = {
    level: (text("level") ?? "") in LEVELS ? text("level") : undefined,
    find: text("find"),
    task: text("task"),
    order: text("order") === "new" ? "new" : undefined,
    from: from && !Number.isNaN(Date.parse(from)) ? from : undefined,
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

/** The runs of a task, by its name. */
export function runsOf(told: Timeline, task: string): string[] {
  return told.ids.filter((_, place) => taskAt(told, place) === task);
}

/** What is asked of the server; nothing while it is not known yet which task runs are meant. */
export function logFilter(
  search: LogSearch,
  of: { flowRunId?: string; taskRunId?: string },
  told: Timeline | undefined,
): LogFilter | null {
  const filter: LogFilter = {};
  if (of.flowRunId) filter.flow_run_id = { any_: [of.flowRunId] };
  if (search.level) filter.level = { ge_: LEVELS[search.level as keyof typeof LEVELS] };
  if (search.find) filter.text = { query: search.find.slice(0, 200) };
  if (search.from) filter.timestamp = { after_: search.from };
  if (of.taskRunId) filter.task_run_id = { any_: [of.taskRunId] };
  else if (search.task === "flow") filter.task_run_id = { is_null_: true };
  else if (search.task?.startsWith("all:")) {
    if (!told) return null;
    filter.task_run_id = { any_: runsOf(told, search.task.slice(4)).slice(0, MOST_TASK_RUNS) };
  } else if (search.task) filter.task_run_id = { any_: [search.task] };
  return filter;
}
