/** What runs, what failed and why, what is late and why: at a glance. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAsk } from "@/api/queries";
import type { FlowRun, ReceivedEvent, WorkPool } from "@/api/types";
import { EventRow } from "@/components/EventRow";
import { HistoryBars, HistoryTimes, type Interval, Legend } from "@/components/HistoryBars";
import { FlowLink, FlowRunLink, WorkPoolLink } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { chartSpan, runFilters, steady } from "@/components/runSearch";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { useNames } from "@/components/useNames";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { useNow } from "@/hooks/useNow";
import { Card } from "@/ui/Card";
import { Chips } from "@/ui/Chips";
import { Answered, Empty } from "@/ui/Empty";
import { inert } from "@/util/text";

const route = getRouteApi("/dashboard");
const SPANS = [["1h", "1 h"], ["1d", "24 h"], ["7d", "7 d"], ["30d", "30 d"]] as const;
const FEW = 6;

export default function Dashboard() {
  const since = route.useSearch().since ?? "1d";
  const go = route.useNavigate();
  const now = steady(useNow());
  const filters = useMemo(() => runFilters({ since }, now), [since, now]);
  const history = useAsk("POST", "/flow_runs/history", { body: { ...filters, ...chartSpan({ since }, now) } }, { keep: true });
  // What needs a person: failed and crashed runs of the time, and all that are late now.
  const bad = useAsk("POST", "/flow_runs/filter", {
    body: { ...runFilters({ since, state: ["FAILED", "CRASHED"] }, now), limit: 100, sort: "END_TIME_DESC" },
  }, { keep: true });
  const late = useAsk("POST", "/flow_runs/filter", { body: { flow_runs: { state: { name: { any_: ["Late"] } } }, limit: FEW, sort: "EXPECTED_START_TIME_ASC" } });
  const pools = useAsk("POST", "/work_pools/filter", { body: { limit: 50 } });
  const events = useAsk("POST", "/events/filter", { body: { filter: { event: { exclude_prefix: ["prefect.task-run.", "prefect.log."] } }, limit: 8 } });
  const rows = useMemo(() => [...((bad.data ?? []) as FlowRun[]), ...((late.data ?? []) as FlowRun[])].map(({ flow_id }) => ({ flow_id })), [bad.data, late.data]);
  const names = useNames(rows);
  const counts = useMemo(() => countStates((history.data ?? []) as Interval[]), [history.data]);
  const empty = history.data && counts.all === 0 && !late.data?.length;
  return (
    <>
      <PageHead title="Dashboard" acts={<Chips label="Time" options={SPANS} chosen={[since as "1d"]} onChoose={(next) => void go({ search: { since: next === "1d" ? undefined : next }, replace: true })} />} />
      <div className="grid">
        <div className="column span-8">
        <Card title="Runs" more={<Link to="/runs" search={{ since }}>All runs</Link>}>
          <Answered of={history}>
            {(found) => (
              <div className="column tight">
                <div className="row wraps" style={{ gap: 36, marginBlockEnd: 8 }}>
                  <Link to="/runs" search={{ since }} className="figure"><b>{counts.all.toLocaleString("en")}</b><span>runs</span></Link>
                  <Link to="/runs" search={{ since, state: ["FAILED", "CRASHED"] }} className="figure"><b style={counts.bad ? { color: "var(--red)" } : {}}>{counts.bad.toLocaleString("en")}</b><span>failed or crashed</span></Link>
                  <Link to="/runs" search={{ state: ["RUNNING"] }} className="figure"><b>{counts.running.toLocaleString("en")}</b><span>running</span></Link>
                  <div className="figure"><b>{counts.done ? `${Math.floor((counts.good / counts.done) * 1000) / 10}%` : "–"}</b><span>of ended runs completed</span></div>
                </div>
                <HistoryBars history={found as Interval[]} />
                <HistoryTimes history={found as Interval[]} />
                <Legend history={found as Interval[]} />
                {empty && <Empty title="Nothing has run in this time" command="PREFECT_API_URL=<this server>/api python my_flow.py">Call a flow while it knows this server, and its run stands here at once.</Empty>}
              </div>
            )}
          </Answered>
        </Card>
        <Card title="Flows that fail" bare more={<Link to="/runs" search={{ since, state: ["FAILED", "CRASHED"] }}>All failed runs</Link>}>
          <Answered of={bad}>{(found) => <FailingFlows runs={found as FlowRun[]} flow={names.flow} />}</Answered>
        </Card>
        </div>
        <div className="column span-4">
          <Card title="Late" bare more={<Link to="/runs" search={{ state: ["Late"] }}>All</Link>}>
            <Answered of={late} lines={2}>
              {(found) => found.length ? (
                <ul className="rows">{(found as FlowRun[]).map((run) => <LateRow key={run.id} run={run} pools={(pools.data ?? []) as WorkPool[]} flow={names.flow(run.flow_id)} />)}</ul>
              ) : <p className="quiet body" style={{ padding: "0 16px 16px" }}>Every scheduled run has started in time.</p>}
            </Answered>
          </Card>
          <Card title="Work pools" bare more={<Link to="/work-pools">All</Link>}>
            <Answered of={pools} lines={2}>
              {(found) => found.length ? (
                <ul className="rows">
                  {(found as WorkPool[]).slice(0, FEW).map((pool) => (
                    <li key={pool.id}><span className="grow cut"><WorkPoolLink name={pool.name} /></span><span className="tiny quiet">{inert(pool.type, 30)}</span><WorkPoolStatus status={pool.status} /></li>
                  ))}
                </ul>
              ) : <p className="quiet body" style={{ padding: "0 16px 16px" }}>No work pools. Flows that are served or called need none.</p>}
            </Answered>
          </Card>
        <Card title="Events" bare more={<Link to="/events">All events</Link>}>
          <Answered of={events}>
            {(found) => found.events.length ? <ul className="rows">{(found.events as ReceivedEvent[]).map((event) => <EventRow key={event.id} event={event} />)}</ul> : <Empty title="No events yet" />}
          </Answered>
        </Card>
        </div>
      </div>
    </>
  );
}

function countStates(history: readonly Interval[]) {
  const counts = { all: 0, good: 0, bad: 0, running: 0, done: 0 };
  for (const { states } of history)
    for (const { state_type: type, count_runs: count } of states) {
      counts.all += count;
      if (type === "COMPLETED") counts.good += count;
      if (type === "FAILED" || type === "CRASHED") counts.bad += count;
      if (type === "RUNNING") counts.running += count;
      if (type === "COMPLETED" || type === "FAILED" || type === "CRASHED") counts.done += count;
    }
  return counts;
}

/** Why a run is late, as far as its work pool tells. */
function lateReason(run: FlowRun, pools: readonly WorkPool[]): string {
  if (!run.work_pool_name) return "no served process has taken it";
  const pool = pools.find((each) => each.name === run.work_pool_name);
  if (pool?.is_paused) return "its work pool is paused";
  if (pool?.status === "NOT_READY") return "its work pool has no worker";
  if (pool?.concurrency_limit != null && (pool.active_slots ?? 0) >= pool.concurrency_limit) return "its work pool is full";
  return "its queue is paused, full, or behind";
}

function LateRow({ run, pools, flow }: { run: FlowRun; pools: readonly WorkPool[]; flow: string | undefined }) {
  return (
    <li>
      <div className="grow">
        <div className="cut"><FlowRunLink id={run.id} name={run.name} /></div>
        <div className="tiny quiet cut">{flow && `${inert(flow, 40)} · `}{lateReason(run, pools)}</div>
      </div>
      <span className="small" style={{ color: "var(--orange)" }}><Time at={run.expected_start_time} /></span>
    </li>
  );
}

function FailingFlows({ runs, flow }: { runs: readonly FlowRun[]; flow: (id: string) => string | undefined }) {
  const grouped = useMemo(() => {
    const groups = new Map<string, FlowRun[]>();
    for (const run of runs) groups.set(run.flow_id, [...(groups.get(run.flow_id) ?? []), run]);
    return [...groups.values()].toSorted((a, b) => b.length - a.length).slice(0, FEW);
  }, [runs]);
  if (!grouped.length) return <p className="quiet body" style={{ padding: "0 16px 16px" }}>No run failed in this time.</p>;
  return (
    <ul className="rows">
      {grouped.map((group) => {
        const run = group[0] as FlowRun;
        return (
          <li key={run.flow_id}>
            <div className="grow">
              <div className="row"><b className="cut" style={{ fontWeight: 560 }}><FlowLink id={run.flow_id} name={flow(run.flow_id)} /></b><span className="pill num" data-colour="red">{group.length}{runs.length >= 100 && "+"}</span></div>
              <div className="tiny quiet cut" title={inert(run.state?.message ?? "", 600)}>{inert(run.state?.message?.split("\n")[0] ?? "", 160)}</div>
            </div>
            <div className="small" style={{ textAlign: "end" }}>
              <div className="cut" style={{ maxWidth: 170 }}><FlowRunLink id={run.id} name={run.name} /></div>
              <StateBadge type={run.state_type} name={run.state_name} /> <span className="tiny quiet"><Time at={run.end_time} /></span>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
