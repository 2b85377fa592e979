/** One task run: its logs, its states, what is known of it. */
import { getRouteApi } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import type { State, TaskRun as Run } from "@/api/types";
import { LogView } from "@/components/LogView";
import { FlowRunLink, Tags } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { StateBadge } from "@/components/State";
import { StateHistory } from "@/components/StateHistory";
import { Time, Took } from "@/components/Time";
import { CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered, Bones, Notice } from "@/ui/Empty";
import { Json } from "@/ui/Json";
import { colourOf, isFinal } from "@/util/states";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

const route = getRouteApi("/runs/task-run/$id");

export default function TaskRun() {
  const { id } = route.useParams();
  const asked = useAsk("GET", "/ui/task_runs/{id}", { path: { id } });
  const states = useAsk("GET", "/task_run_states/", { query: { task_run_id: id } });
  if (asked.error && !asked.data) return <><PageHead title="Task run" crumbs={[{ label: "Runs", to: "/runs" }]} /><Notice>{asked.error.message}</Notice></>;
  if (!asked.data) return <Bones lines={8} />;
  const run = asked.data as Run;
  const failed = run.state_type === "FAILED" || run.state_type === "CRASHED";
  const parent = run.flow_run_id;
  return (
    <>
      <PageHead title={run.name} crumbs={[{ label: "Runs", to: "/runs" }, ...(parent ? [{ label: run.flow_run_name ?? "Flow run", to: "/runs/flow-run/$id" as const, params: { id: parent } }] : [])]}>
        <StateBadge type={run.state_type} name={run.state_name} />
        {parent && <span className="small second">in <FlowRunLink id={parent} name={run.flow_run_name} /></span>}
        <span className="small second"><Time at={run.start_time} look="full" /></span>
        <span className="small second"><Took start={run.start_time} end={run.end_time} running={run.state_type === "RUNNING"} /></span>
        <Tags tags={run.tags} most={6} />
      </PageHead>
      <div className="column">
        {failed && run.state?.message && <Notice colour={colourOf(run.state_type)}><span style={{ whiteSpace: "pre-wrap" }}>{inert(run.state.message, 3000)}</span></Notice>}
        <section className="card" aria-label="Logs" style={{ paddingBlockStart: 14 }}><LogView taskRunId={id} live={!isFinal(run.state_type)} height={340} /></section>
        <div className="grid">
          <Card title="What state it was in" className="span-6" bare><Answered of={states}>{(found) => <StateHistory states={found as State[]} />}</Answered></Card>
          <Card title="Facts" className="span-6">
            <dl className="facts">
              <dt>Id</dt><dd className="row"><code>{run.id}</code><CopyButton text={run.id} label="Copy the id" /></dd>
              <dt>Task</dt><dd><code>{inert(run.task_key, 200)}</code></dd>
              <dt>Expected</dt><dd><Time at={run.expected_start_time} look="full" /></dd>
              <dt>Started</dt><dd><Time at={run.start_time} look="full" /></dd>
              <dt>Ended</dt><dd><Time at={run.end_time} look="full" /></dd>
              <dt>Time in Running</dt><dd className="num">{duration(run.total_run_time)}</dd>
              <dt>Attempts</dt><dd className="num">{run.run_count}</dd>
              {run.cache_key && <><dt>Cache key</dt><dd><code>{inert(run.cache_key, 200)}</code></dd></>}
            </dl>
          </Card>
          {Object.keys((run.task_inputs as object | null) ?? {}).length > 0 && <Card title="Where its inputs came from" className="span-6"><Json value={run.task_inputs} /></Card>}
        </div>
      </div>
    </>
  );
}
