/** Why a run is as it is: reasons in words, with links to what has a part in them and the commands that help. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Cause, RelatedObject } from "@/api/types";
import { DeploymentLink, FlowRunLink, Name, WorkPoolLink } from "@/components/Names";
import { Time } from "@/components/Time";
import { CopyButton } from "@/ui/Button";
import { inert } from "@/util/text";
import "@/style/run.css";

/** A link to something that has a part in a reason; queues and workers are on the page of their pool. */
export function RelatedLink({
  thing: { kind, id, name },
  pool,
}: {
  thing: RelatedObject;
  pool?: string | null | undefined;
}) {
  const words = <Name of={name || id.slice(0, 8)} longest={80} />;
  switch (kind) {
    case "flow_run":
      return <FlowRunLink id={id} name={name} />;
    case "task_run":
      return (
        <Link to="/runs/task-run/$id" params={{ id }} className="name">
          {words}
        </Link>
      );
    case "deployment":
      return <DeploymentLink id={id} name={name} />;
    case "work_pool":
      return name ? <WorkPoolLink name={name} /> : words;
    case "work_queue":
      return pool ? (
        <Link to="/work-pools/work-pool/$name" params={{ name: pool }} search={{ tab: "queues" }} className="name">
          {words}
        </Link>
      ) : (
        words
      );
    case "worker":
      return pool ? (
        <Link to="/work-pools/work-pool/$name" params={{ name: pool }} search={{ tab: "workers" }} className="name">
          {words}
        </Link>
      ) : (
        words
      );
    case "concurrency_limit":
      return (
        <Link to="/concurrency-limits" className="name">
          {words}
        </Link>
      );
    default:
      return words;
  }
}

const KINDS: Record<string, string> = {
  flow_run: "Run",
  task_run: "Task run",
  deployment: "Deployment",
  work_pool: "Work pool",
  work_queue: "Queue",
  worker: "Worker",
  concurrency_limit: "Limit",
};

/** A text of the server, in which commands stand between backticks. */
export function withCommands(text: string): ReactNode[] {
  return text.split("`").map((part, place) => {
    if (place % 2 === 0) return <span key={place}>{inert(part)}</span>;
    const command = inert(part, 400);
    return (
      <span key={place} className="command-words">
        <code>{command}</code>
        {command.startsWith("prefect ") && <CopyButton text={command} label={`Copy ${command}`} />}
      </span>
    );
  });
}

export function Causes({ causes, pool }: { causes: readonly Cause[]; pool?: string | null | undefined }) {
  return (
    <ol className="causes">
      {causes.map((cause, place) => (
        <li key={`${cause.code} ${place}`}>
          <p className="breaks">
            <b>{withCommands(cause.message)}</b>
            {cause.since && (
              <span className="quiet small">
                {" "}
                <Time at={cause.since} />
              </span>
            )}
          </p>
          {cause.advice && <p className="second small breaks">{withCommands(cause.advice)}</p>}
          {cause.related.length > 0 && (
            <p className="row wraps small" style={{ gap: "4px 14px" }}>
              {cause.related.slice(0, 12).map((thing) => (
                <span key={`${thing.kind} ${thing.id}`} className="related">
                  <span className="quiet">{KINDS[thing.kind] ?? inert(thing.kind, 40)}</span>{" "}
                  <RelatedLink thing={thing} pool={pool} />
                </span>
              ))}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
