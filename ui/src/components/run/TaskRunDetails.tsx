/** All that is known of a task run: where its inputs came from, its attempts, where its result is. */
import { IdFact } from "@/components/IdFact";
import { RunTimes } from "@/components/run/RunTimes";
import { Link } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import type { State, TaskRun } from "@/api/types";
import { Name } from "@/components/Names";
import { ResultFacts } from "@/components/run/ResultFacts";
import { StateBadge } from "@/components/State";
import { attemptsOf } from "@/components/StateHistory";
import { Time } from "@/components/Time";
import { CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Json } from "@/ui/Json";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

interface Source {
  input_type: string;
  id?: string;
  name?: string;
  type?: string;
}

export function TaskRunDetails({ run, states }: { run: TaskRun; states: readonly State[] }) {
  const inputs = Object.entries((run.task_inputs as Record<string, Source[]> | null) ?? {}).filter(
    ([, sources]) => sources.length > 0,
  );
  return (
    <div className="grid">
      <div className="column span-6">
        {inputs.length > 0 && <Inputs inputs={inputs} />}
        <Card title="Result">
          <ResultFacts data={run.state?.data} state={run.state_type} />
        </Card>
        <Attempts states={states} />
      </div>
      <div className="column span-6">
        <Card title="Facts">
          <dl className="facts">
            <IdFact id={run.id} />
            <dt>Task</dt>
            <dd>
              <code>{inert(run.task_key, 200)}</code>
            </dd>
            {run.task_version && (
              <>
                <dt>Version of the task</dt>
                <dd>
                  <code>{inert(run.task_version, 120)}</code>
                </dd>
              </>
            )}
            <RunTimes run={run} />
            {!!run.empirical_policy.retry_delay && (
              <>
                <dt>Between them</dt>
                <dd className="num">
                  {[run.empirical_policy.retry_delay]
                    .flat()
                    .map((seconds) => duration(Number(seconds)))
                    .join(", ")}
                </dd>
              </>
            )}
            {run.cache_key && (
              <>
                <dt>Cache key</dt>
                <dd className="row">
                  <code className="breaks">{inert(run.cache_key, 300)}</code>
                  <CopyButton text={run.cache_key} label="Copy the cache key" />
                </dd>
              </>
            )}
            {run.cache_expiration && (
              <>
                <dt>Cache ends</dt>
                <dd>
                  <Time at={run.cache_expiration} look="full" />
                </dd>
              </>
            )}
          </dl>
        </Card>
        {run.labels && Object.keys(run.labels).length > 0 && (
          <Card title="Labels">
            <Json value={run.labels} />
          </Card>
        )}
      </div>
    </div>
  );
}

const MOST = 200;

/** Where each of its inputs came from: another task run, a parameter of the flow, or a value in the code. */
function Inputs({ inputs }: { inputs: [string, Source[]][] }) {
  const ids = [
    ...new Set(
      inputs.flatMap(([, sources]) =>
        sources.flatMap((source) => (source.input_type === "task_run" && source.id ? [source.id] : [])),
      ),
    ),
  ].slice(0, MOST);
  const asked = useAsk(
    "POST",
    "/task_runs/filter",
    { body: { task_runs: { id: { any_: ids } }, limit: MOST } },
    { when: ids.length > 0 },
  );
  const known = new Map((asked.data as TaskRun[] | undefined)?.map((run) => [run.id, run]));
  return (
    <Card title="Where its inputs came from">
      <dl className="facts">
        {inputs.map(([name, sources]) => [
          <dt key={`${name} name`}>
            {name === "__parents__" ? "called inside of" : name === "wait_for" ? "waited for" : inert(name, 80)}
          </dt>,
          <dd key={name} className="row wraps" style={{ gap: "4px 14px" }}>
            {sources.slice(0, 30).map((source, place) => (
              <SourceWords key={place} source={source} run={source.id ? known.get(source.id) : undefined} />
            ))}
            {sources.length > 30 && <span className="quiet">and {sources.length - 30} more</span>}
          </dd>,
        ])}
      </dl>
    </Card>
  );
}

function SourceWords({ source, run }: { source: Source; run: TaskRun | undefined }) {
  if (source.input_type === "task_run" && source.id)
    return (
      <span className="row" style={{ gap: 8, minHeight: 26 }}>
        <Link to="/runs/task-run/$id" params={{ id: source.id }} className="link cut">
          <Name of={run?.name ?? source.id.slice(0, 8)} longest={80} />
        </Link>
        {run && <StateBadge type={run.state_type} name={run.state_name} />}
      </span>
    );
  if (source.input_type === "flow_run" && source.id)
    return (
      <Link to="/runs/flow-run/$id" params={{ id: source.id }} className="link">
        a flow run
      </Link>
    );
  if (source.input_type === "parameter")
    return (
      <span>
        parameter <code>{inert(source.name ?? "", 80)}</code> of the flow
      </span>
    );
  return <span className="quiet">a value{source.type ? ` of type ${inert(source.type, 60)}` : ""}</span>;
}

/** The states that follow an attempt that failed and is not the last. */
const AGAIN = new Set(["Retrying", "AwaitingRetry"]);

/** Each time that it ran: when, how long, and what came of it. */
function Attempts({ states }: { states: readonly State[] }) {
  const attempts = attemptsOf(states);
  if (attempts.length < 2) return null;
  return (
    <Card title="Attempts" bare>
      <ul className="rows">
        {attempts.map(({ begun, ended }, place) => (
          <li key={begun.id}>
            <span className="num">{place + 1}</span>
            <span className="small quiet">
              <Time at={begun.timestamp} look="clock" />
            </span>
            <span className="grow cut small second">{inert(ended?.message ?? "", 200)}</span>
            <span className="num small">
              {ended ? duration((Date.parse(ended.timestamp) - Date.parse(begun.timestamp)) / 1000) : "–"}
            </span>
            {ended && AGAIN.has(ended.name ?? "") ? (
              <StateBadge type="FAILED" name="Failed, retried" />
            ) : (
              <StateBadge type={ended?.type ?? "RUNNING"} name={ended?.name} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
