/** What a deployment is made of. */
import { IdFact } from "@/components/IdFact";
import type { Deployment } from "@/api/types";
import { Markdown } from "@/components/Markdown";
import { Name, Tags, WorkPoolLink } from "@/components/Names";
import { Time } from "@/components/Time";
import { Link } from "@tanstack/react-router";
import { Card } from "@/ui/Card";
import { Json } from "@/ui/Json";
import { inert, plural } from "@/util/text";
import "@/style/work.css";
import { duration } from "@/util/time";

const COLLISION: Record<string, string> = { ENQUEUE: "more wait for a slot", CANCEL_NEW: "more are cancelled" };

function Limit({ deployment }: { deployment: Deployment }) {
  const limit = deployment.global_concurrency_limit;
  if (!limit) return <>any number</>;
  const options = deployment.concurrency_options;
  const said = [
    COLLISION[options?.collision_strategy ?? "ENQUEUE"],
    options?.grace_period_seconds != null &&
      `a run has ${duration(options.grace_period_seconds)} to begin with its slot`,
  ]
    .filter(Boolean)
    .join("; ");
  return (
    <>
      <Link to="/concurrency-limits" search={{ limit: limit.id }} className="link">
        {limit.limit}, {Math.ceil(limit.active_slots)} in use
      </Link>
      {!limit.name.startsWith("deployment:") && (
        <>
          , shared as <Name of={limit.name} longest={60} />
        </>
      )}
      ; {said}
    </>
  );
}

export function Details({ deployment }: { deployment: Deployment }) {
  const empty = (value: object | null) => !value || Object.keys(value).length === 0;
  return (
    <div className="grid">
      <div className="column span-6">
        {deployment.description && (
          <Card title="Description">
            <Markdown text={deployment.description} />
          </Card>
        )}
        <Card title="Parameters">
          {empty(deployment.parameters) ? (
            <p className="quiet small">None: runs begin with the defaults of the flow.</p>
          ) : (
            <Json value={deployment.parameters} />
          )}
        </Card>
        <Card title="Job variables">
          {empty(deployment.job_variables) ? (
            <p className="quiet small">None: jobs are made as the work pool says.</p>
          ) : (
            <Json value={deployment.job_variables} />
          )}
        </Card>
        {!!deployment.pull_steps?.length && (
          <Card title="Pull steps">
            <Json value={deployment.pull_steps} />
          </Card>
        )}
        {!empty(deployment.parameter_openapi_schema) && (
          <Card title="Schema of the parameters">
            <details>
              <summary className="small second">Show it</summary>
              <Json value={deployment.parameter_openapi_schema} />
            </details>
          </Card>
        )}
      </div>
      <div className="column span-6">
        <Card title="Facts">
          <dl className="facts">
            <IdFact id={deployment.id} />
            <dt>Entrypoint</dt>
            <dd>
              <code>{inert(deployment.entrypoint ?? "–", 300)}</code>
            </dd>
            <dt>Path</dt>
            <dd>
              <code>{inert(deployment.path ?? "–", 300)}</code>
            </dd>
            <dt>Version</dt>
            <dd>
              <Name of={deployment.version} />
            </dd>
            <dt>Work pool</dt>
            <dd>
              {deployment.work_pool_name ? (
                <span className="link">
                  <WorkPoolLink name={deployment.work_pool_name} />
                </span>
              ) : (
                "none: a process serves it"
              )}
            </dd>
            <dt>Work queue</dt>
            <dd>
              <Name of={deployment.work_queue_name} />
            </dd>
            <dt>Runs at once</dt>
            <dd>
              <Limit deployment={deployment} />
            </dd>
            <dt>Lost runs</dt>
            <dd>
              {deployment.infrastructure_retries
                ? `are executed again, at most ${plural(deployment.infrastructure_retries, "time")}`
                : "have crashed"}
            </dd>
            <dt>Parameters</dt>
            <dd>{deployment.enforce_parameter_schema ? "must fit their schema" : "are not checked"}</dd>
            <dt>Tags</dt>
            <dd>{deployment.tags.length ? <Tags tags={deployment.tags} most={20} /> : "–"}</dd>
            <dt>Last asked for</dt>
            <dd>
              <Time at={deployment.last_polled} none="never" />
            </dd>
            <dt>Created</dt>
            <dd>
              <Time at={deployment.created} look="full" />
            </dd>
            <dt>Changed</dt>
            <dd>
              <Time at={deployment.updated} look="full" />
            </dd>
          </dl>
        </Card>
        {!empty(deployment.labels) && (
          <Card title="Labels">
            <Json value={deployment.labels} />
          </Card>
        )}
      </div>
    </div>
  );
}
