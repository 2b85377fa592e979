/** Which runs are meant: as it stands in the address, and as the server is asked for it. */
import type { DeploymentFilter, FlowFilter, FlowRunFilter, FlowRunSort, StateType, WorkPoolFilter } from "@/api/types";
import { STATE_TYPES } from "@/util/states";
import { isId } from "@/util/text";

export interface RunSearch {
  q?: string | undefined;
  /** Types of states, and `Late`. */
  state?: string[] | undefined;
  flow?: string | undefined;
  deployment?: string | undefined;
  pool?: string | undefined;
  tag?: string[] | undefined;
  /** Parameters, as `name`, or as `name=value`. */
  param?: string[] | undefined;
  /** The version of the deployment with which they began. */
  version?: string | undefined;
  /** How far back, as `1d`; or a time to begin with. */
  since?: string | undefined;
  until?: string | undefined;
  sort?: FlowRunSort | undefined;
  page?: number | undefined;
  /** How many on a page. */
  limit?: number | undefined;
  chart?: "durations" | undefined;
  /** Subflow runs too. */
  all?: boolean | undefined;
}

export interface RunFilters {
  flow_runs: FlowRunFilter;
  flows?: FlowFilter;
  deployments?: DeploymentFilter;
  work_pools?: WorkPoolFilter;
}

const UNITS: Record<string, number> = { h: 3_600_000, d: 86_400_000 };
export const SORTS = [
  ["EXPECTED_START_TIME_DESC", "Newest first"],
  ["EXPECTED_START_TIME_ASC", "Oldest first"],
  ["START_TIME_DESC", "Started last"],
  ["END_TIME_DESC", "Ended last"],
  ["NEXT_SCHEDULED_START_TIME_ASC", "Starts next"],
  ["NAME_ASC", "Name, A to Z"],
  ["NAME_DESC", "Name, Z to A"],
] as const;
export const SIZES = [25, 50, 100] as const;
export const USUAL_SIZE = 50;
export const SPANS = [
  ["1h", "Last hour"],
  ["1d", "Last day"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
  ["", "All time"],
] as const;

function text(value: unknown): string | undefined {
  return typeof value === "string" && value ? value : typeof value === "number" ? String(value) : undefined;
}

function texts(value: unknown): string[] | undefined {
  const list = (Array.isArray(value) ? value : [value]).map(text).filter((each): each is string => !!each);
  return list.length ? list : undefined;
}

/** Read what stands in the address; what makes no sense there is left out. */
export function readRunSearch(found: Record<string, unknown>): RunSearch {
  const page = Number(found["page"]);
  const search: RunSearch = {
    q: text(found["q"]),
    state: texts(found["state"])?.filter(
      (state) => state === "Late" || (STATE_TYPES as readonly string[]).includes(state),
    ),
    flow: text(found["flow"]),
    deployment: text(found["deployment"]),
    pool: text(found["pool"]),
    tag: texts(found["tag"]),
    param: texts(found["param"]),
    version: text(found["version"]),
    since: text(found["since"]),
    until: text(found["until"]),
    sort: SORTS.find(([sort]) => sort === found["sort"])?.[0],
    page: Number.isInteger(page) && page > 1 ? page : undefined,
    limit: SIZES.find((size) => size === Number(found["limit"]) && size !== USUAL_SIZE),
    chart: found["chart"] === "durations" ? "durations" : undefined,
    all: found["all"] === true || found["all"] === "true" ? true : undefined,
  };
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && !(Array.isArray(value) && !value.length)),
  ) as RunSearch;
}

/** When the time that is meant begins; undefined for all time. */
export function beginning(since: string | undefined, now: number): Date | undefined {
  const span = /^(\d+)([hd])$/.exec(since ?? "");
  if (span) return new Date(now - Number(span[1]) * (UNITS[span[2] as string] as number));
  const at = Date.parse(since ?? "");
  return Number.isNaN(at) ? undefined : new Date(at);
}

/** Read what is wanted of a parameter: its name, or `name=value`; a value that is no JSON is a text. */
export function readParameter(wanted: string): { name: string; value?: unknown } {
  const at = wanted.indexOf("=");
  if (at < 1) return { name: wanted.trim() };
  const told = wanted.slice(at + 1).trim();
  const name = wanted.slice(0, at).trim();
  try {
    return { name, value: JSON.parse(told) as unknown };
  } catch {
    return { name, value: told };
  }
}

function parametersMeant(wanted: readonly string[]) {
  const read = wanted.map(readParameter);
  const named = read.filter((each) => !("value" in each)).map(({ name }) => name);
  const valued = read.filter((each) => "value" in each).map(({ name, value }) => [name, value] as const);
  return {
    ...(named.length ? { has_: named } : {}),
    ...(valued.length ? { equals_: Object.fromEntries(valued) } : {}),
  };
}

/** A deployment as people write it: by its id, its name, or `flow/deployment`. */
function deploymentMeant(text: string): Omit<RunFilters, "flow_runs"> {
  if (isId(text)) return { deployments: { id: { any_: [text] } } };
  const at = text.indexOf("/");
  if (at < 1) return { deployments: { name: { any_: [text] } } };
  return { flows: { name: { any_: [text.slice(0, at)] } }, deployments: { name: { any_: [text.slice(at + 1)] } } };
}

/** What the server is asked for. What is only to come is left out unless it is asked for by its state or name. */
export function runFilters(search: RunSearch, now: number): RunFilters {
  const { q, state = [], flow, deployment, pool, tag, param, version, since, until, all } = search;
  const types = state.filter((each): each is StateType => each !== "Late");
  const late = state.includes("Late");
  const after = beginning(since, now);
  const before = Date.parse(until ?? "") || (state.length || q ? Number.NaN : now + 90_000);
  const expected = {
    ...(after ? { after_: after.toISOString() } : {}),
    ...(Number.isNaN(before) ? {} : { before_: new Date(before).toISOString() }),
  };
  const meant: FlowRunFilter = {
    ...(q ? (isId(q) ? { id: { any_: [q.trim().toLowerCase()] } } : { name: { like_: q } }) : {}),
    ...(types.length || late
      ? {
          state: {
            ...(types.length && late ? { operator: "or_" as const } : {}),
            ...(types.length ? { type: { any_: types } } : {}),
            ...(late ? { name: { any_: ["Late"] } } : {}),
          },
        }
      : {}),
    ...(tag ? { tags: { all_: tag } } : {}),
    ...(param ? { parameters: parametersMeant(param) } : {}),
    ...(version ? { deployment_version: { any_: [version] } } : {}),
    ...(Object.keys(expected).length ? { expected_start_time: expected } : {}),
    ...(all ? {} : { parent_task_run_id: { is_null_: true } }),
  };
  return {
    flow_runs: meant,
    ...(deployment ? deploymentMeant(deployment) : {}),
    ...(flow ? { flows: isId(flow) ? { id: { any_: [flow] } } : { name: { any_: [flow] } } } : {}),
    ...(pool ? { work_pools: { name: { any_: [pool] } } } : {}),
  };
}

/** A moment that only moves on once a minute, so that questions about the last day are the same question for a while. */
export function steady(now: number): number {
  return Math.floor(now / 60_000) * 60_000;
}

/** From when to when, in how many steps, a chart of such runs goes. */
export function chartSpan(search: RunSearch, now: number) {
  const start = beginning(search.since, now) ?? new Date(now - 7 * 86_400_000);
  const until = Date.parse(search.until ?? "");
  const end = Number.isNaN(until) ? now + 60_000 : until;
  const seconds = Math.max(1, Math.ceil((end - start.getTime()) / 1000 / 48));
  return {
    history_start: start.toISOString(),
    history_end: new Date(end).toISOString(),
    history_interval_seconds: seconds,
  };
}
