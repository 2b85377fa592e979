/** The runs of one thing (a flow, a deployment, a work pool): over time, and the latest as a table. */
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useAsk } from "@/api/queries";
import type { FlowRunSort } from "@/api/types";
import { HistoryBars, HistoryTimes, type Interval, Legend } from "@/components/HistoryBars";
import { RunPager } from "@/components/runs/RunPager";
import { useRunPage } from "@/components/runs/useRunPage";
import { RunTable } from "@/components/RunTable";
import { chartSpan, type RunSearch, runFilters, steady } from "@/components/runSearch";
import { useNames } from "@/components/useNames";
import { useNow } from "@/hooks/useNow";
import { Card } from "@/ui/Card";
import { Answered, Bones, Empty, Notice } from "@/ui/Empty";

const LIMIT = 20;

export function RunsOverTime({ search }: { search: RunSearch }) {
  const now = steady(useNow());
  const history = useAsk(
    "POST",
    "/ui/flow_runs/counts",
    { body: { ...runFilters(search, now), ...chartSpan(search, now) } },
    { keep: true },
  );
  return (
    <Card
      title="Runs over time"
      more={
        <Link to="/runs" search={search}>
          All runs
        </Link>
      }
    >
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

export function LatestRuns({
  search,
  without,
  sort,
  none,
}: {
  search: RunSearch;
  without: ("flow" | "deployment")[];
  sort?: FlowRunSort;
  none: string;
}) {
  const now = steady(useNow());
  const [page, setPage] = useState(1);
  const wanted = JSON.stringify(search);
  const filters = useMemo(() => runFilters(JSON.parse(wanted) as RunSearch, now), [wanted, now]);
  const { runs, more, count, error } = useRunPage(filters, page, LIMIT, sort, false);
  const [flows, deployments] = [!without.includes("flow"), !without.includes("deployment")];
  const named = useMemo(
    () =>
      runs?.map((run) => ({
        flow_id: flows ? run.flow_id : null,
        deployment_id: deployments ? run.deployment_id : null,
      })),
    [runs, flows, deployments],
  );
  const names = useNames(named);
  return (
    <section className="card" aria-label="Runs">
      {!runs ? (
        error ? (
          <div className="body">
            <Notice>{error.message}</Notice>
          </div>
        ) : (
          <Bones />
        )
      ) : runs.length ? (
        <>
          <RunTable runs={runs} names={names} without={without} />
          <RunPager page={page} limit={LIMIT} count={count} more={more} counts={false} onPage={setPage} />
        </>
      ) : (
        <Empty title="No runs">{none}</Empty>
      )}
    </section>
  );
}
