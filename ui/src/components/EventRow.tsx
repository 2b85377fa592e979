/** One event as a line: what happened, to what, when. */
import { Link } from "@tanstack/react-router";
import type { ReceivedEvent } from "@/api/types";
import { Name } from "@/components/Names";
import { StateIcon } from "@/components/State";
import { Time } from "@/components/Time";
import { colourOf } from "@/util/states";
import { inert } from "@/util/text";

type Labels = Record<string, string>;

/** The words of an event: `prefect.flow-run.Completed` is “Flow run completed”. */
export function eventWords(name: string): string {
  const [first, ...rest] = name.replace(/^prefect(-cloud)?\./, "").split(".");
  const words = [first, ...rest].join(" ").replaceAll(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

export function resourceName(labels: Labels): string {
  return labels["prefect.resource.name"] || labels["prefect.name"] || labels["prefect.resource.id"] || "";
}

export function EventRow({ event }: { event: ReceivedEvent }) {
  const resource = event.resource as Labels;
  const type = resource["prefect.state-type"];
  return (
    <li data-colour={colourOf(type, resource["prefect.state-name"])}>
      <span style={{ color: type ? "var(--mark)" : "var(--text-3)" }}><StateIcon type={type} name={resource["prefect.state-name"]} size={14} /></span>
      <div className="grow">
        <div className="cut"><Link to="/events/$id" params={{ id: event.id }} className="name">{inert(eventWords(event.event), 100)}</Link></div>
        <div className="tiny quiet cut"><Name of={resourceName(resource)} longest={120} /></div>
      </div>
      <span className="tiny quiet"><Time at={event.occurred} /></span>
    </li>
  );
}
