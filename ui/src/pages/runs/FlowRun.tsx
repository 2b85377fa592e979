/** One flow run: its timeline, its logs, and all that is known of it. */
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useFreshness } from "@/api/live";
import { useAsk } from "@/api/queries";
import type { Artifact, FlowRun as Run, State } from "@/api/types";
import { ArtifactView } from "@/components/ArtifactView";
import { LogView } from "@/components/LogView";
import { DeploymentLink, FlowLink, FlowRunLink, Name, Tags, WorkPoolLink } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { RunGraph } from "@/components/RunGraph";
import { RunHeadActions } from "@/components/RunHeadActions";
import { StateBadge } from "@/components/State";
import { StateHistory } from "@/components/StateHistory";
import { Time, Took } from "@/components/Time";
import { useNames } from "@/components/useNames";
import { useTimeline } from "@/components/useTimeline";
import { Timeline } from "@/timeline/Timeline";
import { CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered, Bones, Empty, Notice } from "@/ui/Empty";
import { Json } from "@/ui/Json";
import { Table, Pager } from "@/ui/Table";
import { Tabs } from "@/ui/Tabs";
import { colourOf, isFinal } from "@/util/states";
import { inert } from "@/util/text";
import { duration } from "@/util/time";
import type { Timeline as Told } from "@/api/types";

const route = getRouteApi("/runs/flow-run/$id");

export default function FlowRun() {
  const { id } = route.useParams();
  const usual = useFreshness();
  // A run that its own process records in the same file tells no events, so a run that goes on is asked for often.
  const run = useAsk("GET", "/flow_runs/{id}", { path: { id } }, { every: (known) => (isFinal(known?.state_type) ? usual : 4) });
  if (run.error && !run.data) return <><PageHead title="Run" crumbs={[{ label: "Runs", to: "/runs" }]} /><Notice>{run.error.message}</Notice></>;
  if (!run.data) return <Bones lines={8} />;
  return <Shown key={id} run={run.data as Run} />;
}

function Shown({ run }: { run: Run }) {
  const { tab } = route.useSearch();
  const go = route.useNavigate();
  const navigate = useNavigate();
  const names = useNames([run]);
  const running = !isFinal(run.state_type);
  const { told, error } = useTimeline(run.id, running);
  const open = (task: string, subflow: string | null) =>
    void (subflow ? navigate({ to: "/runs/flow-run/$id", params: { id: subflow } }) : navigate({ to: "/runs/task-run/$id", params: { id: task } }));
  const taskNames = useMemo(() => new Map(told?.ids.map((task, place) => [task, told.names[place] ?? ""])), [told]);
  const failed = run.state_type === "FAILED" || run.state_type === "CRASHED" || run.state_name === "Late";
  const started = told?.starts.some((start) => start !== null);
  return (
    <>
      <PageHead title={run.name} crumbs={[{ label: "Runs", to: "/runs" }]} acts={<RunHeadActions run={run} />}>
        <StateBadge type={run.state_type} name={run.state_name} />
        <span className="small second"><FlowLink id={run.flow_id} name={names.flow(run.flow_id)} /></span>
        {run.deployment_id && <span className="small second"><DeploymentLink id={run.deployment_id} name={names.deployment(run.deployment_id)?.name} /></span>}
        <span className="small second"><Time at={run.start_time ?? run.expected_start_time} look="full" /></span>
        <span className="small second"><Took start={run.start_time} end={run.end_time} running={run.state_type === "RUNNING"} /></span>
        <Tags tags={run.tags} most={6} />
      </PageHead>
      <div className="column">
        {failed && run.state?.message && (
          <Notice colour={colourOf(run.state_type, run.state_name)}><span style={{ whiteSpace: "pre-wrap" }}>{inert(run.state.message, 3000)}</span></Notice>
        )}
        <section className="card" aria-label="Timeline" style={{ paddingBlockStart: 14 }}>
          {error && !told && <div className="body"><Notice>{error.message}</Notice></div>}
          {!told && !error && <Bones lines={4} />}
          {told && started && <Timeline told={told} running={running} onOpen={open} />}
          {told && !started && <Empty title={running ? "No task has started yet" : "No tasks"}>{running ? "Task runs stand here as they start." : "This run called no task; what it wrote is in its logs."}</Empty>}
        </section>
        <div>
          <Tabs label="About this run" shown={tab ?? "logs"} onShow={(next) => void go({ search: { tab: next === "logs" ? undefined : next }, replace: true })} tabs={[
            { id: "logs", label: "Logs", content: () => <section className="card" style={{ paddingBlockStart: 12 }} aria-label="Logs"><LogView flowRunId={run.id} live={running} names={taskNames} /></section> },
            { id: "tasks", label: "Task runs", count: told?.ids.length, content: () => <TaskRuns told={told} /> },
            { id: "graph", label: "Graph", content: () => <RunGraph id={run.id} /> },
            { id: "details", label: "Details", content: () => <Details run={run} /> },
            { id: "states", label: "States", content: () => <States run={run} /> },
            { id: "artifacts", label: "Artifacts", content: () => <Artifacts id={run.id} /> },
          ]} />
        </div>
      </div>
    </>
  );
}

const ROWS = 100;

function TaskRuns({ told }: { told: Told | undefined }) {
  const [page, setPage] = useState(1);
  if (!told) return <Bones />;
  if (!told.ids.length) return <section className="card"><Empty title="No task runs" /></section>;
  const places = Array.from({ length: Math.min(ROWS, told.ids.length - (page - 1) * ROWS) }, (_, place) => (page - 1) * ROWS + place);
  return (
    <section className="card" aria-label="Task runs">
      <Table label="Task runs" rows={places} id={(place) => told.ids[place] ?? ""} columns={[
        {
          head: "Task run",
          cell: (place) => {
            const subflow = told.subflow_run_ids[place];
            const id = told.ids[place] ?? "";
            return <div className="cut">{subflow ? <FlowRunLink id={subflow} name={told.names[place]} /> : <Link to="/runs/task-run/$id" params={{ id }} className="name"><Name of={told.names[place]} /></Link>}{subflow && <span className="tag" style={{ marginInlineStart: 8 }}>subflow</span>}</div>;
          },
        },
        { head: "State", cell: (place) => <StateBadge type={told.state_types[place]} name={told.state_names[place]} />, className: "narrow" },
        { head: "Started", cell: (place) => <Time at={told.starts[place]} look="clock" />, className: "narrow" },
        { head: "Took", className: "narrow end", cell: (place) => { const [start, end] = [told.starts[place], told.ends[place]]; return <span className="num">{start != null && end != null ? duration((end - start) / 1000) : "–"}</span>; } },
      ]} />
      <Pager page={page} pages={Math.ceil(told.ids.length / ROWS)} count={told.ids.length} noun="task run" onPage={setPage} />
    </section>
  );
}

function Details({ run }: { run: Run }) {
  const job = run.job_variables as Record<string, unknown> | null;
  return (
    <div className="grid">
      <Card title="Parameters" className="span-6">{Object.keys(run.parameters as object).length ? <Json value={run.parameters} /> : <p className="quiet">It was called without parameters.</p>}</Card>
      <Card title="Facts" className="span-6">
        <dl className="facts">
          <dt>Id</dt><dd className="row"><code>{run.id}</code><CopyButton text={run.id} label="Copy the id" /></dd>
          <dt>Expected</dt><dd><Time at={run.expected_start_time} look="full" /></dd>
          <dt>Started</dt><dd><Time at={run.start_time} look="full" /></dd>
          <dt>Ended</dt><dd><Time at={run.end_time} look="full" /></dd>
          <dt>Time in Running</dt><dd className="num">{duration(run.total_run_time)}</dd>
          <dt>Attempts</dt><dd className="num">{run.run_count}</dd>
          {run.deployment_version && <><dt>Deployment version</dt><dd><Name of={run.deployment_version} /></dd></>}
          {run.flow_version && <><dt>Flow version</dt><dd><code>{inert(run.flow_version, 80)}</code></dd></>}
          {run.work_pool_name && <><dt>Work pool</dt><dd><WorkPoolLink name={run.work_pool_name} />{run.work_queue_name && ` / ${inert(run.work_queue_name, 80)}`}</dd></>}
          {run.infrastructure_pid && <><dt>Runs as</dt><dd><code>{inert(run.infrastructure_pid, 120)}</code></dd></>}
          {run.created_by?.display_value && <><dt>Created by</dt><dd><Name of={run.created_by.display_value} /></dd></>}
          {run.idempotency_key && <><dt>Idempotency key</dt><dd><code>{inert(run.idempotency_key, 120)}</code></dd></>}
          {run.parent_task_run_id && <><dt>Subflow of</dt><dd><Link to="/runs/task-run/$id" params={{ id: run.parent_task_run_id }} className="link">the run that called it</Link></dd></>}
        </dl>
      </Card>
      {job && Object.keys(job).length > 0 && <Card title="Job variables" className="span-6"><Json value={job} /></Card>}
      {run.labels && Object.keys(run.labels).length > 0 && <Card title="Labels" className="span-6"><Json value={run.labels} /></Card>}
    </div>
  );
}

function States({ run }: { run: Run }) {
  const states = useAsk("GET", "/flow_run_states/", { query: { flow_run_id: run.id } });
  return <Card title="What state it was in" bare><Answered of={states}>{(found) => <StateHistory states={found as State[]} />}</Answered></Card>;
}

function Artifacts({ id }: { id: string }) {
  const artifacts = useAsk("POST", "/artifacts/filter", { body: { artifacts: { flow_run_id: { any_: [id] }, type: { not_any_: ["result"] } }, limit: 50 } });
  return (
    <Answered of={artifacts}>
      {(found) =>
        found.length ? (
          <div className="column">
            {(found as Artifact[]).map((artifact) => (
              <Card key={artifact.id} title={<Link to="/artifacts/artifact/$id" params={{ id: artifact.id }} className="name"><Name of={artifact.key ?? artifact.type} /></Link>} more={<Time at={artifact.created} />}>
                {artifact.description && <p className="second small" style={{ marginBlockEnd: 8 }}>{inert(artifact.description, 1000)}</p>}
                <ArtifactView artifact={artifact} />
              </Card>
            ))}
          </div>
        ) : (
          <section className="card"><Empty title="No artifacts" command='create_markdown_artifact(key="report", markdown="# Done")'>A run leaves tables, reports, links and progress here.</Empty></section>
        )
      }
    </Answered>
  );
}
