/** One task run: its logs, its states, what it took and what it made. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import type { FlowRun, State, TaskRun as Run } from "@/api/types";
import { LogView } from "@/components/LogView";
import { FlowRunLink, Tags } from "@/components/Names";
import { type Crumb, PageHead } from "@/components/PageHead";
import { RunArtifacts } from "@/components/run/RunArtifacts";
import { TaskRunActions } from "@/components/run/TaskRunActions";
import { TaskRunDetails } from "@/components/run/TaskRunDetails";
import { StateBadge } from "@/components/State";
import { attemptsOf, StateHistory } from "@/components/StateHistory";
import { Time, Took } from "@/components/Time";
import { Card } from "@/ui/Card";
import { Answered, Bones, Notice } from "@/ui/Empty";
import { Tabs } from "@/ui/Tabs";
import { colourOf, isFinal } from "@/util/states";
import { inert } from "@/util/text";

const route = getRouteApi("/runs/task-run/$id");
const RUNS: Crumb = { label: "Runs", to: "/runs" };

export default function TaskRun() {
  const { id } = route.useParams();
  const asked = useAsk("GET", "/ui/task_runs/{id}", { path: { id } });
  if (asked.error && !asked.data)
    return (
      <>
        <PageHead title="Task run" crumbs={[RUNS]} />
        <Notice>
          {asked.error.message}{" "}
          <Link to="/runs" className="link">
            Look at all runs
          </Link>
        </Notice>
      </>
    );
  if (!asked.data) return <Bones lines={8} />;
  return <Shown key={id} run={asked.data as Run} />;
}

function Shown({ run }: { run: Run }) {
  const search = route.useSearch();
  const go = route.useNavigate();
  const change = (next: Partial<typeof search>) =>
    void go({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const parent = run.flow_run_id;
  const states = useAsk("GET", "/task_run_states/", { query: { task_run_id: run.id } });
  const whole = useAsk("GET", "/flow_runs/{id}", { path: { id: parent ?? "" } }, { when: !!parent });
  const subflows = useAsk("POST", "/flow_runs/filter", {
    body: { flow_runs: { parent_task_run_id: { any_: [run.id] } }, limit: 1 },
  });
  const subflow = (subflows.data as FlowRun[] | undefined)?.[0];
  const failed = run.state_type === "FAILED" || run.state_type === "CRASHED";
  const known = states.data as State[] | undefined;
  const attempts = known ? attemptsOf(known).length : 0;
  return (
    <>
      <PageHead
        title={run.name}
        crumbs={[
          RUNS,
          ...(parent
            ? [{ label: run.flow_run_name ?? "Flow run", to: "/runs/flow-run/$id" as const, params: { id: parent } }]
            : []),
        ]}
        acts={<TaskRunActions run={run} whole={parent ? (whole.data as FlowRun | undefined) : undefined} />}
      >
        <StateBadge type={run.state_type} name={run.state_name} />
        {parent && (
          <span className="small second">
            in <FlowRunLink id={parent} name={run.flow_run_name} />
          </span>
        )}
        <span className="small second">
          <Time at={run.start_time} look="full" />
        </span>
        <span className="small second">
          <Took start={run.start_time} end={run.end_time} running={run.state_type === "RUNNING"} />
        </span>
        {attempts > 1 && <span className="small second num">{attempts} attempts</span>}
        <Tags tags={run.tags} most={6} />
      </PageHead>
      <div className="column">
        {failed && run.state?.message && (
          <Notice colour={colourOf(run.state_type)}>
            <span style={{ whiteSpace: "pre-wrap" }}>{inert(run.state.message, 3000)}</span>
          </Notice>
        )}
        {subflow && (
          <Notice colour="blue">
            It stands for the subflow run <FlowRunLink id={subflow.id} name={subflow.name} />, which has logs and task
            runs of its own.
          </Notice>
        )}
        <div>
          <Tabs
            label="About this task run"
            shown={search.tab ?? "logs"}
            onShow={(next) => change({ tab: next === "logs" ? undefined : next })}
            tabs={[
              {
                id: "logs",
                label: "Logs",
                content: () => (
                  <section className="card" style={{ paddingBlockStart: 12 }} aria-label="Logs">
                    <LogView taskRunId={run.id} live={!isFinal(run.state_type)} search={search} onSearch={change} />
                  </section>
                ),
              },
              { id: "details", label: "Details", content: () => <TaskRunDetails run={run} states={known ?? []} /> },
              {
                id: "states",
                label: "States",
                count: known?.length,
                content: () => (
                  <Card title="What state it was in" bare>
                    <Answered of={states}>{(found) => <StateHistory states={found as State[]} />}</Answered>
                  </Card>
                ),
              },
              {
                id: "artifacts",
                label: "Artifacts",
                content: () => <RunArtifacts of={{ task_run_id: { any_: [run.id] } }} who="A task run" />,
              },
            ]}
          />
        </div>
      </div>
    </>
  );
}
