/** What happened: live, how much and when, found by words, name, thing and time. */
import { getRouteApi } from "@tanstack/react-router";
import { Pause, Play, X } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useAsk } from "@/api/queries";
import { EventDensity, type EventCount } from "@/components/EventDensity";
import { EventNameTree, type NameCount } from "@/components/EventNameTree";
import { EventResourcePicker } from "@/components/EventResourcePicker";
import { EventRow } from "@/components/EventRow";
import { type EventSearch, filterOf, spanOfSearch, SPANS, stepOf } from "@/components/eventSearch";
import { PageHead } from "@/components/PageHead";
import { steady } from "@/components/runSearch";
import { SearchBox } from "@/components/SearchBox";
import { useEventFeed } from "@/components/useEventFeed";
import { zone as zones } from "@/hooks/usePreference";
import { useNow } from "@/hooks/useNow";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered, Empty } from "@/ui/Empty";
import { inert, plural } from "@/util/text";
import { shortTime } from "@/util/time";
import "@/style/automations.css";
import "@/style/events.css";

const route = getRouteApi("/events");
/** How often the counts are asked for while events are followed, in seconds. */
const OFTEN = 10;

export default function Events() {
  const search = route.useSearch();
  const go = route.useNavigate();
  const zone = zones.use();
  const change = (next: EventSearch) => void go({ search: (before) => ({ ...before, ...next }), replace: true });
  const [live, setLive] = useState(true);
  const feed = useEventFeed(search, live);
  const now = steady(useNow());
  const every = live && feed.open ? OFTEN : (false as const);
  const { q, event, resource, since, until } = search;
  const asked = useMemo(() => {
    const span = spanOfSearch({ since, until }, now);
    const occurred = {
      since: span.since.toISOString(),
      until: new Date(span.until.getTime() + (span.open ? 60_000 : 0)).toISOString(),
    };
    return {
      density: { filter: { ...filterOf({ q, event, resource }), occurred }, ...stepOf(span.since, span.until) },
      names: { filter: { ...filterOf({ q, resource }), occurred } },
      span,
    };
  }, [q, event, resource, since, until, now]);
  const density = useAsk(
    "POST",
    "/events/count-by/{countable}",
    { path: { countable: "time" }, body: asked.density },
    { keep: true, every, calm: true },
  );
  const names = useAsk(
    "POST",
    "/events/count-by/{countable}",
    { path: { countable: "event" }, body: asked.names },
    { keep: true, every, calm: true },
  );
  const chosen = !SPANS.some(([span]) => span === (since ?? "1d"));
  const words = `${shortTime(asked.span.since, zone)} to ${feed.open ? "now" : shortTime(asked.span.until, zone)}`;
  const filtered = !!(q || event || resource || chosen);
  return (
    <>
      <PageHead
        title="Events"
        acts={
          feed.open && (
            <Button icon={live ? Pause : Play} onClick={() => setLive(!live)}>
              {live ? "Pause" : "Follow"}
            </Button>
          )
        }
      >
        {feed.open ? (
          <span className={`live-dot ${live ? "" : "off"}`}>
            {live ? "New events appear as they happen" : "Paused: new events wait"}
          </span>
        ) : (
          <span className="tiny quiet">A time that is over</span>
        )}
      </PageHead>
      <div className="filters">
        <SearchBox label="Words in the event" value={q} onSearch={(text) => change({ q: text })} />
        <EventResourcePicker value={resource} onChange={(next) => change({ resource: next })} />
        <select
          className="input"
          aria-label="Time"
          value={chosen ? "chosen" : (since ?? "1d")}
          onChange={(picked) => change({ since: picked.target.value, until: undefined })}
        >
          {chosen && <option value="chosen">Chosen time</option>}
          {SPANS.map(([span, word]) => (
            <option key={span} value={span}>
              {word}
            </option>
          ))}
        </select>
        {chosen && (
          <Button low icon={X} onClick={() => change({ since: undefined, until: undefined })}>
            {words}
          </Button>
        )}
        {event && (
          <Button low icon={X} aria-label={`Not only ${inert(event, 60)}`} onClick={() => change({ event: undefined })}>
            {inert(event, 60)}
          </Button>
        )}
      </div>
      <div className="column">
        <Card title="How much happened">
          <Answered of={density} lines={3}>
            {(found) => (
              <EventDensity
                counts={found as EventCount[]}
                onChoose={(from, to) => change({ since: from, until: to })}
              />
            )}
          </Answered>
        </Card>
        <div className="grid">
          <section className="card span-9" aria-label="Events">
            <Feed feed={feed} filtered={filtered} />
          </section>
          <Card title="By name" className="span-3 events-side" bare>
            <Answered of={names} lines={4}>
              {(found) => (
                <EventNameTree
                  counts={found as NameCount[]}
                  chosen={event}
                  onChoose={(prefix) => change({ event: prefix })}
                />
              )}
            </Answered>
          </Card>
        </div>
      </div>
    </>
  );
}

function Feed({ feed, filtered }: { feed: ReturnType<typeof useEventFeed>; filtered: boolean }) {
  const { events, error, isPending, more, total, ended } = feed;
  const [opened] = useState(() => Date.now());
  return (
    <Answered of={{ data: events, error, isPending }} lines={8}>
      {(found) =>
        found.length ? (
          <>
            <ul className="rows feed">
              {found.map((event) => (
                <EventRow key={event.id} event={event} whole fresh={Date.parse(event.received) > opened} />
              ))}
            </ul>
            <div className="pager">
              <span className="grow num">
                {plural(total, "event")}
                {ended ? "; this was the first" : ""}
              </span>
              {more && <More more={more} />}
            </div>
          </>
        ) : filtered ? (
          <Empty title="No event is like that">Take a filter away, or look further back.</Empty>
        ) : (
          <Empty
            title="Nothing happened in this time"
            command="prefect events emit shop.order.placed --resource-id shop.order.1"
          >
            Runs, deployments and workers tell what happens to them, and so can your own code.
          </Empty>
        )
      }
    </Answered>
  );
}

/** Older events come when the end of the list comes into sight, or by the button. */
function More({ more }: { more: () => Promise<void> }) {
  const place = useRef<HTMLSpanElement>(null);
  const act = useCallback(() => void more(), [more]);
  useEffect(() => {
    if (!place.current) return undefined;
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) act();
      },
      { rootMargin: "200px" },
    );
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, [act]);
  return (
    <span ref={place}>
      <Button low onClick={act}>
        Show earlier ones
      </Button>
    </span>
  );
}
