/** One flow run: why it waits, its timeline, its logs, and all that is known of it. */
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useFreshness } from "@/api/live";
import { useAsk } from "@/api/queries";
import type { FlowRun as Run, State, TaskRun, Timeline as Told } from "@/api/types";
import { LogView } from "@/components/LogView";
import { DeploymentLink, FlowLink, Tags } from "@/components/Names";
import { type Crumb, PageHead } from "@/components/PageHead";
import { RunArtifacts } from "@/components/run/RunArtifacts";
import { RunDetails } from "@/components/run/RunDetails";
import { RunFailure } from "@/components/run/RunFailure";
import { RunResults } from "@/components/run/RunResults";
import { TaskRunTable } from "@/components/run/TaskRunTable";
import { WhyItWaits } from "@/components/run/WhyItWaits";
import { RunGraph } from "@/components/RunGraph";
import { RunHeadActions } from "@/components/RunHeadActions";
import { StateBadge } from "@/components/State";
import { StateHistory } from "@/components/StateHistory";
import { Time, Took } from "@/components/Time";
import { useNames } from "@/components/useNames";
import { useTimeline } from "@/components/useTimeline";
import { Timeline } from "@/timeline/Timeline";
import { Card } from "@/ui/Card";
import { Answered, Bones, Empty, Notice } from "@/ui/Empty";
import { Tabs } from "@/ui/Tabs";
import { isFinal } from "@/util/states";

const route = getRouteApi("/runs/flow-run/$id");
const RUNS: Crumb = { label: "Runs", to: "/runs" };

export default function FlowRun() {
  const { id } = route.useParams();
  const usual = useFreshness();
  // A run that its own process records in the same file tells no events, so a run that goes on is asked for often.
  const run = useAsk(
    "GET",
    "/flow_runs/{id}",
    { path: { id } },
    { every: (known) => (isFinal(known?.state_type) ? usual : 4) },
  );
  if (run.error && !run.data)
    return (
      <>
        <PageHead title="Run" crumbs={[RUNS]} />
        <Notice>
          {run.error.message}{" "}
          <Link to="/runs" className="link">
            Look at all runs
          </Link>
        </Notice>
      </>
    );
  if (!run.data) return <Bones lines={8} />;
  return <Shown key={id} run={run.data as Run} />;
}

function Shown({ run }: { run: Run }) {
  const search = route.useSearch();
  const go = route.useNavigate();
  const change = (next: Partial<typeof search>) =>
    void go({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const names = useNames([run]);
  const callerId = run.parent_task_run_id;
  const asked = useAsk(
    "GET",
    "/ui/task_runs/{id}",
    { path: { id: callerId ?? "" } },
    { when: !!callerId, every: false },
  );
  const caller = callerId ? (asked.data as TaskRun | undefined) : undefined;
  const running = !isFinal(run.state_type);
  const { told, error } = useTimeline(run.id, running);
  const parent: Crumb[] = caller?.flow_run_id
    ? [{ label: caller.flow_run_name ?? "Parent run", to: "/runs/flow-run/$id", params: { id: caller.flow_run_id } }]
    : [];
  return (
    <>
      <PageHead title={run.name} crumbs={[RUNS, ...parent]} acts={<RunHeadActions run={run} told={told} />}>
        <StateBadge type={run.state_type} name={run.state_name} />
        <span className="small second">
          <FlowLink id={run.flow_id} name={names.flow(run.flow_id)} />
        </span>
        {run.deployment_id && (
          <span className="small second">
            <DeploymentLink id={run.deployment_id} name={names.deployment(run.deployment_id)?.name} />
          </span>
        )}
        <span className="small second">
          <Time at={run.start_time ?? run.expected_start_time} look="full" />
        </span>
        {run.start_time && (
          <span className="small second">
            <Took start={run.start_time} end={run.end_time} running={run.state_type === "RUNNING"} />
          </span>
        )}
        <Tags tags={run.tags} most={6} />
      </PageHead>
      <div className="column">
        <RunFailure
          run={run}
          told={told}
          onErrors={() => change({ tab: undefined, level: "error", from: undefined })}
        />
        <WhyItWaits run={run} />
        {(run.start_time || !running || !!told?.ids.length || error) && (
          <TimelineCard told={told} error={error} running={running} />
        )}
        <div>
          <Tabs
            label="About this run"
            shown={search.tab ?? "logs"}
            onShow={(next) => change({ tab: next === "logs" ? undefined : next })}
            tabs={[
              {
                id: "logs",
                label: "Logs",
                content: () => (
                  <section className="card" style={{ paddingBlockStart: 12 }} aria-label="Logs">
                    <LogView flowRunId={run.id} live={running} told={told} search={search} onSearch={change} />
                  </section>
                ),
              },
              {
                id: "tasks",
                label: "Task runs",
                count: told?.ids.length,
                content: () => <TaskRunTable id={run.id} told={told} search={search} onSearch={change} />,
              },
              { id: "graph", label: "Graph", content: () => <RunGraph id={run.id} /> },
              {
                id: "details",
                label: "Details",
                content: () => (
                  <RunDetails
                    run={run}
                    flowName={names.flow(run.flow_id)}
                    deployment={names.deployment(run.deployment_id)}
                    caller={caller}
                    told={told}
                  />
                ),
              },
              { id: "states", label: "States", content: () => <States id={run.id} /> },
              { id: "results", label: "Results", content: () => <RunResults run={run} /> },
              {
                id: "artifacts",
                label: "Artifacts",
                content: () => <RunArtifacts of={{ flow_run_id: { any_: [run.id] } }} who="A run" />,
              },
            ]}
          />
        </div>
      </div>
    </>
  );
}

function TimelineCard({ told, error, running }: { told: Told | undefined; error: Error | null; running: boolean }) {
  const navigate = useNavigate();
  const open = (task: string, subflow: string | null) =>
    void (subflow
      ? navigate({ to: "/runs/flow-run/$id", params: { id: subflow } })
      : navigate({ to: "/runs/task-run/$id", params: { id: task } }));
  const started = told?.starts.some((start) => start !== null);
  return (
    <section className="card" aria-label="Timeline" style={{ paddingBlockStart: 14 }}>
      {error && !told && (
        <div className="body">
          <Notice>{error.message}</Notice>
        </div>
      )}
      {!told && !error && <Bones lines={4} />}
      {told && started && <Timeline told={told} running={running} onOpen={open} />}
      {told && !started && (
        <Empty title={running ? "No task has started yet" : "No tasks"}>
          {running ? "Task runs stand here as they start." : "This run called no task; what it wrote is in its logs."}
        </Empty>
      )}
    </section>
  );
}

function States({ id }: { id: string }) {
  const states = useAsk("GET", "/flow_run_states/", { query: { flow_run_id: id } });
  return (
    <Card title="What state it was in" bare>
      <Answered of={states}>{(found) => <StateHistory states={found as State[]} />}</Answered>
    </Card>
  );
}
