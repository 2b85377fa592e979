/** The name of what an event or an automation is about, as a link to its page where it has one. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Name } from "@/components/Names";
import { kindWord, readResourceId } from "@/components/resourceKinds";

const BY_ID = {
  "flow-run": "/runs/flow-run/$id",
  "task-run": "/runs/task-run/$id",
  flow: "/flows/flow/$id",
  deployment: "/deployments/deployment/$id",
  artifact: "/artifacts/artifact/$id",
  automation: "/automations/automation/$id",
  event: "/events/$id",
} as const;

interface ResourceLinkProps {
  /** Its id as a resource, as `prefect.flow.` and an id. */
  resource: string;
  name: string | null | undefined;
  /** The name of the work pool, for a work queue. */
  pool?: string | undefined;
}

export function ResourceLink({ resource, name, pool }: ResourceLinkProps) {
  const own = readResourceId(resource);
  const shown = (
    <Name
      of={name || (own ? `${kindWord(own.kind)} ${own.id.slice(0, 8)}` : resource).replace(/^prefect\.tag\./, "")}
      longest={120}
    />
  );
  const as = (link: ReactNode) => <span className="resource breaks">{link}</span>;
  if (!own) return as(shown);
  const to = BY_ID[own.kind as keyof typeof BY_ID];
  if (to)
    return as(
      <Link to={to} params={{ id: own.id }} className="link">
        {shown}
      </Link>,
    );
  if (own.kind === "work-pool" && name)
    return as(
      <Link to="/work-pools/work-pool/$name" params={{ name }} className="link">
        {shown}
      </Link>,
    );
  if (own.kind === "work-queue" && pool)
    return as(
      <Link to="/work-pools/work-pool/$name" params={{ name: pool }} search={{ tab: "queues" }} className="link">
        {shown}
      </Link>,
    );
  if (own.kind === "variable" && name)
    return as(
      <Link to="/variables" search={{ q: name }} className="link">
        {shown}
      </Link>,
    );
  if (own.kind === "block-document")
    return as(
      <Link to="/blocks" search={name ? { q: name.replace(/ \(.*\)$/, "") } : {}} className="link">
        {shown}
      </Link>,
    );
  if (own.kind === "concurrency-limit")
    return as(
      <Link to="/concurrency-limits" className="link">
        {shown}
      </Link>,
    );
  return as(shown);
}
