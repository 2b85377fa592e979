/** Two runs of a flow side by side: what they were given, what came of it, where they part. */
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useAsk } from "@/api/queries";
import type { FlowRun, Timeline } from "@/api/types";
import { differences, firstDivergence, pair } from "@/components/compare";
import { FlowRunLink } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { StateBadge } from "@/components/State";
import { Time, Took } from "@/components/Time";
import { Card } from "@/ui/Card";
import { Bones, Empty, Notice } from "@/ui/Empty";
import { Choice } from "@/ui/Field";
import { Pager, Table } from "@/ui/Table";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

const route = getRouteApi("/runs/compare");
const ROWS = 100;

export default function Compare() {
  const { a, b } = route.useSearch();
  const go = route.useNavigate();
  const left = useAsk("GET", "/flow_runs/{id}", { path: { id: a ?? "" } }, { when: !!a });
  const flow = left.data?.flow_id;
  const others = useAsk("POST", "/flow_runs/filter", { body: { flows: { id: { any_: [flow ?? ""] } }, limit: 50, sort: "EXPECTED_START_TIME_DESC" } }, { when: !!flow, every: false });
  const right = useAsk("GET", "/flow_runs/{id}", { path: { id: b ?? "" } }, { when: !!b });
  const of = (id: string | undefined) => ({ path: { id: id ?? "" } });
  const leftTold = useAsk("GET", "/ui/flow_runs/{id}/timeline", of(a), { when: !!a && !!b, every: false });
  const rightTold = useAsk("GET", "/ui/flow_runs/{id}/timeline", of(b), { when: !!b, every: false });
  const error = left.error ?? right.error;
  return (
    <>
      <PageHead title="Compare runs" crumbs={[{ label: "Runs", to: "/runs" }]} />
      {error && <Notice>{error.message}</Notice>}
      {!a && <Empty title="No run chosen">Open a run, and choose Compare in its menu.</Empty>}
      {a && !left.data && !error && <Bones />}
      {left.data && (
        <div className="column">
          <div className="grid">
            <RunCard title="This run" run={left.data as FlowRun} />
            {right.data ? <RunCard title="Other run" run={right.data as FlowRun} /> : <section className="card span-6"><Empty title="Choose another run of the flow" /></section>}
          </div>
          <div style={{ maxWidth: 460 }}>
            <Choice label="Other run" value={b ?? ""} onChange={(id) => void go({ search: { a, b: id || undefined }, replace: true })}
              options={[["", "Choose"], ...((others.data ?? []) as FlowRun[]).filter((run) => run.id !== a).map((run) => [run.id, `${inert(run.name, 60)} · ${run.state_name ?? "no state"}`] as const)]} />
          </div>
          {right.data && <Parameters a={left.data as FlowRun} b={right.data as FlowRun} />}
          {b && (leftTold.data && rightTold.data ? <Tasks a={leftTold.data as Timeline} b={rightTold.data as Timeline} /> : <Bones />)}
        </div>
      )}
    </>
  );
}

function RunCard({ title, run }: { title: string; run: FlowRun }) {
  return (
    <Card title={title} className="span-6">
      <div className="row wraps wide">
        <b className="breaks"><FlowRunLink id={run.id} name={run.name} /></b>
        <StateBadge type={run.state_type} name={run.state_name} />
        <span className="small second"><Time at={run.start_time} look="full" /></span>
        <span className="small second"><Took start={run.start_time} end={run.end_time} /></span>
      </div>
    </Card>
  );
}

function Parameters({ a, b }: { a: FlowRun; b: FlowRun }) {
  const found = [
    ...differences(a.parameters as Record<string, unknown>, b.parameters as Record<string, unknown>),
    ...differences({ "flow version": a.flow_version, "deployment version": a.deployment_version, tags: a.tags }, { "flow version": b.flow_version, "deployment version": b.deployment_version, tags: b.tags }),
  ];
  return (
    <Card title="What they were given" bare={found.length > 0}>
      {found.length ? (
        <Table label="Differences" rows={found} id={(each) => each.name} columns={[
          { head: "", cell: (each) => inert(each.name, 80) },
          { head: "This run", cell: (each) => <code className="breaks">{inert(JSON.stringify(each.a) ?? "–", 400)}</code> },
          { head: "Other run", cell: (each) => <code className="breaks">{inert(JSON.stringify(each.b) ?? "–", 400)}</code> },
        ]} />
      ) : <p className="quiet">The same parameters, version and tags.</p>}
    </Card>
  );
}

function Tasks({ a, b }: { a: Timeline; b: Timeline }) {
  const [page, setPage] = useState(1);
  const pairs = useMemo(() => pair(a, b), [a, b]);
  const first = useMemo(() => firstDivergence(pairs), [pairs]);
  const shown = pairs.slice((page - 1) * ROWS, page * ROWS);
  if (!pairs.length) return <section className="card"><Empty title="Neither run called a task" /></section>;
  return (
    <Card title="What their tasks did" bare more={first ? `They part at ${inert(first.name, 60)}` : "All ended alike"}>
      <Table label="Task runs of both" rows={shown} id={(each) => each.name} columns={[
        { head: "Task", cell: (each) => <span className="breaks">{inert(each.name, 100)}{each === first && <span className="tag" style={{ marginInlineStart: 8 }}>first difference</span>}</span> },
        { head: "This run", cell: ({ a }) => a ? <StateBadge type={a.type} name={a.state} /> : <span className="quiet">not called</span>, className: "narrow" },
        { head: "Other run", cell: ({ b }) => b ? <StateBadge type={b.type} name={b.state} /> : <span className="quiet">not called</span>, className: "narrow" },
        { head: "Took", cell: ({ a }) => <span className="num">{a?.seconds == null ? "–" : duration(a.seconds)}</span>, className: "narrow end" },
        { head: "Took", cell: ({ b }) => <span className="num">{b?.seconds == null ? "–" : duration(b.seconds)}</span>, className: "narrow end" },
      ]} />
      <Pager page={page} pages={Math.ceil(pairs.length / ROWS)} count={pairs.length} noun="task run" onPage={setPage} />
    </Card>
  );
}
