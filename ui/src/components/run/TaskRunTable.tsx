/** The task runs of a run: found by name and state, each with its way to its logs. */
import { Link } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { useMemo } from "react";
import type { Timeline } from "@/api/types";
import { FlowRunLink, Name } from "@/components/Names";
import { SearchBox } from "@/components/SearchBox";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { Bones, Empty } from "@/ui/Empty";
import { Pager, Table } from "@/ui/Table";
import { wordOf } from "@/util/states";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

const ROWS = 100;

export interface TaskRunSearch {
  q?: string | undefined;
  state?: string | undefined;
  sort?: string | undefined;
  page?: string | undefined;
}

/** The places of the task runs that are meant, in their order. */
export function meantTaskRuns(told: Timeline, { q, state, sort }: TaskRunSearch): number[] {
  const wanted = q?.trim().toLowerCase();
  const places: number[] = [];
  told.ids.forEach((_, place) => {
    if (
      (!wanted || (told.names[place] ?? "").toLowerCase().includes(wanted)) &&
      (!state || told.state_types[place] === state)
    )
      places.push(place);
  });
  if (sort !== "longest") return places;
  const length = (place: number) =>
    told.starts[place] == null ? -1 : (told.ends[place] ?? Number.MAX_SAFE_INTEGER) - (told.starts[place] ?? 0);
  return places.toSorted((a, b) => length(b) - length(a));
}

export function TaskRunTable({
  id,
  told,
  search,
  onSearch,
}: {
  id: string;
  told: Timeline | undefined;
  search: TaskRunSearch;
  onSearch: (change: TaskRunSearch) => void;
}) {
  const { q, state, sort } = search;
  const places = useMemo(() => (told ? meantTaskRuns(told, { q, state, sort }) : []), [told, q, state, sort]);
  const states = useMemo(() => [...new Set(told?.state_types)].filter((type) => type !== null), [told]);
  if (!told) return <Bones />;
  if (!told.ids.length)
    return (
      <section className="card">
        <Empty title="No task runs">What a flow calls with @task stands here.</Empty>
      </section>
    );
  const pages = Math.max(1, Math.ceil(places.length / ROWS));
  const page = Math.min(pages, Math.max(1, Number(search.page ?? 1) || 1));
  const shown = places.slice((page - 1) * ROWS, page * ROWS);
  return (
    <section className="card" aria-label="Task runs" style={{ paddingBlockStart: 12 }}>
      <div className="row wraps log-tools">
        <SearchBox label="Find task runs" value={q} onSearch={(text) => onSearch({ q: text, page: undefined })} />
        <select
          className="input"
          aria-label="State"
          value={state ?? ""}
          onChange={(event) => onSearch({ state: event.target.value || undefined, page: undefined })}
        >
          <option value="">All states</option>
          {states.map((type) => (
            <option key={type} value={type}>
              {wordOf(type)}
            </option>
          ))}
        </select>
        <select
          className="input"
          aria-label="Order"
          value={sort ?? ""}
          onChange={(event) => onSearch({ sort: event.target.value || undefined, page: undefined })}
        >
          <option value="">As they were called</option>
          <option value="longest">Longest first</option>
        </select>
      </div>
      {shown.length === 0 ? (
        <Empty title="No task run is like that">Try another name or all states.</Empty>
      ) : (
        <Table
          label="Task runs"
          rows={shown}
          id={(place) => told.ids[place] ?? ""}
          columns={[
            {
              head: "Task run",
              cell: (place) => {
                const subflow = told.subflow_run_ids[place];
                const task = told.ids[place] ?? "";
                return (
                  <div className="cut">
                    {subflow ? (
                      <FlowRunLink id={subflow} name={told.names[place]} />
                    ) : (
                      <Link to="/runs/task-run/$id" params={{ id: task }} className="name">
                        <Name of={told.names[place]} />
                      </Link>
                    )}
                    {subflow && (
                      <span className="tag" style={{ marginInlineStart: 8 }}>
                        subflow
                      </span>
                    )}
                  </div>
                );
              },
            },
            {
              head: "State",
              cell: (place) => <StateBadge type={told.state_types[place]} name={told.state_names[place]} />,
              className: "narrow",
            },
            { head: "Started", cell: (place) => <Time at={told.starts[place]} look="clock" />, className: "narrow" },
            {
              head: "Took",
              className: "narrow end",
              cell: (place) => {
                const [start, end] = [told.starts[place], told.ends[place]];
                return (
                  <span className="num">{start != null && end != null ? duration((end - start) / 1000) : "–"}</span>
                );
              },
            },
            {
              head: <span className="hidden">Logs</span>,
              className: "narrow end",
              cell: (place) => (
                <Link
                  to="/runs/flow-run/$id"
                  params={{ id }}
                  search={{ task: told.ids[place] }}
                  className="button bare low icon"
                  aria-label={`Logs of ${inert(told.names[place] ?? "", 80)}`}
                  title="Its logs"
                >
                  <ScrollText size={14} aria-hidden />
                </Link>
              ),
            },
          ]}
        />
      )}
      <Pager
        page={page}
        pages={pages}
        count={places.length}
        noun="task run"
        onPage={(next) => onSearch({ page: next > 1 ? String(next) : undefined })}
      />
    </section>
  );
}
