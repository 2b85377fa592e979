/** All runs: found, filtered and ordered by the server; what is looked for stands in the address. */
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useAsk } from "@/api/queries";
import type { Explanation, FlowRun } from "@/api/types";
import { HistoryBars, HistoryTimes, type Interval, Legend } from "@/components/HistoryBars";
import { PageHead } from "@/components/PageHead";
import { BulkBar } from "@/components/runs/BulkBar";
import { RunFilters } from "@/components/runs/RunFilters";
import { RunPager } from "@/components/runs/RunPager";
import { useHidden } from "@/components/runs/useBulk";
import { useCalmRows } from "@/components/runs/useCalmRows";
import { type RunPage, useRunPage } from "@/components/runs/useRunPage";
import { RunTable } from "@/components/RunTable";
import {
  chartSpan,
  type RunFilters as Filters,
  type RunSearch,
  runFilters,
  steady,
  USUAL_SIZE,
} from "@/components/runSearch";
import { Scatter, type Point } from "@/components/Scatter";
import { useNames } from "@/components/useNames";
import { useNow } from "@/hooks/useNow";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Chips } from "@/ui/Chips";
import { Answered, Bones, Empty, Notice } from "@/ui/Empty";
import { plural } from "@/util/text";
import "@/style/runs.css";

const page = getRouteApi("/runs");
const MOST_POINTS = 600;

export default function Runs() {
  const search = page.useSearch();
  const go = page.useNavigate();
  const change = (next: Partial<RunSearch>) =>
    void go({ search: (before) => ({ ...before, page: undefined, ...next }), replace: true });
  const now = steady(useNow());
  const filters = useMemo(() => runFilters(search, now), [search, now]);
  const found = useRunPage(filters, search.page ?? 1, search.limit ?? USUAL_SIZE, search.sort);
  return (
    <>
      <PageHead title="Runs" />
      <RunFilters search={search} change={change} />
      <div className="column">
        <Chart search={search} filters={filters} now={now} change={change} />
        <section className="card" aria-label="Found runs">
          {found.runs ? (
            <Found found={found} runs={found.runs} search={search} filters={filters} change={change} />
          ) : found.error ? (
            <div className="body">
              <Notice>{found.error.message}</Notice>
            </div>
          ) : (
            <Bones lines={8} />
          )}
        </section>
      </div>
    </>
  );
}

type Change = (next: Partial<RunSearch>) => void;

function Chart({ search, filters, now, change }: { search: RunSearch; filters: Filters; now: number; change: Change }) {
  const durations = search.chart === "durations";
  const history = useAsk(
    "POST",
    "/ui/flow_runs/counts",
    { body: { ...filters, ...chartSpan(search, now) } },
    { keep: true, when: !durations },
  );
  const points = useAsk(
    "POST",
    "/ui/flow_runs/history",
    { body: { ...filters, limit: MOST_POINTS, sort: "EXPECTED_START_TIME_DESC" } },
    { keep: true, when: durations },
  );
  return (
    <Card
      title={durations ? "How long runs took" : search.since ? "Runs over time" : "Runs over time, the last 7 days"}
      more={
        <Chips
          label="Chart"
          options={[
            ["count", "Count"],
            ["durations", "Durations"],
          ]}
          chosen={[durations ? "durations" : "count"]}
          onChoose={(chosen) => change({ chart: chosen === "durations" ? "durations" : undefined, page: search.page })}
        />
      }
    >
      {durations ? (
        <Answered of={points}>
          {(found) =>
            found.length ? (
              <Scatter points={found as Point[]} most={MOST_POINTS} />
            ) : (
              <p className="quiet">No run has taken time yet.</p>
            )
          }
        </Answered>
      ) : (
        <Answered of={history}>
          {(found) => (
            <div className="column tight">
              <HistoryBars history={found as Interval[]} onChoose={(since, until) => change({ since, until })} />
              <HistoryTimes history={found as Interval[]} />
              <Legend history={found as Interval[]} />
            </div>
          )}
        </Answered>
      )}
    </Card>
  );
}

interface FoundProps {
  found: RunPage;
  runs: FlowRun[];
  search: RunSearch;
  filters: Filters;
  change: Change;
}

const NO_FILTERS = new Set(["page", "limit", "sort", "chart", "all"]);

function Found({ found, runs, search, filters, change }: FoundProps) {
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [near, setNear] = useState(false);
  const hidden = useHidden();
  const [renewed, setRenewed] = useState(0);
  const renew = () => setRenewed((times) => times + 1);
  const { shown, waiting } = useCalmRows({
    rows: runs,
    question: `${JSON.stringify(search)} ${renewed}`,
    ready: found.ready,
    held: near || chosen.size > 0,
    full: found.more,
  });
  const rows = useMemo(() => shown.filter((run) => !hidden.has(run.id)), [shown, hidden]);
  const names = useNames(rows);
  const why = useReasons(rows);
  const limit = search.limit ?? USUAL_SIZE;
  const selected = rows
    .filter((run) => chosen.has(run.id))
    .map((run) => ({ id: run.id, state_type: run.state_type, deployed: !!run.deployment_id }));
  const none = () => setChosen(new Set());
  const bar = (
    <BulkBar
      chosen={selected}
      onPage={rows.length}
      count={found.count}
      filters={filters}
      onClear={none}
      onDone={renew}
    />
  );
  if (!rows.length)
    return (
      <>
        {bar}
        {Object.keys(search).some((name) => !NO_FILTERS.has(name)) ? (
          <Empty title="No run is like that">Take a filter away, or look further back in time.</Empty>
        ) : (
          <Empty title="Nothing has run yet" command="PREFECT_API_URL=<this server>/api python my_flow.py">
            Call a flow while it knows this server, and its run stands here at once.
          </Empty>
        )}
      </>
    );
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- rows only keep their places while somebody is at them
    <div
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={() => setNear(false)}
    >
      {bar}
      {waiting > 0 && (
        <div className="waiting-rows" role="status">
          <Button low look="bare" onClick={renew}>
            Show {plural(waiting, "new run")}
          </Button>
        </div>
      )}
      <RunTable runs={rows} names={names} why={why} choice={{ chosen, onChoose: setChosen }} />
      <RunPager
        page={search.page ?? 1}
        limit={limit}
        count={found.count}
        more={found.more}
        onPage={(next) => {
          none();
          change({ page: next > 1 ? next : undefined });
        }}
        onLimit={(next) => change({ limit: next === USUAL_SIZE ? undefined : next })}
      />
    </div>
  );
}

const SOON = 15_000;

/** Why those of the runs wait that should have gone on. */
function useReasons(runs: readonly FlowRun[]): ReadonlyMap<string, Explanation> {
  const now = useNow();
  const ids = runs
    .filter(
      (run) =>
        run.state_name === "Late" ||
        run.state_name === "AwaitingConcurrencySlot" ||
        (run.state_type === "SCHEDULED" && Date.parse(run.expected_start_time ?? "") < now - SOON),
    )
    .map(({ id }) => id);
  const asked = useAsk(
    "POST",
    "/flow_runs/why",
    { body: { flow_run_ids: ids } },
    { when: ids.length > 0, keep: true, calm: true, every: 10 },
  );
  const told = (asked.data ?? []) as Explanation[];
  return new Map(told.filter((each) => ids.includes(each.flow_run_id)).map((each) => [each.flow_run_id, each]));
}
