/** All that is known of a flow run: what it was given, where it comes from, what it belongs to. */
import { IdFact } from "@/components/IdFact";
import { RunTimes } from "@/components/run/RunTimes";
import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useState } from "react";
import type { Deployment, FlowRun, TaskRun, Timeline } from "@/api/types";
import { CustomRun } from "@/components/CustomRun";
import { DeploymentLink, FlowLink, FlowRunLink, Name, WorkPoolLink } from "@/components/Names";
import { StateBadge } from "@/components/State";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Json } from "@/ui/Json";
import { inert, plural } from "@/util/text";

interface RunDetailsProps {
  run: FlowRun;
  flowName: string | undefined;
  deployment: Deployment | undefined;
  /** The task run that called it, if it is a subflow run. */
  caller: TaskRun | undefined;
  told: Timeline | undefined;
}

const FEW = 50;
const filled = (value: unknown): value is Record<string, unknown> =>
  !!value && typeof value === "object" && Object.keys(value).length > 0;

export function RunDetails({ run, flowName, deployment, caller, told }: RunDetailsProps) {
  const [again, setAgain] = useState(false);
  return (
    <div className="grid">
      <div className="column span-6">
        <Card
          title="Parameters"
          {...(deployment
            ? {
                more: (
                  <Button low icon={Play} onClick={() => setAgain(true)}>
                    Run again with these
                  </Button>
                ),
              }
            : {})}
        >
          {filled(run.parameters) ? (
            <Json value={run.parameters} />
          ) : (
            <p className="quiet">It was called without parameters.</p>
          )}
        </Card>
        {filled(run.job_variables) && (
          <Card title="Job variables">
            <Json value={run.job_variables} />
          </Card>
        )}
        {filled(run.labels) && (
          <Card title="Labels">
            <Json value={run.labels} />
          </Card>
        )}
      </div>
      <div className="column span-6">
        <Card title="Facts">
          <dl className="facts">
            <IdFact id={run.id} />
            <dt>Flow</dt>
            <dd>
              <FlowLink id={run.flow_id} name={flowName} />
            </dd>
            {run.flow_version && (
              <>
                <dt>Version of the code</dt>
                <dd>
                  <code>{inert(run.flow_version, 120)}</code>
                </dd>
              </>
            )}
            {run.deployment_id && (
              <>
                <dt>Deployment</dt>
                <dd>
                  <DeploymentLink id={run.deployment_id} name={deployment?.name} />
                </dd>
              </>
            )}
            {run.deployment_version && (
              <>
                <dt>Its version</dt>
                <dd>
                  <Name of={run.deployment_version} />
                  {deployment?.version && deployment.version !== run.deployment_version && (
                    <span className="quiet">
                      {" "}
                      now it is <Name of={deployment.version} />
                    </span>
                  )}
                </dd>
              </>
            )}
            {run.parent_task_run_id && (
              <>
                <dt>Called by</dt>
                <dd>
                  {caller?.flow_run_id ? (
                    <FlowRunLink id={caller.flow_run_id} name={caller.flow_run_name} />
                  ) : (
                    <Link to="/runs/task-run/$id" params={{ id: run.parent_task_run_id }} className="link">
                      the run that called it
                    </Link>
                  )}
                </dd>
              </>
            )}
            <RunTimes
              run={run}
              more={
                !!run.empirical_policy.infrastructure_retries &&
                `, ${run.empirical_policy.infrastructure_retries} after its process was lost`
              }
            />
            {run.work_pool_name && (
              <>
                <dt>Work pool</dt>
                <dd>
                  <WorkPoolLink name={run.work_pool_name} />
                  {run.work_queue_name && ` / ${inert(run.work_queue_name, 80)}`}
                </dd>
              </>
            )}
            {run.infrastructure_pid && (
              <>
                <dt>Runs as</dt>
                <dd>
                  <code>{inert(run.infrastructure_pid, 120)}</code>
                </dd>
              </>
            )}
            {run.created_by?.display_value && (
              <>
                <dt>Created by</dt>
                <dd>
                  <Name of={run.created_by.display_value} />
                  {run.created_by.type && (
                    <span className="quiet"> {inert(run.created_by.type, 40).toLowerCase()}</span>
                  )}
                </dd>
              </>
            )}
            {run.idempotency_key && (
              <>
                <dt>Idempotency key</dt>
                <dd>
                  <code>{inert(run.idempotency_key, 120)}</code>
                </dd>
              </>
            )}
          </dl>
        </Card>
        <Subflows told={told} />
      </div>
      {again && deployment && (
        <CustomRun
          deployment={deployment}
          parameters={run.parameters as Record<string, unknown>}
          onClose={() => setAgain(false)}
        />
      )}
    </div>
  );
}

/** The runs that it called, as the timeline tells of them. */
function Subflows({ told }: { told: Timeline | undefined }) {
  const places = told?.subflow_run_ids.flatMap((id, place) => (id ? [place] : [])) ?? [];
  if (!told || !places.length) return null;
  return (
    <Card
      title="Subflow runs"
      bare
      {...(places.length > FEW ? { more: `The first ${FEW} of ${plural(places.length, "run")}` } : {})}
    >
      <ul className="rows">
        {places.slice(0, FEW).map((place) => (
          <li key={told.ids[place]}>
            <span className="grow cut">
              <FlowRunLink id={told.subflow_run_ids[place] ?? ""} name={told.names[place]} />
            </span>
            <StateBadge type={told.state_types[place]} name={told.state_names[place]} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
