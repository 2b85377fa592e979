/** One event: what it is about, what it is related to, what it carries. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import type { ReceivedEvent } from "@/api/types";
import { eventWords, resourceName } from "@/components/EventRow";
import { Name } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Time } from "@/components/Time";
import { Card } from "@/ui/Card";
import { Answered, Notice } from "@/ui/Empty";
import { Json } from "@/ui/Json";

const route = getRouteApi("/events/$id");
const crumbs = [{ label: "Events", to: "/events" as const }];
type Labels = Record<string, string>;

export default function Event() {
  const { id } = route.useParams();
  const asked = useAsk("POST", "/events/filter", { body: { filter: { id: { id: [id] }, occurred: { since: "2000-01-01T00:00:00Z", until: "2200-01-01T00:00:00Z" } }, limit: 1 } }, { every: false });
  return (
    <Answered of={asked}>
      {(page) => {
        const event = page.events[0] as ReceivedEvent | undefined;
        if (!event) return <><PageHead title="Event" crumbs={crumbs} /><Notice>This event is not there. Events are kept for some days only.</Notice></>;
        return (
          <>
            <PageHead title={eventWords(event.event)} crumbs={crumbs}><code className="second">{event.event}</code><span className="small second"><Time at={event.occurred} look="full" /></span></PageHead>
            <div className="grid">
              <Card title="Resource" className="span-6"><Resource labels={event.resource as Labels} /></Card>
              <Card title="Related" className="span-6" bare>
                <ul className="rows">{event.related.map((labels, place) => <li key={place}><div className="grow"><Resource labels={labels as Labels} short /></div></li>)}{!event.related.length && <li className="quiet">Nothing.</li>}</ul>
              </Card>
              <Card title="Payload" className="span-6"><Json value={event.payload} /></Card>
              <Card title="As it was sent" className="span-6"><Json value={event} /></Card>
            </div>
          </>
        );
      }}
    </Answered>
  );
}

const PLACES: [RegExp, "/runs/flow-run/$id" | "/runs/task-run/$id" | "/flows/flow/$id" | "/deployments/deployment/$id"][] = [
  [/^prefect\.flow-run\.(.+)$/, "/runs/flow-run/$id"],
  [/^prefect\.task-run\.(.+)$/, "/runs/task-run/$id"],
  [/^prefect\.flow\.(.+)$/, "/flows/flow/$id"],
  [/^prefect\.deployment\.(.+)$/, "/deployments/deployment/$id"],
];

function Resource({ labels, short }: { labels: Labels; short?: boolean }) {
  const own = labels["prefect.resource.id"] ?? "";
  const place = PLACES.map(([pattern, to]) => ({ to, found: pattern.exec(own) })).find(({ found }) => found);
  const name = <Name of={resourceName(labels)} />;
  return (
    <div className="column tight">
      <div className="row wraps">
        {place?.found ? <Link to={place.to} params={{ id: place.found[1] ?? "" }} className="link">{name}</Link> : <b>{name}</b>}
        {labels["prefect.resource.role"] && <span className="tag">{labels["prefect.resource.role"]}</span>}
      </div>
      {short ? <code className="tiny quiet breaks">{own}</code> : <Json value={labels} />}
      {!short && <Link to="/events" search={{ resource: own, since: "7d" }} className="link small">All of its events</Link>}
    </div>
  );
}
