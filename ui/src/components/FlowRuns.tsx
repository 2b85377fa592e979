/** The runs of one thing (a flow, a deployment, a work pool): over time, and the latest as a table. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useAsk } from "@/api/queries";
import type { FlowRun, FlowRunSort } from "@/api/types";
import { HistoryBars, HistoryTimes, type Interval, Legend } from "@/components/HistoryBars";
import { RunTable } from "@/components/RunTable";
import { chartSpan, type RunSearch, runFilters, steady } from "@/components/runSearch";
import { useNames } from "@/components/useNames";
import { useNow } from "@/hooks/useNow";
import { Card } from "@/ui/Card";
import { Answered, Empty } from "@/ui/Empty";
import { Pager } from "@/ui/Table";

const LIMIT = 20;

export function RunsOverTime({ search }: { search: RunSearch }) {
  const now = steady(useNow());
  const history = useAsk("POST", "/flow_runs/history", { body: { ...runFilters(search, now), ...chartSpan(search, now) } }, { keep: true });
  return (
    <Card title="Runs over time" more={<Link to="/runs" search={search}>All runs</Link>}>
      <Answered of={history}>
        {(found) => (
          <div className="column tight">
            <HistoryBars history={found as Interval[]} />
            <HistoryTimes history={found as Interval[]} />
            <Legend history={found as Interval[]} />
          </div>
        )}
      </Answered>
    </Card>
  );
}

export function LatestRuns({ search, without, sort = "EXPECTED_START_TIME_DESC", none }: { search: RunSearch; without: ("flow" | "deployment")[]; sort?: FlowRunSort; none: string }) {
  const now = steady(useNow());
  const [page, setPage] = useState(1);
  const runs = useAsk("POST", "/flow_runs/paginate", { body: { ...runFilters(search, now), limit: LIMIT, page, sort } }, { keep: true });
  const names = useNames(runs.data?.results as FlowRun[] | undefined);
  return (
    <section className="card" aria-label="Runs">
      <Answered of={runs}>
        {(found) => found.results.length ? (
          <>
            <RunTable runs={found.results as FlowRun[]} names={names} without={without} />
            <Pager page={page} pages={found.pages} count={found.count} noun="run" onPage={setPage} />
          </>
        ) : <Empty title="No runs">{none}</Empty>}
      </Answered>
    </section>
  );
}
