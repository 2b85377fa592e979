/** What the tasks of two runs did: where they part first, and what took longer or shorter, the largest change first. */
import { Link } from "@tanstack/react-router";
import { Split } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import type { Timeline } from "@/api/types";
import {
  byChange,
  byTask,
  changeOf,
  firstDivergence,
  pair,
  type Side,
  type TaskPair,
  type TaskPairSum,
  type TaskSum,
} from "@/components/compare";
import { StateBadge } from "@/components/State";
import { Card } from "@/ui/Card";
import { Chips } from "@/ui/Chips";
import { Empty } from "@/ui/Empty";
import { type Column, Pager, Table } from "@/ui/Table";
import { inert, plural } from "@/util/text";
import { duration } from "@/util/time";
import "@/style/run.css";

const ROWS = 100;

export interface CompareSearch {
  by?: string | undefined;
  sort?: string | undefined;
  page?: string | undefined;
}

export function ComparedTasks({
  a,
  b,
  search,
  onSearch,
}: {
  a: Timeline;
  b: Timeline;
  search: CompareSearch;
  onSearch: (change: CompareSearch) => void;
}) {
  const pairs = useMemo(() => pair(a, b), [a, b]);
  const first = useMemo(() => firstDivergence(pairs), [pairs]);
  const together = search.by === "task";
  const inOrder = search.sort === "start";
  const rows = useMemo((): (TaskPair | TaskPairSum)[] => {
    const found = together ? byTask(pairs) : pairs;
    return inOrder ? found : byChange<TaskPair | TaskPairSum>(found);
  }, [pairs, together, inOrder]);
  const most = useMemo(() => rows.reduce((most, row) => Math.max(most, Math.abs(changeOf(row) ?? 0)), 0), [rows]);
  if (!pairs.length)
    return (
      <section className="card">
        <Empty title="Neither run called a task">What they wrote is in their logs.</Empty>
      </section>
    );
  const pages = Math.max(1, Math.ceil(rows.length / ROWS));
  const page = Math.min(pages, Math.max(1, Number(search.page ?? 1) || 1));
  return (
    <>
      <Divergence first={first} />
      <Card
        title="What their tasks did"
        bare
        more={
          <span className="row wraps">
            <Chips
              label="Rows"
              options={[
                ["run", "Each task run"],
                ["task", "By task"],
              ]}
              chosen={[together ? "task" : "run"]}
              onChoose={(by) => onSearch({ by: by === "task" ? "task" : undefined, page: undefined })}
            />
            <Chips
              label="Order"
              options={[
                ["change", "Largest change"],
                ["start", "As they started"],
              ]}
              chosen={[inOrder ? "start" : "change"]}
              onChoose={(sort) => onSearch({ sort: sort === "start" ? "start" : undefined, page: undefined })}
            />
          </span>
        }
      >
        <Table<TaskPair | TaskPairSum>
          label="Task runs of both"
          rows={rows.slice((page - 1) * ROWS, page * ROWS)}
          id={({ name }) => name}
          columns={[
            {
              head: "Task",
              cell: (row) => (
                <span className="breaks">
                  {inert(row.name, 100)}
                  {row.name === first?.name && (
                    <span className="tag" style={{ marginInlineStart: 8 }}>
                      first difference
                    </span>
                  )}
                </span>
              ),
            },
            side("This run", (row) => row.a),
            side("Other run", (row) => row.b),
            took("This took", (row) => row.a),
            took("Other took", (row) => row.b),
            { head: "Change", cell: (row) => <Change by={changeOf(row)} most={most} />, className: "narrow end" },
          ]}
        />
        <Pager
          page={page}
          pages={pages}
          count={rows.length}
          noun={together ? "task" : "task run"}
          onPage={(next) => onSearch({ page: next > 1 ? String(next) : undefined })}
        />
      </Card>
    </>
  );
}

type Row = TaskPair | TaskPairSum;

function side(head: string, of: (row: Row) => Side | TaskSum | undefined): Column<Row> {
  const cell = (row: Row): ReactNode => {
    const it = of(row);
    if (!it) return <span className="quiet">not called</span>;
    return "id" in it ? (
      <RunWords side={it} />
    ) : (
      <span className="num">
        {plural(it.count, "run")}
        {it.failed > 0 && `, ${it.failed} failed`}
      </span>
    );
  };
  return { head, cell, className: "narrow" };
}

function took(head: string, of: (row: Row) => Side | TaskSum | undefined): Column<Row> {
  return {
    head,
    className: "narrow end",
    cell: (row) => {
      const seconds = of(row)?.seconds;
      return <span className="num">{seconds == null ? "–" : duration(seconds)}</span>;
    },
  };
}

function RunWords({ side }: { side: Side }) {
  const state = <StateBadge type={side.type} name={side.state} />;
  return side.subflow ? (
    <Link to="/runs/flow-run/$id" params={{ id: side.subflow }}>
      {state}
    </Link>
  ) : (
    <Link to="/runs/task-run/$id" params={{ id: side.id }}>
      {state}
    </Link>
  );
}

function Divergence({ first }: { first: TaskPair | undefined }) {
  return (
    <section className="card padded row wide wraps" aria-label="First divergence">
      <Split size={16} aria-hidden />
      {first ? (
        <>
          <b className="breaks">They part at {inert(first.name, 80)}</b>
          <span className="row small second">this run: {first.a ? <RunWords side={first.a} /> : "not called"}</span>
          <span className="row small second">other run: {first.b ? <RunWords side={first.b} /> : "not called"}</span>
        </>
      ) : (
        <span className="second">All task runs of both ended alike; they differ in how long they took, if at all.</span>
      )}
    </section>
  );
}

/** How much longer or shorter: in words, and as a bar against the largest change. */
function Change({ by, most }: { by: number | null; most: number }) {
  if (by === null) return <span className="quiet">–</span>;
  const longer = by > 0;
  return (
    <span className="change num" data-colour={by === 0 ? "bright_black" : longer ? "orange" : "green"}>
      <i aria-hidden style={{ width: most ? Math.round((Math.abs(by) / most) * 56) : 0 }} />
      {by === 0 ? "0s" : `${longer ? "+" : "−"}${duration(Math.abs(by))}`}
    </span>
  );
}
