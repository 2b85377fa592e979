/** What happened: live, how much and when, found by name and resource. */
import { getRouteApi } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useMemo, useState } from "react";
import { send } from "@/api/client";
import { useAsk } from "@/api/queries";
import type { ReceivedEvent } from "@/api/types";
import { EventRow } from "@/components/EventRow";
import { HistoryTimes } from "@/components/HistoryBars";
import { PageHead } from "@/components/PageHead";
import { beginning, steady } from "@/components/runSearch";
import { SearchBox } from "@/components/SearchBox";
import { useNow } from "@/hooks/useNow";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered, Empty } from "@/ui/Empty";
import { inert, plural } from "@/util/text";
import { toast } from "@/util/toasts";

const route = getRouteApi("/events");
const SPANS = [["1h", "Last hour"], ["1d", "Last day"], ["7d", "Last 7 days"]] as const;
const LIMIT = 50;
const STEPS = 48;
const UNIT: Record<string, ["minute" | "hour", number]> = { "1h": ["minute", 2], "1d": ["minute", 30], "7d": ["hour", 4] };

interface Page {
  events: ReceivedEvent[];
  total: number;
  next_page: string | null;
}

interface Count {
  start_time: string;
  end_time: string;
  count: number;
}

export default function Events() {
  const { event, resource, since = "1d" } = route.useSearch();
  const go = route.useNavigate();
  const change = (next: { event?: string | undefined; resource?: string | undefined; since?: string | undefined }) => void go({ search: { event, resource, since, ...next }, replace: true });
  const now = steady(useNow());
  const filter = useMemo(() => {
    const from = beginning(since, now) ?? new Date(now - 86_400_000);
    return {
      occurred: { since: from.toISOString(), until: new Date(now + 120_000).toISOString() },
      ...(event ? { event: { prefix: [event] } } : {}),
      ...(resource ? { any_resource: { id: [resource] } } : {}),
    };
  }, [event, resource, since, now]);
  const page = useAsk("POST", "/events/filter", { body: { filter, limit: LIMIT } }, { keep: true });
  const [time_unit, time_interval] = UNIT[since] ?? (["minute", 30] as const);
  const density = useAsk("POST", "/events/count-by/{countable}", { path: { countable: "time" }, body: { filter, time_unit, time_interval } }, { keep: true });
  return (
    <>
      <PageHead title="Events" />
      <div className="filters">
        <SearchBox label="Name begins with, as prefect.flow-run." value={event} onSearch={(text) => change({ event: text })} />
        <select className="input" aria-label="Time" value={since} onChange={(change_) => change({ since: change_.target.value })}>
          {SPANS.map(([span, word]) => <option key={span} value={span}>{word}</option>)}
        </select>
        {resource && <Button low icon={X} onClick={() => change({ resource: undefined })}>{inert(resource, 60)}</Button>}
      </div>
      <div className="column">
        <Card title="How much happened"><Answered of={density} lines={3}>{(found) => <Density counts={found as Count[]} />}</Answered></Card>
        <section className="card" aria-label="Events">
          <Answered of={page} lines={8}>{(found) => <Feed key={JSON.stringify(filter)} first={found as Page} />}</Answered>
        </section>
      </div>
    </>
  );
}

function Density({ counts }: { counts: readonly Count[] }) {
  const shown = counts.slice(-STEPS);
  const most = Math.max(1, ...shown.map((each) => each.count));
  const total = shown.reduce((sum, each) => sum + each.count, 0);
  if (!total) return <p className="quiet">Nothing happened in this time.</p>;
  return (
    <div className="column tight">
      <svg className="bars" viewBox={`0 0 ${shown.length * 20} 70`} preserveAspectRatio="none" role="img" aria-label={plural(total, "event")} style={{ height: 80 }}>
        {shown.map((each, place) => {
          const height = (each.count / most) * 66;
          return <rect key={each.start_time} x={place * 20 + 2.5} y={70 - height} width={15} height={height} rx={1.5} fill="var(--accent)" opacity={0.85}><title>{plural(each.count, "event")}</title></rect>;
        })}
      </svg>
      <HistoryTimes history={shown.map((each) => ({ interval_start: each.start_time, interval_end: each.end_time, states: [] }))} />
    </div>
  );
}

function Feed({ first }: { first: Page }) {
  const [later, setLater] = useState<Page[]>([]);
  const last = later.at(-1) ?? first;
  const [busy, setBusy] = useState(false);
  const more = async () => {
    const token = new URL(last.next_page ?? "").searchParams.get("page-token") ?? "";
    setBusy(true);
    try {
      const page = (await send("GET", "/events/filter/next", { query: { "page-token": token } })) as Page;
      setLater([...later, page]);
    } catch (error) {
      toast({ kind: "bad", text: (error as Error).message });
    } finally {
      setBusy(false);
    }
  };
  const events = [first, ...later].flatMap((page) => page.events);
  if (!events.length) return <Empty title="No event is like that">Take a filter away, or look further back.</Empty>;
  return (
    <>
      <ul className="rows">{events.map((event) => <EventRow key={event.id} event={event} />)}</ul>
      <div className="pager"><span className="grow num">{first.total.toLocaleString("en")} events</span>{last.next_page && <Button low disabled={busy} onClick={() => void more()}>Show earlier ones</Button>}</div>
    </>
  );
}
