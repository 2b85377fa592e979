/** What runs, what failed and why, what is late and why: at a glance. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAsk } from "@/api/queries";
import type { Dashboard as Told, ReceivedEvent } from "@/api/types";
import { FailingFlows } from "@/components/dashboard/FailingFlows";
import { LateRuns } from "@/components/dashboard/LateRuns";
import { NextRuns } from "@/components/dashboard/NextRuns";
import { Pools } from "@/components/dashboard/Pools";
import { RunningNow } from "@/components/dashboard/RunningNow";
import { EventRow } from "@/components/EventRow";
import { HistoryBars, HistoryTimes, type Interval, Legend } from "@/components/HistoryBars";
import { PageHead } from "@/components/PageHead";
import { beginning, chartSpan, runFilters, steady } from "@/components/runSearch";
import { useNow } from "@/hooks/useNow";
import { Card } from "@/ui/Card";
import { Chips } from "@/ui/Chips";
import { Answered, Bones, Empty, Notice } from "@/ui/Empty";
import "@/style/runs.css";

const route = getRouteApi("/dashboard");
const SPANS = [
  ["1h", "1 h"],
  ["1d", "24 h"],
  ["7d", "7 d"],
  ["30d", "30 d"],
] as const;
const FEW = 6;

export default function Dashboard() {
  const since = route.useSearch().since ?? "1d";
  const go = route.useNavigate();
  const now = steady(useNow());
  const filters = useMemo(() => runFilters({ since }, now), [since, now]);
  const history = useAsk(
    "POST",
    "/ui/flow_runs/counts",
    { body: { ...filters, ...chartSpan({ since }, now) } },
    { keep: true },
  );
  const begins = (beginning(since, now) ?? new Date(now)).toISOString();
  const told = useAsk("POST", "/ui/dashboard", { body: { since: begins, few: FEW } }, { keep: true });
  return (
    <>
      <PageHead
        title="Dashboard"
        acts={
          <Chips
            label="Time"
            options={SPANS}
            chosen={[since as "1d"]}
            onChoose={(next) => void go({ search: { since: next === "1d" ? undefined : next }, replace: true })}
          />
        }
      />
      <div className="grid">
        <div className="column span-8">
          <Card
            title="Runs"
            more={
              <Link to="/runs" search={{ since }}>
                All runs
              </Link>
            }
          >
            <Answered of={history} lines={7}>
              {(found) => <RunsInTime history={found as Interval[]} since={since} />}
            </Answered>
          </Card>
          <Card
            title="Flows that fail"
            bare
            more={
              <Link to="/runs" search={{ since, state: ["FAILED", "CRASHED"], all: true }}>
                All failed runs
              </Link>
            }
          >
            <Answered of={told}>{(found) => <FailingFlows flows={(found as Told).failing} since={since} />}</Answered>
          </Card>
          {told.data && (
            <div className="pair">
              <RunningNow running={(told.data as Told).running} count={(told.data as Told).running_count} />
              <NextRuns runs={(told.data as Told).upcoming} />
            </div>
          )}
        </div>
        <div className="column span-4">
          {told.data ? (
            <LateRuns late={(told.data as Told).late} />
          ) : (
            <Card title="Late" bare>
              {told.error ? (
                <div className="body">
                  <Notice>{told.error.message}</Notice>
                </div>
              ) : (
                <Bones lines={2} />
              )}
            </Card>
          )}
          <Pools />
          <Card title="Events" bare more={<Link to="/events">All events</Link>}>
            <Answered of={told}>
              {({ events }) =>
                events.length ? (
                  <ul className="rows">
                    {(events as ReceivedEvent[]).map((event) => (
                      <EventRow key={event.id} event={event} />
                    ))}
                  </ul>
                ) : (
                  <Empty title="No events yet" />
                )
              }
            </Answered>
          </Card>
        </div>
      </div>
    </>
  );
}

function RunsInTime({ history, since }: { history: readonly Interval[]; since: string }) {
  const counts = useMemo(() => countStates(history), [history]);
  return (
    <div className="column tight">
      <div className="row wraps" style={{ gap: 36, marginBlockEnd: 8 }}>
        <Link to="/runs" search={{ since }} className="figure">
          <b>{counts.all.toLocaleString("en")}</b>
          <span>{counts.all === 1 ? "run" : "runs"}</span>
        </Link>
        <Link to="/runs" search={{ since, state: ["FAILED", "CRASHED"] }} className="figure">
          <b style={counts.bad ? { color: "var(--red)" } : {}}>{counts.bad.toLocaleString("en")}</b>
          <span>failed or crashed</span>
        </Link>
        <Link to="/runs" search={{ state: ["RUNNING"] }} className="figure">
          <b>{counts.running.toLocaleString("en")}</b>
          <span>running</span>
        </Link>
        <div className="figure">
          <b>{counts.done ? `${Math.floor((counts.good / counts.done) * 1000) / 10}%` : "–"}</b>
          <span>of ended runs completed</span>
        </div>
      </div>
      <HistoryBars history={history} />
      <HistoryTimes history={history} />
      <Legend history={history} />
      {counts.all === 0 && (
        <Empty title="Nothing has run in this time" command="PREFECT_API_URL=<this server>/api python my_flow.py">
          Call a flow while it knows this server, and its run stands here at once.
        </Empty>
      )}
    </div>
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
