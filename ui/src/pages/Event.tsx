/** One event: what it is about, what it is related to, what it carries, what came before it and after it. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowLeft, ArrowRight, Zap } from "lucide-react";
import type { ReactNode } from "react";
import { useAsk } from "@/api/queries";
import type { ReceivedEvent } from "@/api/types";
import { eventWords } from "@/components/eventNames";
import { EventRow, resourceName } from "@/components/EventRow";
import { askForEvent } from "@/components/eventSearch";
import { PageHead } from "@/components/PageHead";
import { kindWord, readResourceId } from "@/components/resourceKinds";
import { ResourceLink } from "@/components/ResourceLink";
import { Time } from "@/components/Time";
import { CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered, Notice } from "@/ui/Empty";
import { Json } from "@/ui/Json";
import { inert } from "@/util/text";

const route = getRouteApi("/events/$id");
const crumbs = [{ label: "Events", to: "/events" as const }];
type Labels = Record<string, string>;
/** An event follows one of the same thing by at most so many milliseconds. */
const CLOSE = 300_000;

export default function Event() {
  const { id } = route.useParams();
  const asked = useAsk("POST", "/events/filter", askForEvent(id), { every: false, calm: true });
  return (
    <Answered of={asked}>
      {(page) => {
        const event = page.events[0] as ReceivedEvent | undefined;
        if (!event)
          return (
            <>
              <PageHead title="Event" crumbs={crumbs} />
              <Notice>This event is not there. Events are kept for some days only.</Notice>
            </>
          );
        return <Page key={id} event={event} />;
      }}
    </Answered>
  );
}

function Page({ event }: { event: ReceivedEvent }) {
  const resource = event.resource as Labels;
  const related = event.related as Labels[];
  const poolOf = (labels: Labels) =>
    readResourceId(labels["prefect.resource.id"] ?? "")?.kind === "work-queue"
      ? related.find((each) => each["prefect.resource.role"] === "work-pool")?.["prefect.resource.name"]
      : undefined;
  const own = resource["prefect.resource.id"] ?? "";
  const others = Object.entries(resource).filter(
    ([label]) => label !== "prefect.resource.id" && label !== "prefect.resource.name",
  );
  return (
    <>
      <PageHead
        title={eventWords(event.event)}
        crumbs={crumbs}
        acts={
          <Link to="/automations/create" search={{ event: event.id }} className="button">
            <Zap size={16} aria-hidden />
            Make an automation
          </Link>
        }
      >
        <code className="second breaks">{inert(event.event, 300)}</code>
        <span className="small second">
          <Time at={event.occurred} look="full" />
        </span>
      </PageHead>
      <div className="grid">
        <div className="column span-6">
          <Card title="Resource">
            <div className="column tight">
              <div className="row wraps">
                <b style={{ fontWeight: 560 }}>
                  <ResourceLink resource={own} name={resourceName(resource)} pool={poolOf(resource)} />
                </b>
                <Kind resource={own} />
              </div>
              <dl className="facts">
                <dt>Id</dt>
                <dd className="row">
                  <code className="breaks">{inert(own, 300)}</code>
                  <CopyButton text={own} label="Copy the id" />
                </dd>
                {others.map(([label, value]) => (
                  <div key={label} style={{ display: "contents" }}>
                    <dt className="breaks">{inert(label.replace(/^prefect\./, ""), 80)}</dt>
                    <dd>{inert(value, 500)}</dd>
                  </div>
                ))}
              </dl>
              <Link to="/events" search={{ resource: own, since: "7d" }} className="link small">
                All of its events
              </Link>
            </div>
          </Card>
          <Around event={event} resource={own} />
        </div>
        <div className="column span-6">
          <Card title="Related" bare>
            <ul className="rows">
              {related.map((labels, place) => (
                <li key={place}>
                  <div className="grow">
                    <ResourceLink
                      resource={labels["prefect.resource.id"] ?? ""}
                      name={resourceName(labels)}
                      pool={poolOf(labels)}
                    />
                    <div className="tiny quiet cut">
                      <code>{inert(labels["prefect.resource.id"] ?? "", 200)}</code>
                    </div>
                  </div>
                  <span className="tag">{inert(labels["prefect.resource.role"] ?? "", 40)}</span>
                </li>
              ))}
              {!related.length && <li className="quiet">Nothing had a part in it.</li>}
            </ul>
          </Card>
          <Card title="Payload">
            {Object.keys(event.payload).length ? (
              <Json value={event.payload} />
            ) : (
              <p className="quiet">It carries nothing else.</p>
            )}
          </Card>
        </div>
        <Card title="As it was sent">
          <Json value={event} />
        </Card>
      </div>
    </>
  );
}

function Kind({ resource }: { resource: string }) {
  const own = readResourceId(resource);
  return own ? <span className="tag">{kindWord(own.kind)}</span> : null;
}

/** What happened to the same thing shortly before and after; which of it this event follows, and which follows it. */
function Around({ event, resource }: { event: ReceivedEvent; resource: string }) {
  const at = Date.parse(event.occurred);
  const occurred = { since: new Date(at - CLOSE).toISOString(), until: new Date(at + CLOSE).toISOString() };
  const asked = useAsk(
    "POST",
    "/events/filter",
    { body: { filter: { resource: { id: [resource] }, occurred }, limit: 50 } },
    { every: false, calm: true },
  );
  return (
    <Card title="Before and after" bare>
      <Answered of={asked} lines={3}>
        {(page) => {
          const near = page.events as ReceivedEvent[];
          const before = near.find((each) => each.id === event.follows);
          const after = near.filter((each) => each.follows === event.id);
          const rest = near.filter((each) => each.id !== event.id && each !== before && !after.includes(each));
          return (
            <>
              <ul className="rows">
                {after.map((each) => (
                  <Step key={each.id} event={each} words="Followed by" icon={<ArrowRight size={14} aria-hidden />} />
                ))}
                {before ? (
                  <Step event={before} words="Follows" icon={<ArrowLeft size={14} aria-hidden />} />
                ) : (
                  event.follows && (
                    <li>
                      <span className="tiny quiet">Follows</span>
                      <span className="grow">
                        <Link to="/events/$id" params={{ id: event.follows }} className="link">
                          event {event.follows.slice(0, 8)}
                        </Link>
                      </span>
                    </li>
                  )
                )}
                {!after.length && !event.follows && (
                  <li className="quiet">It follows no event, and none follows it.</li>
                )}
              </ul>
              {rest.length > 0 && (
                <details>
                  <summary className="small second" style={{ padding: "9px 16px" }}>
                    {rest.length} more of the same thing within 5 minutes
                  </summary>
                  <ul className="rows">
                    {rest.map((each) => (
                      <EventRow key={each.id} event={each} />
                    ))}
                  </ul>
                </details>
              )}
            </>
          );
        }}
      </Answered>
    </Card>
  );
}

function Step({ event, words, icon }: { event: ReceivedEvent; words: string; icon: ReactNode }) {
  return (
    <li>
      <span className="row tiny quiet" style={{ minWidth: 100 }}>
        {icon}
        {words}
      </span>
      <span className="grow cut">
        <Link to="/events/$id" params={{ id: event.id }} className="link">
          {inert(eventWords(event.event), 100)}
        </Link>
      </span>
      <span className="tiny quiet">
        <Time at={event.occurred} look="clock" />
      </span>
    </li>
  );
}
