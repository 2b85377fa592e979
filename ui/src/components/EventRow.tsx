/** One event as a line: what happened, to what, when. */
import { Link } from "@tanstack/react-router";
import { Activity } from "lucide-react";
import type { ReceivedEvent } from "@/api/types";
import { eventWords } from "@/components/eventNames";
import { Name } from "@/components/Names";
import { StateIcon } from "@/components/State";
import { Time } from "@/components/Time";
import { colourOf } from "@/util/states";
import { inert } from "@/util/text";

type Labels = Record<string, string>;

export function resourceName(labels: Labels): string {
  return labels["prefect.resource.name"] || labels["prefect.name"] || labels["prefect.resource.id"] || "";
}

export function EventRow({ event, whole, fresh }: { event: ReceivedEvent; whole?: boolean; fresh?: boolean }) {
  const resource = event.resource as Labels;
  const type = resource["prefect.state-type"];
  return (
    <li data-colour={colourOf(type, resource["prefect.state-name"])} className={fresh ? "fresh" : undefined}>
      {type ? (
        <span style={{ color: "var(--mark)" }}>
          <StateIcon type={type} name={resource["prefect.state-name"]} size={14} />
        </span>
      ) : (
        <span className="quiet">
          <Activity size={14} aria-hidden />
        </span>
      )}
      <div className="grow">
        <div className="cut">
          <Link to="/events/$id" params={{ id: event.id }} className="name">
            {inert(eventWords(event.event), 100)}
          </Link>
        </div>
        <div className="tiny quiet cut">
          <Name of={resourceName(resource)} longest={120} />
        </div>
      </div>
      {whole && <code className="tiny quiet cut raw">{inert(event.event, 120)}</code>}
      <span className="tiny quiet">
        <Time at={event.occurred} />
      </span>
    </li>
  );
}
